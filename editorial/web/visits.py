"""Who looks at a page, and the numbers at its foot.

Pages are counted as they are sent, whether they were made for this reader or kept for all, so a counter needs neither
a script nor a cookie. A page is made with a mark in the place of each number; the number is written over it at the last
moment. The mark holds what only this system knows, so no text of an article can pass for one.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import os
import re
import threading
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import Flask, current_app
from markupsafe import Markup

from editorial import statistics, vietnamese
from editorial.config import Settings
from editorial.db import now
from editorial.statistics import Counting, Numbers
from editorial.web import language

KEY = "editorial.visits"
EVERY = 1.0  # seconds between two times that all is added up, and between two looks at the sums
NAMES = ("today", "month", "total", "online")
UNKNOWN = "–"  # in the place of a number, while the database has never answered
LONGEST_AGENT = 400

# Programs that say what they are. A telephone is called Cubot.
BOT = re.compile(
    r"(?<!cu)bots?(?![a-z])|crawl|spider|slurp|fetch|scrap|archiv|monitor|preview|validat|check|feed|lighthouse"
    r"|headless|phantom|selenium|externalhit|whatsapp/|curl|wget|python|java/|httpclient|libwww|okhttp|axios",
    re.IGNORECASE,
)
BROWSERS = ("Mozilla/", "Opera/", "UCWEB/", "SAMSUNG-", "Nokia")  # how every browser that people use begins its name
AHEAD = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ")  # where it says that nobody looks yet
ARTICLE = re.compile(r"/tin/([0-9]{1,10})/(?!lich-su$|phat-hanh-lai$)[^/]+")
MACHINES = "/api"


@dataclass(frozen=True, slots=True)
class Shown:
    """The numbers as they stand on pages, in each language."""

    words: dict[tuple[bytes, bytes], bytes]

    @classmethod
    def of(cls, numbers: Numbers | None) -> Shown:
        said = {}
        for name in NAMES:
            for lang in language.LANGUAGES:
                words = UNKNOWN if numbers is None else vietnamese.number(getattr(numbers, name), lang=lang)
                said[name.encode(), lang.encode()] = words.encode()
        return cls(said)


class Visits:
    """The counter of one application."""

    def __init__(self, app: Flask) -> None:
        settings: Settings = app.extensions["editorial"]
        self._app = app
        self.counting = Counting(settings.secret_key)
        token = hmac.digest(settings.secret_key.encode(), b"the numbers of visits", "sha256")[:12].hex()
        self._mark = f"[{token}:%s:%s]"
        self._marks = re.compile(re.escape(f"[{token}:".encode()) + rb"([a-z]+):([a-z]+)\]")
        self._shown: Shown = Shown.of(None)
        self._read_at = 0.0  # by the clock that only runs; 0: never
        self._reading = threading.Lock()
        self._by_itself = False
        self._settler: tuple[int, threading.Thread] | None = None

    def mark(self, name: str) -> Markup:
        """For a template: what the number of this name is written over, in the language of the page."""
        if name not in NAMES:
            raise ValueError(name)
        return Markup(self._mark % (name, language.current()))  # noqa: S704  made of our own words alone

    def apart(self, page: bytes) -> list[bytes]:
        """A page's text, and between its parts the name and the language of each number."""
        return self._marks.split(page)

    def fill(self, parts: list[bytes]) -> bytes:
        """The parts with the numbers of this moment."""
        return join(parts, self.shown()) if len(parts) > 1 else parts[0]

    def shown(self) -> Shown:
        """The numbers, at most a moment old. Where the database does not answer, those that were known before."""
        if self._read_at and time.monotonic() - self._read_at < EVERY:
            return self._shown
        if self._reading.acquire(blocking=not self._read_at):
            try:
                self._read()
            finally:
                self._reading.release()
        return self._shown

    def note(self, environ: dict[str, Any]) -> None:
        """Count a page that is being sent. Nobody is counted who did not ask to see it."""
        if any("prefetch" in said or "preview" in said for said in map(environ.get, AHEAD) if said):
            return
        agent = environ.get("HTTP_USER_AGENT", "")[:LONGEST_AGENT]
        found = ARTICLE.fullmatch(path_of(environ))
        who = f"{network(environ.get('REMOTE_ADDR', ''))} {agent}".encode("utf-8", "replace")
        self.counting.note(
            hashlib.blake2b(who, digest_size=16).digest(),
            at=now(),
            bot=is_bot(agent),
            article_id=int(found[1]) if found else None,
        )
        if self._by_itself:
            self._see_to_settling()

    def settle(self) -> None:
        """Add up what was counted, and show it with the next page."""
        with self._app.app_context():
            self.counting.settle()
        self._read_at = 0.0

    def settle_by_itself(self) -> None:
        """From now on, in whichever process pages are counted: for whoever serves them."""
        self._by_itself = True

    def _read(self) -> None:
        try:
            with self._app.app_context():
                self._shown = Shown.of(statistics.numbers())
        except Exception as error:  # whatever it was: a page without fresh numbers is better than none
            self._app.logger.error("the numbers of visits could not be read: %s", type(error).__name__)
        self._read_at = time.monotonic()

    def _see_to_settling(self) -> None:
        """A process that was forked off a counting one begins a thread of its own."""
        if self._settler and self._settler[0] == os.getpid():
            return
        with self._reading:
            if self._settler is None or self._settler[0] != os.getpid():
                # Said, because it is inherited otherwise, and a server's own threads do not hold up the process's end.
                thread = threading.Thread(target=self._keep_settling, name="visits", daemon=False)
                self._settler = os.getpid(), thread
                thread.start()

    def _keep_settling(self) -> None:
        """Until the process ends, which waits for the last time."""
        said, main = "", threading.main_thread()
        while main.is_alive():
            main.join(EVERY)
            try:
                with self._app.app_context():
                    self.counting.settle()
                said = ""
            except Exception as error:  # nothing is lost: the next time adds up all
                if said != (said := type(error).__name__):
                    self._app.logger.error("visits could not be added up and will be with the next: %s", said)


def init_app(app: Flask) -> None:
    app.extensions[KEY] = Visits(app)
    app.jinja_env.globals["visit_number"] = lambda name: of(current_app).mark(name)


def of(app: Flask) -> Visits:
    found = app.extensions[KEY]
    assert isinstance(found, Visits)
    return found


def join(parts: list[bytes], shown: Shown) -> bytes:
    filled = [parts[0]]
    for n in range(1, len(parts), 3):
        filled += (shown.words.get((parts[n], parts[n + 1]), b""), parts[n + 2])
    return b"".join(filled)


def counts(environ: dict[str, Any]) -> bool:
    """Whether this is where readers are. Staff at work, programs and files are nobody's visit."""
    return not path_of(environ).startswith((*language.STAFF, MACHINES))


def path_of(environ: dict[str, Any]) -> str:
    """The path below the root of any language."""
    path: str = environ.get("PATH_INFO", "")
    inner = path.removeprefix(language.ENGLISH_ROOT)
    return inner if inner != path and (not inner or inner.startswith("/")) else path


@lru_cache(maxsize=1024)
def is_bot(agent: str) -> bool:
    return not agent.startswith(BROWSERS) or BOT.search(agent) is not None


def network(address: str) -> str:
    """What stays the same while one household reads: of IPv6 the first half, the rest is another one every day."""
    if ":" not in address:
        return address[:LONGEST_AGENT]
    try:
        found = ipaddress.IPv6Address(address)
    except ValueError:
        return address[:LONGEST_AGENT]
    return str(found.ipv4_mapped or ipaddress.IPv6Network((found, 64), strict=False))

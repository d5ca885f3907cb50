"""Finished pages for readers, kept as bytes and sent without asking Flask: the hot path.

A page is kept for an address (host, language, path, number of a page) and a look, as it is, in gzip and in brotli. It
is good as long as the newest event on record is the one it was made under, which every request asks the database in one
statement; and until the clock itself changes what readers get: an hour at most. So what is published or withdrawn is
seen on every process with the next request, and nobody has to remember to make it forget.

Only what a view lets any cache keep is kept (`Cache-Control: public`, 200, no cookie set); who carries a cookie of
ours, other than that of the look, passes by. The counter's numbers are written into a page as it is sent: they stand
last in it, so all that comes before stays compressed. Its ETag covers them: an answer of 304 never keeps old numbers.
"""

from __future__ import annotations

import hashlib
import re
import struct
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import brotli
from flask import Flask
from sqlalchemy import Engine

from editorial.catalogue.clock import next_change
from editorial.db import db, now
from editorial.web import language, look, visits
from editorial.web.visits import Shown, Visits, path_of

KEY = "editorial.pages"
CAPACITY = 48 * 2**20  # bytes that a process keeps
LARGEST = 2 * 2**20  # of one page
LONGEST_TAIL = 0xFFFF  # that both ways of compressing can carry as it is
LONGEST_ADDRESS = 400
OUR_COOKIES = "editorial"  # is part of the name of each
OVERHEAD = 2000  # bytes of a page beside its text
LATEST = datetime.max.replace(tzinfo=UTC)

FILES = ("/static/", "/anh/")  # kept by browsers, answered by Flask
PAGE_NUMBER = re.compile(r"(?:trang=[1-9][0-9]{0,8})?")  # all that an address may ask for beside its path
FOLLOWED_BY = ("utm_", "fbclid=", "gclid=", "zarsrc=", "mibextid=")  # what others hang on an address to follow a reader
COMPRESSED = re.compile(r"text/|application/(?:[a-z+.-]+\+)?(?:xml|json)\b")
ABOUT_THE_BODY = frozenset({"content-type", "content-length", "content-encoding", "content-language"})

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
Place = tuple[str, ...]


@dataclass(slots=True)
class Answer:
    """What Flask said."""

    status: str
    headers: Headers
    body: Iterable[bytes]

    def header(self, name: str) -> str:
        return ", ".join(value for key, value in self.headers if key.lower() == name)

    @property
    def is_html(self) -> bool:
        return self.header("content-type").startswith("text/html")

    @property
    def is_open(self) -> bool:
        """Whether it is the same for all readers, and its view says so."""
        said = self.header("cache-control")
        vary = {part.strip().lower() for part in self.header("vary").split(",")} - {"cookie", "accept-encoding", ""}
        return (
            self.status.startswith("200")
            and "public" in said
            and not any(word in said for word in ("no-store", "private"))
            and not (vary or self.header("set-cookie") or self.header("content-encoding"))
            and COMPRESSED.match(self.header("content-type")) is not None
        )

    def read(self) -> bytes:
        """The whole body, once."""
        try:
            return b"".join(self.body)
        finally:
            if hasattr(self.body, "close"):
                self.body.close()


@dataclass(slots=True)
class Filled:
    """The end of a page with the numbers of one moment."""

    shown: Shown
    tail: bytes
    mark: str  # in the ETag


@dataclass(slots=True)
class Page:
    """One answer, ready to be sent as often as it is asked for."""

    headers: Headers  # without those of its length, its coding and its state
    head: bytes  # up to the first number
    tail: list[bytes]  # from there on, for `visits.join`
    etag: str
    is_html: bool
    version: int = 0
    since: datetime = LATEST
    until: datetime = LATEST
    packed: dict[str, bytes] = field(default_factory=dict)
    filled: Filled | None = None
    weight: int = 0  # as counted by the cache; 0: it is in none

    @property
    def size(self) -> int:
        return OVERHEAD + len(self.head) + sum(map(len, self.tail)) + sum(map(len, self.packed.values()))

    def with_numbers(self, shown: Shown | None) -> Filled:
        filled = self.filled
        if filled is None or (shown is not None and filled.shown is not shown):
            tail = visits.join(self.tail, shown) if shown else b""
            mark = hashlib.blake2b(tail, digest_size=5).hexdigest() if shown else ""
            filled = self.filled = Filled(shown or Shown.of(None), tail, mark)
        return filled

    def body(self, coding: str, tail: bytes) -> bytes:
        """Head and tail in one coding, inside of which the tail lies as it is: it is short, and often another."""
        if not coding:
            return self.head + tail
        packed = self.packed.get(coding)
        if packed is None:
            packed = self.packed[coding] = PACK[coding](self.head)
        return END[coding](packed, self.head, tail)


def _brotli(head: bytes) -> bytes:
    packer = brotli.Compressor(mode=brotli.MODE_TEXT, quality=5)
    return bytes(packer.process(head) + packer.flush())


def _brotli_end(packed: bytes, _head: bytes, tail: bytes) -> bytes:
    """RFC 7932, 9.2: a meta-block that is not compressed, then an empty last one."""
    block = ((len(tail) - 1) << 3 | 1 << 19).to_bytes(3, "little") + tail if tail else b""
    return b"".join((packed, block, b"\x03"))


def _gzip(head: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    return struct.pack("<I", zlib.crc32(head)) + b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + packed


def _gzip_end(packed: bytes, head: bytes, tail: bytes) -> bytes:
    """RFC 1951, 3.2.4: a last block that is not compressed; then RFC 1952's sum over all."""
    (before,) = struct.unpack_from("<I", packed)
    block = struct.pack("<BHH", 1, len(tail), len(tail) ^ 0xFFFF)
    end = struct.pack("<II", zlib.crc32(tail, before), (len(head) + len(tail)) & 0xFFFFFFFF)
    return b"".join((memoryview(packed)[4:], block, tail, end))


PACK: dict[str, Callable[[bytes], bytes]] = {"br": _brotli, "gzip": _gzip}
END: dict[str, Callable[[bytes, bytes, bytes], bytes]] = {"br": _brotli_end, "gzip": _gzip_end}


class PageCache:
    """The outermost layer that knows pages. Whatever goes wrong in it, the application answers."""

    def __init__(self, app: Flask, wsgi: Callable[..., Iterable[bytes]]) -> None:
        self.capacity = CAPACITY
        self._app, self._wsgi = app, wsgi
        self._visits: Visits = visits.of(app)
        self._pages: OrderedDict[Place, Page] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()
        self._next: tuple[int, datetime, datetime | None] = -1, LATEST, None  # version, when it was asked, change
        self._complaints: set[str] = set()
        self._engine: Engine | None = None

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD") or path_of(environ).startswith((*FILES, *language.STAFF)):
            return self._pass(self._ask(environ), environ, start_response)
        version, moment = 0, now()
        try:
            drop_followers(environ)
            place = self._place(environ) if self.capacity else None
            if place:
                version = self._version()
                if page := self._find(place, version, moment):
                    return self._send(page, environ, start_response)
        except Exception as error:  # whatever it was: without a cache the site is slower, and no more
            self._complain(error)
            place = None
        answer = self._ask(environ | {"REQUEST_METHOD": "GET"})
        if not answer.is_open:
            return self._pass(answer, environ, start_response)
        text = answer.read()
        try:
            page = self._make(answer, text)
            if place:
                self._keep(place, page, version, moment)
            return self._send(page, environ, start_response)
        except Exception as error:  # as above
            self._complain(error)
            answer.body = [text]
            return self._pass(answer, environ, start_response)

    def forget(self) -> None:
        """Let go of all pages."""
        with self._lock:
            while self._pages:
                self._drop(next(iter(self._pages)))

    @property
    def kept(self) -> int:
        """How many bytes are kept now."""
        return self._bytes

    def _ask(self, environ: Environ) -> Answer:
        said: list[Any] = []
        written: list[bytes] = []

        def start(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], object]:
            said[:] = [status, headers]
            return written.append

        body = self._wsgi(environ, start)
        return Answer(said[0], said[1], [*written, *body] if written else body)

    def _pass(self, answer: Answer, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """An answer that is not kept; the numbers are written into it as well."""
        is_head = environ["REQUEST_METHOD"] == "HEAD"
        if not answer.is_html:
            if answer.status.startswith("304") and "text/html" in environ.get("HTTP_ACCEPT", ""):
                self._count(environ)
            start_response(answer.status, answer.headers)
            if is_head:
                answer.read()
                return []
            return answer.body
        if answer.status.startswith("200") and "no-store" not in answer.header("cache-control"):
            self._count(environ)
        text = answer.read()
        parts = self._visits.apart(text)
        headers = answer.headers
        if len(parts) > 1:  # another page with each number: nobody can ask for it again by this name
            headers = [(name, value) for name, value in headers if name.lower() not in ("content-length", "etag")]
            text = self._visits.fill(parts)
            headers.append(("Content-Length", str(len(text))))
        start_response(answer.status, headers)
        return [] if is_head else [text]

    def _make(self, answer: Answer, text: bytes) -> Page:
        parts = self._visits.apart(text)
        etag = answer.header("etag").removeprefix("W/").strip('"') or hashlib.blake2b(text, digest_size=20).hexdigest()
        headers = [
            (name, value) for name, value in answer.headers if name.lower() not in ("content-length", "etag", "vary")
        ]
        return Page(
            headers=[*headers, ("Vary", "Cookie, Accept-Encoding")],
            head=parts[0],
            tail=[b"", *parts[1:]] if len(parts) > 1 else [],
            etag=etag,
            is_html=answer.is_html,
        )

    def _send(self, page: Page, environ: Environ, start_response: Any) -> Iterable[bytes]:
        filled = page.with_numbers(self._visits.shown() if page.tail else None)
        coding = coding_for(environ.get("HTTP_ACCEPT_ENCODING", "")) if len(filled.tail) <= LONGEST_TAIL else ""
        etag = f'"{"-".join(filter(None, (page.etag, filled.mark, coding)))}"'
        if page.is_html:
            self._count(environ)
        if names(environ.get("HTTP_IF_NONE_MATCH", ""), etag):
            headers = [pair for pair in page.headers if pair[0].lower() not in ABOUT_THE_BODY]
            start_response("304 Not Modified", [*headers, ("ETag", etag)])
            return []
        packed_before = len(page.packed)
        body = page.body(coding, filled.tail)
        if len(page.packed) != packed_before:
            self._weigh(page)
        headers = [*page.headers, ("ETag", etag), ("Content-Length", str(len(body)))]
        if coding:
            headers.append(("Content-Encoding", coding))
        start_response("200 OK", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _count(self, environ: Environ) -> None:
        if environ["REQUEST_METHOD"] == "GET" and visits.counts(environ):
            try:
                self._visits.note(environ)
            except Exception as error:  # a page matters more than its being counted
                self._complain(error)

    def _place(self, environ: Environ) -> Place | None:
        """Under what this is kept; None for what may be meant for one reader alone, or is asked for in many ways."""
        cookies = environ.get("HTTP_COOKIE", "")
        if cookies and are_personal(cookies):
            return None
        path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
        if "HTTP_AUTHORIZATION" in environ or not PAGE_NUMBER.fullmatch(query) or len(path) > LONGEST_ADDRESS:
            return None
        host = environ.get("HTTP_HOST") or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
        return environ["wsgi.url_scheme"], host, environ.get("SCRIPT_NAME", ""), path, query, look.key(environ)

    def _version(self) -> int:
        """The number of the newest act, asked past the session: this is all that most requests ask."""
        engine = self._engine
        if engine is None:
            with self._app.app_context():
                engine = self._engine = db.engine
        connection = engine.raw_connection()
        try:
            if engine.dialect.name == "postgresql":
                connection.dbapi_connection.autocommit = True  # type: ignore[union-attr]
            cursor = connection.cursor()
            cursor.execute("SELECT max(sequence) FROM event")
            row = cursor.fetchone()
            cursor.close()
            return (row and row[0]) or 0
        except Exception:
            connection.invalidate()
            raise
        finally:
            connection.close()

    def _find(self, place: Place, version: int, moment: datetime) -> Page | None:
        with self._lock:
            page = self._pages.get(place)
            if page is None:
                return None
            if page.version != version or not page.since <= moment < page.until:
                self._drop(place)
                return None
            self._pages.move_to_end(place)
            return page

    def _keep(self, place: Place, page: Page, version: int, moment: datetime) -> None:
        """Under the version that was asked for before the page was made: what it shows is that old, or newer."""
        if page.size > LARGEST:
            return
        page.version, page.since, page.until = version, moment, self._until(version, moment)
        with self._lock:
            if place in self._pages:
                self._drop(place)
            self._pages[place] = page
        self._weigh(page, is_new=True)

    def _weigh(self, page: Page, is_new: bool = False) -> None:
        """Count what the page holds by now, and make room for it: who was asked for longest ago goes first."""
        with self._lock:
            if page.weight or is_new:
                self._bytes += page.size - page.weight
                page.weight = page.size
            while self._bytes > self.capacity and self._pages:
                self._drop(next(iter(self._pages)))

    def _drop(self, place: Place) -> None:
        page = self._pages.pop(place)
        self._bytes -= page.weight
        page.weight = 0

    def _until(self, version: int, moment: datetime) -> datetime:
        """The next full hour, with which every day in Vietnam begins, or what is planned to change before."""
        known, asked, change = self._next
        if known != version or not asked <= moment < (change or LATEST):
            with self._app.app_context():
                change = next_change(moment)
            self._next = version, moment, change
        hour = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        return min(hour, change or LATEST)

    def _complain(self, error: Exception) -> None:
        """Once for each kind of failure: a database that is gone would fill the log."""
        if (kind := type(error).__name__) not in self._complaints:
            self._complaints.add(kind)
            self._app.logger.error("the page cache steps aside: %s: %s", kind, str(error).partition("\n")[0])


def init_app(app: Flask) -> None:
    app.extensions[KEY] = cache = PageCache(app, app.wsgi_app)
    app.wsgi_app = cache  # type: ignore[method-assign]


def of(app: Flask) -> PageCache:
    found = app.extensions[KEY]
    assert isinstance(found, PageCache)
    return found


def are_personal(cookies: str) -> bool:
    """Whether any is ours, other than that of the look: all of those bear the system's name. What others set for the
    same host changes no page.
    """
    named = {part.partition("=")[0].strip() for part in cookies.split(";")}
    return any(OUR_COOKIES in name for name in named - {look.COOKIE})


def drop_followers(environ: Environ) -> None:
    """Take away what only tells another site who followed its link: the page is the same without."""
    query = environ.get("QUERY_STRING", "")
    if query and any(name in query for name in FOLLOWED_BY):
        kept = [part for part in query.split("&") if not part.startswith(FOLLOWED_BY)]
        environ["QUERY_STRING"] = "&".join(kept)


@lru_cache(maxsize=256)
def coding_for(accepted: str) -> str:
    """The shortest coding that a client takes, by its `Accept-Encoding`."""
    taken = set()
    for part in accepted.lower().split(","):
        name, _, quality = part.partition(";")
        if not re.fullmatch(r"\s*q=0(?:\.0*)?\s*", quality):
            taken.add(name.strip())
    return next((coding for coding in PACK if coding in taken), "")


def names(if_none_match: str, etag: str) -> bool:
    """Whether the client says that it has this very answer."""
    if not if_none_match:
        return False
    given = {part.strip().removeprefix("W/") for part in if_none_match.split(",")}
    return etag in given or "*" in given

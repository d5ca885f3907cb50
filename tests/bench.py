"""`make bench`: how fast the desk and the pages are, and how much memory the server takes, each beside its limit.

On both databases, as durable as they are in earnest, with a thousand published and a thousand waiting texts, over HTTP,
one request at a time, against `editorial serve` as it is started by default. Exit code 1 when a limit is exceeded.
"""

from __future__ import annotations

import http.client
import math
import os
import re
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import make_url

from editorial.app import create_app
from editorial.config import Settings
from editorial.db import db, describe, writing
from editorial.tables import upgrade
from tests import factories
from tests.databases import start_postgres, temporary_folder
from tests.factories import PASSWORD, Made

PUBLISHED, WAITING, ACTS, READS = 1000, 1000, 100, 200
LIMITS = {  # milliseconds at the median; memory in MB
    "save": 15.0,
    "submit": 15.0,
    "publish": 15.0,
    "article page": 6.0,
    "home page": 10.0,
    f"queue, {WAITING} waiting": 60.0,
    "start to first page": 1500.0,
    "memory (PSS)": 200.0,
}
PARAGRAPH = (
    "Đến hết tuần qua, bà con trong xã đã gặt xong những thửa ruộng cuối cùng của vụ đông xuân, sớm hơn năm ngoái. "
    "Trạm bơm Đồng Vọng chạy đêm chạy ngày trong nửa tháng, nên ruộng cao cũng đủ nước đến lúc lúa trổ. "
)


@dataclass
class Board:
    """What the database was filled with."""

    published: list[Made]
    drafts: list[Made]


@dataclass
class Browser:
    """One person, one kept-alive connection. Its cookie keeps it past the page cache: what is measured is made anew."""

    port: int
    server: int
    cookie: str = "editorial-bench=1"
    token: str = ""
    idle_after: float = math.inf
    times: dict[str, list[float]] = field(default_factory=dict)
    efforts: dict[str, list[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        self.connection.connect()

    def ask(self, method: str, path: str, *, expect: int, what: str = "", **fields: str) -> str:
        """The body of the answer, whose status has to be the expected one; its time counts for `what`."""
        body = urlencode({"csrf_token": self.token, "once": secrets.token_hex(16)} | fields) if fields else None
        headers = {"Cookie": self.cookie} if self.cookie else {}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if time.monotonic() > self.idle_after:
            self.connection.close()  # the server may be about to; the next request opens it anew
        effort = processor_time(self.server)
        began = time.perf_counter()
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        took = (time.perf_counter() - began) * 1000
        self.idle_after = time.monotonic() + 5
        if answer.status != expect:
            raise SystemExit(f"{method} {path} was answered with {answer.status}, not {expect}:\n{text[:2000]}")
        if what:
            self.times.setdefault(what, []).append(took)
            self.efforts.setdefault(what, []).append(processor_time(self.server) - effort)
        if cookie := answer.getheader("Set-Cookie"):
            self.cookie = cookie.partition(";")[0]
        if found := re.search(r'name="csrf_token"[^>]* value="([^"]+)"', text):
            self.token = found[1]
        return text

    def sign_in(self, name: str) -> Browser:
        self.ask("GET", "/account/sign-in", expect=200)
        self.ask("POST", "/account/sign-in", expect=302, email=f"{name}@khetrang.example", password=PASSWORD)
        self.ask("GET", "/desk/", expect=200)
        return self

    def seen(self, edition: Made) -> str:
        """The digest that the edition's page shows now."""
        page = self.ask("GET", f"/desk/editions/{edition.id}", expect=200)
        found = re.search(r'name="seen"[^>]* value="([0-9a-f]{64})"', page)
        assert found
        return found[1]


def fill(url: str, folder: Path) -> Board:
    key = secrets.token_hex(32)
    app = create_app(Settings(instance=folder, secret_key=key, database_url=url, media_url=f"file://{folder}/media"))
    with app.app_context():
        upgrade()
        with writing():
            factories.fill_board()
        cast = factories.people()

        def make(count: int, state: str) -> list[Made]:
            title = f"Khe Trăng gặt xong vụ đông xuân, {state}"
            with writing():
                return [
                    factories.make_edition(state, author=cast["nora"], title=f"{title} {n}", body=body_of(n))
                    for n in range(count)
                ]

        board = Board(published=make(PUBLISHED, "published"), drafts=make(ACTS, "draft"))
        make(WAITING, "review")
        if db.engine.dialect.name == "postgresql":
            db.session.commit()
            with db.engine.begin() as connection:
                connection.exec_driver_sql("ANALYZE")  # as autovacuum does by itself, only later
        print(f"\n{describe()}: {PUBLISHED} published, {WAITING} waiting")
        db.session.remove()
        db.engine.dispose()
    return board


def body_of(number: int) -> str:
    return "\n".join(f"<p>{number}.{part}. {PARAGRAPH}</p>" for part in range(12))


@contextmanager
def serving(url: str, folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    environment = os.environ | {
        "EDITORIAL_INSTANCE": str(folder),
        "EDITORIAL_DATABASE_URL": url,
        "EDITORIAL_SITE_URL": f"http://127.0.0.1:{port}",
        "EDITORIAL_SECRET_KEY": secrets.token_hex(32),
    }
    command = [str(Path(sys.executable).with_name("editorial")), "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as server:
        try:
            yield server
        finally:
            server.terminate()


def first_browser(port: int, server: subprocess.Popen[bytes]) -> Browser:
    """Connected as soon as the server listens."""
    while server.poll() is None:
        try:
            return Browser(port, server.pid)
        except ConnectionError:
            time.sleep(0.005)
    raise SystemExit("the server did not start")


def start_to_first_page(url: str, folder: Path) -> float:
    port, began = free_port(), time.perf_counter()
    with serving(url, folder, port) as server:
        first_browser(port, server).ask("GET", "/", expect=200)
        return (time.perf_counter() - began) * 1000


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def family(pid: int) -> list[int]:
    """The process and all that it started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(descendant for child in children for descendant in family(int(child)))]


def processor_time(pid: int) -> float:
    """Milliseconds that the processes have been computing: unlike the clock, this tells the same on a busy machine."""
    threads = [thread for process in family(pid) for thread in Path(f"/proc/{process}/task").iterdir()]
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e6


def memory(pid: int) -> float:
    """What the processes take in MB, shared pages divided among those that share them."""
    rollups = [Path(f"/proc/{process}/smaps_rollup").read_text() for process in family(pid)]
    return sum(int(size) for rollup in rollups for size in re.findall(r"^Pss: +(\d+) kB", rollup, re.MULTILINE)) / 1024


@dataclass
class Measured:
    """For each thing that has a limit: how long it took each time; and how long the server computed for it."""

    times: dict[str, list[float]]
    efforts: dict[str, list[float]]


def measure(url: str, folder: Path) -> Measured:
    board = fill(url, folder)
    starts = [start_to_first_page(url, folder) for _ in range(5)]
    port = free_port()
    with serving(url, folder, port) as server:
        reader = first_browser(port, server)
        nora, petra = (Browser(port, server.pid).sign_in(name) for name in ("nora", "petra"))
        for edition in board.published[:READS]:
            reader.ask("GET", f"/tin/{edition.article_id}/{edition.slug}", expect=200, what="article page")
        for _ in range(READS // 2):
            reader.ask("GET", "/", expect=200, what="home page")
        for _ in range(READS // 10):
            petra.ask("GET", "/desk/queue", expect=200, what=f"queue, {WAITING} waiting")
        for number, draft in enumerate(board.drafts):
            path = f"/desk/editions/{draft.id}"
            body = body_of(number).replace("<p>", "").replace("</p>", "\n") + "\nThêm một đoạn."
            text = {"title": f"Khe Trăng mở hội {number}", "lede": PARAGRAPH[:200], "body": body, "byline": "Hoài An"}
            text |= {"section": "kinh-te", "genre": "news", "save": "y", "seen": draft.digest}
            nora.ask("POST", f"{path}/write", expect=302, what="save", **text)
            nora.ask("POST", f"{path}/submit", expect=302, what="submit", seen=nora.seen(draft))
            petra.ask("POST", f"{path}/publish", expect=302, what="publish", seen=petra.seen(draft))
        once = {"start to first page": starts, "memory (PSS)": [memory(server.pid)]}
    return Measured(reader.times | nora.times | petra.times | once, reader.efforts | nora.efforts | petra.efforts)


def report(measured: Measured) -> bool:
    """Print the table; whether all is within its limit."""
    fits = True
    print(f"  {'':24}{'p50':>9}{'p99':>9}{'limit':>9}{'computing':>12}")
    for what, limit in LIMITS.items():
        times = sorted(measured.times[what])
        p50, p99 = statistics.median(times), times[int(0.99 * (len(times) - 1))]
        fits &= p50 <= limit
        unit = "MB" if what.startswith("memory") else "ms"
        effort = f"{statistics.median(measured.efforts[what]):9.1f}" if what in measured.efforts else ""
        print(f"  {what:24}{p50:9.1f}{p99:9.1f}{limit:9.0f} {unit}{effort:9}{'' if p50 <= limit else '   OVER'}")
    return fits


def main() -> None:
    fits = True
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that no server is left behind
    with ExitStack() as leaving:
        folder = leaving.enter_context(temporary_folder())
        postgres = start_postgres(folder, {})
        leaving.callback(postgres.stop)
        for name, url in (("one", f"sqlite:///{folder / 'one' / 'editorial.db'}"), ("two", postgres.url)):
            (folder / name).mkdir()
            fits &= report(measure(make_url(url).render_as_string(hide_password=False), folder / name))
    sys.exit(0 if fits else 1)


if __name__ == "__main__":
    main()

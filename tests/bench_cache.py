"""`python -m tests.bench_cache`: what keeping finished pages gains, on one process, over kept-alive connections.

The same article is asked for again and again: with a cookie by which the cache passes it by, and without. Each number
is the best of some rounds, because others use the machine as well.
"""

from __future__ import annotations

import os
import secrets
import selectors
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import make_url

from editorial.app import create_app
from editorial.config import Settings
from editorial.db import db, describe, writing
from editorial.tables import upgrade
from tests import factories
from tests.databases import start_postgres, temporary_folder

CONNECTIONS, ROUNDS, SECONDS = 8, 3, 2.0
PARAGRAPH = (
    "Đến hết tuần qua, bà con trong xã đã gặt xong những thửa ruộng cuối cùng của vụ đông xuân, sớm hơn năm ngoái. "
)
READER = "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
WAYS = {
    "made anew": "Cookie: editorial-bench=1",
    "kept": "Accept-Encoding: identity",
    "kept, gzip": "Accept-Encoding: gzip",
    "kept, brotli": "Accept-Encoding: gzip, deflate, br, zstd",
}


def fill(settings: Settings) -> str:
    """A board with twenty articles; the path of one of them."""
    app = create_app(settings)
    with app.app_context():
        upgrade()
        with writing():
            factories.fill_board()
            nora = factories.people()["nora"]
            body = "\n".join(f"<p>{PARAGRAPH * 3}{n}</p>" for n in range(20))
            made = [factories.make_edition("published", author=nora, title=f"Bài {n}", body=body) for n in range(20)]
        print(f"\n{describe()}")
        db.session.remove()
        db.engine.dispose()
    return f"/tin/{made[0].article_id}/{made[0].slug}"


def request(path: str, port: int, header: str) -> bytes:
    return "\r\n".join((f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", READER, header, "", "")).encode()


def length_of(port: int, asked: bytes) -> int:
    """How many bytes an answer has, its head included; raises SystemExit when it is none."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(asked)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += connection.recv(65536)
        head = answer.partition(b"\r\n\r\n")[0]
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(head.decode())
        said = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        return len(head) + 4 + int(said.partition(b":")[2])


def rate(port: int, asked: bytes) -> float:
    """Requests a second, each connection with one under way."""
    total = length_of(port, asked)
    done, ends = 0, time.perf_counter() + SECONDS
    with ExitStack() as leaving:
        waiting = leaving.enter_context(selectors.DefaultSelector())
        left = {}
        for _ in range(CONNECTIONS):
            connection = leaving.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            waiting.register(connection, selectors.EVENT_READ)
            left[connection.fileno()] = total
            connection.sendall(asked)
        while time.perf_counter() < ends:
            for key, _ in waiting.select(1):
                connection = key.fileobj  # type: ignore[assignment]
                left[key.fd] -= len(connection.recv(1 << 18))
                if left[key.fd] <= 0:
                    done += 1
                    left[key.fd] = total
                    connection.sendall(asked)
    return done / SECONDS


def measure(url: str, folder: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    key = secrets.token_hex(32)
    path = fill(Settings(instance=folder, secret_key=key, database_url=url, media_url=f"file://{folder}/media"))
    environ = os.environ | {
        "EDITORIAL_INSTANCE": str(folder),
        "EDITORIAL_SECRET_KEY": key,
        "EDITORIAL_DATABASE_URL": url.replace("postgresql+psycopg", "postgresql"),
        "EDITORIAL_SITE_URL": f"http://127.0.0.1:{port}",
    }
    command = [str(Path(sys.executable).with_name("editorial")), "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            server.stdout.readline()
            rates = {}
            for way, header in WAYS.items():
                asked = request(path, port, header)
                until = time.monotonic() + 30
                while True:
                    try:
                        size = length_of(port, asked)
                        break
                    except ConnectionError:
                        if time.monotonic() > until:
                            raise
                rates[way] = max(rate(port, asked) for _ in range(ROUNDS))
                gain = rates[way] / rates["made anew"]
                print(f"  {way:14}{rates[way]:9,.0f} requests/s{gain:8.1f} times{size:9,} bytes")
        finally:
            server.send_signal(signal.SIGTERM)


def main() -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with ExitStack() as leaving:
        folder = leaving.enter_context(temporary_folder())
        postgres = start_postgres(folder, {})
        leaving.callback(postgres.stop)
        for name, url in (("one", f"sqlite:///{folder / 'one' / 'editorial.db'}"), ("two", postgres.url)):
            (folder / name).mkdir()
            measure(make_url(url).render_as_string(hide_password=False), folder / name)


if __name__ == "__main__":
    main()

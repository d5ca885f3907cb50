"""The server as `editorial serve` starts it: it answers, drains, and says in one sentence why it cannot start."""

from __future__ import annotations

import http.client
import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from editorial.serving import OneLine
from tests.conftest import SECRET, prepare_board
from tests.databases import FreshDatabase

PATIENCE = 60  # seconds after which something hangs; nothing here takes as long


@pytest.fixture
def environment(fresh_database: FreshDatabase, tmp_path: Path) -> dict[str, str]:
    ours = {
        "EDITORIAL_INSTANCE": str(tmp_path),
        "EDITORIAL_DATABASE_URL": fresh_database("sqlite", prepare_board),
        "EDITORIAL_SECRET_KEY": SECRET,
    }
    return {name: value for name, value in os.environ.items() if not name.startswith("EDITORIAL_")} | ours


@contextmanager
def served(environment: dict[str, str], port: int) -> Iterator[subprocess.Popen[str]]:
    """The server as it starts; killed if the test leaves it running."""
    command = [str(Path(sys.executable).with_name("editorial")), "serve", "--port", str(port)]
    with subprocess.Popen(
        command,
        env=environment | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            yield server
        finally:
            server.kill()


def connect(port: int, server: subprocess.Popen[str]) -> http.client.HTTPConnection:
    """Connected as soon as the server listens."""
    while server.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.connect()
        except ConnectionRefusedError:
            connection.close()
        else:
            return connection
    raise AssertionError("the server ended")


def status_of(connection: http.client.HTTPConnection) -> int:
    with connection.getresponse() as answer:
        answer.read()
        return answer.status


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_request_under_way_is_answered_before_the_server_stops(environment: dict[str, str]) -> None:
    port = free_port()
    with served(environment, port) as server:
        assert server.stdout
        assert str(port) in server.stdout.readline()
        with closing(connect(port, server)) as slow, closing(connect(port, server)) as other:
            slow.putrequest("POST", "/account/sign-in")
            slow.putheader("Content-Type", "application/x-www-form-urlencoded")
            slow.putheader("Content-Length", "7")
            slow.endheaders(b"email=")
            other.request("GET", "/healthz")
            assert status_of(other) == 200  # so the slow one, which came before, is under way
            server.send_signal(signal.SIGTERM)
            slow.send(b"a")
            assert status_of(slow) == 400  # its form carries no token
        assert server.wait(PATIENCE) == 0
        assert not server.stderr or "Traceback" not in server.stderr.read()


def test_a_taken_port_is_refused_in_one_sentence(environment: dict[str, str]) -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as another server of this kind would hold it
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = int(other.getsockname()[1])
        with served(environment, port) as server:
            said, complaint = server.communicate(timeout=PATIENCE)
    assert server.returncode == 1
    assert said == ""
    assert complaint.count("\n") == 1
    assert f"127.0.0.1:{port}" in complaint


def test_whatever_is_logged_stays_on_one_line() -> None:
    try:
        raise ValueError("first\nsecond")
    except ValueError:
        failed = sys.exc_info()
    said = "sent by %s", ("somebody\r\n2026-01-01T00:00:00Z INFO editorial: forged\u2028\x85",)
    record = logging.LogRecord("editorial", logging.INFO, __file__, 1, *said, failed)
    record.created = 1772064000.0
    line = OneLine().format(record)
    assert len(line.splitlines()) == 1
    assert line.startswith("2026-02-26T00:00:00Z INFO editorial: sent by somebody ⏎ 2026-01-01")
    assert "ValueError: first ⏎ second" in line


def test_a_server_s_start_loads_nothing_that_it_does_not_use() -> None:
    loaded = "import sys; from editorial import app; print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout.split()
    assert {"editorial.app", "sqlalchemy"} <= set(modules)
    assert not {"alembic", "psycopg", "zxcvbn"} & set(modules)

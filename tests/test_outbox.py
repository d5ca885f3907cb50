"""Mail: written with the act it follows from, delivered at least once, and never in anybody's way."""

from __future__ import annotations

import re
import socketserver
import threading
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from editorial import db as database
from editorial import outbox
from editorial.config import Settings, SettingsError
from editorial.db import db, writing
from editorial.models import Message
from editorial.outbox import Letter

LINE = "Dòng một dài hơn bảy mươi sáu ký tự, có đủ dấu tiếng Việt: ắ ằ ẩ ẫ ậ đ ơ ư ỗ ỡ, và dấu chấm cuối.\n.\n\nHết."


@dataclass
class MailServer:
    """A mail server on this machine, which says what its test wants it to say."""

    taken: list[EmailMessage] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    hangs_up: bool = False
    dies_after_data: bool = False
    on_data: Callable[[], None] = lambda: None
    port: int = 0

    def handle(self, request: socketserver.StreamRequestHandler) -> None:
        def say(line: str) -> None:
            request.wfile.write(line.encode() + b"\r\n")

        if self.hangs_up:
            return
        say("220 here")
        while line := request.rfile.readline().decode().strip():
            self.commands.append(line)
            verb = line.partition(" ")[0].upper()
            if verb == "DATA":
                say("354 go on")
                lines = iter(request.rfile.readline, b".\r\n")
                body = b"".join(line.removeprefix(b".") if line.startswith(b"..") else line for line in lines)
                self.on_data()
                self.taken.append(message_from_bytes(body, policy=default))
                if self.dies_after_data:
                    return
                say("250 taken")
            elif verb == "RCPT" and any(address in line for address in self.refused):
                say("550 unknown here")
            elif verb == "QUIT":
                say("221 bye")
                return
            else:
                say("250 yes")


@pytest.fixture
def server() -> Iterator[MailServer]:
    mail_server = MailServer()

    class Handler(socketserver.StreamRequestHandler):
        timeout = 10

        def handle(self) -> None:
            mail_server.handle(self)

    class Listener(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Listener(("127.0.0.1", 0), Handler) as listener:
        mail_server.port = listener.server_address[1]
        thread = threading.Thread(target=listener.serve_forever, args=(0.01,))
        thread.start()
        yield mail_server
        listener.shutdown()
        thread.join()


@pytest.fixture
def settings(app: Flask) -> Settings:
    given: Settings = app.extensions["editorial"]
    return given


@pytest.fixture
def smtp(settings: Settings, server: MailServer) -> Settings:
    return replace(settings, smtp_url=f"smtp://127.0.0.1:{server.port}")


@pytest.fixture
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


pytestmark = pytest.mark.usefixtures("_context")


def post(*recipients: str) -> None:
    with writing():
        for recipient in recipients:
            outbox.post(recipient, "Đặt mật khẩu mới", LINE)
        db.session.commit()


def files(settings: Settings) -> list[EmailMessage]:
    found = sorted(settings.mail.glob("*")) if settings.mail.exists() else []
    assert all(path.suffix == ".eml" for path in found), "nothing half-written is left"
    return [message_from_bytes(path.read_bytes(), policy=default) for path in found]


def waiting() -> list[Message]:
    db.session.expire_all()
    return db.session.query(Message).filter(Message.sent_at.is_(None)).order_by(Message.id).all()


def test_a_mail_goes_into_the_folder_when_no_server_is_set(settings: Settings) -> None:
    post("nora@khetrang.example")
    assert outbox.deliver_due(settings) == 1
    (mail,) = files(settings)
    assert (mail["To"], mail["Subject"], mail["From"]) == (
        "nora@khetrang.example",
        "Đặt mật khẩu mới",
        "no-reply@localhost",
    )
    assert mail.get_content().splitlines() == LINE.splitlines()
    assert {path.stat().st_mode & 0o777 for path in settings.mail.iterdir()} == {0o600}


def test_what_was_sent_is_not_sent_again(settings: Settings) -> None:
    post("nora@khetrang.example")
    outbox.deliver_due(settings)
    with database.at(database.now() + timedelta(days=7)):
        assert outbox.deliver_due(settings) == 0


def test_a_mail_of_an_act_that_failed_was_never_written(settings: Settings) -> None:
    with writing():
        outbox.post("nora@khetrang.example", "Never", "mind")
        db.session.rollback()
    assert outbox.deliver_due(settings) == 0


def test_a_mail_that_was_perhaps_taken_is_sent_again_and_can_be_known(smtp: Settings, server: MailServer) -> None:
    server.dies_after_data = True
    post("nora@khetrang.example")
    assert outbox.deliver_due(smtp) == 0
    assert outbox.deliver_due(smtp) == 0, "not at once"
    server.dies_after_data = False
    with database.at(database.now() + timedelta(minutes=2)):
        assert outbox.deliver_due(smtp) == 1
    first, second = server.taken
    assert first["Message-ID"] == second["Message-ID"]
    assert not waiting()


def test_a_refused_recipient_stops_nobody_else(smtp: Settings, server: MailServer) -> None:
    server.refused = {"gone@khetrang.example"}
    post("nora@khetrang.example", "gone@khetrang.example", "omar@khetrang.example")
    assert outbox.deliver_due(smtp) == 2
    assert [mail["To"] for mail in server.taken] == ["nora@khetrang.example", "omar@khetrang.example"]
    (left,) = waiting()
    assert left.recipient == "gone@khetrang.example"
    assert "550" in left.last_error
    assert [line.split()[0].upper() for line in server.commands].count("EHLO") == 1, "one connection carries all"


def test_a_dead_server_costs_one_attempt_and_loses_nothing(settings: Settings, server: MailServer) -> None:
    server.hangs_up = True
    dead = replace(settings, smtp_url=f"smtp://nora:secret-word@127.0.0.1:{server.port}")
    post("nora@khetrang.example", "omar@khetrang.example")
    assert outbox.deliver_due(dead) == 0
    assert [message.attempts for message in waiting()] == [1, 0]
    assert "secret-word" not in waiting()[0].last_error
    server.hangs_up = False
    with database.at(database.now() + timedelta(minutes=2)):
        assert outbox.deliver_due(replace(settings, smtp_url=f"smtp://127.0.0.1:{server.port}")) == 2
    assert sorted(mail["To"] for mail in server.taken) == ["nora@khetrang.example", "omar@khetrang.example"]


def test_retries_come_later_and_later_and_end(settings: Settings, server: MailServer) -> None:
    server.hangs_up = True
    dead = replace(settings, smtp_url=f"smtp://127.0.0.1:{server.port}")
    post("nora@khetrang.example")
    waits = []
    while (message := waiting()[0]).attempts < outbox.ATTEMPTS:
        at = message.next_try_at
        with database.at(at):
            assert outbox.deliver_due(dead) == 0
        waits.append(waiting()[0].next_try_at - at)
    assert waits[:4] == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8)]
    assert waits == sorted(waits)
    assert waits[-1] == outbox.SLOWEST_RETRY
    server.hangs_up = False
    with database.at(database.now() + timedelta(days=365)):
        assert outbox.deliver_due(replace(settings, smtp_url=f"smtp://127.0.0.1:{server.port}")) == 0, (
            "somebody has to look"
        )


def test_nothing_is_held_while_the_server_talks(app: Flask, smtp: Settings, server: MailServer) -> None:
    """The server writes to the database before it takes the mail, which it could not if the writer's place was held."""
    wrote = []

    def write() -> None:
        with app.app_context():
            post("omar@khetrang.example")
        wrote.append(True)

    server.on_data = write
    post("nora@khetrang.example")
    assert outbox.deliver_due(smtp) == 1
    assert wrote
    assert [message.recipient for message in waiting()] == ["omar@khetrang.example"]


def test_two_processes_send_each_mail_once(app: Flask, smtp: Settings, server: MailServer) -> None:
    addresses = [f"person{number}@khetrang.example" for number in range(12)]
    post(*addresses)
    together = threading.Barrier(3)

    def deliver() -> None:
        with app.app_context():
            together.wait(10)
            outbox.deliver_due(smtp)

    threads = [threading.Thread(target=deliver) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(mail["To"] for mail in server.taken) == sorted(addresses)
    assert not waiting()


def test_a_password_is_not_sent_in_the_clear(settings: Settings, server: MailServer) -> None:
    post("nora@khetrang.example")
    # Another name of this very machine, which nothing tells from a server elsewhere.
    assert outbox.deliver_due(replace(settings, smtp_url=f"smtp://nora:secret-word@127.0.0.2:{server.port}")) == 0
    assert not any(line.upper().startswith("AUTH") for line in server.commands)


@pytest.mark.parametrize(
    ("recipient", "subject"),
    [
        ("nora@khetrang.example\r\nBcc: all@khetrang.example", "Hello"),
        ("nora@khetrang.example, omar@khetrang.example", "Hello"),
        ("<nora@khetrang.example>", "Hello"),
        ("", "Hello"),
        ("nora", "Hello"),
        ("nora@khetrang.example", "Hello\r\nBcc: all@khetrang.example"),
        ("nora@khetrang.example", "Hello\nBcc: all@khetrang.example"),
        ("nora@khetrang.example", "Hello\0"),
    ],
)
def test_no_header_is_smuggled_in(recipient: str, subject: str) -> None:
    with writing(), pytest.raises(ValueError, match=r"one mail address|one line|domain"):
        outbox.post(recipient, subject, "Body")
    assert not db.session.new


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)


@given(subject=TEXT, body=TEXT)
def test_a_mail_says_what_was_written_and_has_the_headers_it_should(subject: str, body: str) -> None:
    on_a_line = "".join(" " if unicodedata.category(one) in ("Cc", "Zl", "Zp") else one for one in subject)
    subject = " ".join(on_a_line.split())
    letter = Letter("0" * 32, "nora@khetrang.example", subject, body, database.now())
    written = bytes(outbox._compose(letter, Settings(instance=Path("/nowhere"), secret_key="x" * 40)))
    read = message_from_bytes(written, policy=default)
    expected = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"]
    expected += ["MIME-Version", "Content-Type", "Content-Transfer-Encoding"]
    assert sorted(read.keys()) == sorted(expected)
    assert read["To"] == "nora@khetrang.example"
    assert read["Subject"] == subject
    assert re.split("\r\n|\r|\n", read.get_content().strip("\r\n")) == re.split("\r\n|\r|\n", body.strip("\r\n"))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtps://bbt%40khetrang:m%2Ft@mail.example", ("mail.example", 465, "bbt@khetrang", "m/t", True)),
        ("smtp://mail.example:587", ("mail.example", 587, "", "", False)),
        ("smtp://mail.example/?from=bbt@khetrang.example", ("mail.example", 25, "", "", False)),
    ],
)
def test_a_server_is_read_from_its_address(url: str, expected: tuple[object, ...]) -> None:
    found = outbox.server(url)
    assert (found.host, found.port, found.user, found.password, found.encrypted) == expected


@pytest.mark.parametrize(
    "url", ["mail.example", "smpt://secret@mail.example", "http://secret@mail.example", "smtp://", "smtp://secret@h:x"]
)
def test_a_wrong_address_is_refused_at_the_start(settings: Settings, url: str) -> None:
    with pytest.raises(SettingsError, match="EDITORIAL_SMTP_URL") as refusal:
        outbox.check(replace(settings, smtp_url=url))
    assert "secret" not in str(refusal.value)


def test_the_sender_can_be_set(settings: Settings, smtp: Settings, server: MailServer) -> None:
    post("nora@khetrang.example")
    outbox.deliver_due(replace(smtp, smtp_url=smtp.smtp_url + "/?from=bbt@khetrang.example"))
    assert server.taken[0]["From"] == "bbt@khetrang.example"
    with pytest.raises(SettingsError):
        outbox.check(replace(smtp, smtp_url=smtp.smtp_url + "/?from=nobody"))

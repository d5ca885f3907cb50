"""Mail: written as a row in the transaction of the act it follows from, delivered later, at least once.

A mail is claimed in a short transaction, sent outside of any, and marked as sent in another. Whoever dies in between
leaves it to be sent again, with the same Message-ID, by which the receiver's system can tell.
"""

from __future__ import annotations

import os
import secrets
import smtplib
import ssl
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from sqlalchemy import select, update

from editorial.config import Settings, SettingsError
from editorial.db import db, now, writing
from editorial.models import Message

BATCH = 50
ATTEMPTS = 30  # over about six days; after that somebody has to look at it
SLOWEST_RETRY = timedelta(hours=6)
PATIENCE = 15  # seconds that a mail server may take for an answer

# Python folds an encoded header at 78 characters and now and then loses a space there.
# A line may have 998 (RFC 5322, 2.1.1).
UNFOLDED = SMTP.clone(max_line_length=998)
Send = Callable[[EmailMessage], object]


def post(recipient: str, subject: str, body: str) -> Message:
    """Write a mail into the current transaction; the caller commits it together with what it tells of.

    Raises ValueError for an address or a subject that could smuggle another header in.
    """
    if not recipient.isascii() or "@" not in recipient or any(mark in recipient for mark in "\r\n\0 ,;<>"):
        raise ValueError("not one mail address")
    Address(addr_spec=recipient)
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in subject):
        raise ValueError("a subject is one line")
    moment = now()
    message = Message(
        key=secrets.token_hex(16),
        recipient=recipient,
        subject=subject[:300],
        body=body,
        created_at=moment,
        next_try_at=moment,
    )
    db.session.add(message)
    return message


def deliver_due(settings: Settings) -> int:
    """Send what is waiting, and return how much was sent. Run it as often as you like, by as many as you like.

    A message that is refused is tried again later and later; the others go on. When the mail server cannot be reached,
    only the message it was noticed with waits longer.
    """
    waiting = select(Message.id).where(
        Message.sent_at.is_(None), Message.next_try_at <= now(), Message.attempts < ATTEMPTS
    )
    due = db.session.scalars(waiting.order_by(Message.next_try_at).limit(BATCH)).all()
    db.session.rollback()
    if not due:
        return 0
    sent = 0
    with _post_office(settings) as send:
        for message_id in due:
            letter = _claim(message_id)
            if letter is None:
                continue
            try:
                send(_compose(letter, settings))
            except Unreachable as error:
                _note(message_id, str(error))
                break
            except (OSError, ValueError, MessageError, smtplib.SMTPException) as error:
                _note(message_id, _in_a_line(error))
            else:
                _note(message_id)
                sent += 1
    return sent


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it is on its way, without the row that it came from."""

    key: str
    recipient: str
    subject: str
    body: str
    written_at: datetime


class Unreachable(Exception):
    """The mail server does not answer, or refuses all there is to come."""


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server, as EDITORIAL_SMTP_URL names it."""

    host: str
    port: int
    user: str
    password: str
    encrypted: bool  # from the first byte on

    @property
    def here(self) -> bool:
        return self.host in ("localhost", "127.0.0.1", "::1")


def server(url: str) -> Server:
    """Read `smtp://user:password@host:port` or `smtps://…`. Raises SettingsError, without the password in its text."""
    wrong = SettingsError(
        "EDITORIAL_SMTP_URL has to look like smtps://user:password@mail.example:465 or smtp://mail.example:25."
    )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path not in ("", "/"):
        raise wrong
    encrypted = parts.scheme == "smtps"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Server(parts.hostname, port or (465 if encrypted else 25), user, password, encrypted)


def check(settings: Settings) -> None:
    """Raises SettingsError when mail could not be sent as the settings say, before anybody waits for one."""
    if settings.smtp_url:
        server(settings.smtp_url)
    try:
        Address(addr_spec=sender(settings))
    except (ValueError, MessageError) as error:
        raise SettingsError("EDITORIAL_SMTP_URL names a sender, after “?from=”, that is no mail address.") from error


def sender(settings: Settings) -> str:
    """Who the mails are from: `?from=…` at the end of EDITORIAL_SMTP_URL, or no-reply at the site's own host."""
    given = parse_qs(urlsplit(settings.smtp_url).query).get("from", [""])[0]
    return given or f"no-reply@{urlsplit(settings.site_url).hostname}"


def _claim(message_id: int) -> Letter | None:
    """Take a message for this process alone, until the time of its next try; None when another was quicker."""
    with writing():
        message = db.session.get_one(Message, message_id)
        if message.sent_at is not None or message.next_try_at > now():
            db.session.rollback()
            return None
        message.attempts += 1
        message.next_try_at = now() + min(timedelta(minutes=2 ** (message.attempts - 1)), SLOWEST_RETRY)
        letter = Letter(message.key, message.recipient, message.subject, message.body, message.created_at)
        db.session.commit()
        return letter


def _compose(letter: Letter, settings: Settings) -> EmailMessage:
    mail = EmailMessage(policy=UNFOLDED)
    mail["From"] = Address(addr_spec=sender(settings))
    mail["To"] = Address(addr_spec=letter.recipient)
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(letter.written_at)
    mail["Message-ID"] = f"<{letter.key}@{urlsplit(settings.site_url).hostname}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.body, cte="quoted-printable")
    return mail


def _note(message_id: int, error: str = "") -> None:
    """Mark the message as sent, or say why it was not."""
    with writing():
        values = {"last_error": error[:300]} if error else {"sent_at": now(), "last_error": ""}
        db.session.execute(update(Message).where(Message.id == message_id).values(values))
        db.session.commit()


@contextmanager
def _post_office(settings: Settings) -> Iterator[Send]:
    """What to hand each mail to: one connection for the whole batch, opened when the first is there, or a folder."""
    if not settings.smtp_url:
        yield lambda mail: _put_into(settings.mail, mail)
        return
    line = _Line(server(settings.smtp_url))
    try:
        yield line.send
    finally:
        line.close()


class _Line:
    """A connection to the mail server; nothing is held in the database while it talks."""

    def __init__(self, to: Server) -> None:
        self._to = to
        self._smtp: smtplib.SMTP | None = None

    def send(self, mail: EmailMessage) -> None:
        try:
            self._smtp = self._smtp or self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(_in_a_line(error)) from error
        try:
            self._smtp.send_message(mail)
        except (smtplib.SMTPServerDisconnected, TimeoutError) as error:
            self.close()
            raise Unreachable(_in_a_line(error)) from error

    def close(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    def _connect(self) -> smtplib.SMTP:
        to, trust = self._to, ssl.create_default_context()
        if to.encrypted:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(to.host, to.port, timeout=PATIENCE, context=trust)
        else:
            smtp = smtplib.SMTP(to.host, to.port, timeout=PATIENCE)
        try:
            smtp.ehlo()
            if not to.encrypted and smtp.has_extn("starttls"):
                smtp.starttls(context=trust)
                smtp.ehlo()
            elif to.user and not to.encrypted and not to.here:
                raise smtplib.SMTPNotSupportedError("the server offers no encryption, so the password was not sent")
            if to.user:
                smtp.login(to.user, to.password)
        except BaseException:
            smtp.close()
            raise
        return smtp


def _put_into(folder: Path, mail: EmailMessage) -> None:
    """Write the mail as a file, wholly or not at all, readable by its owner alone: it may hold a link for a reset."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{mail['Message-ID'].strip('<>').partition('@')[0]}.eml"
    unfinished = path.with_suffix(f".{secrets.token_hex(4)}.part")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(bytes(mail))
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _in_a_line(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"

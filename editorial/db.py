"""The session, the clock, and the one place that says how the two databases begin a transaction.

Whatever may write takes the writer's place before its first read: `BEGIN IMMEDIATE` on SQLite, an advisory lock on
PostgreSQL. So nobody decides on what another is changing, no read-then-write fails half-way, and the record's chain
has one order. A board makes some acts a minute; the place is free after milliseconds.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask_sqlalchemy import SQLAlchemy
from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import Connection, DateTime, Engine, MetaData, event, make_url
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry, Pool
from sqlalchemy.types import TypeDecorator

OLDEST_SAFE_SQLITE = (3, 51, 3)  # earlier ones can corrupt a WAL when two connections checkpoint at once
BUSY_SECONDS = 15
IDLE_SECONDS = 1  # after which a connection is asked whether its server has not gone meanwhile
WRITERS_PLACE = 0x65646974  # the advisory lock's number on PostgreSQL: any fixed one will do
LARGEST_ID = 2**31 - 1  # PostgreSQL's integer; a larger number in an address is nobody's


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware in Python, UTC in the database, on SQLite too. A naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_pinned: ContextVar[datetime | None] = ContextVar("pinned", default=None)


def now() -> datetime:
    """The only clock. Aware, UTC."""
    return _pinned.get() or datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let the clock stand at a moment: for the demo, whose past has to be told in order, and for tests."""
    token = _pinned.set(moment)
    try:
        yield
    finally:
        _pinned.reset(token)


_writing: ContextVar[bool | None] = ContextVar("writing", default=None)


def may_write(yes: bool | None) -> None:
    """Say whether what begins from here on in this context may write. None: it has not been said, as outside of
    requests.
    """
    _writing.set(yes)


def is_writing() -> bool:
    return _writing.get() is True


@contextmanager
def writing() -> Iterator[bool]:
    """Take the writer's place: what is read before is forgotten, then transactions may write.

    Where they may already, nothing is forgotten. The context tells whether anything was.
    """
    if is_writing():
        yield False
        return
    db.session.rollback()
    token = _writing.set(True)
    try:
        yield True
    finally:
        _writing.reset(token)


def engine_options(url: str) -> dict[str, Any]:
    """What `create_engine` needs beyond the address."""
    if make_url(url).get_backend_name() == "sqlite":
        return {"module": sqlite, "connect_args": {"timeout": BUSY_SECONDS}}
    return {}


@event.listens_for(Engine, "connect")
def _open(connection: Any, _record: object) -> None:
    if isinstance(connection, sqlite.Connection):
        connection.isolation_level = None  # transactions are begun below, not by the driver's guess
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_SECONDS * 1000}",
        ):
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing() else "BEGIN")
        return
    if _writing.get() is None:
        return  # the driver begins by itself
    # A way to the server and back costs more than most statements. So a writer's BEGIN and place go there together; and
    # a reader, to whom PostgreSQL shows the newest state with each statement anyway, needs no BEGIN and no ROLLBACK.
    session: Any = connection.connection.dbapi_connection
    session.autocommit = True
    if is_writing():
        session.execute(f"BEGIN; SELECT pg_advisory_xact_lock({WRITERS_PLACE})")


@event.listens_for(Pool, "checkin")
def _put_back(session: Any, record: ConnectionPoolEntry) -> None:
    record.info["idle since"] = time.monotonic()
    if _is_postgres(session) and session.autocommit and not session.closed:
        session.autocommit = False


@event.listens_for(Pool, "checkout")
def _take_out(session: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """Ask a connection that has idled whether its server is still there: asking each time would cost every page."""
    since = record.info.get("idle since")
    if since is None or time.monotonic() - since < IDLE_SECONDS or not _is_postgres(session):
        return
    try:
        session.execute("")
        session.rollback()
    except Exception as error:  # psycopg's, which is loaded only where PostgreSQL is in use
        raise DisconnectionError from error


def _is_postgres(session: Any) -> bool:
    return session is not None and not isinstance(session, sqlite.Connection)


def sqlite_is_safe() -> bool:
    return sqlite.sqlite_version_info >= OLDEST_SAFE_SQLITE


def describe() -> str:
    """Which database this is and how durable its commits are, in one line for the operator."""
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            mode, sync, keys = (
                connection.exec_driver_sql(f"PRAGMA {p}").scalar()
                for p in ("journal_mode", "synchronous", "foreign_keys")
            )
        return f"SQLite {sqlite.sqlite_version}, journal {mode}, synchronous {sync}, foreign keys {keys}"
    with db.engine.connect() as connection:
        version, sync = (
            connection.exec_driver_sql(f"SHOW {name}").scalar() for name in ("server_version", "synchronous_commit")
        )
    return f"PostgreSQL {version}, synchronous_commit {sync}"

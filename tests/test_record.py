"""The record: what is done by hand behind its back, it shows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from editorial import articles, manuscript, record
from editorial.db import db, may_write
from editorial.models import Event, Revision, User
from editorial.models.final import Final
from tests.factories import text_of

pytestmark = pytest.mark.usefixtures("context")


def nora() -> User:
    return db.session.query(User).filter_by(email="nora@khetrang.example").one()


@pytest.fixture
def chain() -> list[int]:
    """Three acts on two texts; the numbers of their events."""
    first = articles.start(text_of(), by=nora(), once="eins")
    articles.save(first, text_of(title="Tựa mới"), by=nora(), seen=first.head.digest)
    articles.start(text_of(title="Tin khác"), by=nora())
    return [event.sequence for event in db.session.query(Event).order_by(Event.sequence)]


def without_triggers(statement: str) -> None:
    """What somebody with the database in their hands does: the triggers put aside for a moment."""
    if db.engine.dialect.name == "sqlite":
        kept = db.session.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
        for name, _ in kept:
            db.session.execute(text(f"DROP TRIGGER {name}"))
        db.session.execute(text("PRAGMA defer_foreign_keys = ON"))
        db.session.execute(text(statement))
        for _, sql in kept:
            db.session.execute(text(sql))
    else:
        db.session.execute(text("SET session_replication_role = replica"))
        db.session.execute(text(statement))
        db.session.execute(text("SET session_replication_role = DEFAULT"))
    db.session.flush()
    db.session.expire_all()


def test_a_record_that_nobody_touched_is_whole(chain: list[int]) -> None:
    verdict = record.verify()
    assert verdict.finding is None
    assert verdict.events == len(chain) == 3
    assert verdict.head == db.session.get_one(Event, chain[-1]).hash


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "'2020-01-01 00:00:00.000000+00:00'"),
        ("actor_id", "2"),
        ("on_behalf_of_id", "2"),
        ("action", "'published'"),
        ("subject", "'edition:99'"),
        ("article_id", "NULL"),
        ("detail", "'{}'"),
        ("once", "'zwei'"),
        ("previous", f"'{'1' * 64}'"),
        ("hash", f"'{'2' * 64}'"),
    ],
)
def test_changing_any_column_of_any_row_shows_and_names_the_row(chain: list[int], column: str, value: str) -> None:
    if column == "at" and db.engine.dialect.name == "sqlite":
        value = "'2020-01-01 00:00:00.000000'"
    without_triggers(f"UPDATE event SET {column} = {value} WHERE sequence = {chain[1]}")
    finding = record.verify().finding
    assert finding is not None
    assert finding.where == f"event {chain[1]}"


def test_removing_a_row_shows(chain: list[int]) -> None:
    without_triggers(f"DELETE FROM event WHERE sequence = {chain[1]}")
    finding = record.verify().finding
    assert finding is not None
    assert finding.what == f"event {chain[1]} is missing before it"


def test_closing_the_gap_after_removing_a_row_shows_too(chain: list[int]) -> None:
    without_triggers(f"DELETE FROM event WHERE sequence = {chain[1]}")
    without_triggers(f"UPDATE event SET sequence = {chain[1]} WHERE sequence = {chain[2]}")
    finding = record.verify().finding
    assert finding is not None
    assert finding.where == f"event {chain[1]}"


@pytest.mark.parametrize("digest", ["stored", "both"])
def test_changing_a_text_behind_the_record_shows(chain: list[int], digest: str) -> None:
    revision = db.session.query(Revision).order_by(Revision.id).first()
    assert revision is not None
    other = text_of(title="Bị sửa lén")
    without_triggers(
        f"UPDATE revision SET text = replace(text, 'Khe Trăng gặt', 'Khe Trăng cắt') WHERE id = {revision.id}"
    )
    if digest == "both":  # somebody careful, who brought the digest up to date
        forged = manuscript.read(db.session.get_one(Revision, revision.id).text).digest
        without_triggers(f"UPDATE revision SET digest = '{forged}' WHERE id = {revision.id}")
    assert other.digest != revision.digest
    finding = record.verify().finding
    assert finding is not None
    assert finding.where == f"revision {revision.id}"


@pytest.mark.parametrize("table", ["event", "revision"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_what_is_kept(chain: list[int], table: str, statement: str) -> None:
    column = {"event": "action", "revision": "title"}[table]
    with pytest.raises(DBAPIError, match="kept as it was written"):
        db.session.execute(text(statement.format(table, column, "'x'")))
    db.session.rollback()
    assert record.verify().events == 3


@pytest.mark.parametrize("model", [Event, Revision])
def test_the_session_refuses_it_too(chain: list[int], model: type) -> None:
    row = db.session.query(model).first()
    setattr(row, "action" if model is Event else "title", "khác")
    with pytest.raises(Final):
        db.session.flush()
    db.session.rollback()
    db.session.delete(db.session.query(model).first())
    with pytest.raises(Final):
        db.session.flush()


def test_an_act_is_found_by_its_forms_one_time_key(chain: list[int]) -> None:
    found = record.find(nora(), "eins")
    assert found is not None
    assert found.sequence == chain[0]
    assert record.find(nora(), "") is None
    assert record.find(nora(), "zwei") is None


def test_the_same_key_twice_is_refused_by_the_database(chain: list[int]) -> None:
    with pytest.raises(DBAPIError):
        articles.start(text_of(), by=nora(), once="eins")
    db.session.rollback()
    assert record.verify().events == 3


def test_nothing_goes_on_record_outside_of_a_writing_transaction() -> None:
    may_write(False)
    with pytest.raises(RuntimeError):
        record.add(nora(), "saved", "edition:1")


def test_a_failed_act_leaves_no_event(chain: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    edition = articles.start(text_of(title="Sẽ hỏng"), by=nora())
    before = record.verify().events
    fail: Callable[..., None] = lambda *_args: (_ for _ in ()).throw(OSError("disk full"))  # noqa: E731
    monkeypatch.setattr(db.session, "commit", fail)
    with pytest.raises(OSError, match="disk full"):
        articles.save(edition, text_of(title="Không bao giờ"), by=nora(), seen=edition.head.digest)
    monkeypatch.undo()
    db.session.rollback()
    assert record.verify().events == before

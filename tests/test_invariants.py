"""What must never be, the database itself refuses, whatever the code above it does."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm.exc import StaleDataError

from editorial import db as database
from editorial.db import db
from editorial.models import Article, Assignment, Edition, Imprint, Round, User
from tests import factories
from tests.factories import Person

pytestmark = pytest.mark.usefixtures("context")


@pytest.mark.parametrize(
    ("state", "change"),
    [
        ("draft", {"published_at": database.now()}),
        ("published", {"published_at": None}),
        ("published", {"major": None}),
        ("published", {"minor": None}),
        ("scheduled", {"release_at": None}),
        ("draft", {"release_at": database.now()}),
        ("draft", {"opened_by_id": 4711}),
        ("draft", {"article_id": 4711}),
        ("draft", {"base_edition_id": 1}),
    ],
)
def test_an_edition_is_dated_numbered_and_timed_exactly_when_it_should_be(
    state: str, change: dict[str, Any], cast: dict[str, Person]
) -> None:
    made = factories.make_edition(state, author=cast["nora"])
    with pytest.raises(IntegrityError):
        db.session.execute(update(Edition).where(Edition.id == made.id).values(**change))
        db.session.commit()


@pytest.mark.parametrize("statement", ["state = 'kill'", "kind = 'rumour'", "lane = 'express'"])
def test_a_word_that_is_not_known_is_refused(statement: str, cast: dict[str, Person]) -> None:
    made = factories.make_edition("draft", author=cast["nora"])
    with pytest.raises(IntegrityError):
        db.session.execute(text(f"UPDATE edition SET {statement} WHERE id = {made.id}"))


def test_an_article_has_one_open_edition_in_a_lane(cast: dict[str, Person]) -> None:
    live = factories.make_edition("published", author=cast["nora"])
    factories.make_update(live, author=cast["nora"])
    with pytest.raises(IntegrityError):
        factories.make_update(live, author=cast["omar"])


def test_an_article_has_one_published_edition(cast: dict[str, Person]) -> None:
    live = factories.make_edition("published", author=cast["nora"])
    other = factories.make_update(live, author=cast["nora"])
    with pytest.raises(IntegrityError):
        db.session.execute(
            text(
                "UPDATE edition SET state = 'published', published_at = opened_at, major = 2, minor = 0 WHERE id = :id"
            ),
            {"id": other.id},
        )


@pytest.mark.parametrize(
    "change",
    [{"first_published_at": None}, {"changed_at": None}, {"live_edition_id": None}, {"slug": ""}, {"standing": "none"}],
)
def test_a_live_article_has_its_dates_its_edition_and_its_address(
    change: dict[str, Any], cast: dict[str, Person]
) -> None:
    made = factories.make_edition("published", author=cast["nora"])
    with pytest.raises(IntegrityError):
        db.session.execute(update(Article).where(Article.id == made.article_id).values(**change))


@pytest.mark.parametrize(
    "change",
    [
        "decision = 'return'",
        "decision = 'return', decided_at = submitted_at, digest = 'x'",
        "decision = 'kill', decided_at = submitted_at, digest = 'x'",
        "decided_by_id = submitted_by_id",
    ],
)
def test_a_round_is_decided_wholly_or_not_at_all(change: str, cast: dict[str, Person]) -> None:
    made = factories.make_edition("review", author=cast["nora"])
    with pytest.raises(IntegrityError):
        db.session.execute(text(f"UPDATE round SET {change} WHERE edition_id = {made.id}"))


def test_an_edition_has_one_open_round(cast: dict[str, Person]) -> None:
    made = factories.make_edition("review", author=cast["nora"])
    db.session.add(
        Round(
            edition_id=made.id,
            number=2,
            submitted_revision_id=made.revision_id,
            submitted_by_id=cast["nora"].id,
            submitted_at=database.now(),
        )
    )
    with pytest.raises(IntegrityError):
        db.session.commit()


@pytest.mark.parametrize("field", ["owner", "responsible", "address", "phone", "email", "notice"])
def test_an_imprint_without_what_the_law_demands_is_refused(field: str) -> None:
    with pytest.raises(IntegrityError):
        db.session.execute(update(Imprint).values({field: "  "}))


def test_a_role_for_all_sections_is_given_once(cast: dict[str, Person]) -> None:
    db.session.add(Assignment(user_id=cast["nora"].id, role="reporter"))
    with pytest.raises(IntegrityError):
        db.session.commit()


def test_a_person_on_record_cannot_be_removed(cast: dict[str, Person]) -> None:
    factories.make_edition("draft", author=cast["nora"])
    with pytest.raises(DBAPIError):
        db.session.execute(text('DELETE FROM "user" WHERE id = :id'), {"id": cast["nora"].id})


def test_a_write_over_a_newer_version_is_refused(cast: dict[str, Person]) -> None:
    made = factories.make_edition("draft", author=cast["nora"])
    edition = db.session.get_one(Edition, made.id)
    db.session.execute(text("UPDATE edition SET version = version + 1"))
    edition.change_note = "quá muộn"
    with pytest.raises(StaleDataError):
        db.session.commit()


def test_a_moment_without_its_zone_is_refused(cast: dict[str, Person]) -> None:
    user = db.session.get_one(User, cast["nora"].id)
    user.created_at = database.now().replace(tzinfo=None)
    with pytest.raises(StatementError, match="zone"):
        db.session.flush()

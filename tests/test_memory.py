"""What pages share is as new as the newest act, in every process; and what may yet be undone is never shared."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg.pq import TransactionStatus
from sqlalchemy import text

from editorial import articles, catalogue, record, site
from editorial.db import db, may_write, writing
from editorial.models import Edition, Section, User
from tests.factories import Made, Person

Make = Callable[..., Made]


@pytest.fixture
def elsewhere(other: Flask) -> FlaskClient:
    """A reader whom another process serves, from the same database."""
    return other.test_client()


def slogan_of(client: FlaskClient) -> bool:
    return "Gần dân từng việc" in client.get("/").text


def test_what_one_process_changes_the_others_show_with_the_next_page(app: Flask, elsewhere: FlaskClient) -> None:
    assert not slogan_of(elsewhere)
    with app.app_context(), writing():
        site.apply({"slogan": [{"valid_from": date(2016, 1, 1), "text": "Gần dân từng việc"}]}, by=None)
    assert slogan_of(elsewhere)
    assert slogan_of(app.test_client())


def test_a_new_article_is_at_once_among_those_related(
    app: Flask, client: FlaskClient, elsewhere: FlaskClient, cast: dict[str, Person], make_edition: Make
) -> None:
    first = make_edition("published", author=cast["nora"], section="kinh-te", title="Bài một")
    second = make_edition("review", author=cast["nora"], section="kinh-te", title="Bài hai")
    page = f"/tin/{first.article_id}/{first.slug}"
    assert "Bài hai" not in elsewhere.get(page).text
    with app.app_context(), writing():
        edition, petra = db.session.get_one(Edition, second.id), db.session.get_one(User, cast["petra"].id)
        articles.move(edition, "publish", by=petra, seen=second.digest)
    assert "Bài hai" in elsewhere.get(page).text
    assert "Bài hai" in client.get(page).text


def test_what_is_undone_was_never_remembered(app: Flask) -> None:
    with app.app_context():
        with writing():
            db.session.add(Section(slug="thu", name="Thử"))
            record.add(None, "site", "site:frame")
            seen = catalogue.remembered("names", lambda: [link.name for link in catalogue.sections()])
            assert "Thử" in seen
            db.session.rollback()
            record.add(None, "site", "site:other")  # takes the number of the act that was undone
            db.session.commit()
        assert "Thử" not in catalogue.remembered("names", lambda: [link.name for link in catalogue.sections()])


def test_it_is_read_once_until_the_next_act(app: Flask) -> None:
    read: list[int] = []
    with app.app_context():
        for _ in range(3):
            catalogue.remembered("count", lambda: read.append(1))
            db.session.remove()
        assert len(read) == 1
        with writing():
            record.add(None, "site", "site:frame")
            db.session.commit()
        db.session.remove()
        catalogue.remembered("count", lambda: read.append(1))
        assert len(read) == 2


def test_a_reader_s_statements_stand_alone_and_a_writer_s_together(app: Flask, kind: str) -> None:
    """On PostgreSQL; SQLite gives a reader a snapshot for nothing."""
    if kind == "sqlite":
        return
    with app.app_context():
        for answer, alone in ((False, True), (None, False), (True, False), (False, True)):
            may_write(answer)
            session: Any = db.session.connection().connection.dbapi_connection
            db.session.execute(text("SELECT 1"))
            assert (session.info.transaction_status is TransactionStatus.IDLE) is alone
            db.session.remove()
        may_write(None)

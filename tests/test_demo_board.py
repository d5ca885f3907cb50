"""The demo is a board like any other: made by the real acts, whole on the record, the same when asked for again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from editorial import assets, passwords, record, vietnamese
from editorial.app import create_app
from editorial.config import Settings, SettingsError
from editorial.db import db, now, writing
from editorial.demo import board, texts
from editorial.demo.board import Demo
from editorial.models import Article, ArticleStanding, Asset, Edition, Event, Imprint, Revision, Section, Slogan, User
from editorial.tables import upgrade
from editorial.workflow import Kind, State
from tests.conftest import settings_for
from tests.databases import Databases


@dataclass(frozen=True)
class Made:
    app: Flask
    settings: Settings
    demo: Demo
    day: date  # on which it was made


def prepare_tables(url: str) -> None:
    app = create_app(settings_for(url, Path("/nonexistent")))
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def made(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Made]:
    """A demo that was just made. Whoever changes it puts it back."""
    url = databases.fresh(request.param, prepare_tables)
    settings = settings_for(url, tmp_path_factory.mktemp("demo"), demo=True)
    app = create_app(settings)
    app.testing = True
    with app.app_context():
        day = vietnamese.local(now()).date()
        with writing():
            demo = board.prepare(settings, {})
            db.session.remove()
        yield Made(app, settings, demo, day)
        db.session.remove()
        db.engine.dispose()
    databases.give_back(url)


@pytest.fixture(autouse=True)
def forget(made: Made) -> Iterator[None]:
    yield
    db.session.rollback()


def ask_again(made: Made, **environ: str) -> Demo:
    with writing():
        demo = board.prepare(made.settings, environ)
        db.session.rollback()
        return demo


def everything() -> list[int | None]:
    tables = (User, Section, Imprint, Slogan, Article, Edition, Revision, Event, Asset)
    return [db.session.scalar(select(func.count()).select_from(table)) for table in tables]


def test_its_people_can_sign_in_with_the_password_that_is_told(made: Made) -> None:
    people = {user.email.removesuffix("@demo.test"): user for user in db.session.scalars(select(User))}
    assert {name: user.roles for name, user in people.items()} == {
        "reporter": ["reporter"],
        "reporter2": ["reporter"],
        "editor": ["editor"],
        "head": ["head"],
        "deputy": ["editor"],
        "admin": ["admin"],
    }
    assert sorted(email for email, _ in made.demo.people) == sorted(user.email for user in people.values())
    assert len(made.demo.password) >= 12
    assert all(passwords.matches(made.demo.password, user.password) for user in people.values())


def test_there_is_a_text_in_every_state(made: Made) -> None:
    assert set(db.session.scalars(select(Edition.state))) == set(State)
    assert {Kind.FIRST, Kind.UPDATE} <= set(db.session.scalars(select(Edition.kind)))


def test_the_texts_stand_where_the_files_say(made: Made) -> None:
    newest = {e.article_id: e for e in db.session.scalars(select(Edition).order_by(Edition.id))}
    told = texts.articles(made.day)
    assert sorted((e.head.title, e.state.value) for e in newest.values()) == sorted(
        (article.versions[-1].title, article.state) for article in told
    )
    for article in told:
        for version in article.versions:
            if version.outcome == "published":
                published = db.session.scalars(select(Edition).where(Edition.published_at == version.at)).one()
                assert published.head.title == version.title


def test_the_record_is_whole_and_in_the_order_of_time(made: Made) -> None:
    verdict = record.verify()
    assert verdict.finding is None
    assert verdict.events > 100
    moments = list(db.session.scalars(select(Event.at).order_by(Event.sequence)))
    assert moments == sorted(moments)
    assert moments[-1] <= now()


def test_a_text_was_begun_before_it_was_whole(made: Made) -> None:
    first = db.session.scalars(select(Revision).where(Revision.parent_id.is_(None)).order_by(Revision.id)).first()
    later = db.session.scalars(select(Revision).where(Revision.parent_id == (first.id if first else 0))).one()
    assert first
    assert first.words < later.words
    assert first.created_at < later.created_at


def test_what_wants_an_endorsement_has_one(made: Made) -> None:
    published = select(Edition).join(Section).where(Section.wants_endorsement, Edition.published_at.is_not(None))
    editions = db.session.scalars(published).all()
    assert editions
    for edition in editions:
        assert {word.digest for word in edition.rounds[-1].endorsements} == {edition.head.digest}


def test_a_change_went_to_the_readers_as_a_new_edition(made: Made) -> None:
    (article,) = db.session.scalars(
        select(Article).join(Edition, Edition.article_id == Article.id).where(Edition.state == "superseded")
    )
    assert article.live_edition
    assert article.live_edition.number == "2.0"
    assert article.live_edition.change_note
    assert article.changed_at == article.live_edition.published_at


def test_readers_get_a_dozen_articles_with_pictures_and_nothing_else(made: Made) -> None:
    client = made.app.test_client()
    live = db.session.scalars(select(Article).where(Article.standing == ArticleStanding.LIVE)).all()
    assert len(live) >= 12
    assert client.get("/").status_code == 200
    for article in live:
        assert client.get(f"/tin/{article.id}/{article.slug}").status_code == 200
    hidden = db.session.scalars(select(Article.id).where(Article.standing != ArticleStanding.LIVE)).all()
    assert {client.get(f"/tin/{article_id}/x").status_code for article_id in hidden} == {404}


def test_every_picture_is_whole(made: Made) -> None:
    found = db.session.scalars(select(Asset.id)).all()
    assert len(found) >= 12
    assert all(assets.is_whole(asset_id) for asset_id in found)


def test_asked_for_again_it_stays_as_it_is(made: Made) -> None:
    before = everything()
    assert ask_again(made) == made.demo
    assert everything() == before


def test_the_password_is_for_the_owners_eyes(made: Made) -> None:
    note = made.settings.instance / "password.txt"
    assert note.read_text("utf-8") == made.demo.password
    assert note.stat().st_mode & 0o777 == 0o600


def test_another_password_can_be_chosen_even_a_weak_one(made: Made) -> None:
    try:
        assert ask_again(made, EDITORIAL_DEMO_PASSWORD="demo").password == "demo"
        assert all(passwords.matches("demo", user.password) for user in db.session.scalars(select(User)))
        db.session.rollback()
        assert ask_again(made).password == "demo"
    finally:
        ask_again(made, EDITORIAL_DEMO_PASSWORD=made.demo.password)
    assert record.verify().finding is None


def test_a_board_left_half_made_is_not_passed_off_as_whole(made: Made) -> None:
    note = made.settings.instance / "password.txt"
    password = note.read_text("utf-8")
    note.unlink()
    try:
        with pytest.raises(SettingsError, match="half made"):
            ask_again(made)
    finally:
        note.write_text(password, "utf-8")
        note.chmod(0o600)


def test_it_is_made_nowhere_but_in_a_demo_instance(made: Made) -> None:
    with writing(), pytest.raises(SettingsError, match="not a demo"):
        board.prepare(replace(made.settings, demo=False), {})

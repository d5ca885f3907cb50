"""What runs by itself: that it does what is due, says when nobody does, and goes on whatever happens."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event

from editorial import db as database
from editorial import jobs, outbox
from editorial.app import create_app
from editorial.config import SettingsError
from editorial.db import db, writing
from editorial.models import Edition, Message
from editorial.tables import upgrade
from editorial.workflow import State
from tests.conftest import settings_for
from tests.factories import Made, Person

MakeEdition = Callable[..., Made]


def state_of(made: Made) -> State:
    db.session.rollback()
    return db.session.get_one(Edition, made.id).state


def is_sent() -> bool:
    db.session.rollback()
    return db.session.query(Message.sent_at).scalar() is not None


def until(condition: Callable[[], bool], within: float = 20) -> None:
    """Wait for what another thread does; the pauses only spare the processor."""
    pause = threading.Event()
    for _ in range(int(within / 0.02)):
        if condition():
            return
        pause.wait(0.02)
    pytest.fail("it did not happen")


@pytest.fixture
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "PAUSE", 0.01)


def test_what_is_due_is_done_once(app: Flask, cast: dict[str, Person], make_edition: MakeEdition) -> None:
    due = make_edition("scheduled", author=cast["nora"], released_in=timedelta(hours=1))
    later = make_edition("scheduled", author=cast["omar"], released_in=timedelta(hours=3))
    with app.app_context(), database.at(database.now() + timedelta(hours=2)):
        with writing():
            outbox.post("nora@khetrang.example", "Đã đăng", "Bài của chị đã đăng.")
            db.session.commit()
        jobs.run_due()
        jobs.run_due()
        assert state_of(due) is State.PUBLISHED
        assert state_of(later) is State.SCHEDULED
        assert len(list(app.extensions["editorial"].mail.glob("*.eml"))) == 1


def test_the_writers_place_is_left_alone_while_nothing_is_due(
    app: Flask, cast: dict[str, Person], make_edition: MakeEdition
) -> None:
    make_edition("scheduled", author=cast["nora"], released_in=timedelta(hours=1))
    began = []
    with app.app_context():
        event.listen(db.engine, "begin", lambda _: began.append(database.is_writing()))
        jobs.run_due()
        assert began
        assert not any(began)


@pytest.mark.parametrize(("late", "expected"), [(-3600, 0), (30, 0), (61, 1)])
def test_overdue_means_more_than_a_minute(
    app: Flask, cast: dict[str, Person], make_edition: MakeEdition, late: int, expected: int
) -> None:
    make_edition("scheduled", author=cast["nora"], released_in=timedelta(hours=1))
    make_edition("published", author=cast["nora"])
    with app.app_context(), database.at(database.now() + timedelta(hours=1, seconds=late)):
        assert jobs.overdue() == expected


@contextmanager
def started(app: Flask) -> Iterator[None]:
    running = jobs.start(app)
    try:
        yield
    finally:
        running.stop()


@pytest.mark.usefixtures("_quick")
def test_beside_a_server_texts_are_released_and_mail_is_sent(
    app: Flask, cast: dict[str, Person], make_edition: MakeEdition
) -> None:
    made = make_edition("scheduled", author=cast["nora"], released_in=timedelta(seconds=-1))
    with app.app_context():
        with writing():
            outbox.post("nora@khetrang.example", "Đã đăng", "Bài của chị đã đăng.")
            db.session.commit()
        with started(app):
            until(lambda: state_of(made) is State.PUBLISHED)
            until(is_sent)
    names = {"release_due", "deliver_due", "forget_due"}
    assert not [thread for thread in threading.enumerate() if thread.name in names]


@pytest.mark.usefixtures("_quick")
def test_no_failure_ends_it_and_one_that_lasts_is_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(settings_for(f"sqlite:///{tmp_path}/empty.db", tmp_path))  # whose tables are not there yet
    rounds: list[str] = []
    with app.app_context():
        event.listen(db.engine, "rollback", lambda _: rounds.append(threading.current_thread().name))
        with started(app):
            until(lambda: all(rounds.count(job) > 3 for job in ("release_due", "deliver_due", "forget_due")))
            upgrade()
            with writing():
                outbox.post("nora@khetrang.example", "Xin chào", "Cơ sở dữ liệu đã có.")
                db.session.commit()
            until(is_sent)
        db.session.remove()
        db.engine.dispose()
    told = [record.getMessage() for record in caplog.records if "will be tried again" in record.getMessage()]
    assert sorted(line.split()[0] for line in told) == ["deliver_due", "forget_due", "release_due"]
    assert not any("\n" in line for line in told)


def test_a_mail_server_that_cannot_be_is_refused_at_the_start(app: Flask) -> None:
    app.extensions["editorial"] = replace(app.extensions["editorial"], smtp_url="smpt://mail.example")
    with pytest.raises(SettingsError):
        jobs.start(app)

"""Visits are counted once each, whatever the number of threads, processes and restarts, and nobody is stored."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from editorial import catalogue, statistics
from editorial.app import create_app
from editorial.db import at, db, writing
from editorial.models import Article, ArticleStanding, Event, Section, Visitor, VisitSalt
from editorial.statistics import Counting, Numbers, Span
from tests.conftest import SECRET, settings_for
from tests.factories import Made, Person

Make = Callable[..., Made]
NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
DAY = date(2026, 11, 20)
MIDNIGHT = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)  # in Vietnam


@pytest.fixture
def counting(app: Flask) -> Iterator[Counting]:
    with app.app_context():
        yield Counting(SECRET)


def note(counting: Counting, who: str, minutes: float = 0, *, since: datetime = NOON, **options: Any) -> None:
    counting.note(who.encode(), at=since + timedelta(minutes=minutes), bot=options.pop("bot", False), **options)


def days() -> dict[date, tuple[int, int, int, int]]:
    with at(NOON + timedelta(days=1)):
        return {span.day: (span.people, span.bots, span.pages, span.bot_pages) for span in statistics.by_day(40)}


def numbers(minutes: float = 0) -> Numbers:
    with at(NOON + timedelta(minutes=minutes)):
        return statistics.numbers()


@pytest.mark.parametrize("settle_each", [True, False])
@pytest.mark.parametrize(
    ("minutes", "visits"),
    [
        ((0,), 1),
        ((0, 0, 0), 1),
        ((0, 29), 1),
        ((0, 30), 2),
        ((0, 29, 58, 87), 1),
        ((0, 31, 62), 3),
        ((0, 29.99, 60), 2),
    ],
)
def test_a_pause_of_half_an_hour_begins_another_visit(
    counting: Counting, minutes: tuple[float, ...], visits: int, settle_each: bool
) -> None:
    for minute in minutes:
        note(counting, "ann", minute)
        if settle_each:
            counting.settle()
    counting.settle()
    assert days() == {DAY: (visits, 0, len(minutes), 0)}


def test_people_and_bots_are_counted_apart(counting: Counting) -> None:
    for who in ("ann", "bee", "ann"):
        note(counting, who)
    for _ in range(3):
        note(counting, "ann", bot=True)
    counting.settle()
    assert days() == {DAY: (2, 1, 3, 3)}
    assert numbers().online == 2


def test_no_thread_loses_a_count(app: Flask) -> None:
    counting, many = Counting(SECRET), 8

    def read(number: int) -> None:
        with app.app_context():
            for n in range(100):
                note(counting, f"reader {number}", n / 100)
                note(counting, "all the same", n / 100, bot=True)
                if n % 25 == 0:
                    counting.settle()

    threads = [threading.Thread(target=read, args=(number,)) for number in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        counting.settle()
        assert days() == {DAY: (many, 1, 100 * many, 100 * many)}


def test_two_processes_count_a_visitor_once_and_every_page(app: Flask, tmp_path: Path) -> None:
    other = create_app(settings_for(app.config["SQLALCHEMY_DATABASE_URI"], tmp_path))
    pair = [(each, Counting(SECRET)) for each in (app, other)]

    def read(of: Flask, counting: Counting) -> None:
        with of.app_context():
            for n in range(50):
                note(counting, "ann", n / 50)
                note(counting, f"reader {n}", n / 50)
                if n % 10 == 9:
                    counting.settle()

    threads = [threading.Thread(target=read, args=each) for each in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert days() == {DAY: (51, 0, 200, 0)}
        assert numbers(1).online == 51
    with other.app_context():
        db.session.remove()
        db.engine.dispose()


def test_a_restart_neither_forgets_nor_counts_twice(app: Flask) -> None:
    with app.app_context():
        first = Counting(SECRET)
        note(first, "ann")
        first.settle()
        again = Counting(SECRET)
        note(again, "ann", 10)
        note(again, "bee", 10)
        again.settle()
        assert days() == {DAY: (2, 0, 3, 0)}


def test_at_midnight_a_new_day_begins_and_a_visit_goes_on(counting: Counting) -> None:
    for settle_between in (True, False):
        who = f"ann {settle_between}"
        note(counting, who, -1, since=MIDNIGHT)
        if settle_between:
            counting.settle()
        note(counting, who, 1, since=MIDNIGHT)
        note(counting, who, 5, since=MIDNIGHT)
    note(counting, "bee", 1, since=MIDNIGHT)
    counting.settle()
    assert days() == {DAY: (2, 0, 2, 0), DAY + timedelta(days=1): (1, 0, 5, 0)}
    with at(MIDNIGHT + timedelta(minutes=5)):
        assert statistics.numbers() == Numbers(today=1, month=3, total=3, online=3)


def test_the_numbers_are_those_of_today_this_month_and_all_time(counting: Counting) -> None:
    note(counting, "ann", -60 * 24 * 25)  # in October
    note(counting, "ann", -60 * 24)
    note(counting, "ann", -10)
    note(counting, "bee", -5)
    note(counting, "cat", -1)
    counting.settle()
    assert numbers() == Numbers(today=3, month=4, total=5, online=1)
    assert [(span.day.month, span.people) for span in statistics.by_month()] == [(11, 4), (10, 1)]
    assert numbers(60 * 24 * 11) == Numbers(today=0, month=0, total=5, online=1)  # whoever reads this is online


def test_an_older_site_s_count_goes_on(counting: Counting) -> None:
    note(counting, "ann")
    counting.settle()
    before = catalogue.version()
    with writing():
        statistics.start_at(1_234_567, by=None)
        statistics.start_at(2_000_000, by=None)
    assert numbers().total == 2_000_001
    assert numbers().month == 1
    db.session.remove()
    assert catalogue.version() == before + 2
    for wrong in (-1, 10**12 + 1):
        with writing(), pytest.raises(ValueError, match=str(wrong)):
            statistics.start_at(wrong, by=None)


def test_nothing_that_tells_who_it_was_is_stored_and_the_rest_is_removed(counting: Counting) -> None:
    note(counting, "203.0.113.7 Mozilla/5.0")
    counting.settle()
    (stored,) = db.session.scalars(select(Visitor.key))
    assert re.fullmatch("[0-9a-f]{32}", stored)
    (salt,) = db.session.scalars(select(VisitSalt.salt))
    assert len(salt) == 64
    note(counting, "bee", 60 * 24)
    counting.settle()
    (other,) = db.session.scalars(select(Visitor.key))
    assert other != stored
    assert list(db.session.scalars(select(VisitSalt.day))) == [DAY + timedelta(days=1)]
    with writing():
        db.session.delete(db.session.scalars(select(VisitSalt)).one())
        db.session.commit()
    note(counting, "bee", 60 * 24 + 1)
    counting.settle()
    assert db.session.scalar(select(func.count(Visitor.key.distinct()))) == 2, "the hash does not depend on the salt"


def test_counting_is_no_act(counting: Counting) -> None:
    before = db.session.scalar(select(func.count()).select_from(Event))
    note(counting, "ann")
    counting.settle()
    assert db.session.scalar(select(func.count()).select_from(Event)) == before


def test_what_the_database_refuses_is_added_up_later(counting: Counting) -> None:
    note(counting, "ann")
    with writing():
        db.session.execute(text("ALTER TABLE visit_day RENAME TO visit_day_away"))
        db.session.commit()
    with pytest.raises(DBAPIError):
        counting.settle()
    note(counting, "ann", 10)
    note(counting, "ann", 50)
    note(counting, "bee", 50)
    with writing():
        db.session.execute(text("ALTER TABLE visit_day_away RENAME TO visit_day"))
        db.session.commit()
    for _ in range(2):
        counting.settle()
        assert days() == {DAY: (3, 0, 4, 0)}


def test_an_article_that_is_not_there_holds_nothing_up(counting: Counting) -> None:
    note(counting, "ann", article_id=999)
    counting.settle()
    assert days() == {DAY: (1, 0, 1, 0)}


def test_what_is_read_most_is_public_and_in_order(
    counting: Counting, cast: dict[str, Person], make_edition: Make
) -> None:
    made = [make_edition("published", author=cast["nora"], title=f"Bài {n}") for n in range(3)]
    culture = make_edition("published", author=cast["nora"], section="van-hoa", title="Văn hóa")
    hidden = make_edition("published", author=cast["nora"], title="Đã gỡ")
    for article, times in ((made[0], 2), (made[1], 5), (made[2], 2), (culture, 3), (hidden, 9)):
        for n in range(times):
            note(counting, f"reader {n}", article_id=article.article_id)
            note(counting, "robot", bot=True, article_id=made[0].article_id)
    note(counting, "ann", -60 * 24 * 7, article_id=made[2].article_id)
    counting.settle()
    with writing():
        db.session.get_one(Article, hidden.article_id).standing = ArticleStanding.WITHDRAWN
        db.session.commit()
    section = db.session.scalars(select(Section.id).filter_by(slug="van-hoa")).one()
    with at(NOON):
        order = [made[1], culture, made[2], made[0]]
        assert statistics.most_read(9) == [article.article_id for article in order]
        assert statistics.most_read(2) == [article.article_id for article in order[:2]]
        assert statistics.most_read(9, section) == [culture.article_id]
        assert statistics.most_read(1, days=8) == [made[1].article_id]
        titles = [(read.title, read.pages) for read in statistics.titles_most_read(3)]
        assert titles == [("Bài 1", 5), ("Văn hóa", 3), ("Bài 2", 3)]
    with at(NOON + timedelta(days=9)):
        assert statistics.most_read(9) == []


def test_the_days_come_newest_first(counting: Counting) -> None:
    for day in reversed(range(5)):
        note(counting, "ann", -60 * 24 * day)
    counting.settle()
    with at(NOON):
        spans = statistics.by_day(3)
    assert spans == [Span(DAY - timedelta(days=n), 1, 0, 1, 0) for n in range(3)]

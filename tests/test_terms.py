"""Tags, authors, topics and days: which articles their lists hold, what a new edition changes, what reading costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update

from editorial import articles, catalogue, record, topics
from editorial import manuscript as manuscripts
from editorial.catalogue import threads
from editorial.db import at, db
from editorial.manuscript import Incomplete, Term
from editorial.models import Article, ArticleStanding, ArticleTerm, Edition, Event, Topic, User
from editorial.topics import Unfit, Words
from editorial.workflow import NotAllowed
from tests import factories
from tests.factories import Made, Person, text_of
from tests.test_catalogue import asked

pytestmark = pytest.mark.usefixtures("context")

NEW_YEAR = datetime(2026, 1, 1, 5, tzinfo=UTC)  # noon in Vietnam
Publish = Callable[..., Made]
Cast = dict[str, Person]


@pytest.fixture
def publish(cast: Cast) -> Publish:
    """A published article: `publish(3, tags=["lúa"])` came out three hours after New Year's noon."""

    def make(hours: float, **parts: Any) -> Made:
        with at(NEW_YEAR + timedelta(hours=hours)):
            return factories.make_edition("published", author=cast["nora"], **({"title": f"Bài {hours}"} | parts))

    return make


def person(cast: Cast, name: str) -> User:
    return db.session.get_one(User, cast[name].id)


def titles(kind: str, slug: str, number: int = 1) -> list[str] | None:
    found = catalogue.term_page(kind, slug, number)
    return found and [item.title for item in found[1].items]


# --- which lists a text belongs to ------------------------------------------------------------------------------------


def test_a_text_belongs_to_each_list_once() -> None:
    made = manuscripts.of(
        tags=["Lúa", "lúa", "LUA", "vụ mùa", "!!!"], bylines=["Hoài An", "Hoai An", "Đỗ Đức"], topic="nuoc-ve-thon"
    )
    assert manuscripts.terms(made) == [
        Term("tag", "lua", "Lúa"),
        Term("tag", "vu-mua", "vụ mùa"),
        Term("author", "hoai-an", "Hoài An"),
        Term("author", "do-duc", "Đỗ Đức"),
        Term("topic", "nuoc-ve-thon", "nuoc-ve-thon"),
    ]


def test_a_topic_leaves_the_digests_of_texts_without_one_as_they_were() -> None:
    made = text_of()
    assert "topic" not in manuscripts.canonical(made)
    assert made.digest != text_of(topic="nuoc-ve-thon").digest
    assert manuscripts.read(manuscripts.canonical(text_of(topic="nuoc-ve-thon"))).topic == "nuoc-ve-thon"


@pytest.mark.parametrize("tags", [["x" * 61], [f"từ {n}" for n in range(13)]])
def test_keywords_have_a_limit(tags: list[str]) -> None:
    assert [fault.field for fault in manuscripts.limits(text_of(tags=tags))] == ["tags"]
    assert manuscripts.limits(text_of(tags=[f"{n} " + "x" * 50 for n in range(12)])) == []


def test_publication_writes_the_lists_and_the_next_edition_writes_them_anew(cast: Cast) -> None:
    topics.begin(Words("Nước về thôn"), by=person(cast, "edda"))
    first = factories.make_edition(
        "review", author=cast["nora"], tags=["lúa", "gặt"], bylines=["Hoài An"], topic="nuoc-ve-thon"
    )
    edition = db.session.get_one(Edition, first.id)
    assert titles("tag", "lua") is None, "nothing is public yet"
    articles.move(edition, "publish", by=person(cast, "petra"), seen=first.digest)
    assert titles("tag", "lua") == titles("author", "hoai-an") == titles("topic", "nuoc-ve-thon") != None  # noqa: E711
    change = factories.make_update(first, author=cast["nora"], state="review", tags=["lúa"], bylines=["Minh Thư"])
    assert titles("author", "minh-thu") is None, "the change is not out yet"
    update = db.session.get_one(Edition, change.id)
    articles.move(update, "publish", by=person(cast, "petra"), seen=change.digest)
    assert titles("tag", "lua") == titles("author", "minh-thu") == [update.head.title]
    assert [titles(*gone) for gone in (("tag", "gat"), ("author", "hoai-an"), ("topic", "nuoc-ve-thon"))] == [None] * 3
    dates = db.session.scalars(select(ArticleTerm.first_published_at)).all()
    assert set(dates) == {db.session.get_one(Article, first.article_id).first_published_at}


def test_what_the_factories_write_is_what_publication_writes(cast: Cast) -> None:
    parts: dict[str, Any] = {"tags": ["lúa", "gặt"], "bylines": ["Hoài An", "Minh Thư"]}
    put = factories.make_edition("published", author=cast["nora"], **parts)
    walked = factories.make_edition("review", author=cast["nora"], **parts)
    articles.move(db.session.get_one(Edition, walked.id), "publish", by=person(cast, "petra"), seen=walked.digest)

    def written(made: Made) -> list[Any]:
        columns = (ArticleTerm.kind, ArticleTerm.slug, ArticleTerm.label)
        query = select(*columns).where(ArticleTerm.article_id == made.article_id).order_by(*columns[:2])
        return list(db.session.execute(query))

    assert [tuple(row) for row in written(put)] == [tuple(row) for row in written(walked)]
    assert len(written(put)) == 4


# --- lists ------------------------------------------------------------------------------------------------------------


def test_a_list_is_newest_first_in_pages_and_named_as_its_newest_text_has_it(
    publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "ON_A_PAGE", 2)
    for hours, tag in ((1, "lúa mùa"), (3, "Lúa mùa"), (2, "lua mua")):
        publish(hours, tags=[tag])
    publish(4, tags=["khác"])
    found = catalogue.term_page("tag", "lua-mua")
    assert found
    assert (found[0].label, found[1].total, found[1].pages) == ("Lúa mùa", 3, 2)
    assert (titles("tag", "lua-mua"), titles("tag", "lua-mua", 2)) == (["Bài 3", "Bài 2"], ["Bài 1"])
    assert [titles("tag", "lua-mua", number) for number in (0, 3, 10**9)] == [None] * 3
    assert titles("author", "lua-mua") is None, "a tag is no author"


@pytest.mark.parametrize("standing", [ArticleStanding.HELD, ArticleStanding.WITHDRAWN])
def test_what_no_longer_stands_live_is_in_no_list(standing: ArticleStanding, publish: Publish, cast: Cast) -> None:
    topics.begin(Words("Nước về thôn"), by=person(cast, "edda"))
    gone = publish(1, tags=["lúa"], topic="nuoc-ve-thon", title="Đã gỡ")
    stays = publish(2, tags=["lúa"], topic="nuoc-ve-thon", title="Còn đó", bylines=["Minh Thư"])
    db.session.execute(update(Article).where(Article.id == gone.article_id).values(standing=standing))
    story = catalogue.story(stays.article_id)
    assert story
    around = catalogue.surroundings(story)
    assert (around.older, around.of_topic) == (None, [])
    assert titles("tag", "lua") == titles("topic", "nuoc-ve-thon") == ["Còn đó"]
    assert titles("author", "hoai-an") is None
    assert [thread.total for thread in catalogue.topics()] == [1]
    assert catalogue.term_slugs("author", 10) == ["minh-thu"]
    day = catalogue.day_page(date(2026, 1, 1))
    assert day
    assert [item.title for item in day.items] == ["Còn đó"]
    assert catalogue.days_of_month(date(2026, 1, 1)) == {date(2026, 1, 1): 1}


def test_an_article_leads_to_its_neighbours_in_the_section_and_to_its_topic(publish: Publish, cast: Cast) -> None:
    topics.begin(Words("Nước về thôn", "Water"), by=person(cast, "edda"))
    made = [publish(hours, topic="nuoc-ve-thon" if hours != 3 else "") for hours in (1, 2, 3, 4)]
    publish(2.5, section="van-hoa")
    story = catalogue.story(made[1].article_id)
    assert story
    around = catalogue.surroundings(story, "en")
    assert around.older
    assert around.newer
    assert around.topic
    assert (around.older.title, around.newer.title, around.topic.label) == ("Bài 1", "Bài 3", "Water")
    assert [item.title for item in around.of_topic] == ["Bài 4", "Bài 1"]
    newest = catalogue.story(made[3].article_id)
    assert newest
    assert catalogue.surroundings(newest).newer is None


def test_of_two_that_came_out_together_each_is_the_others_neighbour(publish: Publish) -> None:
    one, other = publish(1, title="Trước"), publish(1, title="Sau")
    first, second = catalogue.story(one.article_id), catalogue.story(other.article_id)
    assert first
    assert second
    newer, older = catalogue.surroundings(first).newer, catalogue.surroundings(second).older
    assert newer
    assert older
    assert (newer.title, older.title) == ("Sau", "Trước")


def test_a_day_is_one_of_vietnam(publish: Publish) -> None:
    """A quarter to midnight and midnight there are five and a quarter to five in the afternoon in London."""
    publish(11.75, title="Trước nửa đêm")
    publish(12, title="Đúng nửa đêm")
    first, second = (catalogue.day_page(date(2026, 1, day)) for day in (1, 2))
    assert first
    assert second
    assert [page.items[0].title for page in (first, second)] == ["Trước nửa đêm", "Đúng nửa đêm"]
    assert catalogue.days_of_month(date(2026, 1, 1)) == {date(2026, 1, 1): 1, date(2026, 1, 2): 1}
    assert catalogue.days_around(date(2026, 1, 1)) == (None, date(2026, 1, 2))
    assert catalogue.days_around(date(2026, 1, 5)) == (date(2026, 1, 2), None)
    assert catalogue.first_and_last_day() == (date(2026, 1, 1), date(2026, 1, 2))
    assert catalogue.day_page(date(2026, 1, 3)) is None


# --- topics -----------------------------------------------------------------------------------------------------------


def test_a_topic_is_begun_and_renamed_on_record_and_keeps_its_address(cast: Cast) -> None:
    edda = person(cast, "edda")
    topic = topics.begin(Words(" Nước  về thôn ", description="Lời hứa và tiến độ."), by=edda, once="a" * 64)
    assert (topic.slug, topic.name) == ("nuoc-ve-thon", "Nước về thôn")
    assert topics.rename(topic, Words("Nước sạch về thôn"), by=edda)
    assert (topic.slug, topic.name, topic.description) == ("nuoc-ve-thon", "Nước sạch về thôn", "")
    assert not topics.rename(topic, Words("Nước sạch về thôn"), by=edda), "nothing differs"
    acts = [event.action for event in db.session.scalars(select(Event).where(Event.subject == f"topic:{topic.id}"))]
    assert acts == ["topic-begun", "topic-renamed"]
    assert record.verify().finding is None


def test_two_topics_never_share_a_name_or_an_address(cast: Cast) -> None:
    edda = person(cast, "edda")
    topics.begin(Words("Nước về thôn"), by=edda)
    with pytest.raises(Unfit):
        topics.begin(Words("Nước về thôn"), by=edda)
    other = topics.begin(Words("Nuoc ve thon"), by=edda)
    assert other.slug == "nuoc-ve-thon-2"
    with pytest.raises(Unfit):
        topics.rename(other, Words("Nước về thôn"), by=edda)


@pytest.mark.parametrize("words", [Words(""), Words("…"), Words("x" * 121), Words("Đường", description="x" * 601)])
def test_a_topic_needs_a_name_that_fits(words: Words, cast: Cast) -> None:
    with pytest.raises(Unfit):
        topics.begin(words, by=person(cast, "edda"))
    assert db.session.scalars(select(Topic)).all() == []


@pytest.mark.parametrize(
    ("name", "may"), [("nora", False), ("edda", True), ("petra", True), ("kim", True), ("ada", False)]
)
def test_topics_are_kept_by_editors_and_heads(name: str, may: bool, cast: Cast) -> None:
    who = person(cast, name)
    assert topics.may_keep(who) is may
    if not may:
        with pytest.raises(NotAllowed):
            topics.begin(Words("Nước về thôn"), by=who)


def test_a_text_names_a_topic_that_exists(cast: Cast) -> None:
    with pytest.raises(Incomplete) as refused:
        articles.start(text_of(topic="khong-co"), by=person(cast, "nora"))
    assert [fault.field for fault in refused.value.faults] == ["topic"]
    topics.begin(Words("Nước về thôn"), by=person(cast, "edda"))
    assert articles.start(text_of(topic="nuoc-ve-thon"), by=person(cast, "nora")).head.manuscript.topic


# --- what it costs ----------------------------------------------------------------------------------------------------


def test_every_list_follows_an_index(publish: Publish, cast: Cast, kind: str) -> None:
    topics.begin(Words("Nước về thôn"), by=person(cast, "edda"))
    made = publish(1, tags=["lúa"], topic="nuoc-ve-thon")
    story = catalogue.story(made.article_id)
    assert story
    with asked() as asked_for:
        catalogue.surroundings(story)
        catalogue.term_page("tag", "lua")
        catalogue.day_page(date(2026, 1, 1))
        catalogue.days_around(date(2026, 1, 1))
        catalogue.days_of_month(date(2026, 1, 1))
        catalogue.first_and_last_day()
    if kind == "postgresql":  # where a table is small it prefers to walk: forbidden here, to see whether it must
        for way in ("seqscan", "sort", "bitmapscan", "hashjoin", "mergejoin"):
            db.session.execute(text(f"SET LOCAL enable_{way} = off"))
    for statement, values in asked_for:
        plain = "EXPLAIN " + ("QUERY PLAN " if kind == "sqlite" else "(COSTS OFF) ") + statement
        plan = "\n".join(str(row[-1]) for row in db.session.connection().exec_driver_sql(plain, values))
        walks = [line for line in plan.splitlines() if line.strip().startswith("SCAN article") and "INDEX" not in line]
        assert not walks, plan
        for forbidden in ("TEMP B-TREE", "Seq Scan on article", "Seq Scan on edition", "Seq Scan on revision", "Sort"):
            assert forbidden not in plan, plan

"""The catalogue: one rule for what is public, the order of lists, and what a page costs the database."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from editorial import articles, catalogue
from editorial.catalogue import Teaser, statements
from editorial.db import LARGEST_ID, at, db
from editorial.models import Article, ArticleStanding, Edition, Imprint, Section, Slogan, User
from editorial.workflow import State
from tests import factories
from tests.factories import Made, Person

pytestmark = pytest.mark.usefixtures("context")

NEW_YEAR = datetime(2026, 1, 1, 5, tzinfo=UTC)
Publish = Callable[..., Made]


@pytest.fixture
def publish(cast: dict[str, Person]) -> Publish:
    """A published article: `publish(3, section="van-hoa")` came out three hours after New Year."""

    def make(hours: float, **parts: Any) -> Made:
        with at(NEW_YEAR + timedelta(hours=hours)):
            return factories.make_edition("published", author=cast["nora"], **({"title": f"Bài {hours}"} | parts))

    return make


def update(base: Made, cast: dict[str, Person], **parts: Any) -> None:
    """Publish a changed text of the article, as its author and the head of the board would."""
    waiting = db.session.get_one(Edition, factories.make_update(base, author=cast["nora"], state="review", **parts).id)
    articles.move(waiting, "publish", by=db.session.get_one(User, cast["petra"].id), seen=waiting.head.digest)


def titles(teasers: list[Teaser]) -> list[str]:
    return [teaser.title for teaser in teasers]


@contextmanager
def asked() -> Iterator[list[tuple[str, Any]]]:
    """The statements, with their values, that reach the database meanwhile."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


# --- the rule ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", State)
def test_only_the_published_edition_is_visible(state: State, cast: dict[str, Person]) -> None:
    """A superseded one as well: the article points to it here, and the rule looks at the edition all the same."""
    made = factories.make_edition(state, author=cast["nora"])
    assert (catalogue.story(made.article_id) is not None) == (state is State.PUBLISHED)
    assert bool(catalogue.front_page().lead) == (state is State.PUBLISHED)


@pytest.mark.parametrize("standing", ArticleStanding)
def test_only_an_article_that_stands_live_is_visible(standing: ArticleStanding, publish: Publish) -> None:
    made = publish(0)
    article = db.session.get_one(Article, made.article_id)
    if standing is ArticleStanding.NONE:
        article.first_published_at = article.changed_at = None
    article.standing = standing
    db.session.flush()
    assert (catalogue.story(made.article_id) is not None) == (standing is ArticleStanding.LIVE)


@pytest.mark.parametrize("state", ["draft", "review"])
def test_readers_keep_the_published_text_while_a_change_is_on_its_way(
    state: str, publish: Publish, cast: dict[str, Person]
) -> None:
    made = publish(0, title="Bản đã đăng")
    factories.make_update(made, author=cast["nora"], state=state, title="Bản đang sửa")
    story = catalogue.story(made.article_id)
    assert story
    assert (story.manuscript.title, story.number, story.updated) == ("Bản đã đăng", "1.0", False)
    assert titles([lead]) == ["Bản đã đăng"] if (lead := catalogue.front_page().lead) else False


def test_a_published_change_is_shown_with_both_dates(publish: Publish, cast: dict[str, Person]) -> None:
    made = publish(0, title="Bản đầu")
    with at(NEW_YEAR + timedelta(days=2)):
        update(made, cast, title="Bản sau")
    story = catalogue.story(made.article_id)
    assert story
    assert (story.manuscript.title, story.number, story.updated) == ("Bản sau", "2.0", True)
    assert (story.first_published_at, story.changed_at) == (NEW_YEAR, NEW_YEAR + timedelta(days=2))
    assert story.slug == made.slug, "readers keep the address they have"


def test_pages_of_texts_hold_the_newest_first_and_end(publish: Publish) -> None:
    for hours in (2, 5, 1, 4, 3):
        publish(hours, section="kinh-te" if hours % 2 else "van-hoa")
    pages = [catalogue.stories(number, on_a_page=2) for number in (1, 2, 3)]
    told = [[story.manuscript.title for story in page.items] for page in pages if page]
    assert told == [["Bài 5", "Bài 4"], ["Bài 3", "Bài 2"], ["Bài 1"]]
    assert {(page.pages, page.total) for page in pages if page} == {(3, 5)}
    assert [catalogue.stories(number, on_a_page=2) for number in (0, 4, 10**9)] == [None] * 3
    culture = next(link.id for link in catalogue.sections() if link.slug == "van-hoa")
    page = catalogue.stories(1, [culture])
    assert page
    assert [story.manuscript.title for story in page.items] == ["Bài 4", "Bài 2"]


def test_a_walk_in_pieces_misses_nothing_when_the_list_grows(publish: Publish) -> None:
    for hours in (0, 1, 1, 2, 3):
        publish(hours)
    first = catalogue.teasers_before(None, 2)
    publish(9)
    second = catalogue.teasers_before((first[-1].first_published_at, first[-1].article_id), 2)
    third = catalogue.teasers_before((second[-1].first_published_at, second[-1].article_id), 2)
    assert titles([*first, *second, *third]) == ["Bài 3", "Bài 2", "Bài 1", "Bài 1", "Bài 0"]
    assert len({item.article_id for item in (*first, *second, *third)}) == 5
    assert titles(catalogue.teasers_before(None, 9, since=NEW_YEAR + timedelta(hours=2))) == ["Bài 9", "Bài 3", "Bài 2"]
    assert catalogue.teasers_before(None, 9, sections=[10**6]) == []


@pytest.mark.parametrize("number", [0, -1, LARGEST_ID, LARGEST_ID + 1, 2**63, 10**30])
def test_no_number_is_too_large_to_ask_for(number: int) -> None:
    assert catalogue.story(number) is None


# --- lists ------------------------------------------------------------------------------------------------------------


def test_lists_are_newest_first_and_related_leaves_out_the_article_itself(publish: Publish) -> None:
    made = [publish(hours) for hours in (2, 5, 1, 4, 3)]
    front = catalogue.front_page()
    assert front.lead
    assert titles([front.lead, *front.latest]) == ["Bài 5", "Bài 4", "Bài 3", "Bài 2", "Bài 1"]
    found = catalogue.section_page("kinh-te")
    assert found
    assert titles(found[1].items) == ["Bài 5", "Bài 4", "Bài 3", "Bài 2", "Bài 1"]
    assert titles(catalogue.published_since(NEW_YEAR + timedelta(hours=4), 100)) == ["Bài 5", "Bài 4"]
    story = catalogue.story(made[1].article_id)
    assert story
    assert titles(story.related) == ["Bài 4", "Bài 3", "Bài 2", "Bài 1"]


def test_of_two_that_came_out_together_the_later_begun_stands_first(publish: Publish) -> None:
    publish(1, title="Trước")
    publish(1, title="Sau")
    found = catalogue.section_page("kinh-te")
    assert found
    assert titles(found[1].items) == ["Sau", "Trước"]


def test_home_has_a_block_for_each_section_that_has_any_in_the_sections_order(publish: Publish) -> None:
    for hours in range(7):
        publish(hours, section="van-hoa", title=f"Văn {hours}")
    publish(20, section="kinh-te", title="Kinh 1")
    front = catalogue.front_page()
    assert [(block.section and block.section.label, titles(block.items)) for block in front.blocks] == [
        ("Kinh tế", ["Kinh 1"]),  # it stands on top as well: there is no other
        ("Văn hóa", ["Văn 4", "Văn 3", "Văn 2", "Văn 1"]),  # what stands on top is not told twice
    ]
    assert front.lead
    assert front.lead.title == "Kinh 1"


def test_what_is_not_public_takes_nobodys_place_on_the_home_page(publish: Publish, cast: dict[str, Person]) -> None:
    """Held and unpublished articles, more than the page has room for, all of them newer."""
    publish(0)
    for hours in range(1, 3 + statements.LATEST):
        db.session.get_one(Article, publish(hours).article_id).standing = ArticleStanding.HELD
        factories.make_edition("draft", author=cast["nora"])
    front = catalogue.front_page()
    assert front.lead
    assert titles([front.lead, *front.latest]) == ["Bài 0"]
    assert [titles(block.items) for block in front.blocks] == [["Bài 0"]]


def test_an_empty_site_has_a_home_and_its_sections_an_empty_page() -> None:
    front = catalogue.front_page()
    assert (front.lead, front.latest, front.blocks) == (None, [], [])
    found = catalogue.section_page("kinh-te")
    assert found
    assert (found[1].items, found[1].number, found[1].pages, found[1].total) == ([], 1, 1, 0)
    assert catalogue.front_page([]).blocks == [], "nor need there be sections"


def test_pages_part_a_section_without_gap_or_repetition(publish: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "ON_A_PAGE", 3)
    count = 7
    for hours in range(count):
        publish(hours)
    publish(99, section="van-hoa")
    pages = [catalogue.section_page("kinh-te", number) for number in (1, 2, 3)]
    read = [title for found in pages if found for title in titles(found[1].items)]
    assert read == [f"Bài {hours}" for hours in reversed(range(count))]
    assert all(found and (found[1].pages, found[1].total) == (3, count) for found in pages)


@pytest.mark.parametrize(("slug", "number"), [("kinh-te", 0), ("kinh-te", -1), ("kinh-te", 2), ("khong-co", 1)])
def test_there_is_no_other_page(slug: str, number: int, publish: Publish) -> None:
    publish(0)
    assert catalogue.section_page(slug, number) is None


def test_a_section_is_called_in_the_readers_language(publish: Publish) -> None:
    made = publish(0)
    db.session.query(Section).filter_by(slug="kinh-te").update({"name_en": "Economy", "description_en": "Trade"})
    assert [link.label for link in catalogue.sections("en")] == ["Economy", "Văn hóa", "Cải cách hành chính"]
    story = catalogue.story(made.article_id, "en")
    assert story
    assert story.section
    assert (story.section.label, story.section.about) == ("Economy", "Trade")


# --- what machines are told -------------------------------------------------------------------------------------------


def test_every_public_address_is_told_once_in_parts_of_a_fixed_span(
    publish: Publish, cast: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "ADDRESSES_IN_A_PART", 2)
    made = [publish(hours) for hours in range(3)]
    factories.make_edition("draft", author=cast["nora"])
    told = [
        place.article_id for part in range(1, catalogue.parts_of_addresses() + 1) for place in catalogue.addresses(part)
    ]
    assert sorted(told) == [one.article_id for one in made]
    assert catalogue.parts_of_addresses() == 2, "a draft makes no part of its own"


def said(board: catalogue.Signboard) -> tuple[str, str]:
    assert board.imprint
    assert board.slogan
    return board.imprint.outlet, board.slogan.text


def test_signs_hold_from_their_day_on() -> None:
    later = date(2016, 2, 27)
    imprint = db.session.query(Imprint).one()
    columns = {c.key: getattr(imprint, c.key) for c in Imprint.__table__.columns if c.key not in ("id", "valid_from")}
    db.session.add(Imprint(valid_from=later, **(columns | {"outlet": "Cổng thông tin mới"})))
    db.session.add(Slogan(valid_from=later, text="Câu mới"))
    db.session.flush()
    before, after = catalogue.signboard(date(2016, 2, 26)), catalogue.signboard(later)
    assert said(before) == ("Trang thông tin điện tử xã Khe Trăng", "Gần dân, vì dân")
    assert said(after) == ("Cổng thông tin mới", "Câu mới")
    none = catalogue.signboard(date(2014, 12, 31))
    assert (none.imprint, none.slogan) == (None, None)


# --- what it costs ----------------------------------------------------------------------------------------------------


def test_lists_read_no_bodies(publish: Publish) -> None:
    made = publish(0)
    catalogue.sections()
    with asked() as asked_for:
        catalogue.front_page()
        catalogue.section_page("kinh-te")
        catalogue.story(made.article_id)
    reading_bodies = [statement for statement, _ in asked_for if "revision.text" in statement]
    assert len(reading_bodies) == 1, "of the story itself, and not of those related to it"


def test_every_read_follows_an_index(publish: Publish, kind: str) -> None:
    """However many articles there are: nothing walks through a table, nothing is sorted that an index has in order.

    What frames them is a handful of rows, read once after each act.
    """
    made = publish(0)
    top = db.session.query(Section).filter_by(slug="kinh-te").one()
    db.session.query(Section).filter_by(slug="van-hoa").update({"parent_id": top.id})
    links = catalogue.sections()
    with asked() as asked_for:
        catalogue.front_page(links)
        catalogue.section_page("kinh-te", 1, links)
        catalogue.story(made.article_id)
        catalogue.stories(1, [links[0].id])
        catalogue.stories(1, links[0].ids)
        catalogue.stories(1)
        catalogue.teasers_before(None, 20)
        catalogue.teasers_before((NEW_YEAR, made.article_id), 20, links[0].ids, NEW_YEAR)
        catalogue.teasers_before((NEW_YEAR, made.article_id), 20, [links[0].id])
        catalogue.published_since(NEW_YEAR, 100)
        catalogue.picture_is_public("a" * 64)
        list(catalogue.addresses())
    connection = db.session.connection()
    if kind == "postgresql":  # where a table is small it prefers to walk: forbidden here, to see whether it must
        for way in ("seqscan", "sort", "bitmapscan", "hashjoin", "mergejoin"):
            db.session.execute(text(f"SET LOCAL enable_{way} = off"))
    of_texts = [each for each in asked_for if re.search(r"\b(article|edition|revision)\b", each[0])]
    assert len(of_texts) > 8
    for statement, values in of_texts:
        plain = "EXPLAIN " + ("QUERY PLAN " if kind == "sqlite" else "(COSTS OFF) ") + statement
        plan = "\n".join(str(row[-1]) for row in connection.exec_driver_sql(plain, values))
        walks = [
            line
            for line in plan.splitlines()
            if line.strip().startswith(("SCAN article", "SCAN edition", "SCAN revision")) and "INDEX" not in line
        ]
        assert not walks, plan
        for forbidden in ("TEMP B-TREE", "Seq Scan on article", "Seq Scan on edition", "Seq Scan on revision", "Sort"):
            assert forbidden not in plan.replace("Sort Key", ""), plan  # of a merge of what is sorted already

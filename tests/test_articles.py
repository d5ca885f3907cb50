"""The acts: what each leaves behind, what it refuses, and that a refusal changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from editorial import articles, record
from editorial import db as database
from editorial.articles import Stale
from editorial.db import db
from editorial.manuscript import Incomplete, Picture
from editorial.models import ArticleStanding, Edition, Event, Revision, User
from editorial.workflow import Kind, NotAllowed, State, TimeWrong
from tests import factories
from tests.factories import Made, Person, text_of

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def by(cast: dict[str, Person]) -> Callable[[str], User]:
    return lambda name: db.session.get_one(User, cast[name].id)


@pytest.fixture
def edition(cast: dict[str, Person]) -> Callable[..., Edition]:
    """An edition of Nora's in the state: `edition("review", section="cai-cach")`."""

    def make(state: str, **parts: Any) -> Edition:
        return held(factories.make_edition(state, author=parts.pop("author", cast["nora"]), **parts))

    return make


def held(made: Made) -> Edition:
    return db.session.get_one(Edition, made.id)


def counts() -> tuple[int, int]:
    return db.session.query(Revision).count(), db.session.query(Event).count()


def move(edition: Edition, name: str, by: User, **how: Any) -> Any:
    return articles.move(edition, name, by=by, seen=how.pop("seen", edition.head.digest), **how)


# --- starting and saving ----------------------------------------------------------------------------------------------


def test_a_half_finished_draft_is_kept(by: Callable[[str], User]) -> None:
    edition = articles.start(text_of(title="", lede="", section="", bylines=[]), by=by("nora"))
    assert edition.state is State.DRAFT
    assert edition.head.author_id == by("nora").id
    assert articles.save(edition, text_of(title="Có tựa"), by=by("nora"), seen=edition.head.digest).revision


def test_an_administrator_starts_nothing(by: Callable[[str], User]) -> None:
    with pytest.raises(NotAllowed):
        articles.start(text_of(), by=by("ada"))
    assert counts() == (0, 0)


def test_a_save_that_changes_nothing_keeps_nothing_and_voids_nothing(by: Callable[[str], User], edition: Any) -> None:
    waiting = edition("review", section="cai-cach")
    move(waiting, "endorse", by("edda"))
    before = counts()
    # The text as a browser gives it back: decomposed, with other spaces, from a page that is long out of date.
    saved = articles.save(
        waiting, text_of(section="cai-cach", lede=waiting.head.lede + " "), by=by("edda"), seen="0" * 64
    )
    assert saved.revision is None
    assert counts() == before
    assert not waiting.wants_endorsement


def test_a_stale_save_is_refused_and_both_texts_are_at_hand(by: Callable[[str], User], edition: Any) -> None:
    draft = edition("draft")
    seen = draft.head.digest
    articles.save(draft, text_of(title="Bản của biên tập viên"), by=by("edda"), seen=seen)
    before = counts()
    with pytest.raises(Stale) as refusal:
        articles.save(draft, text_of(title="Bản của phóng viên"), by=by("nora"), seen=seen)
    assert refusal.value.mine is not None
    assert refusal.value.mine.title == "Bản của phóng viên"
    assert refusal.value.edition.head.title == "Bản của biên tập viên"
    assert counts() == before


def test_a_reviewer_who_mends_the_text_becomes_a_contributor_and_cannot_approve_it(
    by: Callable[[str], User], edition: Any
) -> None:
    waiting = edition("review")
    articles.save(waiting, text_of(title="Đã sửa một chữ"), by=by("petra"), seen=waiting.head.digest)
    with pytest.raises(NotAllowed, match="another person"):
        move(waiting, "publish", by("petra"))
    assert move(waiting, "publish", by("paul")).name == "publish"


@pytest.mark.parametrize("state", ["scheduled", "published", "superseded", "dropped"])
def test_a_closed_text_takes_no_save(state: str, by: Callable[[str], User], edition: Any) -> None:
    closed = edition(state if state != "superseded" else "published")
    closed.state = State(state)
    db.session.flush()
    with pytest.raises(NotAllowed):
        articles.save(closed, text_of(title="Sửa"), by=by("nora"), seen=closed.head.digest)


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"section": "khong-co"}, "section"),
        ({"genre": "poem"}, "genre"),
        ({"title": "à" * 201}, "title"),
        ({"cover": Picture("f" * 64, "Ruộng lúa", "Ruộng", "An")}, "cover"),
    ],
)
def test_what_does_not_exist_or_fit_is_refused_with_its_field(
    parts: dict[str, Any], field: str, by: Callable[[str], User]
) -> None:
    with pytest.raises(Incomplete) as refusal:
        articles.start(text_of(**parts), by=by("nora"))
    assert [fault.field for fault in refusal.value.faults] == [field]
    assert counts() == (0, 0)


# --- moving -----------------------------------------------------------------------------------------------------------


def test_an_article_goes_from_draft_to_readers(by: Callable[[str], User]) -> None:
    edition = articles.start(text_of(), by=by("nora"))
    move(edition, "submit", by("nora"), reason="Xin đăng trong ngày.")
    assert edition.open_round is not None
    assert (edition.open_round.note, edition.waiting_since is not None) == ("Xin đăng trong ngày.", True)
    move(edition, "publish", by("petra"))
    article = edition.article
    assert (edition.state, edition.number) == (State.PUBLISHED, "1.0")
    assert (article.standing, article.live_edition_id) == (ArticleStanding.LIVE, edition.id)
    assert article.slug == "khe-trang-gat-xong-vu-dong-xuan"
    assert article.first_published_at == article.changed_at == edition.published_at
    decided = edition.rounds[-1]
    assert (decided.decision, decided.decided_by_id, decided.digest) == ("publish", by("petra").id, edition.head.digest)
    said = [(e.action, e.actor_id) for e in record.of_article(article.id)]
    assert said == [("started", by("nora").id), ("submit", by("nora").id), ("publish", by("petra").id)]
    assert json.loads(record.of_article(article.id)[-1].detail)["digest"] == edition.head.digest
    assert record.verify().finding is None


@pytest.mark.parametrize("name", ["submit", "drop"])
def test_nobody_moves_a_text_they_have_not_seen(name: str, by: Callable[[str], User], edition: Any) -> None:
    draft = edition("draft")
    for seen in ("", "0" * 64):
        with pytest.raises(Stale):
            move(draft, name, by("nora"), seen=seen)
    assert draft.state is State.DRAFT


@pytest.mark.parametrize("name", ["publish", "schedule", "return", "endorse"])
def test_nobody_decides_on_a_text_that_changed_under_them(name: str, by: Callable[[str], User], edition: Any) -> None:
    waiting = edition("review", section="kinh-te")
    seen = waiting.head.digest
    person = by("edda") if name == "endorse" else by("petra")
    articles.save(waiting, text_of(title="Sửa sau khi đọc"), by=by("paul"), seen=seen)
    before = counts()
    with pytest.raises(Stale):
        move(waiting, name, person, seen=seen, reason="Vì sao", release_at=database.now() + timedelta(hours=1))
    assert (waiting.state, counts()) == (State.REVIEW, before)


def test_a_text_that_lacks_something_is_not_submitted(by: Callable[[str], User], edition: Any) -> None:
    draft = edition("draft", lede="", bylines=[])
    with pytest.raises(Incomplete) as refusal:
        move(draft, "submit", by("nora"))
    assert [fault.field for fault in refusal.value.faults] == ["lede", "byline"]
    assert draft.state is State.DRAFT


def test_a_reviewer_cannot_publish_what_became_incomplete_in_review(by: Callable[[str], User], edition: Any) -> None:
    waiting = edition("review")
    articles.save(waiting, text_of(lede=""), by=by("edda"), seen=waiting.head.digest)
    with pytest.raises(Incomplete):
        move(waiting, "publish", by("petra"))


def test_a_return_keeps_its_reason_and_the_next_round_is_the_second(by: Callable[[str], User], edition: Any) -> None:
    waiting = edition("review")
    move(waiting, "return", by("petra"), reason="Thiếu số liệu.")
    assert (waiting.state, waiting.rounds[0].reason, waiting.waiting_since) == (State.DRAFT, "Thiếu số liệu.", None)
    move(waiting, "submit", by("nora"))
    assert [r.number for r in waiting.rounds] == [1, 2]


def test_an_endorsement_holds_for_the_text_it_was_given_for(by: Callable[[str], User], edition: Any) -> None:
    waiting = edition("review", section="cai-cach")
    with pytest.raises(NotAllowed, match="endorsement"):
        move(waiting, "publish", by("petra"))
    move(waiting, "endorse", by("edda"))
    articles.save(waiting, text_of(section="cai-cach", title="Đổi tựa"), by=by("paul"), seen=waiting.head.digest)
    with pytest.raises(NotAllowed, match="endorsement"):
        move(waiting, "publish", by("petra"))
    move(waiting, "endorse", by("edda"))
    assert move(waiting, "publish", by("petra")).target is State.PUBLISHED


def test_a_dropped_text_comes_back_unless_another_is_on_its_way(
    by: Callable[[str], User], edition: Any, cast: dict[str, Person]
) -> None:
    live = edition("published")
    first = articles.change(live.article, by=by("nora"))
    move(first, "drop", by("nora"))
    second = articles.change(live.article, by=by("nora"))
    assert second.id != first.id
    with pytest.raises(NotAllowed, match="on its way"):
        move(first, "restore", by("nora"))
    move(second, "drop", by("nora"))
    move(first, "restore", by("nora"))
    assert first.state is State.DRAFT


# --- changing what is published ---------------------------------------------------------------------------------------


def test_readers_keep_the_old_text_until_the_change_is_published(by: Callable[[str], User], edition: Any) -> None:
    live = edition("published")
    article, first_published = live.article, live.article.first_published_at
    change = articles.change(article, by=by("nora"))
    articles.save(change, text_of(title="Tựa mới"), by=by("nora"), seen=change.head.digest, change_note="Sửa tựa.")
    move(change, "submit", by("nora"))
    assert article.live_edition.head.title == live.head.title
    move(change, "publish", by("petra"))
    assert (live.state, change.state, change.number) == (State.SUPERSEDED, State.PUBLISHED, "2.0")
    assert article.live_edition_id == change.id
    assert article.first_published_at == first_published
    assert article.changed_at == change.published_at > first_published
    assert article.slug == "khe-trang-gat-xong-vu-dong-xuan", "the address that readers link to stays"


def test_a_correction_counts_as_a_minor_number(by: Callable[[str], User], edition: Any) -> None:
    live = edition("published")
    change = articles.change(live.article, by=by("nora"), kind=Kind.CORRECTION)
    articles.save(change, text_of(title="Đính chính"), by=by("nora"), seen=change.head.digest, change_note="Sai số.")
    move(change, "submit", by("nora"))
    move(change, "publish", by("petra"))
    assert change.number == "1.1"


def test_a_change_that_changes_nothing_or_says_nothing_is_not_submitted(
    by: Callable[[str], User], edition: Any
) -> None:
    live = edition("published")
    change = articles.change(live.article, by=by("nora"))
    with pytest.raises(Incomplete) as refusal:
        move(change, "submit", by("nora"))
    assert [fault.field for fault in refusal.value.faults] == ["body", "change_note"]


def test_four_eyes_look_at_the_change_alone(by: Callable[[str], User], edition: Any, cast: dict[str, Person]) -> None:
    """Who wrote the first text may approve another's change of it, and not the other way round."""
    live = edition("published", author=cast["petra"])
    change = articles.change(live.article, by=by("edda"))
    articles.save(change, text_of(title="Tựa mới"), by=by("edda"), seen=change.head.digest, change_note="Sửa tựa.")
    move(change, "submit", by("edda"))
    assert move(change, "publish", by("petra")).name == "publish"


def test_there_is_one_change_at_a_time(by: Callable[[str], User], edition: Any) -> None:
    live = edition("published")
    change = articles.change(live.article, by=by("nora"))
    assert articles.change(live.article, by=by("edda")) is change
    with pytest.raises(NotAllowed):
        articles.change(live.article, by=by("omar"))


def test_a_draft_is_not_changed_by_way_of_its_article(by: Callable[[str], User], edition: Any) -> None:
    with pytest.raises(NotAllowed):
        articles.change(edition("draft").article, by=by("nora"))


# --- the clock --------------------------------------------------------------------------------------------------------


def test_a_schedule_releases_the_approved_text_once(by: Callable[[str], User], edition: Any) -> None:
    waiting = edition("review")
    at = database.now() + timedelta(hours=2)
    move(waiting, "schedule", by("petra"), release_at=at)
    assert (waiting.state, waiting.release_at) == (State.SCHEDULED, at)
    assert articles.release_due() == []
    with database.at(at):
        assert articles.release_due() == [waiting]
        assert articles.release_due() == []
    assert (waiting.state, waiting.release_at, waiting.article.first_published_at) == (State.PUBLISHED, None, at)
    event = record.of_article(waiting.article_id)[-1]
    assert (event.action, event.actor_id) == ("release", None)


def test_a_schedule_in_the_past_is_refused(by: Callable[[str], User], edition: Any) -> None:
    waiting = edition("review")
    with pytest.raises(TimeWrong):
        move(waiting, "schedule", by("petra"), release_at=database.now() - timedelta(seconds=1))
    assert waiting.state is State.REVIEW


def test_a_cancelled_schedule_goes_back_to_review_as_handed_over_by_its_author(
    by: Callable[[str], User], edition: Any
) -> None:
    waiting = edition("review")
    move(waiting, "schedule", by("petra"), release_at=database.now() + timedelta(hours=1))
    move(waiting, "unschedule", by("paul"), reason="Chờ số liệu.")
    assert (waiting.state, waiting.release_at) == (State.REVIEW, None)
    assert waiting.submitter_id == by("nora").id
    assert move(waiting, "recall", by("nora")).target is State.DRAFT


def test_what_was_not_approved_is_not_released(
    by: Callable[[str], User], edition: Any, cast: dict[str, Person]
) -> None:
    """The text changed behind the approval, by whatever way: it goes back to review, on record, and nothing is
    public.
    """
    due = edition("scheduled", released_in=timedelta(seconds=-1))
    factories.add_revision(due, text_of(title="Chưa ai duyệt"), cast["omar"])
    assert articles.release_due() == []
    assert (due.state, due.article.standing) == (State.REVIEW, ArticleStanding.NONE)
    event = record.of_article(due.article_id)[-1]
    assert event.action == "hold-back"
    assert "approved" in json.loads(event.detail)["reason"]

"""Ratings and reports of readers, as acts: who may do what, which clock runs, and what is forgotten when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from editorial import articles, jobs, record
from editorial.accounts import Refused
from editorial.db import at, db, now, writing
from editorial.feedback import ratings, reports
from editorial.feedback.ratings import Votes
from editorial.feedback.reports import Letter, Overtaken
from editorial.models import Archive, Edition, Event, Level, Message, Report, ReportState, Tally, User, Vote
from editorial.workflow import NotAllowed
from tests.factories import Made, Person

Cast = dict[str, Person]
Make = Callable[..., Made]
FRIDAY = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # 10:00 in Vietnam
PASSAGE = "những thửa ruộng cuối cùng"
LETTER = Letter("Trả lời", "Cảm ơn bạn.")

GRID = """
              | nora, its author | omar | edda, editor | petra, head | kim, head elsewhere | ada
read          | x                |      | x            | x           |                     |
answer        |                  |      | x            | x           |                     |
read, no text |                  |      | x            | x           |                     |
"""


@pytest.fixture
def published(cast: Cast, make_edition: Make) -> Made:
    return make_edition("published", author=cast["nora"])


@pytest.fixture
def person(context: None, cast: Cast) -> Callable[[str], User]:
    return lambda name: db.session.get_one(User, cast[name].id)


def filed(made: Made | None, **parts: str) -> Report:
    given = {"message": "Ấp Thượng chứ không phải ấp Trung."} | parts
    report = reports.file(article_id=made.article_id if made else None, **given)
    assert report is not None
    return report


def grid() -> list[tuple[str, str, bool]]:
    head, *rows = [line.split("|") for line in GRID.strip().splitlines()]
    if len(head) == 6:  # the corner was stripped
        head = ["", *head]
    names = [cell.split(",")[0].strip() for cell in head[1:]]
    return [
        (row[0].strip(), name, bool(cell.strip())) for row in rows for name, cell in zip(names, row[1:], strict=True)
    ]


# --- ratings ----------------------------------------------------------------------------------------------------------


def test_a_reader_has_one_vote_for_an_article_and_may_change_it(context: None, published: Made) -> None:
    assert ratings.give(published.article_id, Level.POOR, "one") == published.slug
    ratings.give(published.article_id, Level.GOOD, "one")
    ratings.give(published.article_id, Level.FAIR, "other")
    assert ratings.of_article(published.article_id) == Votes(good=1, fair=1)


def test_what_is_kept_of_a_voter_differs_from_article_to_article(
    context: None, published: Made, cast: Cast, make_edition: Make
) -> None:
    second = make_edition("published", author=cast["omar"])
    for made in (published, second):
        ratings.give(made.article_id, Level.GOOD, "one word")
    kept = set(db.session.scalars(select(Vote.voter)))
    assert len(kept) == 2
    assert not any("one word" in each for each in kept)


@pytest.mark.parametrize("state", ["draft", "review", "scheduled", "dropped"])
def test_what_readers_cannot_read_has_no_votes_and_no_reports(
    context: None, cast: Cast, make_edition: Make, state: str
) -> None:
    hidden = make_edition(state, author=cast["nora"])
    assert ratings.give(hidden.article_id, Level.GOOD, "one") is None
    assert reports.file(article_id=hidden.article_id, message="Có lỗi.") is None
    assert ratings.give(987654321, Level.GOOD, "one") is None
    assert db.session.query(Vote).count() == db.session.query(Report).count() == 0


def test_when_the_window_is_over_a_number_is_all_that_is_left(app: Flask, published: Made) -> None:
    number = published.article_id
    with app.app_context():
        with at(FRIDAY), writing():
            for voter, level in (("one", Level.GOOD), ("two", Level.GOOD), ("three", Level.POOR)):
                ratings.give(number, level, voter)
        with at(FRIDAY + ratings.WINDOW - timedelta(seconds=1)):
            jobs.forget_due()
            assert db.session.query(Vote).count() == 3
        with at(FRIDAY + ratings.WINDOW):
            with writing():
                ratings.give(number, Level.FAIR, "four")
            jobs.forget_due()
            jobs.forget_due()
            assert [vote.level for vote in db.session.query(Vote)] == [Level.FAIR]
            assert ratings.of_article(number) == Votes(good=2, fair=1, poor=1)
        with at(FRIDAY + 3 * ratings.WINDOW):
            jobs.forget_due()
        assert db.session.query(Vote).count() == 0
        assert {tally.level: tally.votes for tally in db.session.query(Tally)} == {"good": 2, "fair": 1, "poor": 1}
        assert ratings.of_article(number) == Votes(good=2, fair=1, poor=1)


def test_a_vote_is_no_event_and_changes_nothing_that_readers_see(context: None, published: Made) -> None:
    before = record.verify()
    ratings.give(published.article_id, Level.GOOD, "one")
    assert record.verify() == before


def test_the_desk_sees_the_most_dissatisfied_first(context: None, cast: Cast, make_edition: Make) -> None:
    liked, disliked = (make_edition("published", author=cast["nora"]) for _ in range(2))
    make_edition("published", author=cast["nora"])
    for voter in ("one", "two"):
        ratings.give(liked.article_id, Level.GOOD, voter)
    ratings.give(disliked.article_id, Level.POOR, "one")
    page = ratings.rated()
    assert page is not None
    assert [line.article_id for line in page.items] == [disliked.article_id, liked.article_id]
    assert ratings.rated(2) is None


# --- a report arrives -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received", "last"),
    [
        (datetime(2026, 11, 20, 3, 0, tzinfo=UTC), date(2026, 12, 5)),
        (datetime(2026, 11, 20, 16, 59, 59, tzinfo=UTC), date(2026, 12, 5)),
        (datetime(2026, 11, 20, 17, 0, 0, tzinfo=UTC), date(2026, 12, 6)),  # it is the 21st in Vietnam
        (datetime(2024, 2, 20, 3, 0, tzinfo=UTC), date(2024, 3, 6)),
    ],
)
def test_the_clock_runs_for_fifteen_whole_days_of_vietnam(received: datetime, last: date) -> None:
    due = reports.due(received)
    assert reports.last_day(due) == last
    assert due.isoformat() == f"{last + timedelta(days=1)}T00:00:00+07:00"


def test_every_term_has_a_day_and_a_source() -> None:
    days = [term.valid_from for term in reports.TERMS]
    assert days == sorted(set(days))
    assert all(term.citation and term.days > 0 for term in reports.TERMS)
    assert reports.term(date(2016, 1, 1)) is reports.TERMS[0]
    assert reports.term(date(2026, 9, 1)) is reports.TERMS[1]
    assert reports.term(date(2026, 8, 31)) is reports.TERMS[0]


def test_a_report_names_the_edition_and_the_place(context: None, published: Made) -> None:
    with at(FRIDAY):
        report = filed(published, passage=PASSAGE, contact=" Lan@Doc.Example ")
    assert (report.edition_id, report.block, report.contact) == (published.id, 0, "lan@doc.example")
    assert report.state is ReportState.OPEN
    assert report.due_at == datetime(2026, 12, 5, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("passage", "block"),
    [
        ("Năng suất cao hơn vụ trước.", 1),
        ("nang suat CAO hon", 1),
        ("ruộng  cuối\u00a0cùng", 0),
        ("cuối cùng.\n\nNăng suất cao", 0),
        ("không có trong bài", None),
        ("\u200b \n", None),
        ("", None),
        ("(.*)+$[", None),
    ],
)
def test_a_passage_is_found_where_it_stands(passage: str, block: int | None) -> None:
    body = "<p>Sáng nay, bà con ấp Trung gặt xong những thửa ruộng cuối cùng.</p>\n<p>Năng suất cao hơn vụ trước.</p>"
    assert reports.locate(body, passage) == block


def test_what_is_stored_is_clean(context: None, published: Made) -> None:
    report = filed(published, passage="thửa\u202e ruộng\x07", message="a\u0302\u0301p Trung\r\nsai\x1b[31m \ud800")
    assert report.passage == "thửa ruộng"
    assert report.message == "ấp Trung\nsai[31m"


def test_the_same_form_is_one_report(context: None, published: Made) -> None:
    first, again = (filed(published, form="f" * 64) for _ in range(2))
    assert first.id == again.id
    assert filed(published, form="0" * 64).id != first.id


@pytest.mark.parametrize(
    ("parts", "refusal"),
    [
        ({"message": " \n\u200b"}, ValueError),
        ({"message": "x" * 4001}, ValueError),
        ({"passage": "x" * 1001}, ValueError),
        ({"contact": "nobody"}, Refused),
        ({"contact": "a@b.example\r\nBcc: c@d.example"}, Refused),
    ],
)
def test_what_is_no_report_is_not_taken(
    context: None, published: Made, parts: dict[str, str], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        filed(published, **parts)
    assert db.session.query(Report).count() == 0


def test_a_report_is_on_record_without_a_word_of_it(context: None, published: Made) -> None:
    report = filed(published, passage=PASSAGE, contact="lan@doc.example")
    (event,) = (event for event in db.session.query(Event) if event.subject == f"report:{report.id}")
    assert (event.actor_id, event.action) == (None, "reported")
    assert not any(word in event.detail for word in ("lan@", "Thượng", "ruộng"))
    assert '"address_left":true' in event.detail


def test_an_archive_takes_neither(context: None, published: Made) -> None:
    db.session.add(Archive(valid_from=date(2020, 1, 1), text="Đơn vị đã sáp nhập."))
    db.session.commit()
    with pytest.raises(NotAllowed):
        filed(published)
    with pytest.raises(NotAllowed):
        ratings.give(published.article_id, Level.GOOD, "one")


# --- on the desk ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("what", "name", "allowed"), grid())
def test_who_reads_and_who_answers(
    person: Callable[[str], User], published: Made, what: str, name: str, allowed: bool
) -> None:
    report, who = filed(None if "no text" in what else published), person(name)
    if what == "answer":
        assert reports.may_decide(who, report) is allowed
        assert bool(reports.ways_for(who, report)) is allowed
        assert bool(reports.waiting(who)) is allowed
        return
    assert (reports.report_for(who, report.id) is not None) is allowed
    page = reports.listed(who)
    assert page is not None
    assert bool(page.items) is allowed


def test_the_head_of_one_section_has_what_concerns_it(
    person: Callable[[str], User], cast: Cast, make_edition: Make
) -> None:
    ours = filed(make_edition("published", author=cast["nora"], section="van-hoa"))
    filed(make_edition("published", author=cast["nora"]))
    page = reports.listed(person("kim"))
    assert page is not None
    assert [line.id for line in page.items] == [ours.id]
    assert reports.waiting(person("kim")) == 1


def test_the_due_come_first_and_say_so(context: None, person: Callable[[str], User], published: Made) -> None:
    for days in (0, 3, 10):
        with at(FRIDAY + timedelta(days=days)):
            filed(published)
    with at(FRIDAY + timedelta(days=16)):
        page = reports.listed(person("petra"))
        assert page is not None
        assert [line.urgency for line in page.items] == ["overdue", "soon", ""]


def test_an_answer_closes_a_report_goes_out_and_is_on_record(person: Callable[[str], User], published: Made) -> None:
    report = filed(published, contact="lan@doc.example")
    way = reports.take(
        report, "answer", by=person("edda"), seen=report.version, answer="Đã kiểm tra.", letter=lambda _: LETTER
    )
    assert (way.target, report.state, report.answer) == (ReportState.ANSWERED, ReportState.ANSWERED, "Đã kiểm tra.")
    (mail,) = db.session.query(Message)
    assert (mail.recipient, mail.subject, mail.body) == ("lan@doc.example", LETTER.subject, LETTER.body)
    done = reports.history(report)
    assert [entry.who for entry in done] == ["Lê Thị Edda", ""]
    assert record.verify().finding is None


def test_without_an_address_nothing_is_mailed_and_spam_is_never_answered(
    person: Callable[[str], User], published: Made
) -> None:
    silent, spam = filed(published), filed(published, contact="spam@doc.example")
    reports.take(silent, "reject", by=person("edda"), seen=1, answer="Bài viết đúng.", letter=lambda _: LETTER)
    reports.take(spam, "discard", by=person("edda"), seen=1, answer="Không.", letter=lambda _: LETTER)
    assert db.session.query(Message).count() == 0
    assert spam.answer == ""
    reports.take(spam, "restore", by=person("petra"), seen=2)
    assert (spam.state, spam.closed_at, spam.closed_by) == (ReportState.OPEN, None, None)


@pytest.mark.parametrize("way", ["answer", "reject"])
def test_a_reader_is_owed_words(person: Callable[[str], User], published: Made, way: str) -> None:
    report = filed(published)
    with pytest.raises(reports.AnswerMissing):
        reports.take(report, way, by=person("edda"), seen=1, answer=" \u200b")
    assert report.state is ReportState.OPEN


def test_corrected_means_that_readers_have_another_text(
    person: Callable[[str], User], cast: Cast, published: Made
) -> None:
    report, edda, petra = filed(published), person("edda"), person("petra")
    assert "correct" not in [way.name for way in reports.ways_for(edda, report)]
    with pytest.raises(NotAllowed):
        reports.take(report, "correct", by=edda, seen=1)
    edition = articles.change(db.session.get_one(Edition, published.id).article, by=edda)
    text = edition.head.manuscript
    changed = type(text)(**{name: getattr(text, name) for name in text.__dataclass_fields__} | {"title": "Tên mới"})
    articles.save(edition, changed, by=edda, seen=edition.head.digest, change_note="Sửa tên ấp.")
    articles.move(edition, "submit", by=edda, seen=edition.head.digest)
    assert reports.correction_of(report) is None
    articles.move(edition, "publish", by=petra, seen=edition.head.digest)
    assert "correct" in [way.name for way in reports.ways_for(edda, report)]
    reports.take(report, "correct", by=edda, seen=1)
    assert report.correction_id == edition.id


def test_two_colleagues_at_once(person: Callable[[str], User], published: Made) -> None:
    report = filed(published, contact="lan@doc.example")
    seen = report.version
    reports.take(report, "answer", by=person("edda"), seen=seen, answer="Một.", letter=lambda _: LETTER)
    events = record.verify().events
    with pytest.raises(Overtaken):
        reports.take(report, "reject", by=person("petra"), seen=seen, answer="Hai.", letter=lambda _: LETTER)
    with pytest.raises(Overtaken):
        reports.take(report, "reject", by=person("petra"), seen=report.version, answer="Hai.")
    assert report.answer == "Một."
    assert db.session.query(Message).count() == 1
    assert record.verify().events == events


@pytest.mark.parametrize("name", ["nora", "omar", "kim", "ada"])
def test_nobody_else_decides(person: Callable[[str], User], published: Made, name: str) -> None:
    report = filed(published)
    with pytest.raises(NotAllowed):
        reports.take(report, "answer", by=person(name), seen=1, answer="Không.")
    assert report.state is ReportState.OPEN


def test_every_way_leads_somewhere_and_back_only_from_spam() -> None:
    reached = {way.target for way in reports.WAYS}
    assert reached == set(ReportState)
    assert [way.name for way in reports.WAYS if way.target is ReportState.OPEN] == ["restore"]
    assert len(reports.BY_NAME) == len(reports.WAYS)


# --- what is forgotten ------------------------------------------------------------------------------------------------


def test_an_address_and_its_mail_are_forgotten_thirty_days_after_closing(
    app: Flask, cast: Cast, published: Made
) -> None:
    with app.app_context():
        with at(FRIDAY), writing():
            closed, still_open = (filed(published, contact="lan@doc.example") for _ in range(2))
            edda = db.session.get_one(User, cast["edda"].id)
            reports.take(closed, "answer", by=edda, seen=1, answer="Đã kiểm tra.", letter=lambda _: LETTER)
            numbers = closed.id, still_open.id
        with at(FRIDAY + reports.CONTACT_KEPT - timedelta(seconds=1)):
            jobs.run_due()
            assert _contacts(*numbers) == ["lan@doc.example"] * 2
        with at(FRIDAY + reports.CONTACT_KEPT):
            jobs.run_due()
            jobs.run_due()
            assert _contacts(*numbers) == ["", "lan@doc.example"]
            assert db.session.query(Message).count() == 0
            report = db.session.get_one(Report, numbers[0])
            assert (report.answer, report.state) == ("Đã kiểm tra.", ReportState.ANSWERED)
            assert [entry.action for entry in reports.history(report)] == ["forgot", "answer", "reported"]
        assert record.verify().finding is None


def _contacts(*numbers: int) -> list[str]:
    db.session.rollback()
    return [db.session.get_one(Report, number).contact for number in numbers]


def test_an_article_whose_name_is_that_of_the_form_has_an_address_of_its_own(
    person: Callable[[str], User], cast: Cast, make_edition: Make
) -> None:
    waiting = make_edition("review", author=cast["nora"], title="Báo lỗi")
    edition = db.session.get_one(Edition, waiting.id)
    articles.move(edition, "publish", by=person("petra"), seen=waiting.digest)
    assert edition.article.slug == "bao-loi-1"
    assert now() >= edition.published_at  # type: ignore[operator]

"""What the desk reads: whose queue holds what, in which order, and what of an edition can be looked up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from editorial import articles, workflow, worklist
from editorial import db as database
from editorial.db import db
from editorial.models import Edition, User
from editorial.workflow import State
from editorial.worklist import Filters
from tests.factories import Made, Person, text_of

Make = Callable[..., Made]
Cast = dict[str, Person]
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def user(person: Person) -> User:
    return db.session.get_one(User, person.id)


def waiting(person: User, **filters: str) -> list[worklist.Waiting]:
    page = worklist.queue(person, Filters(**filters))
    assert page is not None
    return page.items


def test_the_queue_holds_what_this_person_may_decide_on(cast: Cast, make_edition: Make, context: None) -> None:
    make_edition("review", author=cast["nora"], title="Kinh tế của Nora")
    make_edition("review", author=cast["nora"], title="Văn hóa của Nora", section="van-hoa")
    make_edition("review", author=cast["petra"], title="Kinh tế của Petra")
    for state in (State.DRAFT, State.SCHEDULED, State.PUBLISHED, State.DROPPED):
        make_edition(state, author=cast["nora"], title=f"Không chờ: {state}")
    board = {
        "nora": set(),
        "ada": set(),
        "kim": {"Văn hóa của Nora"},
        "petra": {"Kinh tế của Nora", "Văn hóa của Nora"},
        "edda": {"Kinh tế của Nora", "Văn hóa của Nora", "Kinh tế của Petra"},
    }
    for name, expected in board.items():
        person = user(cast[name])
        assert {row.title for row in waiting(person)} == expected
        assert worklist.how_many_wait(person) == len(expected)
        assert worklist.has_queue(person) == (name not in ("nora", "ada"))


def test_whoever_waits_in_a_queue_may_be_decided_on_there(cast: Cast, make_edition: Make, context: None) -> None:
    """The queue asks columns, the workflow asks people: they agree for everybody and every text."""
    for author in ("nora", "petra", "kim", "edda"):
        for section in ("kinh-te", "van-hoa"):
            make_edition("review", author=cast[author], section=section)
    everything = db.session.query(Edition).all()
    for person in map(user, cast.values()):
        listed = {row.edition_id for row in waiting(person)}
        assert listed == {e.id for e in everything if workflow.Standing.REVIEWER in workflow.standings(person, e)}


def test_a_row_says_who_since_when_how_long_and_which_round(cast: Cast, make_edition: Make, context: None) -> None:
    with database.at(START):
        made = make_edition("draft", author=cast["nora"], section="cai-cach")
        edition = db.session.get_one(Edition, made.id)
        nora, edda, petra = (user(cast[name]) for name in ("nora", "edda", "petra"))
        articles.move(edition, "submit", by=nora, seen=made.digest)
        articles.move(edition, "return", by=petra, seen=made.digest, reason="Thiếu số liệu.")
    with database.at(START + timedelta(hours=5)):
        articles.move(edition, "submit", by=nora, seen=made.digest)
        articles.move(edition, "endorse", by=edda, seen=made.digest)
    (row,) = waiting(petra)
    assert (row.submitter, row.since, row.round) == (nora.name, START + timedelta(hours=5), 2)
    assert (row.endorsements, row.changed_by_me, row.words) == (1, False, text_of().words)
    articles.save(edition, text_of(section="cai-cach", title="Khác"), by=petra, seen=made.digest)
    (row,) = waiting(petra)
    assert (row.title, row.endorsements, row.changed_by_me) == ("Khác", 0, True)


def test_sorting_filtering_and_paging(cast: Cast, make_edition: Make, make_update: Make, context: None) -> None:
    for hour, (who, section, title, body) in enumerate(
        [
            ("omar", "van-hoa", "Hội đình làng", "<p>một hai ba</p>"),
            ("nora", "kinh-te", "Giá lúa đầu vụ", "<p>một</p>"),
            ("omar", "kinh-te", "ĐƯỜNG liên ấp", "<p>một hai</p>"),
        ]
    ):
        with database.at(START + timedelta(hours=hour)):
            make_edition("review", author=cast[who], section=section, title=title, body=body, lede="Sapo.")
    live = make_edition("published", author=cast["nora"])
    with database.at(START + timedelta(hours=9)):
        make_update(live, author=cast["nora"], state="review", title="Bản cập nhật", body="<p>một hai ba bốn năm</p>")
    petra = user(cast["petra"])

    def asked(**filters: str) -> list[str]:
        return [row.title for row in waiting(petra, **filters)]

    by_age = ["Hội đình làng", "Giá lúa đầu vụ", "ĐƯỜNG liên ấp", "Bản cập nhật"]
    assert asked() == asked(order="oldest") == asked(order="gibberish") == by_age
    assert asked(order="newest") == by_age[::-1]
    assert asked(order="section") == ["Giá lúa đầu vụ", "ĐƯỜNG liên ấp", "Bản cập nhật", "Hội đình làng"]
    assert asked(order="author") == ["Giá lúa đầu vụ", "Bản cập nhật", "Hội đình làng", "ĐƯỜNG liên ấp"]
    assert asked(order="length")[0] == "Giá lúa đầu vụ"
    assert asked(kind="change") == ["Bản cập nhật"]
    assert asked(kind="first") == by_age[:3]
    assert asked(section="van-hoa") == ["Hội đình làng"]
    assert asked(section="không-có") == []
    assert asked(text="duong") == asked(text=" Đường  ") == ["ĐƯỜNG liên ấp"]
    assert asked(text="%") == asked(text="_") == []
    page = worklist.queue(petra, Filters(), 1)
    assert page is not None
    assert (page.total, page.pages, len(page.items)) == (4, 1, 4)
    assert worklist.queue(petra, Filters(), 2) is None
    assert worklist.queue(petra, Filters(), 0) is None


@given(many=st.integers(0, 130), number=st.integers(-1, 5))
def test_pages_part_the_queue_without_gap_or_overlap(many: int, number: int) -> None:
    rows = list(range(many))
    page = worklist.page_of(rows, number)
    pages = max(1, -(-many // worklist.ON_A_PAGE))
    if not 1 <= number <= pages:
        assert page is None
    else:
        assert page is not None
        start = (number - 1) * worklist.ON_A_PAGE
        assert page.items == rows[start : start + worklist.ON_A_PAGE]
        assert (page.pages, page.total) == (pages, many)


def test_my_desk_separates_what_was_returned(cast: Cast, make_edition: Make, context: None) -> None:
    make_edition("draft", author=cast["nora"], title="Bản thảo")
    made = make_edition("review", author=cast["nora"], title="Bị trả")
    make_edition("published", author=cast["nora"], title="Đã đăng")
    make_edition("draft", author=cast["omar"], title="Của người khác")
    nora, petra = user(cast["nora"]), user(cast["petra"])
    edition = db.session.get_one(Edition, made.id)
    articles.move(edition, "return", by=petra, seen=made.digest, reason="Thiếu số liệu.")
    desk = worklist.my_desk(nora)
    assert [(line.title, line.returned_by, line.returned_because) for line in desk.returned] == [
        ("Bị trả", petra.name, "Thiếu số liệu.")
    ]
    assert {state: [line.title for line in lines] for state, lines in desk.mine.items()} == {
        State.DRAFT: ["Bản thảo"],
        State.PUBLISHED: ["Đã đăng"],
    }
    articles.move(edition, "submit", by=nora, seen=made.digest)
    assert worklist.my_desk(nora).returned == []
    assert worklist.my_desk(petra).waiting == 1


def test_an_edition_is_for_those_who_may_see_it(cast: Cast, make_edition: Make, context: None) -> None:
    made = make_edition("draft", author=cast["nora"], section="kinh-te")
    seen_by = {name for name, person in cast.items() if worklist.edition_for(user(person), made.id)}
    assert seen_by == {"nora", "edda", "petra", "paul"}
    for number in (0, -1, made.id + 1, 2**31, 2**63, 10**40):
        assert worklist.edition_for(user(cast["petra"]), number) is None
        assert worklist.article_for(user(cast["petra"]), number) is None


def test_revisions_are_those_of_the_edition_and_the_text_it_began_from(
    cast: Cast, make_edition: Make, make_update: Make, context: None
) -> None:
    live = make_edition("published", author=cast["nora"])
    stranger = make_edition("draft", author=cast["omar"])
    update = make_update(live, author=cast["nora"])
    edition = db.session.get_one(Edition, update.id)
    versions = worklist.revisions(edition)
    assert [(v.id, v.is_base) for v in versions] == [(update.revision_id, False), (live.revision_id, True)]
    assert [bool(worklist.revision_of(edition, number)) for number in (update.revision_id, live.revision_id)] == [
        True,
        True,
    ]
    for number in (stranger.revision_id, 0, -1, 2**31, 2**63):
        assert worklist.revision_of(edition, number) is None
    found = worklist.text_seen(edition, live.digest)
    assert found is not None
    assert found.id == live.revision_id
    assert worklist.text_seen(edition, "0" * 64) is None


def test_history_tells_every_act_newest_first(cast: Cast, make_edition: Make, context: None) -> None:
    nora, petra = user(cast["nora"]), user(cast["petra"])
    edition = articles.start(text_of(), by=nora)
    seen = edition.head.digest
    articles.move(edition, "submit", by=nora, seen=seen, reason="Xin xem kỹ số liệu.")
    with database.at(START):
        articles.move(edition, "schedule", by=petra, seen=seen, release_at=START + timedelta(hours=1))
    with database.at(START + timedelta(hours=2)):
        articles.release_due()
    told = [(entry.who, entry.what, entry.words, entry.number) for entry in worklist.history(edition)]
    assert told == [
        ("", "released on schedule", "", "1.0"),
        (petra.name, "scheduled", "", ""),
        (nora.name, "submitted for review", "Xin xem kỹ số liệu.", ""),
        (nora.name, "started the article", "", ""),
    ]
    assert worklist.history(edition)[1].release_at == START + timedelta(hours=1)


def test_every_act_that_goes_on_record_has_words_for_the_history() -> None:
    assert {t.name for t in workflow.TRANSITIONS} | {"started", "opened", "saved", "noted"} == set(worklist.PAST)


def test_a_page_of_the_queue_costs_the_same_few_queries_whatever_waits(
    cast: Cast, make_edition: Make, context: None
) -> None:
    petra = user(cast["petra"])

    def queries(order: str) -> int:
        said: list[str] = []

        def listen(*arguments: Any) -> None:
            said.append(arguments[2])

        assert petra.assignments  # read anew after a rollback, and not what is counted
        event.listen(db.engine, "before_cursor_execute", listen)
        waiting(petra, order=order)
        event.remove(db.engine, "before_cursor_execute", listen)
        return len(said)

    few = {order: queries(order) for order in worklist.ORDERS}
    db.session.rollback()
    for _ in range(3):
        make_edition("review", author=cast["nora"])
    assert {order: queries(order) for order in worklist.ORDERS} == few
    assert max(few.values()) <= 4

"""What can be done to the register, by whom, in which state; and that one act is one event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from editorial import documents, record, register, storage
from editorial.db import at, db
from editorial.documents import Faulty, Outdated
from editorial.models import Archive, Document, DocumentVersion, Event, User
from editorial.models.final import Final
from editorial.paper import Force, Kind, State
from editorial.register import Filters
from editorial.workflow import NotAllowed
from tests.factories import Person
from tests.papers import DOCX, PDF, facts_of, make_document

Cast = dict[str, Person]
pytestmark = pytest.mark.usefixtures("context")

# Who may do what to a document that Edda entered. Petra heads all sections, Kim one, Ada keeps the system.
GRID = """
state     | edda                | petra                               | kim | nora | ada
draft     | change              | change publish                      |     |      |
changed   | change              | change publish withdraw             |     |      |
published | change              | change withdraw                     |     |      |
withdrawn | reopen              | reopen                              |     |      |
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in GRID.strip().splitlines()]
CELLS = [(row[0], who, set(cell.split())) for row in ROWS[1:] for who, cell in zip(ROWS[0][1:], row[1:], strict=True)]


def user(person: Person) -> User:
    return db.session.get_one(User, person.id)


def events() -> int:
    return db.session.scalar(select(func.count()).select_from(Event)) or 0


ACTS: dict[str, Callable[[Document, User], object]] = {
    "change": lambda it, who: documents.change(
        it, replace(it.newest.facts, signer="Người ký khác"), by=who, seen=it.head
    ),
    "publish": lambda it, who: documents.publish(it, by=who, seen=it.head),
    "withdraw": lambda it, who: documents.withdraw(it, by=who, seen=it.head, reason="Vì nhầm."),
    "reopen": lambda it, who: documents.reopen(it, by=who, seen=it.head),
}


@pytest.mark.parametrize(("state", "who", "allowed"), CELLS)
def test_roles_and_states(state: str, who: str, allowed: set[str], cast: Cast) -> None:
    done = set()
    for number, (name, act) in enumerate(ACTS.items(), start=1):
        start = State.PUBLISHED if state == "changed" else State(state)
        made = make_document(start, by=cast["edda"], approver=cast["paul"], number=f"{number}/QĐ-UBND")
        if state == "changed":
            documents.change(made, replace(made.newest.facts, field="Y tế"), by=user(cast["edda"]), seen=made.head)
        before, versions = events(), len(made.versions)
        try:
            act(made, user(cast[who]))
        except (NotAllowed, Outdated):
            assert (events(), len(made.versions)) == (before, versions)
        else:
            done.add(name)
            assert events() == before + 1, "one act, one event"
    assert done == allowed
    assert record.verify().finding is None


def test_whoever_had_a_hand_in_it_does_not_let_it_out(cast: Cast) -> None:
    """Counted from the versions since the last approval, and whoever made the newest one in any case."""
    petra, paul = user(cast["petra"]), user(cast["paul"])
    made = make_document("draft", by=cast["petra"])
    documents.change(made, replace(made.newest.facts, field="Y tế"), by=user(cast["edda"]), seen=1)
    with pytest.raises(NotAllowed):
        documents.publish(made, by=petra, seen=2)
    assert not documents.may_publish(petra, made)
    assert documents.may_publish(paul, made)
    documents.publish(made, by=paul, seen=2)
    documents.change(made, replace(made.newest.facts, field="Giáo dục"), by=paul, seen=2)
    with pytest.raises(NotAllowed):
        documents.publish(made, by=paul, seen=3)
    documents.publish(made, by=petra, seen=3)
    documents.withdraw(made, by=paul, seen=3, reason="Xem lại.")
    documents.reopen(made, by=paul, seen=3)
    with pytest.raises(NotAllowed):
        documents.publish(made, by=paul, seen=3)
    documents.publish(made, by=petra, seen=3)
    assert made.state is State.PUBLISHED


def test_nobody_decides_on_what_they_have_not_read(cast: Cast) -> None:
    made = make_document("draft", by=cast["edda"])
    documents.change(made, replace(made.newest.facts, field="Y tế"), by=user(cast["edda"]), seen=1)
    for act in (
        lambda: documents.publish(made, by=user(cast["petra"]), seen=1),
        lambda: documents.change(made, facts_of(number="9/QĐ-UBND"), by=user(cast["edda"]), seen=1),
    ):
        with pytest.raises(Outdated):
            act()
    assert (made.head, made.state) == (2, State.DRAFT)
    assert not documents.change(made, made.newest.facts, by=user(cast["edda"]), seen=1), "the same words are no change"


def test_without_its_file_a_document_stays_in_the_house(cast: Cast) -> None:
    made = documents.enter(facts_of(), by=user(cast["edda"]))
    with pytest.raises(Faulty) as refused:
        documents.publish(made, by=user(cast["petra"]), seen=1)
    assert [fault.field for fault in refused.value.faults] == ["upload"]


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 1001])
def test_a_withdrawal_says_why(reason: str, cast: Cast) -> None:
    made = make_document("published", by=cast["edda"], approver=cast["petra"])
    with pytest.raises(Faulty):
        documents.withdraw(made, by=user(cast["petra"]), seen=1, reason=reason)
    assert made.state is State.PUBLISHED


def test_a_number_is_there_once_for_issuer_and_year(cast: Cast) -> None:
    edda = user(cast["edda"])
    first = documents.enter(facts_of(number="01/QĐ-UBND"), by=edda)
    for same in (facts_of(number="1/QĐ-UBND"), facts_of(number="1/QD-ubnd", issuer="UỶ BAN NHÂN DÂN xã Khe Trăng")):
        with pytest.raises(Faulty) as refused:
            documents.enter(same, by=edda)
        assert [fault.field for fault in refused.value.faults] == ["number"]
    documents.enter(facts_of(number="1/QĐ-UBND", issued_on=date(2025, 3, 5)), by=edda)
    other = documents.enter(facts_of(number="1/QĐ-UBND", issuer="Hội đồng nhân dân xã"), by=edda)
    with pytest.raises(Faulty):
        documents.change(other, first.newest.facts, by=edda, seen=1)
    assert documents.change(first, replace(first.newest.facts, field="Y tế"), by=edda, seen=1)


def test_secrets_are_stored_nowhere(app: Flask, cast: Cast) -> None:
    store = storage.of(app.extensions["editorial"])
    before = (events(), list(store.names()))
    for parts in ({"number": "12/KH-UBND MẬT"}, {"abstract": "Kế hoạch TUYỆT MẬT"}):
        with pytest.raises(Faulty):
            documents.enter(facts_of(**parts), by=user(cast["edda"]))
    with pytest.raises(Faulty):
        documents.receive([("Kế hoạch (TỐI MẬT).pdf", PDF)])
    assert (events(), list(store.names())) == before
    assert db.session.scalar(select(func.count()).select_from(DocumentVersion)) == 0


def test_files_that_are_none_of_ours_are_refused_all_at_once() -> None:
    sent = [("a.pdf", b""), ("b.pdf", b"<html>"), ("c.pdf", PDF), ("d.docx", DOCX + b"<html>")]
    with pytest.raises(Faulty) as refused:
        documents.receive(sent)
    assert [fault.values["name"] for fault in refused.value.faults] == ["a.pdf", "b.pdf", "d.pdf"]
    (received,) = documents.receive([("c.html", PDF)])
    assert (received.file.form, received.file.name) == ("pdf", "c.pdf")


def test_a_file_that_is_too_large_is_refused_whatever_it_is() -> None:
    with pytest.raises(Faulty):
        documents.receive([("lớn.pdf", PDF[:9] + b" " * (11 * 2**20) + PDF[9:])])


def test_versions_are_kept_as_they_were_written(cast: Cast) -> None:
    made = make_document("draft", by=cast["edda"])
    version = made.newest
    version.signer = "Ai đó"
    with pytest.raises(Final):
        db.session.flush()
    db.session.rollback()
    with pytest.raises(DatabaseError):
        db.session.execute(text("UPDATE document_version SET signer = 'x'"))
    db.session.rollback()


def test_what_replaces_what_follows_from_one_link(cast: Cast) -> None:
    people: dict[str, Any] = {"by": cast["edda"], "approver": cast["petra"]}
    old = make_document("published", number="1/QĐ-UBND", **people)
    newer = make_document(
        "draft", number="2/QĐ-UBND", replaces=(old.id,), effective_on=date(2026, 12, 1), by=cast["edda"]
    )

    def worth() -> tuple[Force, list[str]]:
        entry = register.entry(old.id)
        assert entry is not None
        return entry.force, [line.number for line in entry.replaced_by]

    def in_force() -> list[str]:
        page = register.page(Filters(in_force=True), 1)
        assert page is not None
        return [line.number for line in page.items]

    noon = datetime.fromisoformat
    with at(noon("2026-11-23T12:00+07:00")):
        assert worth() == (Force.IN_FORCE, []), "a draft replaces nothing"
        documents.publish(newer, by=user(cast["petra"]), seen=1)
        assert worth() == (Force.IN_FORCE, ["2/QĐ-UBND"]), "it does not hold yet"
        assert in_force() == ["1/QĐ-UBND"]
    with at(noon("2026-12-01T00:00+07:00")):
        assert worth() == (Force.REPLACED, ["2/QĐ-UBND"])
        assert in_force() == ["2/QĐ-UBND"]
        entry = register.entry(newer.id)
        assert entry is not None
        assert [line.force for line in entry.replaces] == [Force.REPLACED]
        documents.withdraw(newer, by=user(cast["petra"]), seen=1, reason="Đăng nhầm.")
        assert worth() == (Force.IN_FORCE, [])


def test_nothing_replaces_itself_or_what_is_not_there(cast: Cast) -> None:
    made = make_document("draft", by=cast["edda"])
    for number in (made.id, 999):
        with pytest.raises(Faulty):
            documents.change(made, replace(made.newest.facts, replaces=(number,)), by=user(cast["edda"]), seen=1)


def test_an_archive_takes_nothing_in_and_can_still_take_back(cast: Cast) -> None:
    public = make_document("published", by=cast["edda"], approver=cast["petra"], number="1/QĐ-UBND")
    draft = make_document("draft", by=cast["edda"], number="2/QĐ-UBND")
    db.session.add(Archive(valid_from=date(2026, 1, 1), text="Xã đã sáp nhập."))
    db.session.commit()
    for act in (
        lambda: documents.enter(facts_of(number="3/QĐ-UBND"), by=user(cast["edda"])),
        lambda: ACTS["change"](draft, user(cast["edda"])),
        lambda: ACTS["publish"](draft, user(cast["petra"])),
    ):
        with pytest.raises(NotAllowed):
            act()
    documents.withdraw(public, by=user(cast["petra"]), seen=1, reason="Lộ dữ liệu cá nhân.")
    assert public.state is State.WITHDRAWN


SEARCHES = [
    ({}, ["3", "2", "1"]),
    ({"text": "nuoc sach"}, ["1"]),
    ({"text": "NƯỚC  sạch"}, ["1"]),
    ({"text": "đường"}, ["2"]),
    ({"text": "2/2026/qd-ubnd"}, ["2"]),
    ({"text": "02/2026"}, ["2"]),
    ({"text": "%"}, []),
    ({"text": "_"}, []),
    ({"text": "' OR 1=1 --"}, []),
    ({"text": "x" * 5000}, []),
    ({"text": "“”…!?"}, []),
    ({"kind": "plan"}, ["3"]),
    ({"kind": "no-such-kind"}, ["3", "2", "1"]),
    ({"year": "2025"}, ["1"]),
    ({"year": "99999999999"}, ["3", "2", "1"]),
    ({"year": "٢٠٢٥"}, ["3", "2", "1"]),
    ({"issuer": "hoi dong nhan dan xa"}, ["3"]),
    ({"field": "Giao thông"}, ["2"]),
    ({"in_force": True}, ["3", "1"]),
    ({"in_force": True, "year": "2026"}, ["3"]),
]


@pytest.fixture
def three(cast: Cast, context: None) -> None:
    people: dict[str, Any] = {"by": cast["edda"], "approver": cast["petra"]}
    road: dict[str, Any] = {"field": "Giao thông", "expires_on": date(2026, 6, 1)}
    make_document("published", number="1/2025/QĐ-UBND", issued_on=date(2025, 5, 1), **people)
    make_document("published", number="02/2026/QĐ-UBND", abstract="Phân luồng đường Lũng Tre", **road, **people)
    plan: dict[str, Any] = {
        "kind": Kind.PLAN,
        "issuer": "Hội đồng nhân dân xã",
        "issued_on": date(2026, 4, 1),
        "abstract": "Kế hoạch giám sát",
    }
    make_document("published", number="3/KH-HĐND", **plan, **people)
    make_document("draft", number="4/QĐ-UBND", by=cast["edda"])
    make_document("withdrawn", number="5/QĐ-UBND", **people)


@pytest.mark.usefixtures("three")
def test_searches_find_the_same_on_both_databases() -> None:
    for asked, numbers in SEARCHES:
        page = register.page(Filters(**asked), 1)  # type: ignore[arg-type]
        assert page is not None
        assert [line.number.split("/")[0].lstrip("0") for line in page.items] == numbers, asked
    assert register.page(Filters(), 2) is None
    choices = register.choices()
    assert choices.years == [2026, 2025]
    assert [name for _, name in choices.issuers] == ["Hội đồng nhân dân xã", "Ủy ban nhân dân xã Khe Trăng"]


@pytest.mark.usefixtures("three")
def test_only_numbers_that_readers_may_see_are_looked_up() -> None:
    keys = {"1/2025/qd-ubnd", "4/qd-ubnd", "5/qd-ubnd", "99/qd-ubnd"}
    assert set(register.cited(keys)) == {"1/2025/qd-ubnd"}
    assert register.cited(set()) == {}


def test_while_a_change_waits_the_approved_number_is_the_one_that_counts(cast: Cast) -> None:
    made = make_document("published", by=cast["edda"], approver=cast["petra"], number="1/QĐ-UBND")
    documents.change(made, replace(made.newest.facts, number="7/QĐ-UBND"), by=user(cast["edda"]), seen=1)
    assert set(register.cited({"1/qd-ubnd", "7/qd-ubnd"})) == {"1/qd-ubnd"}
    entry = register.entry(made.id)
    assert entry is not None
    assert entry.facts.number == "1/QĐ-UBND"

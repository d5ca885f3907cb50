"""The workflow table, written a second time by hand: neither the table nor the grid can be wrong alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from editorial import workflow
from editorial.workflow import NotAllowed, Role, State

GRID = """
state      | nora, its author    | omar, a reporter | edda, editor of the section | petra, board head          | petra, who mended it | ada, administrator
draft      | submit drop         |                  |                             |                            | submit drop          |
review     | recall              |                  | endorse return              | return publish schedule    | return               |
scheduled  |                     |                  |                             | unschedule                 |                      |
published  |                     |                  |                             |                            |                      |
superseded |                     |                  |                             |                            |                      |
dropped    | restore             |                  |                             |                            | restore              |
"""
WRITES = """
state      | nora, its author    | omar, a reporter | edda, editor of the section | petra, board head          | petra, who mended it | ada, administrator
draft      | yes                 |                  | yes                         | yes                        | yes                  |
review     |                     |                  | yes                         | yes                        | yes                  |
scheduled  |                     |                  |                             |                            |                      |
published  |                     |                  |                             |                            |                      |
superseded |                     |                  |                             |                            |                      |
dropped    |                     |                  |                             |                            |                      |
"""
SECTION = "kinh-te"


@dataclass
class Someone:
    id: int
    roles: dict[Role, str] = field(default_factory=dict)  # role → section, "" for all

    def holds(self, role: Role, section: str) -> bool:
        return role in self.roles and self.roles[role] in ("", section)


@dataclass
class Text:
    state: State
    section_slug: str = SECTION
    opened_by_id: int = 1
    contributor_ids: Collection[int] = (1,)
    submitter_id: int | None = 1
    wants_endorsement: bool = False
    endorser_ids: Collection[int] = ()


NORA = Someone(1, {Role.REPORTER: ""})
OMAR = Someone(2, {Role.REPORTER: ""})
EDDA = Someone(3, {Role.EDITOR: SECTION})
PETRA = Someone(4, {Role.HEAD: ""})
ADA = Someone(5, {Role.ADMIN: ""})
CAST = {"nora": NORA, "omar": OMAR, "edda": EDDA, "petra": PETRA, "ada": ADA}


def cells(grid: str) -> list[tuple[State, str, bool, str]]:
    """(state, who, whether that person mended the text, what the cell says), one a cell."""
    heads, *rows = [[cell.strip() for cell in line.split("|")] for line in grid.strip().splitlines()]
    return [
        (State(row[0]), head.split(",")[0], "mended" in head, cell)
        for row in rows
        for head, cell in zip(heads[1:], row[1:], strict=True)
    ]


def edition(state: State, who: str, mended: bool) -> Text:
    return Text(state, contributor_ids=(1, CAST[who].id) if mended else (1,))


@pytest.mark.parametrize(("state", "who", "mended", "cell"), cells(GRID))
def test_who_may_do_what(state: State, who: str, mended: bool, cell: str) -> None:
    text = edition(state, who, mended)
    assert {t.name for t in workflow.open_to(CAST[who], text)} == set(cell.split())
    for name in workflow.NAMES:
        if name in cell.split():
            assert workflow.check(name, CAST[who], text).name == name
        else:
            with pytest.raises(NotAllowed):
                workflow.check(name, CAST[who], text)


@pytest.mark.parametrize(("state", "who", "mended", "cell"), cells(WRITES))
def test_who_may_write_when(state: State, who: str, mended: bool, cell: str) -> None:
    assert workflow.may_write(CAST[who], edition(state, who, mended)) is (cell == "yes")


@pytest.mark.parametrize("state", State)
def test_a_text_is_seen_by_its_contributors_and_the_desk_of_its_section(state: State) -> None:
    text = Text(state)
    assert {name for name, person in CAST.items() if workflow.may_see(person, text)} == {"nora", "edda", "petra"}


def test_an_assignment_for_another_section_gives_nothing() -> None:
    culture = Someone(6, {Role.HEAD: "van-hoa", Role.EDITOR: "van-hoa"})
    assert not workflow.open_to(culture, Text(State.REVIEW))
    assert not workflow.may_see(culture, Text(State.REVIEW))
    assert workflow.may_see(culture, Text(State.REVIEW, section_slug="van-hoa"))


def test_an_editor_who_changed_the_text_does_not_endorse_it_but_may_return_it() -> None:
    text = Text(State.REVIEW, contributor_ids=(1, EDDA.id))
    assert {t.name for t in workflow.open_to(EDDA, text)} == {"return"}


def test_a_head_who_only_opened_a_change_and_wrote_nothing_may_still_approve_it() -> None:
    text = Text(State.REVIEW, opened_by_id=PETRA.id, contributor_ids=(1,))
    assert "publish" in {t.name for t in workflow.open_to(PETRA, text)}


def test_one_editor_endorses_one_text_once() -> None:
    text = Text(State.REVIEW, endorser_ids=(EDDA.id,))
    assert {t.name for t in workflow.open_to(EDDA, text)} == {"return"}
    with pytest.raises(NotAllowed, match="already"):
        workflow.check("endorse", EDDA, text)


def test_where_the_section_asks_for_an_endorsement_nothing_goes_out_without_it() -> None:
    text = Text(State.REVIEW, wants_endorsement=True)
    assert {t.name for t in workflow.open_to(PETRA, text)} == {"return"}
    with pytest.raises(NotAllowed, match="endorsement"):
        workflow.check("publish", PETRA, text)


@pytest.mark.parametrize(
    ("text", "person", "says"),
    [
        (Text(State.DRAFT), PETRA, "state"),
        (Text(State.REVIEW, contributor_ids=(1, 4)), PETRA, "another person"),
        (Text(State.REVIEW), OMAR, "not yours"),
    ],
)
def test_a_refusal_says_why(text: Text, person: Someone, says: str) -> None:
    assert says in workflow.why_not("publish", person, text)


def test_a_return_without_a_reason_is_refused() -> None:
    with pytest.raises(workflow.ReasonMissing):
        workflow.check_reason(workflow.BY_NAME["return"], " \n ")
    workflow.check_reason(workflow.BY_NAME["return"], "Thiếu số liệu.")
    workflow.check_reason(workflow.BY_NAME["publish"], "")


@pytest.mark.parametrize(("ahead", "refused"), [(None, True), (-1, True), (0, True), (1, False), (60 * 24 * 400, True)])
def test_a_schedule_lies_in_the_future_and_within_a_year(ahead: int | None, refused: bool) -> None:
    now = datetime(2026, 2, 26, 12, tzinfo=UTC)
    moment = None if ahead is None else now + timedelta(minutes=ahead)
    if refused:
        with pytest.raises(workflow.TimeWrong):
            workflow.check_time(workflow.BY_NAME["schedule"], moment, now)
    else:
        workflow.check_time(workflow.BY_NAME["schedule"], moment, now)


def test_names_are_unique_and_every_state_has_a_way_in() -> None:
    assert len(workflow.BY_NAME) == len(workflow.TRANSITIONS)
    assert {t.target for t in workflow.TRANSITIONS} == set(State)


def test_the_readme_shows_the_diagram_of_the_table() -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    assert f"```mermaid\n{workflow.diagram()}```" in readme, "run “editorial diagram” and put it into README.md"

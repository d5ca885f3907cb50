"""The workflow, said once: which ways lead from state to state, and who may take them.

The route, the buttons, the permission, the history and the diagram all read `TRANSITIONS`. Nothing here knows a database
or a page: an edition and a person are whatever has the attributes of `Travels` and `Person`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from editorial.words import N_


class State(StrEnum):
    DRAFT = "draft"
    REVIEW = "review"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"  # was published; a later edition of the same article took its place
    DROPPED = "dropped"


STATE_LABELS = {
    State.DRAFT: N_("Draft"),
    State.REVIEW: N_("In review"),
    State.SCHEDULED: N_("Scheduled"),
    State.PUBLISHED: N_("Published"),
    State.SUPERSEDED: N_("Superseded"),
    State.DROPPED: N_("Dropped"),
}
OPEN = frozenset({State.DRAFT, State.REVIEW, State.SCHEDULED})  # the states of a text that is still on its way


class Kind(StrEnum):
    FIRST = "first"
    UPDATE = "update"
    CORRECTION = "correction"
    FIX = "fix"


KIND_LABELS = {
    Kind.FIRST: N_("First publication"),
    Kind.UPDATE: N_("Update"),
    Kind.CORRECTION: N_("Correction"),
    Kind.FIX: N_("Quick fix"),
}


class Role(StrEnum):
    REPORTER = "reporter"
    EDITOR = "editor"
    HEAD = "head"
    ADMIN = "admin"  # keeps the system; approves nothing


ROLE_LABELS = {
    Role.REPORTER: N_("Reporter"),
    Role.EDITOR: N_("Editor"),
    Role.HEAD: N_("Head of the board"),
    Role.ADMIN: N_("Administrator"),
}


class Standing(StrEnum):
    """How one person stands to one edition. Several may hold at once."""

    CONTRIBUTOR = "contributor"  # opened it, or changed a character of it since the last approved version
    SUBMITTER = "submitter"  # handed it to review in the round that is open
    REVIEWER = "reviewer"  # editor or head of its section, and not its submitter: may send it back
    EDITOR = "editor"  # editor of its section who changed nothing: may endorse
    APPROVER = "approver"  # head for its section who changed nothing: may let it out
    CLOCK = "clock"  # nobody in person: time itself


class Person(Protocol):
    @property
    def id(self) -> int: ...
    def holds(self, role: Role, section: str) -> bool:
        """Whether this active person has the role for the section (its slug; "" = a text without one yet)."""
        ...


class Travels(Protocol):
    """An edition, as the workflow sees it."""

    @property
    def state(self) -> State: ...
    @property
    def section_slug(self) -> str: ...
    @property
    def opened_by_id(self) -> int: ...
    @property
    def contributor_ids(self) -> Collection[int]:
        """Everyone who left a revision since the version that was last approved: counted, never declared."""
        ...

    @property
    def submitter_id(self) -> int | None: ...
    @property
    def wants_endorsement(self) -> bool:
        """Its section demands an editor's word first, and nobody has given it for the present text."""
        ...

    @property
    def endorser_ids(self) -> Collection[int]:
        """Who has endorsed the present text; with the next change nobody has."""
        ...


@dataclass(frozen=True, slots=True)
class Transition:
    name: str  # in the URL, the record and the tests
    source: State
    target: State
    by: Standing
    label: str  # on the button
    past: str  # in the history: "returned by Petra"
    asks_reason: bool = False
    asks_complete: bool = False
    asks_time: bool = False
    takes_note: bool = False
    lets_out: bool = False  # readers get the text by it, now or at a set time


# fmt: off
TRANSITIONS = (
    Transition("submit",     State.DRAFT,     State.REVIEW,    Standing.CONTRIBUTOR, N_("Submit for review"),   N_("submitted for review"), asks_complete=True, takes_note=True),
    Transition("recall",     State.REVIEW,    State.DRAFT,     Standing.SUBMITTER,   N_("Take back"),           N_("taken back")),
    Transition("endorse",    State.REVIEW,    State.REVIEW,    Standing.EDITOR,      N_("Endorse"),             N_("endorsed"),             takes_note=True),
    Transition("return",     State.REVIEW,    State.DRAFT,     Standing.REVIEWER,    N_("Return to author"),    N_("returned"),             asks_reason=True),
    Transition("publish",    State.REVIEW,    State.PUBLISHED, Standing.APPROVER,    N_("Approve and publish"), N_("published"),            asks_complete=True, lets_out=True),
    Transition("schedule",   State.REVIEW,    State.SCHEDULED, Standing.APPROVER,    N_("Approve for a time"),  N_("scheduled"),            asks_complete=True, asks_time=True, lets_out=True),
    Transition("unschedule", State.SCHEDULED, State.REVIEW,    Standing.APPROVER,    N_("Cancel the schedule"), N_("unscheduled"),          asks_reason=True),
    Transition("release",    State.SCHEDULED, State.PUBLISHED, Standing.CLOCK,       N_("Release"),             N_("released on schedule")),
    Transition("hold-back",  State.SCHEDULED, State.REVIEW,    Standing.CLOCK,       N_("Hold back"),           N_("not released; back in review")),
    Transition("supersede",  State.PUBLISHED, State.SUPERSEDED, Standing.CLOCK,      N_("Supersede"),           N_("superseded")),
    Transition("drop",       State.DRAFT,     State.DROPPED,   Standing.CONTRIBUTOR, N_("Drop"),                N_("dropped")),
    Transition("restore",    State.DROPPED,   State.DRAFT,     Standing.CONTRIBUTOR, N_("Restore"),             N_("restored")),
)
# fmt: on
BY_NAME = {transition.name: transition for transition in TRANSITIONS}
NAMES = tuple(t.name for t in TRANSITIONS if t.by is not Standing.CLOCK)  # what a person can ask for


class NotAllowed(Exception):
    """The refusal of a move. `message` is a message id for people; it names neither the text nor anybody."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ReasonMissing(NotAllowed):
    """The move goes on the record with a reason, and none was given."""


class TimeWrong(NotAllowed):
    """The time of release is missing, not understood, or not in the future."""


def standings(person: Person, edition: Travels) -> set[Standing]:
    """How `person` stands to `edition` now.

    Four eyes are counted here: who left a revision since the last approved version neither endorses nor approves. Sending
    back needs no second pair of eyes, so a reviewer who mended a comma may still return the text.
    """
    held: set[Standing] = set()
    changed_it = person.id in edition.contributor_ids
    if changed_it or person.id == edition.opened_by_id:
        held.add(Standing.CONTRIBUTOR)
    if person.id == edition.submitter_id:
        held.add(Standing.SUBMITTER)
    edits = person.holds(Role.EDITOR, edition.section_slug)
    heads = person.holds(Role.HEAD, edition.section_slug)
    if (edits or heads) and person.id != edition.submitter_id:
        held.add(Standing.REVIEWER)
    if edits and not changed_it:
        held.add(Standing.EDITOR)
    if heads and not changed_it:
        held.add(Standing.APPROVER)
    return held


def open_to(person: Person, edition: Travels) -> list[Transition]:
    """The transitions this person may take now: the buttons to show."""
    who = standings(person, edition)
    return [t for t in TRANSITIONS if t.source is edition.state and t.by in who and not _blocked(t, person, edition)]


def check(name: str, person: Person, edition: Travels) -> Transition:
    """The transition `name`, if `person` may take it now; raises NotAllowed otherwise."""
    for transition in open_to(person, edition):
        if transition.name == name:
            return transition
    raise NotAllowed(why_not(name, person, edition))


def why_not(name: str, person: Person, edition: Travels) -> str:
    """The reason for a refusal, as a message id in the words of the person who asked."""
    transition = BY_NAME[name]
    if transition.source is not edition.state:
        return N_("This is not possible in the state the text is in now. Somebody may have decided before you.")
    if transition.by in standings(person, edition):
        if transition.name == "endorse":
            return N_("You have endorsed this very text already.")
        return N_("This section asks for an editor's endorsement of the present text first.")
    if transition.by in (Standing.APPROVER, Standing.EDITOR) and person.id in edition.contributor_ids:
        return N_("You changed this text since it was last approved, so another person has to decide on it.")
    return N_("This decision is not yours to take.")


def may_write(person: Person, edition: Travels) -> bool:
    """Whether this person may change the text now.

    A draft is open to its contributors and to the desk of its section. In review the contributors have let it out of their
    hands: only the desk may still mend it, and whoever does becomes a contributor. A scheduled text is closed to everybody,
    because its approval is tied to its words.
    """
    desk = person.holds(Role.EDITOR, edition.section_slug) or person.holds(Role.HEAD, edition.section_slug)
    if edition.state is State.DRAFT:
        return desk or Standing.CONTRIBUTOR in standings(person, edition)
    return edition.state is State.REVIEW and desk


def may_see(person: Person, edition: Travels) -> bool:
    """Whether the edition is this person's to see on the desk at all; what is not answers like what does not exist."""
    return bool(standings(person, edition) & {Standing.CONTRIBUTOR, Standing.SUBMITTER, Standing.REVIEWER})


def check_reason(transition: Transition, reason: str) -> None:
    """Raises ReasonMissing when the move needs a reason and `reason` says nothing."""
    if transition.asks_reason and not reason.strip():
        raise ReasonMissing(N_("Say why. The reason goes on the record and the author reads it."))


def check_time(transition: Transition, release_at: datetime | None, now: datetime) -> None:
    """Raises TimeWrong unless the move's time of release (aware) lies in the future and within a year."""
    if not transition.asks_time:
        return
    if release_at is None:
        raise TimeWrong(N_("Give the day and the hour of publication."))
    if release_at <= now:
        raise TimeWrong(N_("The time of publication has to lie in the future."))
    if (release_at - now).days > 366:
        raise TimeWrong(N_("The time of publication has to lie within a year."))


def _blocked(transition: Transition, person: Person, edition: Travels) -> bool:
    if transition.name == "endorse":
        return person.id in edition.endorser_ids
    return transition.lets_out and edition.wants_endorsement


def diagram() -> str:
    """The table as a Mermaid state diagram: the text that README.md shows and a test compares."""
    lines = ["stateDiagram-v2", "    [*] --> draft"]
    for t in TRANSITIONS:
        lines.append(f"    {t.source} --> {t.target}: {t.name} ({t.by})")
    lines += ["    superseded --> [*]", ""]
    return "\n".join(lines)

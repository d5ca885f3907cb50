"""What the desk reads: a person's own texts, the queue they decide on, an edition and its history. Nothing here writes.

Lists read columns only, never a body. What is looked up for a person is looked up through `workflow.may_see`: what is
not theirs answers like what does not exist.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, Select, and_, case, false, func, literal, or_, select
from sqlalchemy.orm import joinedload

from editorial import vietnamese, workflow
from editorial.catalogue import Page
from editorial.db import LARGEST_ID, db
from editorial.models import Article, Edition, Endorsement, Event, Origin, Revision, Round, Section, User
from editorial.words import N_
from editorial.workflow import OPEN, Kind, Role, State

T = TypeVar("T")
ON_A_PAGE = 50
NEXT_UP = 5  # of the queue, on My desk
MINE_AT_MOST = 200  # of a person's texts that are on their way
DONE_AT_MOST = 20  # of those that are published or dropped, the newest

ORDERS = {
    "oldest": N_("Waiting longest first"),
    "newest": N_("Submitted last first"),
    "section": N_("By section"),
    "author": N_("By submitter"),
    "length": N_("Shortest first"),
}
KINDS = {"first": N_("First publications"), "change": N_("Changes to published articles")}
PAST = {
    "started": N_("started the article"),
    "opened": N_("began a change to the published article"),
    "saved": N_("saved the text"),
    "noted": N_("changed the note about the change"),
} | {transition.name: transition.past for transition in workflow.TRANSITIONS}


@dataclass(frozen=True, slots=True)
class Line:
    """One of a person's editions in a list."""

    edition_id: int
    title: str
    state: State
    kind: Kind
    section: Section | None
    words: int
    changed_at: datetime
    release_at: datetime | None
    number: str
    returned_by: str  # not empty while a returned draft has not been submitted again
    returned_because: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """One edition in the queue."""

    edition_id: int
    title: str
    section: Section | None
    kind: Kind
    submitter: str
    since: datetime
    words: int
    round: int
    endorsements: int  # of the text as it stands
    changed_by_me: bool  # then somebody else has to approve it


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the queue is asked for. A kind or an order that is not known counts as not given."""

    section: str = ""  # a slug
    kind: str = ""  # a key of KINDS
    text: str = ""  # in the title; case and accents make no difference
    order: str = "oldest"  # a key of ORDERS


@dataclass(frozen=True, slots=True)
class Desk:
    """What one person finds on their desk: first what waits for them, then what is theirs."""

    returned: list[Line]
    next_up: list[Waiting]
    waiting: int
    mine: dict[State, list[Line]]  # in the order of a text's way, without the returned ones and without empty states


@dataclass(frozen=True, slots=True)
class Entry:
    """One act in an edition's history."""

    at: datetime
    who: str  # empty: the clock
    what: str  # a message id: "returned"
    words: str  # the reason or the note that was given; a message id when the clock gave it
    revision: int | None  # the one that the act left behind
    release_at: datetime | None
    number: str


@dataclass(frozen=True, slots=True)
class Version:
    """One revision in the list of an edition's texts."""

    id: int
    at: datetime
    author: str
    words: int
    origin: Origin
    is_base: bool  # the published text that this change began from


def my_desk(user: User) -> Desk:
    """What waits for this person, and every edition they opened or changed."""
    sections = _sections()
    lines = [
        _line(row, sections)
        for row in db.session.execute(_mine(user).where(Edition.state.in_(OPEN)).limit(MINE_AT_MOST))
    ]
    for state in (State.PUBLISHED, State.DROPPED):
        rows = db.session.execute(_mine(user).where(Edition.state == state).limit(DONE_AT_MOST))
        lines += [_line(row, sections) for row in rows]
    waiting = _in_order(user, Filters())
    mine = {state: [line for line in lines if line.state is state and not line.returned_by] for state in State}
    return Desk(
        returned=[line for line in lines if line.returned_by],
        next_up=_details(user, waiting[:NEXT_UP]),
        waiting=len(waiting),
        mine={state: found for state, found in mine.items() if found},
    )


def has_queue(user: User) -> bool:
    """Whether anything could ever wait for this person's decision."""
    return user.has(Role.EDITOR, Role.HEAD)


def how_many_wait(user: User) -> int:
    """How many editions wait for this person's decision."""
    query = select(func.count()).select_from(Edition).join(Round, _OPEN_ROUND).where(*_is_for(user))
    return db.session.scalar(query) or 0


def queue(user: User, filters: Filters, number: int = 1) -> Page[Waiting] | None:
    """One page of what waits for this person's decision; None when there is no such page.

    What they submitted themselves waits for others. All is put in order by number alone, and only one page is read.
    """
    page = page_of(_in_order(user, filters), number)
    return Page(_details(user, page.items), page.number, page.pages, page.total) if page else None


def page_of(rows: list[T], number: int) -> Page[T] | None:
    """A page of a list that was read as a whole; None when there is no such page."""
    pages = max(1, -(-len(rows) // ON_A_PAGE))
    if not 1 <= number <= pages:
        return None
    return Page(rows[(number - 1) * ON_A_PAGE : number * ON_A_PAGE], number, pages, len(rows))


def edition_for(user: User, edition_id: int) -> Edition | None:
    """The edition of this number, if this person may see it on the desk; None for a foreign as for an unknown one."""
    if not 0 < edition_id <= LARGEST_ID:
        return None
    parts = (
        joinedload(Edition.article),
        joinedload(Edition.head),
        joinedload(Edition.section),
        joinedload(Edition.base_edition),
    )
    edition = db.session.get(Edition, edition_id, options=parts)
    return edition if edition and workflow.may_see(user, edition) else None


def article_for(user: User, article_id: int) -> Article | None:
    """The article of this number, if this person may see its live edition on the desk."""
    if not 0 < article_id <= LARGEST_ID:
        return None
    article = db.session.get(Article, article_id)
    live = article.live_edition if article else None
    return article if live and workflow.may_see(user, live) else None


def edition_started_by(user: User, form: str) -> tuple[Edition, str] | None:
    """The edition that this person's writing form has already started, and the digest of the text it started with.

    `form` is the part of the one-time key that names the form whatever was typed into it.
    """
    query = select(Event).where(
        Event.actor_id == user.id, Event.action == "started", Event.once >= form, Event.once < form + "~"
    )
    event = db.session.scalars(query.order_by(Event.sequence)).first()
    edition = event and edition_for(user, number_in(event.subject))
    return (edition, str(json.loads(event.detail)["digest"])) if event and edition else None


def number_in(subject: str) -> int:
    """The number in a subject of the record: 7 of "edition:7"."""
    return int(subject.rpartition(":")[2])


def revisions(edition: Edition) -> list[Version]:
    """Every text this edition has had, newest first, and last the published text that a change began from."""
    base = _base_revision_id(edition)
    query = (
        select(Revision.id, Revision.created_at, User.name, Revision.words, Revision.origin)
        .join(User, Revision.author_id == User.id)
        .where(_of(edition))
        .order_by(Revision.id.desc())
    )
    return [Version(*row, is_base=row.id == base) for row in db.session.execute(query)]


def revision_of(edition: Edition, revision_id: int) -> Revision | None:
    """One of the texts that `revisions` lists; None for every other number."""
    if not 0 < revision_id <= LARGEST_ID:
        return None
    return db.session.scalars(select(Revision).where(Revision.id == revision_id, _of(edition))).first()


def text_seen(edition: Edition, digest: str) -> Revision | None:
    """The newest of the edition's texts with this digest: what a person had on screen."""
    query = select(Revision).where(Revision.digest == digest, _of(edition)).order_by(Revision.id.desc())
    return db.session.scalars(query).first()


def history(edition: Edition) -> list[Entry]:
    """Every act on this edition, newest first."""
    query = (
        select(Event.at, Event.action, Event.detail, User.name)
        .outerjoin(User, Event.actor_id == User.id)
        .where(Event.subject == f"edition:{edition.id}")
        .order_by(Event.sequence.desc())
    )
    return [_entry(row) for row in db.session.execute(query)]


_OPEN_ROUND = and_(Round.edition_id == Edition.id, Round.decision.is_(None))


def _sections() -> dict[int, Section]:
    return {section.id: section for section in db.session.scalars(select(Section))}


def _is_for(user: User) -> list[Any]:
    """The conditions, over Edition and its open Round, that make an edition wait for this person."""
    duties = [a for a in user.assignments if a.role in (Role.EDITOR, Role.HEAD)] if user.active else []
    conditions: list[Any] = [Edition.state == State.REVIEW, Round.submitted_by_id != user.id]
    if not duties:
        conditions.append(false())
    elif all(a.section_id is not None for a in duties):
        conditions.append(Edition.section_id.in_({a.section_id for a in duties}))
    return conditions


def _in_order(user: User, filters: Filters) -> list[int]:
    """The numbers of the editions that wait for this person and pass the filters, in the order that is asked for."""
    query: Select[Any] = select(Edition.id).join(Round, _OPEN_ROUND).where(*_is_for(user))
    if filters.section:
        query = query.where(Edition.section_id.in_(select(Section.id).where(Section.slug == filters.section)))
    if filters.kind in KINDS:
        query = query.where((Edition.kind == Kind.FIRST) == (filters.kind == "first"))
    wanted = vietnamese.fold(filters.text).strip()
    if wanted or filters.order == "length":
        query = query.join(Revision, Edition.head_id == Revision.id)
    if filters.order == "section":
        query = query.outerjoin(Section, Edition.section_id == Section.id).order_by(Section.position, Section.id)
    elif filters.order == "author":
        query = query.order_by(_rank_of_submitter())
    elif filters.order == "length":
        query = query.order_by(Revision.words)
    since = (Edition.waiting_since, Edition.id)
    query = query.order_by(*(column.desc() if filters.order == "newest" else column for column in since))
    if wanted:
        rows = db.session.execute(query.add_columns(Revision.title))
        return [row.id for row in rows if wanted in vietnamese.fold(row.title)]
    return list(db.session.scalars(query))


def _rank_of_submitter() -> ColumnElement[int]:
    """The place of the round's submitter in the Vietnamese order of names, which no database here knows."""
    people = db.session.execute(select(User.id, User.name).where(User.id.in_(select(Round.submitted_by_id)))).all()
    ranked = sorted(people, key=lambda person: vietnamese.given_name_key(person.name))
    if not ranked:
        return literal(0)
    return case({person.id: rank for rank, person in enumerate(ranked)}, value=Round.submitted_by_id, else_=len(ranked))


def _details(user: User, numbers: list[int]) -> list[Waiting]:
    """What the queue says of these editions, in their order."""
    endorsed = (
        select(func.count())
        .select_from(Endorsement)
        .where(Endorsement.round_id == Round.id, Endorsement.digest == Revision.digest)
        .correlate(Round, Revision)
        .scalar_subquery()
    )
    query = (
        select(
            Edition.id,
            Edition.section_id,
            Edition.kind,
            Edition.waiting_since,
            Round.number,
            Revision.title,
            Revision.words,
            User.name.label("submitter"),
            endorsed.label("endorsements"),
            Edition.id.in_(_changed_by(user)).label("changed_by_me"),
        )
        .join(Round, _OPEN_ROUND)
        .join(Revision, Edition.head_id == Revision.id)
        .join(User, Round.submitted_by_id == User.id)
        .where(Edition.id.in_(numbers))
    )
    sections = _sections()
    found = {row.id: _in_queue(row, sections) for row in db.session.execute(query)}
    return [found[number] for number in numbers]


def _in_queue(row: Row[*tuple[Any, ...]], sections: dict[int, Section]) -> Waiting:
    return Waiting(
        edition_id=row.id,
        title=row.title,
        section=sections.get(row.section_id),
        kind=row.kind,
        submitter=row.submitter,
        since=row.waiting_since,
        words=row.words,
        round=row.number,
        endorsements=row.endorsements,
        changed_by_me=bool(row.changed_by_me),
    )


def _changed_by(user: User) -> Select[int]:
    return select(Revision.edition_id).where(Revision.author_id == user.id)


def _mine(user: User) -> Select[*tuple[Any, ...]]:
    last_round = (
        select(func.max(Round.number)).where(Round.edition_id == Edition.id).correlate(Edition).scalar_subquery()
    )
    return (
        select(
            Edition.id,
            Edition.section_id,
            Edition.state,
            Edition.kind,
            Edition.changed_at,
            Edition.release_at,
            Edition.major,
            Edition.minor,
            Revision.title,
            Revision.words,
            Round.decision,
            Round.reason,
            User.name.label("decided_by"),
        )
        .join(Revision, Edition.head_id == Revision.id)
        .outerjoin(Round, and_(Round.edition_id == Edition.id, Round.number == last_round))
        .outerjoin(User, Round.decided_by_id == User.id)
        .where(or_(Edition.opened_by_id == user.id, Edition.id.in_(_changed_by(user))))
        .order_by(Edition.changed_at.desc(), Edition.id.desc())
    )


def _line(row: Row[*tuple[Any, ...]], sections: dict[int, Section]) -> Line:
    returned = row.state is State.DRAFT and row.decision == "return"
    return Line(
        edition_id=row.id,
        title=row.title,
        state=row.state,
        kind=row.kind,
        section=sections.get(row.section_id),
        words=row.words,
        changed_at=row.changed_at,
        release_at=row.release_at,
        number="" if row.major is None else f"{row.major}.{row.minor}",
        returned_by=row.decided_by if returned else "",
        returned_because=row.reason if returned else "",
    )


def _base_revision_id(edition: Edition) -> int | None:
    return edition.base_edition.head_id if edition.base_edition else None


def _of(edition: Edition) -> Any:
    """The condition that makes a revision one of this edition's, or the text that it began from."""
    return or_(Revision.edition_id == edition.id, Revision.id == _base_revision_id(edition))


def _entry(row: Row[*tuple[Any, ...]]) -> Entry:
    detail = json.loads(row.detail)
    release_at = detail.get("release_at")
    return Entry(
        at=row.at,
        who=row.name or "",
        what=PAST.get(row.action, row.action),
        words=detail.get("reason") or detail.get("note") or "",
        revision=detail.get("revision"),
        release_at=datetime.fromisoformat(release_at) if release_at else None,
        number=detail.get("number", ""),
    )

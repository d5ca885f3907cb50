"""What readers may see of the register of documents (`visible` is the rule), and what the desk sees of it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from editorial import catalogue, citations, paper, vietnamese
from editorial.catalogue import Page
from editorial.db import LARGEST_ID, db, now
from editorial.models import Article, Citation, Document, DocumentVersion, Edition, Event, Replacement, Revision, User
from editorial.paper import Facts, File, Force, Kind, State

Query = Select[*tuple[Any, ...]]
PER_PAGE = 20
WORDS_MOST = 8  # of what was typed into the search field
TEXT_MOST = 200
CITED_MOST = 200  # different numbers in one article that are looked up
CITING_MOST = 20  # articles listed under a document


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader asks the list for. What is empty, or no day or word that there is, asks for nothing."""

    text: str = ""
    kind: str = ""
    issuer: str = ""  # its key
    year: str = ""
    field: str = ""
    in_force: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A document as lists show it."""

    id: int
    slug: str
    kind: Kind
    number: str
    issuer: str
    issued_on: date
    abstract: str
    force: Force


@dataclass(frozen=True, slots=True)
class Citing:
    """A published article that cites the document's number."""

    article_id: int
    slug: str
    title: str
    first_published_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """A published document with all that readers get of it."""

    id: int
    slug: str
    facts: Facts
    force: Force
    published_at: datetime
    changed_at: datetime
    replaces: list[Line]
    replaced_by: list[Line]
    cited_by: list[Citing]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the search form offers: only what published documents have."""

    kinds: list[Kind]
    issuers: list[tuple[str, str]]  # key and name
    years: list[int]
    fields: list[str]


def visible() -> ColumnElement[bool]:
    """The one rule for readers, over Document and DocumentVersion: it stands published, this version is approved."""
    return and_(
        Document.state == State.PUBLISHED,
        DocumentVersion.document_id == Document.id,
        DocumentVersion.ordinal == Document.approved,
    )


def page(filters: Filters, number: int) -> Page[Line] | None:
    """A page of the list, newest first; None when there is no such page."""
    conditions = _conditions(filters, today())
    counted = select(func.count()).select_from(Document).join(DocumentVersion, visible()).where(*conditions)
    total = db.session.scalar(counted) or 0
    pages = max(1, -(-total // PER_PAGE))
    if not 1 <= number <= pages:
        return None
    query = _lines().where(*conditions).order_by(DocumentVersion.issued_on.desc(), Document.id.desc())
    rows = db.session.execute(query.limit(PER_PAGE).offset((number - 1) * PER_PAGE))
    return Page([_line(row) for row in rows], number, pages, total)


def choices() -> Choices:
    return catalogue.remembered("editorial.register.choices", _choices)


def entry(document_id: int) -> Entry | None:
    """A published document; what is no number, no document, a draft or withdrawn is None alike."""
    if not 0 < document_id <= LARGEST_ID:
        return None
    query = select(Document, DocumentVersion).join(DocumentVersion, visible()).where(Document.id == document_id)
    found = db.session.execute(query).first()
    if found is None:
        return None
    document, version = found
    assert document.published_at is not None
    facts = version.facts
    newer = aliased(Replacement)
    replacing = _lines().join(newer, and_(newer.document_id == Document.id, newer.ordinal == Document.approved))
    replaced_by = _read(replacing.where(newer.replaced_id == document_id))
    holding = any(line.force is not Force.COMING for line in replaced_by)
    return Entry(
        id=document.id,
        slug=document.slug,
        facts=facts,
        force=paper.force(facts.holds_from, facts.expires_on, today(), replaced=holding),
        published_at=document.published_at,
        changed_at=max(version.created_at, document.published_at),
        replaces=_read(_lines().where(Document.id.in_(facts.replaces))) if facts.replaces else [],
        replaced_by=replaced_by,
        cited_by=_citing(facts.number),
    )


def public_file(document_id: int, digest: str) -> File | None:
    """A file of the approved version of a published document."""
    if not 0 < document_id <= LARGEST_ID:
        return None
    query = select(DocumentVersion).join(Document, visible()).where(Document.id == document_id)
    version = db.session.scalars(query).first()
    return _file_of(version, digest)


def cited(keys: Collection[str]) -> dict[str, list[tuple[int, str]]]:
    """For each of the keys that is in the register: (number, slug) of the published documents that have it."""
    found: dict[str, list[tuple[int, str]]] = {}
    if keys:
        some = sorted(keys)[:CITED_MOST]
        for key, number, slug in db.session.execute(_by_keys(), {"keys": some}):
            found.setdefault(key, []).append((number, slug))
    return found


def addresses() -> Iterable[tuple[int, str, datetime]]:
    """(number, slug, last change) of every published document, for the sitemap."""
    query = select(Document.id, Document.slug, Document.changed_at).where(Document.state == State.PUBLISHED)
    return db.session.execute(query.order_by(Document.id.desc()))


def today() -> date:
    return vietnamese.local(now()).date()


# --- for the desk -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Act:
    """One line of a document's history."""

    at: datetime
    who: str
    action: str
    reason: str


def on_desk(state: State | None, number: int) -> Page[Document] | None:
    """All documents in a state, or all that wait for somebody (None: any state), the last touched first."""
    conditions = [Document.state == state] if state else []
    total = db.session.scalar(select(func.count()).select_from(Document).where(*conditions)) or 0
    pages = max(1, -(-total // PER_PAGE))
    if not 1 <= number <= pages:
        return None
    query = select(Document).where(*conditions).order_by(Document.changed_at.desc(), Document.id.desc())
    rows = db.session.scalars(query.limit(PER_PAGE).offset((number - 1) * PER_PAGE)).all()
    return Page(list(rows), number, pages, total)


def counts() -> dict[State, int]:
    """How many documents are in each state."""
    rows = db.session.execute(select(Document.state, func.count()).group_by(Document.state)).all()
    return dict.fromkeys(State, 0) | {state: number for state, number in rows}  # noqa: C416


def document(document_id: int) -> Document | None:
    """Any document, as it stands, for those who keep the register."""
    return db.session.get(Document, document_id) if 0 < document_id <= LARGEST_ID else None


def file_of(document: Document, digest: str) -> File | None:
    """A file of any version of the document."""
    found = (_file_of(version, digest) for version in document.versions)
    return next((file for file in found if file), None)


def history(document: Document) -> list[Act]:
    """Every act on this document, newest first."""
    query = (
        select(Event.at, Event.action, Event.detail, User.name)
        .outerjoin(User, Event.actor_id == User.id)
        .where(Event.subject == f"document:{document.id}")
        .order_by(Event.sequence.desc())
    )
    return [
        Act(row.at, row.name or "", row.action, json.loads(row.detail).get("reason", ""))
        for row in db.session.execute(query)
    ]


def of_number(number: str) -> list[Document]:
    """The documents, in whatever state, that have this number: the newest first."""
    query = select(Document).where(Document.key == citations.key(number)).order_by(Document.year.desc())
    return list(db.session.scalars(query))


def of_numbers(numbers: Collection[int]) -> dict[int, Document]:
    """Documents by their own numbers in the register."""
    return {found.id: found for found in db.session.scalars(select(Document).where(Document.id.in_(numbers)))}


def suggestions() -> tuple[list[str], list[str]]:
    """The issuers and the fields that have been typed so far, for the form to offer."""
    issuers = db.session.scalars(select(DocumentVersion.issuer).distinct()).all()
    fields = db.session.scalars(select(DocumentVersion.field).where(DocumentVersion.field != "").distinct()).all()
    return sorted(issuers, key=vietnamese.collation_key), sorted(fields, key=vietnamese.collation_key)


# --- how it is read ---------------------------------------------------------------------------------------------------


def _lines() -> Query:
    return select(
        Document.id,
        Document.slug,
        DocumentVersion.kind,
        DocumentVersion.number,
        DocumentVersion.issuer,
        DocumentVersion.issued_on,
        DocumentVersion.effective_on,
        DocumentVersion.expires_on,
        DocumentVersion.abstract,
        _is_replaced().label("replaced"),
    ).join(DocumentVersion, visible())


def _is_replaced() -> ColumnElement[bool]:
    """Whether a published document that holds today says that it takes this one's place."""
    newer, version, says = aliased(Document), aliased(DocumentVersion), aliased(Replacement)
    holds_from = func.coalesce(version.effective_on, version.issued_on)
    return (
        select(says.replaced_id)
        .join(newer, and_(newer.id == says.document_id, newer.approved == says.ordinal))
        .join(version, and_(version.document_id == newer.id, version.ordinal == newer.approved))
        .where(says.replaced_id == Document.id, newer.state == State.PUBLISHED, holds_from <= today())
        .correlate(Document)
        .exists()
    )


@cache
def _by_keys() -> Query:
    return (
        select(DocumentVersion.key, Document.id, Document.slug)
        .select_from(DocumentVersion)
        .join(Document, visible())
        .where(DocumentVersion.key.in_(bindparam("keys", expanding=True)))
        .order_by(DocumentVersion.issued_on.desc(), Document.id.desc())
    )


def _conditions(filters: Filters, day: date) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for word in vietnamese.fold(filters.text[:TEXT_MOST]).split()[:WORDS_MOST]:
        conditions.append(DocumentVersion.folded.contains(word, autoescape=True))
    if filters.kind in list(Kind):
        conditions.append(DocumentVersion.kind == Kind(filters.kind))
    if filters.issuer:
        conditions.append(DocumentVersion.issuer_key == filters.issuer)
    if filters.year.isascii() and filters.year.isdigit() and len(filters.year) == 4 and filters.year > "1900":
        year = int(filters.year)
        conditions.append(DocumentVersion.issued_on.between(date(year, 1, 1), date(year, 12, 31)))
    if filters.field:
        conditions.append(DocumentVersion.field == filters.field)
    if filters.in_force:
        holds_from = func.coalesce(DocumentVersion.effective_on, DocumentVersion.issued_on)
        conditions += [
            holds_from <= day,
            or_(DocumentVersion.expires_on.is_(None), DocumentVersion.expires_on > day),
            ~_is_replaced(),
        ]
    return conditions


def _choices() -> Choices:
    def distinct(*columns: Any) -> list[Any]:
        return list(
            db.session.execute(select(*columns).select_from(Document).join(DocumentVersion, visible()).distinct())
        )

    issuers = {key: name for key, name in distinct(DocumentVersion.issuer_key, DocumentVersion.issuer)}  # noqa: C416
    kinds = {kind for (kind,) in distinct(DocumentVersion.kind)}
    return Choices(
        kinds=[kind for kind in Kind if kind in kinds],
        issuers=sorted(issuers.items(), key=lambda pair: vietnamese.collation_key(pair[1])),
        years=sorted({issued.year for (issued,) in distinct(DocumentVersion.issued_on)}, reverse=True),
        fields=sorted((field for (field,) in distinct(DocumentVersion.field) if field), key=vietnamese.collation_key),
    )


def _citing(number: str) -> list[Citing]:
    """By the catalogue's own rule: only what readers may see."""
    query = (
        select(Article.id, Article.slug, Revision.title, Article.first_published_at)
        .select_from(Citation)
        .join(Edition, Edition.id == Citation.edition_id)
        .join(Article, and_(Article.id == Edition.article_id, catalogue.visible()))
        .join(Revision, Revision.id == Edition.head_id)
        .where(Citation.key == citations.key(number))
        .order_by(Article.first_published_at.desc(), Article.id.desc())
        .limit(CITING_MOST)
    )
    rows = db.session.execute(query)
    return [Citing(number, slug, title, at) for number, slug, title, at in rows if at is not None]


def _read(query: Query) -> list[Line]:
    rows = db.session.execute(query.order_by(DocumentVersion.issued_on.desc(), Document.id.desc()))
    return [_line(row) for row in rows]


def _line(row: Row[Any]) -> Line:
    worth = paper.force(row.effective_on or row.issued_on, row.expires_on, today(), replaced=row.replaced)
    return Line(row.id, row.slug, row.kind, row.number, row.issuer, row.issued_on, row.abstract, worth)


def _file_of(version: DocumentVersion | None, digest: str) -> File | None:
    return next((file for file in version.facts.files if file.digest == digest), None) if version else None

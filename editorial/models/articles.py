"""Article, edition, revision, round: the lasting thing, its trips through the workflow, its texts, its hand-overs."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from functools import cached_property

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, bindparam, select, text
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from editorial import manuscript
from editorial.db import Model, UtcDateTime
from editorial.manuscript import Manuscript
from editorial.models.people import User
from editorial.models.site import Section
from editorial.models.words import Word, one_of
from editorial.workflow import OPEN, Kind, State

_OPEN = text("state IN ({})".format(", ".join(f"'{state}'" for state in sorted(OPEN))))
_PUBLISHED = text("state = 'published'")


class ArticleStanding(StrEnum):
    NONE = "none"  # never published
    LIVE = "live"
    HELD = "held"
    WITHDRAWN = "withdrawn"


class Lane(StrEnum):
    MAIN = "main"
    FIX = "fix"  # may go live while an edition in the main lane waits


class Origin(StrEnum):
    TYPED = "typed"
    AUTOSAVED = "autosaved"
    IMPORTED = "imported"
    MERGED = "merged"
    RESTORED = "restored"
    REBASED = "rebased"


class Article(Model):
    """The lasting thing that readers link to."""

    __tablename__ = "article"
    __table_args__ = (
        one_of("standing", ArticleStanding),
        CheckConstraint("(standing = 'none') = (first_published_at IS NULL)", name="dated_exactly_when_public"),
        CheckConstraint("(first_published_at IS NULL) = (changed_at IS NULL)", name="has_both_dates_or_none"),
        CheckConstraint("standing <> 'live' OR live_edition_id IS NOT NULL", name="live_has_an_edition"),
        CheckConstraint("first_published_at IS NULL OR slug <> ''", name="public_has_an_address"),
        Index("ix_article_newest", "standing", "first_published_at", "id"),
        Index("ix_article_newest_in_section", "section_id", "standing", "first_published_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), default="")  # made at the first publication, then kept
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))  # of the live edition
    standing: Mapped[ArticleStanding] = mapped_column(Word(ArticleStanding), default=ArticleStanding.NONE)
    live_edition_id: Mapped[int | None] = mapped_column(
        ForeignKey("edition.id", use_alter=True, name="fk_article_live_edition_id")
    )
    first_published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the last time readers got other words
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    section: Mapped[Section | None] = relationship()
    live_edition: Mapped[Edition | None] = relationship(foreign_keys=[live_edition_id], viewonly=True)


class Edition(Model):
    """One trip of an article through the workflow. It has the state; what it says is its head revision."""

    __tablename__ = "edition"
    __table_args__ = (
        one_of("state", State),
        one_of("kind", Kind),
        one_of("lane", Lane),
        CheckConstraint(
            "(published_at IS NOT NULL) = (state IN ('published', 'superseded'))", name="dated_when_published"
        ),
        CheckConstraint("(major IS NOT NULL) = (published_at IS NOT NULL)", name="numbered_at_publication"),
        CheckConstraint("(major IS NULL) = (minor IS NULL)", name="numbered_wholly"),
        CheckConstraint("(release_at IS NOT NULL) = (state = 'scheduled')", name="has_a_time_exactly_when_scheduled"),
        CheckConstraint("(kind = 'first') = (base_edition_id IS NULL)", name="changes_stand_on_a_base"),
        UniqueConstraint("article_id", "major", "minor"),
        Index("uq_edition_open", "article_id", "lane", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("uq_edition_published", "article_id", unique=True, sqlite_where=_PUBLISHED, postgresql_where=_PUBLISHED),
        Index("ix_edition_waiting", "state", "waiting_since"),
        Index("ix_edition_due", "state", "release_at"),
        Index("ix_edition_opened_by", "opened_by_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    kind: Mapped[Kind] = mapped_column(Word(Kind), default=Kind.FIRST)
    lane: Mapped[Lane] = mapped_column(Word(Lane), default=Lane.MAIN)
    state: Mapped[State] = mapped_column(Word(State), default=State.DRAFT)
    major: Mapped[int | None]
    minor: Mapped[int | None]
    base_edition_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id"))
    head_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id", use_alter=True, name="fk_edition_head_id"))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))  # of the head, for the queue
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    waiting_since: Mapped[datetime | None] = mapped_column(UtcDateTime)  # handed over at; of the open round
    release_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    change_note: Mapped[str] = mapped_column(String(600), default="")
    version: Mapped[int] = mapped_column()  # optimistic lock: a stale write is refused by the database

    article: Mapped[Article] = relationship(foreign_keys=[article_id])
    base_edition: Mapped[Edition | None] = relationship(remote_side=[id])
    head: Mapped[Revision] = relationship(foreign_keys=[head_id], viewonly=True)
    section: Mapped[Section | None] = relationship()
    opened_by: Mapped[User] = relationship()
    rounds: Mapped[list[Round]] = relationship(order_by="Round.number", back_populates="edition")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads it once

    @property
    def section_slug(self) -> str:
        return self.section.slug if self.section else ""

    @property
    def contributor_ids(self) -> set[int]:
        """Who left a revision: asked of the database once for each head, because each rule asks."""
        known: tuple[int | None, set[int]] | None = getattr(self, "_contributors", None)
        if known is None or known[0] != self.head_id:
            session = object_session(self)
            assert session is not None
            asked = session.connection().execute(_CONTRIBUTORS, {"edition": self.id}).scalars()
            known = self._contributors = (self.head_id, set(asked))
        return known[1]

    @property
    def open_round(self) -> Round | None:
        return next((r for r in self.rounds if r.decision is None), None)

    @property
    def submitter_id(self) -> int | None:
        return self.open_round.submitted_by_id if self.open_round else None

    @property
    def wants_endorsement(self) -> bool:
        demanded = self.section is not None and self.section.wants_endorsement and self.open_round is not None
        return demanded and not self.endorser_ids

    @property
    def endorser_ids(self) -> set[int]:
        given = self.open_round.endorsements if self.open_round else []
        return {word.by_id for word in given if word.digest == self.head.digest}

    @property
    def is_live(self) -> bool:
        return self.state is State.PUBLISHED

    @property
    def number(self) -> str:
        """How people name a published edition: "2.0"; empty before."""
        return "" if self.major is None else f"{self.major}.{self.minor}"


class Revision(Model):
    """A manuscript as one person left it, never changed: the session and a trigger both refuse."""

    __tablename__ = "revision"
    __table_args__ = (
        one_of("origin", Origin),
        CheckConstraint("length(digest) = 64", name="has_a_digest"),
        Index("ix_revision_edition", "edition_id", "id"),
        Index("ix_revision_author", "author_id", "edition_id"),
        Index("ix_revision_cover", "cover_asset"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    origin: Mapped[Origin] = mapped_column(Word(Origin), default=Origin.TYPED)
    text: Mapped[str] = mapped_column(Text)  # the manuscript's canonical form
    digest: Mapped[str] = mapped_column(String(64))
    # Drawn from the text when it is written, so that lists need not read bodies.
    title: Mapped[str] = mapped_column(String(200))
    lede: Mapped[str] = mapped_column(String(600))
    words: Mapped[int]
    cover_asset: Mapped[str | None] = mapped_column(ForeignKey("asset.id"))
    cover_alt: Mapped[str] = mapped_column(String(300), default="")

    author: Mapped[User] = relationship()

    @cached_property
    def manuscript(self) -> Manuscript:
        return manuscript.read(self.text)


_CONTRIBUTORS = select(Revision.author_id).where(Revision.edition_id == bindparam("edition")).distinct()


class Round(Model):
    """One hand-over to review and its decision."""

    __tablename__ = "round"
    __table_args__ = (
        UniqueConstraint("edition_id", "number"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided_at_a_time"),
        CheckConstraint("(decision IS NULL) = (digest IS NULL)", name="decided_on_a_text"),
        CheckConstraint("decision IS NOT NULL OR decided_by_id IS NULL", name="decided_by_somebody_only_when_decided"),
        CheckConstraint("decision IN ('recall', 'return', 'publish', 'schedule')", name="decision_known"),
        CheckConstraint("decision <> 'return' OR length(trim(reason)) > 0", name="returned_with_a_reason"),
        Index(
            "uq_round_open",
            "edition_id",
            unique=True,
            sqlite_where=text("decision IS NULL"),
            postgresql_where=text("decision IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    number: Mapped[int]
    submitted_revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(Text, default="")
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision: Mapped[str | None] = mapped_column(String(20))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text, default="")
    digest: Mapped[str | None] = mapped_column(String(64))  # of the text that was decided on

    edition: Mapped[Edition] = relationship(back_populates="rounds")
    submitted_by: Mapped[User] = relationship(foreign_keys=[submitted_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
    endorsements: Mapped[list[Endorsement]] = relationship(order_by="Endorsement.id", back_populates="round")


class Endorsement(Model):
    """An editor's word for one text: it holds for the digest it names and lapses with the next change."""

    __tablename__ = "endorsement"
    __table_args__ = (
        UniqueConstraint("round_id", "by_id", "digest"),
        CheckConstraint("length(digest) = 64", name="has_a_digest"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    digest: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(Text, default="")

    round: Mapped[Round] = relationship(back_populates="endorsements")
    by: Mapped[User] = relationship()

"""The register of documents: each with its versions, which are never changed, and the articles that cite a number."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from editorial.db import Model, UtcDateTime
from editorial.models.people import User
from editorial.models.words import Word, one_of
from editorial.paper import Facts, File, Kind, State


class Document(Model):
    """An entry of the register. Readers get its approved version while it stands published."""

    __tablename__ = "document"
    __table_args__ = (
        one_of("state", State),
        CheckConstraint("state = 'draft' OR (approved IS NOT NULL AND slug <> '')", name="public_has_an_address"),
        CheckConstraint("approved IS NULL OR approved <= head", name="approved_is_a_version"),
        CheckConstraint("(approved IS NULL) = (published_at IS NULL)", name="dated_when_approved"),
        UniqueConstraint("key", "issuer_key", "year"),
        Index("ix_document_state", "state", "changed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[State] = mapped_column(Word(State), default=State.DRAFT)
    head: Mapped[int] = mapped_column(default=1)  # the ordinal of the newest version
    approved: Mapped[int | None]  # the ordinal of the version that was let out last
    slug: Mapped[str] = mapped_column(String(120), default="")  # made at the first publication, then kept
    key: Mapped[str] = mapped_column(String(80))  # this and the next two are of the head: no two entries share them
    issuer_key: Mapped[str] = mapped_column(String(200))
    year: Mapped[int]  # numbers begin anew with each
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)  # the last act
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the first time
    version: Mapped[int] = mapped_column()  # optimistic lock: a stale write is refused by the database

    versions: Mapped[list[DocumentVersion]] = relationship(
        order_by="DocumentVersion.ordinal", back_populates="document", lazy="selectin"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  as SQLAlchemy wants it

    @property
    def newest(self) -> DocumentVersion:
        return next(version for version in self.versions if version.ordinal == self.head)

    @property
    def waits(self) -> bool:
        """Whether the newest version is not what readers get."""
        return self.state is State.DRAFT or self.head != self.approved

    @property
    def preparer_ids(self) -> set[int]:
        """Who made the newest version, and all who left one since the last approval: counted, never declared."""
        since = {version.author_id for version in self.versions if version.ordinal > (self.approved or 0)}
        return since | {self.newest.author_id}


class DocumentVersion(Model):
    """The facts of a document as one person left them."""

    __tablename__ = "document_version"
    __table_args__ = (
        one_of("kind", Kind),
        CheckConstraint("length(trim(number)) > 0", name="numbered"),
        Index("ix_document_version_issued", "issued_on", "document_id"),
        Index("ix_document_version_key", "key"),
    )

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[Kind] = mapped_column(Word(Kind))
    number: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(80))  # of the number, by which citations find it
    issuer: Mapped[str] = mapped_column(String(200))
    issuer_key: Mapped[str] = mapped_column(String(200))
    signer: Mapped[str] = mapped_column(String(120))
    signer_position: Mapped[str] = mapped_column(String(160), default="")
    issued_on: Mapped[date]
    effective_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    abstract: Mapped[str] = mapped_column(String(1500))
    field: Mapped[str] = mapped_column(String(80), default="")
    folded: Mapped[str] = mapped_column(Text)  # number, key, abstract and signer without marks, for searches

    document: Mapped[Document] = relationship(back_populates="versions")
    author: Mapped[User] = relationship(lazy="joined")
    files: Mapped[list[DocumentFile]] = relationship(order_by="DocumentFile.position", lazy="selectin")
    replacements: Mapped[list[Replacement]] = relationship(order_by="Replacement.replaced_id", lazy="selectin")

    @property
    def facts(self) -> Facts:
        return Facts(
            kind=self.kind,
            number=self.number,
            issuer=self.issuer,
            signer=self.signer,
            signer_position=self.signer_position,
            issued_on=self.issued_on,
            effective_on=self.effective_on,
            expires_on=self.expires_on,
            abstract=self.abstract,
            field=self.field,
            replaces=tuple(row.replaced_id for row in self.replacements),
            files=tuple(File(file.digest, file.form, file.name, file.size) for file in self.files),
        )


_OF_A_VERSION = ("document_version.document_id", "document_version.ordinal")


class DocumentFile(Model):
    """A file of a version. What it holds lies in the store under its digest, however many versions have it."""

    __tablename__ = "document_file"
    __table_args__ = (
        ForeignKeyConstraint(["document_id", "ordinal"], _OF_A_VERSION),
        CheckConstraint("length(digest) = 64", name="digest_whole"),
        CheckConstraint("size > 0", name="has_a_size"),
        CheckConstraint("form IN ('pdf', 'docx', 'xlsx', 'odt')", name="form_known"),
        UniqueConstraint("document_id", "ordinal", "digest"),
    )

    document_id: Mapped[int] = mapped_column(primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(64))
    form: Mapped[str] = mapped_column(String(5))
    name: Mapped[str] = mapped_column(String(130))
    size: Mapped[int]


class Replacement(Model):
    """That a version says: this document takes the place of that one."""

    __tablename__ = "document_replacement"
    __table_args__ = (
        ForeignKeyConstraint(["document_id", "ordinal"], _OF_A_VERSION),
        CheckConstraint("document_id <> replaced_id", name="of_another"),
        Index("ix_document_replacement_replaced", "replaced_id"),
    )

    document_id: Mapped[int] = mapped_column(primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    replaced_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)


class Citation(Model):
    """That a published edition cites a number. Whether readers may see the edition, the catalogue's rule says."""

    __tablename__ = "citation"
    __table_args__ = (Index("ix_citation_key", "key"),)

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)

"""What can be done to the register of documents: enter one, change it, let it out, take it back. One act, one event.

Editors and heads for all sections prepare; a head lets out, and never what he or she has prepared: two people, counted
from the versions. Nothing is stored of what bears a mark of state secrecy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from flask import current_app
from sqlalchemy import select

from editorial import archive, citations, markup, paper, record, storage, vietnamese
from editorial.db import db, now
from editorial.manuscript import Fault
from editorial.models import Citation, Document, DocumentFile, DocumentVersion, Edition, Replacement, User
from editorial.paper import Facts, File, State
from editorial.storage import Storage
from editorial.words import N_
from editorial.workflow import NotAllowed, Role

REASON_MAX = 1000
PAST = {  # how the history words an act
    "entered": N_("entered it"),
    "changed": N_("changed it"),
    "published": N_("published it"),
    "withdrew": N_("withdrew it"),
    "reopened": N_("took it up again"),
}


class Faulty(Exception):
    """What was typed or sent cannot stand like that; each fault names its field. Nothing was stored."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(", ".join(fault.field for fault in faults))
        self.faults = faults


class Outdated(Exception):
    """The document is not any more what the person had on screen, or not in a state in which this can be done."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


STALE = N_("Somebody changed this document after you opened it. Look at it again; nothing of yours was saved.")
NOT_NOW = N_("This cannot be done to the document as it stands now.")


@dataclass(frozen=True, slots=True)
class Received:
    """A file that came with a form: what its name was, what it is by its content, and its bytes."""

    file: File
    data: bytes


def may_prepare(person: User) -> bool:
    """The register belongs to no section, so this takes the role for all of them."""
    return person.holds(Role.EDITOR, "") or person.holds(Role.HEAD, "")


def may_publish(person: User, document: Document) -> bool:
    """Whether this person may let the newest version out: a head who had no hand in it."""
    return (
        document.waits
        and document.state is not State.WITHDRAWN
        and person.holds(Role.HEAD, "")
        and person.id not in document.preparer_ids
    )


def may_withdraw(person: User, document: Document) -> bool:
    return document.state is State.PUBLISHED and person.holds(Role.HEAD, "")


def receive(uploads: Iterable[tuple[str, bytes]]) -> list[Received]:
    """Look at what came: (name, bytes). Nothing is stored, nothing is unpacked. Raises Faulty."""
    received, found = [], []
    for name, data in uploads:
        form = paper.form_of(data) if 0 < len(data) <= paper.FILE_MAX else None
        shown = paper.shown_name(name, form or "pdf")
        if paper.is_secret(name, of_a_file=True):
            found.append(Fault("upload", paper.SECRET))
        elif not data:
            found.append(Fault("upload", N_("“%(name)s” is empty."), {"name": shown}))
        elif len(data) > paper.FILE_MAX:
            found.append(Fault("upload", N_("“%(name)s” is larger than 11 MB."), {"name": shown}))
        elif form is None:
            message = N_("“%(name)s” is, by what it holds, no PDF, DOCX, XLSX or ODT file, or not a clean one.")
            found.append(Fault("upload", message, {"name": shown}))
        else:
            received.append(Received(File(hashlib.sha256(data).hexdigest(), form, shown, len(data)), data))
    if found:
        raise Faulty(found)
    return received


def store(received: Iterable[Received]) -> None:
    """Put the files where they are kept, before a row speaks of them: after `check`, before the transaction."""
    for each in received:
        _store().put(_name_of(each.file), each.data)


def check(facts: Facts, names: Iterable[str] = ()) -> None:
    """Raises Faulty with all that is wrong with the facts themselves, and the names of files yet to come."""
    if found := paper.faults(facts, vietnamese.local(now()).date(), names):
        raise Faulty(found)


def normalised(facts: Facts) -> Facts:
    """The facts with every line in the one form in which text is stored, and each file and document named once."""
    lines: dict[str, Any] = {name: vietnamese.normalise_line(getattr(facts, name)) for name in paper.LONGEST}
    files = {file.digest: file for file in facts.files}
    return replace(facts, **lines, replaces=tuple(sorted(set(facts.replaces))), files=tuple(files.values()))


def enter(facts: Facts, *, by: User, once: str | None = None) -> Document:
    """Enter a document as a draft. Its files are stored already. Raises NotAllowed or Faulty."""
    _may_prepare(by)
    facts = normalised(facts)
    check(facts)
    key, issuer_key, year = _free_key(facts, None)
    moment = now()
    document = Document(key=key, issuer_key=issuer_key, year=year, created_at=moment, changed_at=moment, head=1)
    db.session.add(document)
    db.session.flush()
    _keep(document, facts, by)
    record.add(by, "entered", _subject(document), once=once, **_words_of(facts))
    db.session.commit()
    return document


def change(document: Document, facts: Facts, *, by: User, seen: int, once: str | None = None) -> bool:
    """Keep the facts as a new version; readers keep the approved one until this is published too.

    `seen` is the ordinal of the version that the person began from. Returns whether anything differed. Raises
    NotAllowed, Faulty or Outdated.
    """
    _may_prepare(by)
    facts = normalised(facts)
    if facts == document.newest.facts:
        return False
    if seen != document.head:
        raise Outdated(STALE)
    if document.state is State.WITHDRAWN:
        raise Outdated(NOT_NOW)
    check(facts)
    document.key, document.issuer_key, document.year = _free_key(facts, document)
    document.head += 1
    document.changed_at = now()
    _keep(document, facts, by)
    record.add(by, "changed", _subject(document), once=once, version=document.head, **_words_of(facts))
    db.session.commit()
    return True


def publish(document: Document, *, by: User, seen: int, once: str | None = None) -> None:
    """Let the newest version out, which `by` has read. Raises NotAllowed, Faulty (without a file) or Outdated."""
    archive.check_open()
    if not by.holds(Role.HEAD, ""):
        raise NotAllowed(N_("Documents are published by the head of the board."))
    if seen != document.head:
        raise Outdated(STALE)
    if not document.waits or document.state is State.WITHDRAWN:
        raise Outdated(NOT_NOW)
    if by.id in document.preparer_ids:
        raise NotAllowed(N_("You prepared this document yourself: another head of the board has to publish it."))
    facts = document.newest.facts
    if not facts.files:
        raise Faulty([Fault("upload", N_("Readers need the document itself: add its file before it is published."))])
    check(facts)
    moment = now()
    document.state, document.approved, document.changed_at = State.PUBLISHED, document.head, moment
    document.published_at = document.published_at or moment
    document.slug = document.slug or paper.address(facts)
    record.add(by, "published", _subject(document), once=once, version=document.head, **_words_of(facts))
    db.session.commit()


def withdraw(document: Document, *, by: User, seen: int, reason: str, once: str | None = None) -> None:
    """Take it from readers, page and files, on an archived site too; it stays on record.

    Raises NotAllowed, Outdated or Faulty (no reason).
    """
    if not by.holds(Role.HEAD, ""):
        raise NotAllowed(N_("Documents are withdrawn by the head of the board."))
    if seen != document.head:
        raise Outdated(STALE)
    if document.state is not State.PUBLISHED:
        raise Outdated(NOT_NOW)
    reason = vietnamese.normalise(reason).strip()
    if not reason:
        raise Faulty([Fault("reason", N_("Say why: it goes on the record."))])
    if len(reason) > REASON_MAX:
        long = {"long": len(reason), "most": REASON_MAX}
        raise Faulty([Fault("reason", N_("This is %(long)d characters long; at most %(most)d fit."), long)])
    document.state, document.changed_at = State.WITHDRAWN, now()
    record.add(by, "withdrew", _subject(document), once=once, version=document.head, reason=reason)
    db.session.commit()


def reopen(document: Document, *, by: User, seen: int, once: str | None = None) -> None:
    """Make a draft of what was withdrawn, to be mended and published again. Raises NotAllowed or Outdated."""
    _may_prepare(by)
    if seen != document.head:
        raise Outdated(STALE)
    if document.state is not State.WITHDRAWN:
        raise Outdated(NOT_NOW)
    document.state, document.changed_at = State.DRAFT, now()
    record.add(by, "reopened", _subject(document), once=once, version=document.head)
    db.session.commit()


def read(file: File) -> bytes | None:
    """What the file holds; None when the store has lost it."""
    return _store().read(_name_of(file))


def note_citations(edition: Edition) -> None:
    """Remember which numbers a text cites that is being published: a part of the act that publishes it."""
    found = citations.keys(markup.to_text(edition.head.manuscript.body))
    db.session.add_all(Citation(edition_id=edition.id, key=key) for key in sorted(found))


def _may_prepare(by: User) -> None:
    archive.check_open()
    if not may_prepare(by):
        raise NotAllowed(N_("The register of documents is kept by the editors and the head of the board."))


def _free_key(facts: Facts, document: Document | None) -> tuple[str, str, int]:
    """The keys of the document, unless another has them."""
    key, issuer_key, year = paper.key(facts)
    taken = select(Document.id).where(Document.key == key, Document.issuer_key == issuer_key, Document.year == year)
    other = db.session.scalars(taken.where(Document.id != (document.id if document else 0))).first()
    if other is not None:
        message = N_("This issuer's document of this number and year is in the register already (entry %(entry)d).")
        raise Faulty([Fault("number", message, {"entry": other})])
    known = set(db.session.scalars(select(Document.id).where(Document.id.in_(facts.replaces))))
    if (document and document.id in facts.replaces) or known != set(facts.replaces):
        raise Faulty([Fault("replaces", N_("A document replaces others of the register, never itself."))])
    return key, issuer_key, year


def _keep(document: Document, facts: Facts, by: User) -> None:
    searched = (facts.number, citations.key(facts.number), facts.abstract, facts.issuer, facts.signer)
    version = DocumentVersion(
        document_id=document.id,
        ordinal=document.head,
        author_id=by.id,
        created_at=now(),
        kind=facts.kind,
        number=facts.number,
        key=citations.key(facts.number),
        issuer=facts.issuer,
        issuer_key=vietnamese.fold(facts.issuer)[:200],
        signer=facts.signer,
        signer_position=facts.signer_position,
        issued_on=facts.issued_on,
        effective_on=facts.effective_on,
        expires_on=facts.expires_on,
        abstract=facts.abstract,
        field=facts.field,
        folded="\n".join(map(vietnamese.fold, searched)),
        files=[
            DocumentFile(position=position, **_columns_of(file)) for position, file in enumerate(facts.files, start=1)
        ],
        replacements=[Replacement(replaced_id=number) for number in facts.replaces],
    )
    document.versions.append(version)
    db.session.flush()


def _columns_of(file: File) -> dict[str, Any]:
    return {"digest": file.digest, "form": file.form, "name": file.name, "size": file.size}


def _words_of(facts: Facts) -> dict[str, Any]:
    """What the record keeps: which document, and which files by their digests."""
    return {"number": facts.number, "issued_on": facts.issued_on.isoformat(), "files": [f.digest for f in facts.files]}


def _subject(document: Document) -> str:
    return f"document:{document.id}"


def _store() -> Storage:
    return storage.of(current_app.extensions["editorial"])


def _name_of(file: File) -> str:
    return storage.name_of(file.digest, f"file.{file.form}")

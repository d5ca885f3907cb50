"""The record: every act writes one event, in its own transaction, chained to the one before by its hash.

Whoever changes, removes or inserts a row breaks the chain from there on, and `verify` names the first row that is
wrong. It cannot show that the tail was cut off: for that the newest hash has to be kept somewhere else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm.attributes import instance_state

from editorial import manuscript
from editorial.db import LARGEST_ID, db, is_writing, now
from editorial.models import Article, Edition, Event, Revision, User

GENESIS = "0" * 64
BATCH = 1000

# Built once: every form that is sent asks these.
_NEWEST = select(Event.sequence, Event.hash).order_by(Event.sequence.desc()).limit(1)
_OF_A_FORM = select(Event).where(Event.actor_id == bindparam("actor"), Event.once == bindparam("once"))


def add(
    by: User | None,
    action: str,
    subject: Edition | Article | User | str,
    *,
    once: str | None = None,
    on_behalf_of: User | None = None,
    **detail: Any,
) -> Event:
    """Put an act on record. The caller commits, so that the act and its event stand or fall together.

    `by` is None for the clock. `once` is the one-time key of the form that asked for the act. Raises RuntimeError
    outside of a transaction that took the writer's place, where two events could claim the same predecessor.
    """
    if not is_writing():
        raise RuntimeError("an event outside of a writing transaction")
    if not isinstance(subject, str) and instance_state(subject).key is None:
        db.session.flush()  # what is new has no number before
    last = db.session.connection().execute(_NEWEST).first()
    event = Event(
        sequence=last.sequence + 1 if last else 1,
        at=now(),
        actor_id=by.id if by else None,
        on_behalf_of_id=on_behalf_of.id if on_behalf_of else None,
        action=action,
        subject=_name(subject),
        article_id=_article_id(subject),
        detail=_canonical(detail),
        once=once or None,
        previous=last.hash if last else GENESIS,
    )
    event.hash = digest(event)
    db.session.add(event)
    db.session.flush()
    return event


def find(by: User, once: str) -> Event | None:
    """The event of the act that this person's form with this one-time key has already caused."""
    if not once:
        return None
    return db.session.scalars(_OF_A_FORM, {"actor": by.id, "once": once}).first()


def of_article(article_id: int) -> list[Event]:
    """The events about an article and its editions, oldest first."""
    return list(db.session.scalars(select(Event).where(Event.article_id == article_id).order_by(Event.sequence)))


def digest(event: Event) -> str:
    """SHA-256 over the canonical form of every column but the hash itself."""
    columns = {
        "sequence": event.sequence,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": event.actor_id,
        "on_behalf_of": event.on_behalf_of_id,
        "action": event.action,
        "subject": event.subject,
        "article": event.article_id,
        "detail": event.detail,
        "once": event.once,
        "previous": event.previous,
    }
    return hashlib.sha256(_canonical(columns).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Finding:
    """The first thing that is wrong: with an event of the chain, or with a revision an event vouches for."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Verdict:
    events: int
    head: str  # the newest hash: keep it outside of the database
    finding: Finding | None


def verify() -> Verdict:
    """Go through the whole chain and through every revision's digest, and stop at the first fault."""
    previous, count, expected = GENESIS, 0, 1
    for event in _in_order():
        where = f"event {event.sequence}"
        if event.sequence != expected:
            return Verdict(count, previous, Finding(where, f"event {expected} is missing before it"))
        if event.previous != previous:
            return Verdict(count, previous, Finding(where, "it does not follow the event before it"))
        if event.hash != digest(event):
            return Verdict(count, previous, Finding(where, "one of its columns was changed"))
        previous, count, expected = event.hash, count + 1, expected + 1
    return Verdict(count, previous, _wrong_revision())


def _wrong_revision() -> Finding | None:
    vouched = _vouched_digests()
    query = select(Revision.id, Revision.text, Revision.digest).order_by(Revision.id).execution_options(yield_per=BATCH)
    with closing(db.session.execute(query)) as rows:
        for revision_id, text, stored in rows:
            if what := _fault_of(text, stored, vouched.pop(revision_id, stored)):
                return Finding(f"revision {revision_id}", what)
    if vouched:
        return Finding(f"revision {min(vouched)}", "it is on record and missing")
    return None


def _fault_of(text: str, stored: str, on_record: str) -> str:
    try:
        true = manuscript.read(text).digest
    except (ValueError, TypeError):
        return "its text cannot be read"
    if true != stored:
        return "its text is not the one its digest names"
    return "" if on_record == stored else "its digest is not the one on record"


def _vouched_digests() -> dict[int, str]:
    """For each revision, the digest that the event of its saving names."""
    rows = db.session.execute(select(Event.detail).where(Event.action.in_(("started", "saved"))))
    details = (json.loads(detail) for (detail,) in rows)
    return {d["revision"]: d["digest"] for d in details if "revision" in d}


def _in_order() -> Iterator[Event]:
    after = -LARGEST_ID
    while batch := db.session.scalars(
        select(Event).where(Event.sequence > after).order_by(Event.sequence).limit(BATCH)
    ).all():
        yield from batch
        after = batch[-1].sequence
        for event in batch:
            db.session.expunge(event)


def _canonical(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    raise TypeError(f"{type(value).__name__} has no place on the record")


def _name(subject: Edition | Article | User | str) -> str:
    if isinstance(subject, str):
        return subject
    return f"{subject.__tablename__}:{subject.id}"


def _article_id(subject: Edition | Article | User | str) -> int | None:
    if isinstance(subject, Edition):
        return subject.article_id
    return subject.id if isinstance(subject, Article) else None

"""What can be done to a text: start it, save it, move it along, change what is published. One act, one transaction,
one event.

Every act needs a transaction that took the writer's place before anything was read (`db.writing`, or an unsafe
request): what it checks can then not change under it. An act that raises has changed nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm.attributes import set_committed_value

from editorial import archive, documents, record, search, vietnamese, workflow
from editorial import manuscript as manuscripts
from editorial.db import db, now
from editorial.manuscript import Fault, Incomplete, Manuscript
from editorial.models import (
    Article,
    ArticleStanding,
    ArticleTerm,
    Asset,
    Edition,
    Endorsement,
    Origin,
    Revision,
    Round,
    Section,
    TermKind,
    Topic,
    User,
)
from editorial.words import N_
from editorial.workflow import NotAllowed, Role, State, Transition

PAGES_OF_AN_ARTICLE = frozenset({"bao-loi"})  # what may follow its number in an address, beside its slug
DECISIONS = frozenset({"recall", "return", "publish", "schedule"})


class Stale(Exception):
    """Somebody changed the text after the person read it. `mine` is what this person wanted to save, if anything."""

    def __init__(self, edition: Edition, seen: str, mine: Manuscript | None = None) -> None:
        super().__init__(edition.id)
        self.edition = edition
        self.seen = seen
        self.mine = mine


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save came to. `revision` is None when nothing differed: then nothing was written and no approval
    lapses.
    """

    edition: Edition
    revision: Revision | None


def start(text: Manuscript, *, by: User, once: str | None = None, origin: Origin = Origin.TYPED) -> Edition:
    """Begin a new article with its first draft. Raises NotAllowed or Incomplete (a text that exceeds a limit)."""
    archive.check_open()
    if not by.has(Role.REPORTER, Role.EDITOR, Role.HEAD):
        raise NotAllowed(N_("Starting an article takes the role of a reporter, an editor or the head of the board."))
    section = _check_parts(text)
    moment = now()
    article = Article(created_at=moment)
    edition = Edition(article=article, opened_by=by, opened_at=moment, changed_at=moment)
    db.session.add_all([article, edition])
    db.session.flush()
    revision = _keep(edition, text, section, by, origin)
    record.add(by, "started", edition, once=once, digest=revision.digest, revision=revision.id)
    db.session.commit()
    return edition


def save(
    edition: Edition,
    text: Manuscript,
    *,
    by: User,
    seen: str,
    change_note: str | None = None,
    once: str | None = None,
    origin: Origin = Origin.TYPED,
) -> Saved:
    """Keep the text as a new revision; when nothing differs, keep nothing.

    `seen` is the digest of the text that the person began from. When the text has moved on since, Stale is raised
    with both texts at hand, unless this person's text is the very one that stands there. Raises NotAllowed, Incomplete
    (limits) or Stale.
    """
    archive.check_open()
    if not workflow.may_write(by, edition):
        raise NotAllowed(N_("The text is not open for writing now."))
    section = _check_parts(text, edition.section)
    note = edition.change_note if change_note is None else vietnamese.normalise_line(change_note)
    same_text, same_note = text.digest == edition.head.digest, note == edition.change_note
    if same_text and same_note:
        return Saved(edition, None)
    if seen != edition.head.digest and not same_text:
        raise Stale(edition, seen, text)
    if same_text:
        edition.change_note, edition.changed_at = note[:600], now()
        record.add(by, "noted", edition, once=once, note=edition.change_note)
        db.session.commit()
        return Saved(edition, None)
    revision = _keep(edition, text, section, by, origin)
    edition.change_note, edition.changed_at = note[:600], revision.created_at
    record.add(by, "saved", edition, once=once, digest=revision.digest, revision=revision.id)
    db.session.commit()
    return Saved(edition, revision)


def change(
    article: Article, *, by: User, kind: workflow.Kind = workflow.Kind.UPDATE, once: str | None = None
) -> Edition:
    """Open a new edition of a published article; readers keep the live text until this one is published.

    When one is already open, that one is returned if the person may see it. Raises NotAllowed.
    """
    archive.check_open()
    live = article.live_edition
    if live is None or not may_change(by, article):
        raise NotAllowed(N_("This decision is not yours to take."))
    if already := open_edition(article):
        if workflow.may_see(by, already):
            return already
        raise NotAllowed(N_("Somebody is already preparing a change to this article."))
    moment = now()
    edition = Edition(
        article=article,
        kind=kind,
        base_edition=live,
        head_id=live.head_id,
        section=live.section,
        opened_by=by,
        opened_at=moment,
        changed_at=moment,
    )
    db.session.add(edition)
    db.session.flush()
    record.add(by, "opened", edition, once=once, kind=str(kind), base=live.id, digest=live.head.digest)
    db.session.commit()
    return edition


def may_change(person: User, article: Article) -> bool:
    """Whether this person may open a new edition: who contributed to the live text, or the desk of its section."""
    live = article.live_edition
    if live is None or article.standing is not ArticleStanding.LIVE:
        return False
    desk = person.holds(Role.EDITOR, live.section_slug) or person.holds(Role.HEAD, live.section_slug)
    return desk or (person.has(Role.REPORTER, Role.EDITOR, Role.HEAD) and person.id in live.contributor_ids)


def open_edition(article: Article) -> Edition | None:
    """The edition of the article that is on its way, if one is."""
    return db.session.scalars(
        select(Edition).where(
            Edition.article_id == article.id, Edition.state.in_(workflow.OPEN), Edition.lane == "main"
        )
    ).first()


def move(
    edition: Edition,
    name: str,
    *,
    by: User,
    seen: str,
    reason: str = "",
    release_at: datetime | None = None,
    once: str | None = None,
) -> Transition:
    """Take the transition `name`, and put it on record.

    `seen` is the digest of the manuscript that `by` had on screen: nobody decides on a text they have not read.
    `reason` is the reason of a return and the optional note of the others. Raises NotAllowed, Incomplete or Stale,
    and then nothing has changed.
    """
    archive.check_open()
    transition = workflow.check(name, by, edition)
    if seen != edition.head.digest:
        raise Stale(edition, seen)
    reason = vietnamese.normalise(reason).strip()
    workflow.check_reason(transition, reason)
    workflow.check_time(transition, release_at, now())
    if transition.asks_complete:
        _check_complete(edition)
    if transition.name == "restore" and open_edition(edition.article):
        raise NotAllowed(N_("Another change of this article is on its way; finish or drop that one first."))
    with db.session.no_autoflush:  # a row is written when all of it is there
        _take(transition, edition, by, reason, release_at)
    record.add(by, transition.name, edition, once=once, **_words_of(transition, edition, reason))
    db.session.commit()
    return transition


def release_due() -> list[Edition]:
    """Let out every scheduled edition whose time has come; run it as often as you like, by as many as you like.

    What is released is the approved text and nothing else: the digest of the approval is compared again, and so is
    completeness. A text that fails goes back to review, on record, with the reason. From an archive nothing is let out.
    """
    if archive.in_force():
        return []
    due = (
        select(Edition)
        .where(Edition.state == State.SCHEDULED, Edition.release_at <= now())
        .order_by(Edition.release_at)
    )
    released = []
    for edition in db.session.scalars(due).all():
        fault = _fault_at_release(edition)
        transition = workflow.BY_NAME["hold-back" if fault else "release"]
        with db.session.no_autoflush:
            _take(transition, edition, None, fault, None)
        record.add(None, transition.name, edition, **_words_of(transition, edition, fault))
        db.session.commit()
        if not fault:
            released.append(edition)
    return released


def _take(transition: Transition, edition: Edition, by: User | None, reason: str, release_at: datetime | None) -> None:
    """Carry the transition out: the state, the round's decision, and what publication means for the article."""
    moment = now()
    current = edition.open_round
    if transition.target is State.PUBLISHED:
        _publish(edition, moment)
    if transition.name == "endorse":
        assert current is not None
        assert by is not None
        current.endorsements.append(Endorsement(by=by, at=moment, digest=edition.head.digest, note=reason))
    elif transition.name in DECISIONS:
        assert current is not None
        current.decision, current.decided_by, current.decided_at = transition.name, by, moment
        current.reason, current.digest = reason, edition.head.digest
    edition.state = transition.target
    edition.changed_at = moment
    edition.release_at = release_at if transition.asks_time else None
    if transition.target is State.REVIEW and transition.name != "endorse":
        _open_round(edition, by, reason if transition.takes_note else "", moment)
    elif transition.target is not State.REVIEW:
        edition.waiting_since = None


def _open_round(edition: Edition, by: User | None, note: str, moment: datetime) -> None:
    """Hand the text over. When a schedule is cancelled, the hand-over stays that of the contributor who submitted
    last.
    """
    last = edition.rounds[-1] if edition.rounds else None
    submitted_again = last is not None and last.decision == "schedule"
    submitter = last.submitted_by if submitted_again and last else by
    assert submitter is not None
    edition.rounds.append(
        Round(
            number=last.number + 1 if last else 1,
            submitted_revision_id=edition.head_id,
            submitted_by=submitter,
            submitted_at=moment,
            note=note,
        )
    )
    edition.waiting_since = moment


def _publish(edition: Edition, moment: datetime) -> None:
    """Number and date the edition, and give readers its text in place of the former one's."""
    article, former, title = edition.article, edition.article.live_edition, edition.head.title
    if former is not None:
        former.state = State.SUPERSEDED
        db.session.flush()  # the database allows one published edition: the former has to leave first
        major, minor = former.major or 1, former.minor or 0
        edition.major, edition.minor = (major + 1, 0) if edition.kind is workflow.Kind.UPDATE else (major, minor + 1)
    else:
        edition.major, edition.minor = 1, 0
        article.first_published_at = moment
        article.slug = _own_slug(title)
        article.standing = ArticleStanding.LIVE
    edition.state = State.PUBLISHED
    edition.published_at = moment
    article.changed_at = moment
    article.live_edition_id = edition.id
    article.section_id = edition.section_id
    documents.note_citations(edition)
    search.enter(article)
    _enter_terms(article, edition.head.manuscript)


def _enter_terms(article: Article, text: Manuscript) -> None:
    """The lists that the article stands in from now on, in place of those that its former text named."""
    db.session.execute(delete(ArticleTerm).where(ArticleTerm.article_id == article.id))
    assert article.first_published_at is not None
    for term in manuscripts.terms(text):
        db.session.add(
            ArticleTerm(
                article_id=article.id,
                kind=TermKind(term.kind),
                slug=term.slug,
                label=term.label,
                first_published_at=article.first_published_at,
            )
        )


def _own_slug(title: str) -> str:
    """The readable part of the article's address, which must not read like that of a page about the article."""
    slug = vietnamese.slug(title)
    return f"{slug}-1" if slug in PAGES_OF_AN_ARTICLE else slug


def _fault_at_release(edition: Edition) -> str:
    """Why the approved text may not go out now, as a message id; empty when it may."""
    approval = edition.rounds[-1] if edition.rounds else None
    if approval is None or approval.decision != "schedule" or approval.digest != edition.head.digest:
        return N_("The text is not the one that was approved.")
    if manuscripts.faults(edition.head.manuscript):
        return N_("The text is not complete.")
    return ""


def _keep(edition: Edition, text: Manuscript, section: Section | None, by: User, origin: Origin) -> Revision:
    revision = Revision(
        edition_id=edition.id,
        parent_id=edition.head_id,
        author_id=by.id,
        created_at=now(),
        origin=origin,
        text=manuscripts.canonical(text),
        digest=text.digest,
        title=text.title,
        lede=text.lede,
        words=text.words,
        cover_asset=text.cover.asset if text.cover else None,
        cover_alt=text.cover.alt if text.cover else "",
    )
    db.session.add(revision)
    db.session.flush()
    edition.head_id = revision.id
    set_committed_value(edition, "head", revision)
    edition.section = section
    return revision


def _check_parts(text: Manuscript, known: Section | None = None) -> Section | None:
    """The section that the text names, if it names one; `known` is one at hand, which it probably is.

    Raises Incomplete when the text exceeds a limit or names a section, genre or picture that does not exist.
    """
    found = manuscripts.limits(text)
    section = known if known and known.slug == text.section else _section(text.section)
    if text.section and section is None:
        found.append(Fault("section", N_("This section does not exist.")))
    if text.genre and text.genre not in manuscripts.GENRES:
        found.append(Fault("genre", N_("This genre does not exist.")))
    if text.topic and db.session.scalar(select(Topic.id).where(Topic.slug == text.topic)) is None:
        found.append(Fault("topic", N_("This topic does not exist.")))
    if text.cover and db.session.get(Asset, text.cover.asset) is None:
        found.append(Fault("cover", N_("This picture is not in the store. Upload it again.")))
    if found:
        raise Incomplete(found)
    return section


def _section(slug: str) -> Section | None:
    return db.session.scalars(select(Section).where(Section.slug == slug)).first() if slug else None


def _check_complete(edition: Edition) -> None:
    found = manuscripts.faults(edition.head.manuscript)
    if edition.base_edition is not None:
        if edition.head.digest == edition.base_edition.head.digest:
            found.append(Fault("body", N_("Nothing differs from the published text yet.")))
        if not edition.change_note:
            found.append(Fault("change_note", N_("Say in one sentence what was changed, and why.")))
    if found:
        raise Incomplete(found)


def _words_of(transition: Transition, edition: Edition, reason: str) -> dict[str, Any]:
    """What the record keeps of a move beside who, when and what."""
    detail: dict[str, Any] = {"digest": edition.head.digest, "from": transition.source, "to": transition.target}
    if reason:
        detail["reason"] = reason
    if edition.release_at:
        detail["release_at"] = edition.release_at
    if transition.target is State.PUBLISHED:
        detail["number"] = edition.number
    return detail

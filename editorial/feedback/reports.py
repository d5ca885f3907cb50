"""Reports of readers: an error in a marked passage, or a word to the board. Each has a clock and ends in an answer.

`WAYS` is the whole life of a report. Who may take one is the same for all: the desk of the article's section, and for
what is about no article the desk of the whole site; who wrote for the article may read what is said of it. An act needs
a transaction that took the writer's place, as those on articles do, and one that raises has changed nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, and_, delete, false, func, or_, select, true
from sqlalchemy.orm import joinedload

from editorial import accounts, archive, markup, outbox, record, vietnamese
from editorial.catalogue import Page, visible
from editorial.db import LARGEST_ID, db, now
from editorial.models import Article, Edition, Event, Message, Report, ReportState, Revision, User
from editorial.words import N_
from editorial.workflow import NotAllowed, Role

PASSAGE_MAX = 1000
MESSAGE_MAX = 4000
ANSWER_MAX = 4000
CONTACT_KEPT = timedelta(days=30)  # after closing, in case the answer raises a question
SOON = timedelta(days=3)
ON_A_PAGE = 50
BATCH = 100


@dataclass(frozen=True, slots=True)
class Term:
    """Within how many days a report that arrives from a day on has its answer, and why."""

    valid_from: date
    days: int
    citation: str


# The amended law's own limit has to be looked up in its text; until then the board keeps the former one as its promise.
TERMS = (
    Term(date(2018, 7, 1), 15, "Luật Tiếp cận thông tin số 104/2016/QH13, Điều 22"),
    Term(date(2026, 9, 1), 15, "cam kết của Ban biên tập, theo mức của Điều 22 Luật số 104/2016/QH13"),
)


@dataclass(frozen=True, slots=True)
class Way:
    """How a report goes from one state to another."""

    name: str  # in the address and on the record
    source: ReportState
    target: ReportState
    label: str  # on the button
    past: str  # in the history: "answered by Petra"
    words: str = ""  # to the reader: "asked" for, or "welcome"

    @property
    def asks_answer(self) -> bool:
        return self.words == "asked"

    @property
    def takes_answer(self) -> bool:
        return bool(self.words)


S = ReportState
# fmt: off
WAYS = (
    Way("correct", S.OPEN, S.CORRECTED, N_("It is corrected"), N_("closed the report: corrected"), "welcome"),
    Way("answer",  S.OPEN, S.ANSWERED,  N_("Answer"),          N_("closed the report: answered"),  "asked"),
    Way("reject",  S.OPEN, S.REJECTED,  N_("It is no error"),  N_("closed the report: no error"),  "asked"),
    Way("discard", S.OPEN, S.SPAM,      N_("It is spam"),      N_("put the report away as spam")),
    Way("restore", S.SPAM, S.OPEN,      N_("It is no spam"),   N_("took the report up again")),
)
# fmt: on
BY_NAME = {way.name: way for way in WAYS}
NAMES = tuple(BY_NAME)
STATE_LABELS = {
    ReportState.OPEN: N_("Open"),
    ReportState.ANSWERED: N_("Answered"),
    ReportState.CORRECTED: N_("Corrected"),
    ReportState.REJECTED: N_("No error"),
    ReportState.SPAM: N_("Spam"),
}
PAST = {
    "reported": N_("sent the report"),
    "forgot": N_("removed the reader's address"),
} | {way.name: way.past for way in WAYS}


class Overtaken(NotAllowed):
    """Somebody decided on the report after this person opened it."""


class AnswerMissing(NotAllowed):
    """The reader is owed words, and none were given."""


@dataclass(frozen=True, slots=True)
class Letter:
    """The mail to a reader who left an address: made by who knows the words, posted by the act."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Line:
    """A report in the list."""

    id: int
    state: ReportState
    title: str  # the article's; empty: it is about the site
    excerpt: str
    received_at: datetime
    due_at: datetime
    closed_at: datetime | None

    @property
    def urgency(self) -> str:
        """`overdue`, `soon` or nothing."""
        if self.state is not ReportState.OPEN or now() < self.due_at - SOON:
            return ""
        return "overdue" if now() >= self.due_at else "soon"

    @property
    def due_day(self) -> date:
        return last_day(self.due_at)


@dataclass(frozen=True, slots=True)
class Entry:
    """One act in a report's history. `who` is empty for the reader and for the clock."""

    at: datetime
    who: str
    action: str
    what: str


def term(day: date) -> Term:
    """The rule that holds for what arrives on this day."""
    return next(each for each in reversed(TERMS) if each.valid_from <= day or each is TERMS[0])


def due(received_at: datetime) -> datetime:
    """The end of the last day, in Vietnam, on which a report that arrived then is answered in time."""
    day = vietnamese.local(received_at).date()
    after = day + timedelta(days=term(day).days + 1)
    return datetime.combine(after, time(), vietnamese.ZONE)


def last_day(due_at: datetime) -> date:
    return vietnamese.local(due_at - timedelta(microseconds=1)).date()


def file(
    *,
    article_id: int | None,
    message: str,
    passage: str = "",
    contact: str = "",
    language: str = "vi",
    form: str | None = None,
) -> Report | None:
    """Take in what a reader sends; None when it is about an article that readers cannot read.

    `form` is a digest of the form and of what was sent with it: the same again is the report that is there already.
    Raises accounts.Refused for a contact that is no mail address, ValueError for a text that is empty or too long, and
    NotAllowed where nobody is left to answer.
    """
    message, passage = vietnamese.normalise(message).strip(), vietnamese.normalise(passage).strip()
    if not message or len(message) > MESSAGE_MAX or len(passage) > PASSAGE_MAX:
        raise ValueError("a report has some words, and not too many")
    contact = accounts.normalised(contact) if contact.strip() else ""
    form = form or secrets.token_hex(32)
    if known := db.session.scalars(select(Report).where(Report.form == form)).first():
        return known
    archive.check_open()
    edition = _live(article_id) if article_id is not None else None
    if article_id is not None and edition is None:
        return None
    moment = now()
    report = Report(
        article_id=article_id,
        edition=edition,
        passage=passage,
        block=locate(edition.head.manuscript.body, passage) if edition and passage else None,
        message=message,
        contact=contact,
        language=language,
        form=form,
        received_at=moment,
        due_at=due(moment),
    )
    db.session.add(report)
    db.session.flush()
    record.add(
        None,
        "reported",
        name(report),
        edition=report.edition_id,
        due_at=report.due_at,
        address_left=bool(contact),
    )
    db.session.commit()
    return report


def take(
    report: Report,
    way_name: str,
    *,
    by: User,
    seen: int,
    answer: str = "",
    letter: Callable[[Report], Letter] | None = None,
    once: str | None = None,
) -> Way:
    """Take a way, and put it on record; a reader who left an address gets the letter.

    `seen` is the version of the report that `by` had on screen. Raises NotAllowed, Overtaken or AnswerMissing.
    """
    way = BY_NAME[way_name]
    if not may_decide(by, report):
        raise NotAllowed(N_("Reports are answered by the editors and heads of the section."))
    if seen != report.version or report.state is not way.source:
        raise Overtaken(N_("A colleague was faster: the report is not as you saw it. Nothing of yours was done."))
    answer = vietnamese.normalise(answer).strip() if way.takes_answer else ""
    if way.asks_answer and not answer:
        raise AnswerMissing(N_("Write the answer. The reader gets it, and your colleagues find it here."))
    if way.target is ReportState.CORRECTED:
        report.correction = correction_of(report)
        if report.correction is None:
            raise NotAllowed(N_("The article was not published anew since this report. Correct it first."))
    moment = now()
    reopened = way.target is ReportState.OPEN
    report.state, report.answer = way.target, answer[:ANSWER_MAX]
    report.closed_at, report.closed_by = (None, None) if reopened else (moment, by)
    if way.takes_answer and report.contact and letter:
        words = letter(report)
        report.mail = outbox.post(report.contact, words.subject, words.body)
    db.session.flush()
    mailed = report.message_id is not None
    record.add(by, way.name, name(report), once=once, mailed=mailed, correction=report.correction_id)
    db.session.commit()
    return way


def may_decide(person: User, report: Report) -> bool:
    """Whether this person belongs to the desk that the report landed on."""
    slug = report.section_slug
    return person.holds(Role.EDITOR, slug) or person.holds(Role.HEAD, slug)


def ways_for(person: User, report: Report) -> list[Way]:
    """The ways that are open to this person now: the buttons to show."""
    if not may_decide(person, report):
        return []
    found = [way for way in WAYS if way.source is report.state]
    return found if correction_of(report) else [way for way in found if way.target is not ReportState.CORRECTED]


def correction_of(report: Report) -> Edition | None:
    """The text that readers have in place of the one the report is about; None as long as they have the same."""
    live = report.article.live_edition if report.article else None
    return live if live is not None and live.id != report.edition_id else None


def has_desk(person: User) -> bool:
    """Whether reports could ever be this person's to read."""
    return person.has(Role.REPORTER, Role.EDITOR, Role.HEAD)


def report_for(person: User, number: int) -> Report | None:
    """The report of this number, if this person may read it; None for a foreign as for an unknown one."""
    if not 0 < number <= LARGEST_ID:
        return None
    query = _reports(person).where(Report.id == number).options(joinedload(Report.article), joinedload(Report.edition))
    return db.session.scalars(query).first()


def waiting(person: User) -> int:
    """How many reports wait for an answer of this person's desk."""
    query = select(func.count()).select_from(Report).outerjoin(Article, Article.id == Report.article_id)
    return db.session.scalar(query.where(Report.state == ReportState.OPEN, _of_desk(person))) or 0


def listed(person: User, state: str = "open", number: int = 1) -> Page[Line] | None:
    """One page of the reports that this person may read: what is `open` by its due day, what is `closed` newest first.

    None when there is no such page.
    """
    wanted = Report.state == ReportState.OPEN if state == "open" else Report.state != ReportState.OPEN
    total = db.session.scalar(select(func.count()).select_from(_reports(person).where(wanted).subquery())) or 0
    pages = max(1, -(-total // ON_A_PAGE))
    if not 1 <= number <= pages:
        return None
    order = (Report.due_at, Report.id) if state == "open" else (Report.closed_at.desc(), Report.id.desc())
    query = (
        _reports(person)
        .where(wanted)
        .outerjoin(Edition, Edition.id == Report.edition_id)
        .outerjoin(Revision, Revision.id == Edition.head_id)
        .add_columns(Revision.title)
        .order_by(*order)
        .limit(ON_A_PAGE)
        .offset((number - 1) * ON_A_PAGE)
    )
    return Page([_line(report, title) for report, title in db.session.execute(query)], number, pages, total)


def history(report: Report) -> list[Entry]:
    """Every act on the report, newest first."""
    query = (
        select(Event.at, Event.action, User.name)
        .outerjoin(User, Event.actor_id == User.id)
        .where(Event.subject == name(report))
        .order_by(Event.sequence.desc())
    )
    return [
        Entry(row.at, row.name or "", row.action, PAST.get(row.action, row.action)) for row in db.session.execute(query)
    ]


def locate(body: str, passage: str) -> int | None:
    """The number of the block in which the passage stands; of a longer one, that in which it begins.

    Marks, capitals and spaces make no difference, because people quote from memory and telephones correct them.
    """
    wanted = [folded for line in passage.split("\n") if (folded := vietnamese.fold(line))]
    if not wanted:
        return None
    texts = [vietnamese.fold(block.text) for block in markup.blocks(body)]
    for part in (" ".join(wanted), wanted[0]):
        for number, text in enumerate(texts):
            if part in text:
                return number
    return None


def stands_there(body: str, passage: str) -> bool:
    """Whether the passage is in the text letter for letter, apart from spaces."""
    return " ".join(passage.split()) in " ".join(markup.to_text(body).split())


def forgetting() -> bool:
    """Whether the address of some reader has been kept long enough."""
    return db.session.scalar(_forgettable().limit(1)) is not None


def forget() -> int:
    """Remove the addresses of readers whose reports were closed long enough ago, and the mails to them.

    Run it as often as you like; needs the writer's place. Returns how many there were.
    """
    due_now = db.session.scalars(_forgettable().limit(BATCH)).all()
    for report in due_now:
        mail, report.contact, report.message_id = report.message_id, "", None
        db.session.flush()
        if mail:
            db.session.execute(delete(Message).where(Message.id == mail))
        record.add(None, "forgot", name(report))
        db.session.commit()
    return len(due_now)


def name(report: Report) -> str:
    """How the record calls it."""
    return f"report:{report.id}"


def report_of_event(event: Event) -> int | None:
    """The number of the report that an event is about, if it is about one."""
    kind, _, number = event.subject.partition(":")
    return int(number) if kind == "report" else None


def _forgettable() -> Select[Report]:
    return (
        select(Report).where(Report.contact != "", Report.closed_at <= now() - CONTACT_KEPT).order_by(Report.closed_at)
    )


def _live(article_id: int) -> Edition | None:
    query = select(Edition).join(Article, visible()).where(Article.id == article_id)
    return db.session.scalars(query.options(joinedload(Edition.head))).first()


def _reports(person: User) -> Select[Report]:
    """All that this person may read."""
    return (
        select(Report)
        .outerjoin(Article, Article.id == Report.article_id)
        .where(or_(_of_desk(person), _about_own(person)))
    )


def _of_desk(person: User) -> ColumnElement[bool]:
    """The condition, over Report and its Article, that a report landed on this person's desk: `may_decide` in SQL."""
    duties = [a for a in person.assignments if a.role in (Role.EDITOR, Role.HEAD)] if person.active else []
    if not duties:
        return false()
    if any(a.section_id is None for a in duties):
        return true()
    return Article.section_id.in_({a.section_id for a in duties})


def _about_own(person: User) -> ColumnElement[bool]:
    """That the article has a text by this person."""
    if not has_desk(person):
        return false()
    own = (
        select(Edition.article_id)
        .join(Revision, Revision.edition_id == Edition.id)
        .where(Revision.author_id == person.id)
    )
    return and_(Report.article_id.is_not(None), Report.article_id.in_(own))


def _line(report: Report, title: str | None) -> Line:
    words = " ".join(report.message.split())
    excerpt = words if len(words) <= 140 else words[:140].rsplit(" ", 1)[0] + "…"
    return Line(report.id, report.state, title or "", excerpt, report.received_at, report.due_at, report.closed_at)

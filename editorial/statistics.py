"""How much the site is read: counted in each process, added up in the database, kept by the day.

A visit is all that one visitor looks at without a pause of half an hour. Who a visitor is stays unknown: for that half
hour the database holds a hash, made with the system's secret key and a salt that is drawn for each day and then
removed. Counting is no act: it writes no event, so nothing that is remembered until the next act is forgotten for it.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, bindparam, case, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from editorial import catalogue, record, vietnamese
from editorial.db import db, now, writing
from editorial.models import (
    Article,
    ArticleDay,
    Edition,
    Revision,
    User,
    VisitDay,
    Visitor,
    VisitSalt,
    VisitsBefore,
)
from editorial.workflow import Role

PAUSE = timedelta(minutes=30)  # after which the next page begins another visit
ONLINE = timedelta(minutes=5)  # since the last page
MOST_BEFORE = 10**12  # visits that an older site can have counted
MOST_WAITING = 100_000  # visitors that a process holds while the database does not answer; pages are counted still
AT_ONCE = 500  # hashes looked up by one statement

Mark = tuple[bytes, bool]  # who, and whether it is a bot


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the foot of every page says: visits by people. Nobody online is told apart from one: whoever asks is."""

    today: int
    month: int
    total: int
    online: int


@dataclass(frozen=True, slots=True)
class Span:
    """The counts of a day, or of a month, which then bears the name of its first day."""

    day: date
    people: int
    bots: int
    pages: int
    bot_pages: int


@dataclass(frozen=True, slots=True)
class Read:
    """How often a public article was opened."""

    article_id: int
    slug: str
    title: str
    pages: int


@dataclass(slots=True)
class Seen:
    """A visitor since the last time that all was added up."""

    first: datetime
    last: datetime
    again: list[date] = field(default_factory=list)  # days on which another visit began meanwhile

    def then(self, other: Seen) -> Seen:
        """The two as one, where the other is the later one."""
        begun = [day_of(other.first)] if other.first - self.last >= PAUSE else []
        return Seen(self.first, max(self.last, other.last), [*self.again, *begun, *other.again])


@dataclass(slots=True)
class Batch:
    """What is not in the database yet."""

    visitors: dict[Mark, Seen] = field(default_factory=dict)
    pages: Counter[tuple[date, bool]] = field(default_factory=Counter)
    articles: Counter[tuple[date, int]] = field(default_factory=Counter)

    def add(self, mark: Mark, seen: Seen) -> None:
        known = self.visitors.get(mark)
        if known or len(self.visitors) < MOST_WAITING:
            self.visitors[mark] = known.then(seen) if known else seen

    def take_up(self, later: Batch) -> None:
        for mark, seen in later.visitors.items():
            self.add(mark, seen)
        self.pages.update(later.pages)
        self.articles.update(later.articles)


class Counting:
    """One process's counter. Any number of threads may `note` and `settle` at once, in any number of processes."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._batch = Batch()
        self._noting = threading.Lock()
        self._settling = threading.Lock()

    def note(self, visitor: bytes, *, at: datetime, bot: bool, article_id: int | None = None) -> None:
        """A page was looked at. `visitor` is whatever tells visitors apart; it never gets to the disk."""
        day = day_of(at)
        with self._noting:
            self._batch.add((visitor, bot), Seen(at, at))
            self._batch.pages[day, bot] += 1
            if article_id is not None and not bot:
                self._batch.articles[day, article_id] += 1

    def settle(self) -> None:
        """Add up in the database what was noted, in one short transaction. Needs an application context.

        Where the database refuses, nothing is lost: it is added up with what comes next.
        """
        with self._settling:
            with self._noting:
                batch, self._batch = self._batch, Batch()
            if not batch.pages:
                return
            try:
                with writing():
                    self._write(batch)
                    db.session.commit()
            except BaseException:
                db.session.rollback()
                with self._noting:
                    batch.take_up(self._batch)
                    self._batch = batch
                raise

    def _write(self, batch: Batch) -> None:
        visits = self._visits(batch.visitors)
        days = {day for day, _ in (*visits, *batch.pages)}
        _add_up(
            VisitDay,
            [
                {
                    "day": day,
                    "people": visits[day, False],
                    "bots": visits[day, True],
                    "pages": batch.pages[day, False],
                    "bot_pages": batch.pages[day, True],
                }
                for day in sorted(days)
            ],
        )
        there = _there({number for _, number in batch.articles})
        rows = [
            {"day": day, "article_id": number, "pages": n}
            for (day, number), n in sorted(batch.articles.items())
            if number in there
        ]
        _add_up(ArticleDay, rows)

    def _visits(self, visitors: dict[Mark, Seen]) -> Counter[tuple[date, bool]]:
        """How many visits began, by day; and remember who was here. Whoever reads on past midnight is still the same
        visitor, known by the hash of the day before.
        """
        begun: Counter[tuple[date, bool]] = Counter()
        latest = max(seen.last for seen in visitors.values())
        _forget(latest)
        salts = _salts({day_of(moment) for seen in visitors.values() for moment in (seen.first, seen.last)})
        hashes = {mark: {day: self._hash(salt, mark) for day, salt in salts.items()} for mark in visitors}
        known = _known(key for of_days in hashes.values() for key in of_days.values())
        rows, gone = [], []
        for mark, seen in visitors.items():
            here = hashes[mark][day_of(seen.last)]
            before = [key for key in hashes[mark].values() if key in known]
            last = max((known[key] for key in before), default=None)
            if last is None or seen.first - last >= PAUSE:
                begun[day_of(seen.first), mark[1]] += 1
            begun.update((day, mark[1]) for day in seen.again)
            rows.append({"key": here, "bot": mark[1], "seen_at": max(last or seen.last, seen.last)})
            gone += [{"gone": key} for key in before if key != here]
        if gone:
            db.session.connection().execute(delete(_VISITOR).where(_VISITOR.c.key == bindparam("gone")), gone)
        _put(_VISITOR, rows, "seen_at")
        return begun

    def _hash(self, salt: str, mark: Mark) -> str:
        said = salt.encode() + bytes([mark[1]]) + mark[0]
        return hmac.digest(self._secret, said, "sha256")[:16].hex()


def numbers() -> Numbers:
    """As far as they are added up."""
    row = db.session.connection().execute(_NUMBERS, _moments()).one()
    return Numbers(today=int(row.today), month=int(row.month), total=int(row.total), online=max(1, row.online))


def start_at(people: int, by: User | None) -> None:
    """Go on from the number of visits that an older site had counted; what was counted here comes on top.

    An act: readers see another number at once. Raises ValueError when no site can have had so many.
    """
    if not 0 <= people <= MOST_BEFORE:
        raise ValueError(people)
    db.session.merge(VisitsBefore(id=1, people=people))
    record.add(by, "visits", "site:visits", start_at=people)
    db.session.commit()


def may_see(person: User) -> bool:
    """Whoever decides what the site holds may see how much of it is read."""
    return person.has(Role.EDITOR, Role.HEAD)


def by_day(days: int = 30) -> list[Span]:
    """The last days on which anything was counted, newest first."""
    first = day_of(now()) - timedelta(days=days - 1)
    rows = db.session.execute(select(*_COUNTS).where(VisitDay.day >= first).order_by(VisitDay.day.desc()))
    return [Span(*row) for row in rows]


def by_month() -> list[Span]:
    """All months since counting began, newest first."""
    months: dict[date, list[int]] = {}
    for day, *counts in db.session.execute(select(*_COUNTS).order_by(VisitDay.day.desc())):
        month = months.setdefault(day.replace(day=1), [0] * len(counts))
        for n, count in enumerate(counts):
            month[n] += count
    return [Span(month, *counts) for month, counts in months.items()]


def most_read(limit: int, section_id: int | None = None, days: int = 7) -> list[int]:
    """The public articles that people opened most often in the last days, today included; fewer if fewer were."""
    query = _most_read(days, Article.id).limit(limit)
    if section_id is not None:
        query = query.where(Article.section_id == section_id)
    return list(db.session.scalars(query))


def titles_most_read(limit: int, days: int = 30) -> list[Read]:
    """The same with titles and numbers, for the board."""
    columns = (Article.id, Article.slug, Revision.title)
    query = _most_read(days, *columns).join(Revision, Revision.id == Edition.head_id).limit(limit)
    rows = db.session.execute(query.add_columns(_PAGES_READ))
    return [Read(number, slug, title, int(pages)) for number, slug, title, pages in rows]


def day_of(moment: datetime) -> date:
    """The day in Vietnam."""
    return vietnamese.local(moment).date()


_VISITOR: Table = Visitor.__table__  # type: ignore[assignment]
_COUNTS = (VisitDay.day, VisitDay.people, VisitDay.bots, VisitDay.pages, VisitDay.bot_pages)
_PAGES_READ = func.sum(ArticleDay.pages)


def _since(name: str) -> Any:
    return func.coalesce(func.sum(case((VisitDay.day >= bindparam(name, type_=VisitDay.day.type), VisitDay.people))), 0)


_NUMBERS = select(
    _since("day").label("today"),
    _since("month").label("month"),
    (
        func.coalesce(func.sum(VisitDay.people), 0)
        + func.coalesce(select(VisitsBefore.people).where(VisitsBefore.id == 1).scalar_subquery(), 0)
    ).label("total"),
    select(func.count())
    .select_from(Visitor)
    .where(Visitor.seen_at > bindparam("recently", type_=Visitor.seen_at.type), ~Visitor.bot)
    .scalar_subquery()
    .label("online"),
)


def _moments() -> dict[str, Any]:
    moment = now()
    day = day_of(moment)
    return {"day": day, "month": day.replace(day=1), "recently": moment - ONLINE}


def _most_read(days: int, *columns: Any) -> Any:
    first = day_of(now()) - timedelta(days=days - 1)
    return (
        select(*columns)
        .select_from(ArticleDay)
        .join(Article, Article.id == ArticleDay.article_id)
        .join(Edition, catalogue.visible())
        .where(ArticleDay.day >= first)
        .group_by(*columns)
        .order_by(_PAGES_READ.desc(), Article.id.desc())
    )


def _add_up(model: Any, rows: list[dict[str, Any]]) -> None:
    """Add to the counts that are there. `n = n + …` is the database's own sum: no process overwrites another's."""
    table: Table = model.__table__
    counts = [column.name for column in table.c if not column.primary_key]
    if rows:
        statement = _insert(table)
        added = {name: table.c[name] + statement.excluded[name] for name in counts}
        db.session.connection().execute(statement.on_conflict_do_update(index_elements=_keys(table), set_=added), rows)


def _put(table: Table, rows: list[dict[str, Any]], changed: str) -> None:
    statement = _insert(table)
    put = statement.on_conflict_do_update(index_elements=_keys(table), set_={changed: statement.excluded[changed]})
    db.session.connection().execute(put, rows)


def _insert(table: Table) -> Any:
    return (postgresql if db.engine.dialect.name == "postgresql" else sqlite).insert(table)


def _keys(table: Table) -> list[str]:
    return [column.name for column in table.primary_key]


def _salts(days: Iterable[date]) -> dict[date, str]:
    """The salts there are, with one for each of these days: drawn now for a day that has none."""
    salts = {row.day: row.salt for row in db.session.execute(select(VisitSalt.day, VisitSalt.salt))}
    for day in set(days) - salts.keys():
        salts[day] = secrets.token_hex(32)
        db.session.add(VisitSalt(day=day, salt=salts[day]))
    db.session.flush()
    return salts


def _there(numbers: Iterable[int]) -> set[int]:
    """Which of these articles exist: a number of none must not keep the others from being counted."""
    among = list(numbers)
    found: set[int] = set()
    for start in range(0, len(among), AT_ONCE):
        found.update(db.session.scalars(select(Article.id).where(Article.id.in_(among[start : start + AT_ONCE]))))
    return found


def _known(keys: Iterable[str]) -> dict[str, datetime]:
    """When these were seen last."""
    among, found = list(keys), {}
    for start in range(0, len(among), AT_ONCE):
        query = select(Visitor.key, Visitor.seen_at).where(Visitor.key.in_(among[start : start + AT_ONCE]))
        found.update({row.key: row.seen_at for row in db.session.execute(query)})
    return found


def _forget(latest: datetime) -> None:
    """Remove whoever has been away for so long that the next page is another visit, and salts that nothing needs."""
    db.session.execute(delete(Visitor).where(Visitor.seen_at <= latest - PAUSE))
    db.session.execute(delete(VisitSalt).where(VisitSalt.day < day_of(latest - PAUSE)))

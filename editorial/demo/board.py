"""Makes the demo board: its people do what people do, by the real acts, with the clock standing where it stood then.

So the record is whole, every text went the way that texts go, and whoever looks at the history finds one.
"""

from __future__ import annotations

import heapq
import os
import secrets
import unicodedata
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import datetime, time, timedelta
from pathlib import Path

from flask_security import hash_password
from sqlalchemy import exists, select

from editorial import accounts, articles, assets, manuscript, site, vietnamese
from editorial.assets import Prepared
from editorial.config import Settings, SettingsError
from editorial.db import at, db, now
from editorial.demo import commune, furniture, letters, papers, texts, topics, visits
from editorial.demo.texts import Version
from editorial.manuscript import Manuscript, Picture
from editorial.models import Edition, User
from editorial.passwords import Hashed
from editorial.workflow import Role

PASSWORD = "EDITORIAL_DEMO_PASSWORD"  # noqa: S105  the setting's name
ROLES = {
    "reporter": Role.REPORTER,
    "reporter2": Role.REPORTER,
    "editor": Role.EDITOR,
    "head": Role.HEAD,
    "deputy": Role.EDITOR,
    "admin": Role.ADMIN,
}
FOUNDED_BEFORE = timedelta(days=30)  # the first text is begun
APPROVED_BEFORE = timedelta(hours=40)  # a scheduled text is released
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Demo:
    """What to tell whoever started the demo: each account with what its owner is, and the password of all."""

    people: list[tuple[str, str]]
    password: str


def prepare(settings: Settings, environ: Mapping[str, str] = os.environ) -> Demo:
    """Fill an empty, migrated database with the board; where one is already, nothing happens to it.

    Needs an application context whose transactions may write (`db.writing`). The password is the one in
    EDITORIAL_DEMO_PASSWORD, however weak, else a random one; it is kept in the instance for the next start. Raises
    SettingsError where a demo must not be, and where one was left half made.
    """
    if not settings.demo:
        raise SettingsError(f"{settings.instance} is not a demo instance.")
    wanted, note = environ.get(PASSWORD, ""), settings.instance / "password.txt"
    if not db.session.scalar(select(exists(select(User.id)))):
        password = wanted or secrets.token_urlsafe(9)
        _make(password)
        _write(note, password)
    elif not note.exists():
        raise SettingsError(f"The demo in {settings.instance} was left half made: remove the folder, and start again.")
    elif wanted and wanted != note.read_text(encoding="utf-8"):
        password = wanted
        for person in commune.PEOPLE:
            if user := accounts.find(person.email):
                accounts.set_password(user, _hashed(password), by=None)
        _write(note, password)
    else:
        password = note.read_text(encoding="utf-8")
    return Demo([(person.email, f"{person.name}, {person.position}") for person in commune.PEOPLE], password)


def _write(note: Path, password: str) -> None:
    """For the owner's eyes alone; written last, so that its being there says that the board is complete."""
    note.unlink(missing_ok=True)
    with os.fdopen(os.open(note, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(password)


def _hashed(password: str) -> Hashed:
    """Without the rules for passwords: a demo's may be as weak as its owner likes, and must not serve in earnest."""
    return Hashed(hash_password(unicodedata.normalize("NFKC", password)))


def _make(password: str) -> None:
    """Set the board up, then let every article live its life, a step at a time, whichever is next."""
    db.session.rollback()
    today = vietnamese.local(now()).date()
    told = texts.articles(today)
    shown = {v.cover.picture for article in told for v in article.versions if v.cover}
    pictures = _pictures(shown | {drawing for drawing, _, _ in furniture.SLIDES})
    people: dict[str, User] = {}
    board = _Board(people, pictures)
    waiting = [
        (next(life), number, life)
        for number, life in enumerate(
            [
                *map(board.life, told),
                *letters.lives(people, told, today),
                *papers.lives(people, today),
                *furniture.lives(people, board.picture, today),
            ]
        )
    ]
    heapq.heapify(waiting)
    with at(waiting[0][0] - FOUNDED_BEFORE):
        site.apply(
            {
                "section": [asdict(section) for section in commune.SECTIONS],
                "imprint": [asdict(imprint) for imprint in commune.IMPRINTS],
                "slogan": [asdict(slogan) for slogan in commune.SLOGANS],
            },
            by=None,
        )
        people.update(_people(_hashed(password)))
        topics.keep(by=people["editor"])
    while waiting:
        moment, number, life = waiting[0]
        with at(moment):
            following = next(life, None)
        if following is None:
            heapq.heappop(waiting)
        else:
            heapq.heapreplace(waiting, (following, number, life))
    visits.come(vietnamese.local(now()).date())


def _people(password: Hashed) -> dict[str, User]:
    return {
        person.account: accounts.add(
            person.email,
            person.name,
            by=None,
            password=password,
            assignments=[(ROLES[person.account], "")],
            unit=person.unit,
            pen_name=person.pen_name,
        )
        for person in commune.PEOPLE
    }


def _pictures(names: set[str]) -> dict[str, Prepared]:
    def prepared(name: str) -> Prepared:
        path = texts.PICTURES[name]
        with path.open("rb") as file:
            return assets.prepare(file, path.name)

    with ThreadPoolExecutor() as crew:
        return dict(zip(names, crew.map(prepared, names), strict=True))


@dataclass(frozen=True, slots=True)
class _Board:
    """The people at work. What they do is told by generators, which yield when they want to go on."""

    people: dict[str, User]
    pictures: dict[str, Prepared]

    def life(self, article: texts.Article) -> Iterator[datetime]:
        """How an article comes about, from its first line to where it stands today."""
        edition: Edition | None = None
        for version in article.versions:
            decided = version.at - APPROVED_BEFORE if version.outcome == "scheduled" else version.at
            handed_in = decided if version.outcome == "review" else _before(decided)
            if edition is None:
                yield _morning_before(handed_in)
                edition = articles.start(_begun(self.text(version)), by=self.people[version.author])
            elif version.edition == "update":
                yield handed_in - HOUR
                edition = articles.change(edition.article, by=self.people[version.author])
            yield decided if version.outcome == "draft" else handed_in - 9 * MINUTE
            text = self.text(version, with_cover=True)
            author = self.people[version.author]
            articles.save(edition, text, by=author, seen=edition.head.digest, change_note=version.change)
            yield from self.decide(edition, version, handed_in, decided)

    def decide(self, edition: Edition, version: Version, handed_in: datetime, decided: datetime) -> Iterator[datetime]:
        """What happens to the text once it is written."""
        author, head = self.people[version.author], self.people["head"]
        if version.outcome == "draft":
            return
        if version.outcome == "dropped":
            yield decided
            self.move(edition, "drop", author, version.reason)
            return
        yield handed_in
        self.move(edition, "submit", author, version.note)
        if version.outcome == "review":
            return
        if version.outcome == "returned":
            yield decided
            self.move(edition, "return", head, version.reason)
            return
        if edition.wants_endorsement:
            yield decided - 35 * MINUTE
            self.move(edition, "endorse", self.people["deputy" if version.author == "editor" else "editor"])
        yield decided
        if version.outcome == "published":
            self.move(edition, "publish", head)
        else:
            self.move(edition, "schedule", head, release_at=version.at)

    def move(self, edition: Edition, name: str, by: User, reason: str = "", release_at: datetime | None = None) -> None:
        articles.move(edition, name, by=by, seen=edition.head.digest, reason=reason, release_at=release_at)

    def picture(self, drawing: str, by: User) -> str:
        """Keep a drawing in somebody's name, outside of any article; its number."""
        return assets.keep(self.pictures[drawing], by=by).id

    def text(self, version: Version, with_cover: bool = False) -> Manuscript:
        cover = None
        if with_cover and version.cover:
            kept = assets.keep(self.pictures[version.cover.picture], by=self.people[version.author])
            cover = Picture(kept.id, version.cover.alt, version.cover.caption, version.cover.credit)
        return manuscript.of(
            title=version.title,
            lede=version.lede,
            body=version.body,
            section=version.section,
            genre=version.genre,
            bylines=version.bylines,
            source_name=version.source_name,
            source_url=version.source_url,
            cover=cover,
            tags=version.tags,
            topic=version.topic,
        )


def _begun(text: Manuscript) -> Manuscript:
    """What stands there after the first hour: no lede yet, and the body up to its first heading."""
    return replace(text, lede="", body=text.body.partition("\n<h2>")[0])


def _before(decided: datetime) -> datetime:
    """When a text was handed in that was decided on then: some hours before, or in the afternoon of the day before."""
    if decided.hour >= 11:
        return decided - 2 * HOUR - 25 * MINUTE
    return datetime.combine(decided.date() - timedelta(days=1), time(16, decided.minute), decided.tzinfo)


def _morning_before(handed_in: datetime) -> datetime:
    return datetime.combine(handed_in.date() - timedelta(days=1), time(9, handed_in.minute), handed_in.tzinfo)

"""The articles of the demo board, read from `articles/` as they stand on a given day.

An article is one file, or several when the demo shows more than one version of it: `name.html`, `name.2.html` … A file
is a header of `key: value` lines (a line that begins with a space continues the one above), an empty line, and the body
in the vocabulary of a manuscript. A later version takes over from the one before it what its header leaves out, except
`note`, `change` and `reason`. The keys:

    title lede section genre          as in a manuscript
    bylines tags                      separated by semicolons
    topic                             the address of a topic of `topics.TOPICS`
    cover alt caption credit          the name of a drawing in `pictures/`, and what is printed with it
    source_name source_url            only where the text is taken from elsewhere
    author                            the account that wrote this version
    edition                           `first`, also when left out, or `update`
    outcome                           what became of this version: one of OUTCOMES
    at                                when it did: `3 days ago 08:30`, `in 1 day 07:30` or `2025-02-14 16:20`
    note                              what the author told the reviewers on handing it in
    change                            what readers are told about an update
    reason                            why it was returned or dropped

A demo must not look stale, so dates inside a text are counted from the day of the article's first version: on
23/11/2026 `{day-2}` stands for 21/11, `{date+10}` for 03/12/2026 and `{year-1}` for 2025.
"""

import re
from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from editorial import vietnamese

FOLDER = Path(__file__).parent
PICTURES = {path.stem: path for path in sorted((FOLDER / "pictures").glob("*.webp"))}
"""The files of the drawings by name."""

OUTCOMES = ("draft", "review", "returned", "scheduled", "published", "dropped")
OWN = {"outcome", "at", "note", "change", "reason"}
INHERITED = {"title", "lede", "section", "genre", "bylines", "tags", "topic", "cover", "alt", "caption", "credit"}
INHERITED |= {"source_name", "source_url", "author", "edition"}


@dataclass(frozen=True, slots=True)
class Cover:
    picture: str
    alt: str
    caption: str
    credit: str


@dataclass(frozen=True, slots=True)
class Version:
    """A text as its author left it, and what became of it. What a half-finished text lacks is empty."""

    title: str
    lede: str
    body: str
    section: str
    genre: str
    bylines: tuple[str, ...]
    tags: tuple[str, ...]
    topic: str
    cover: Cover | None
    source_name: str
    source_url: str
    author: str
    edition: str
    outcome: str
    at: datetime  # of the outcome: published, handed in for review, returned … or to be released
    note: str
    change: str
    reason: str


@dataclass(frozen=True, slots=True)
class Article:
    slug: str
    versions: tuple[Version, ...]

    @property
    def state(self) -> str:
        """The state of its newest edition: what was returned is a draft again."""
        outcome = self.versions[-1].outcome
        return "draft" if outcome == "returned" else outcome


def articles(today: date) -> tuple[Article, ...]:
    """Every article of the demo, the oldest first. Raises ValueError, naming the file, on a header it cannot read."""
    files: dict[str, list[Path]] = {}
    for path in sorted((FOLDER / "articles").glob("*.html"), key=_number):
        files.setdefault(path.name.partition(".")[0], []).append(path)
    found = [Article(slug, _versions(paths, today)) for slug, paths in files.items()]
    return tuple(sorted(found, key=lambda article: (article.versions[0].at, article.slug)))


def _number(path: Path) -> int:
    """1 for `name.html`, 2 for `name.2.html`."""
    return int(path.stem.partition(".")[2] or 1)


def _versions(paths: list[Path], today: date) -> tuple[Version, ...]:
    versions: list[Version] = []
    known: ChainMap[str, str] = ChainMap({"edition": "first"})
    first_day = today
    for path in paths:
        header, body = _split(path)
        at = _moment(header.get("at", ""), today, path)
        if not versions:
            first_day = at.date()
        known = known.new_child({key: value for key, value in header.items() if key in INHERITED})
        said = {key: known.get(key, "") for key in INHERITED} | {key: header.get(key, "") for key in OWN}
        versions.append(
            _version({key: _dated(value, first_day) for key, value in said.items()}, _dated(body, first_day), at)
        )
    return tuple(versions)


def _version(said: Mapping[str, str], body: str, at: datetime) -> Version:
    return Version(
        title=said["title"],
        lede=said["lede"],
        body=body,
        section=said["section"],
        genre=said["genre"],
        bylines=_several(said["bylines"]),
        tags=_several(said["tags"]),
        topic=said["topic"],
        cover=Cover(said["cover"], said["alt"], said["caption"], said["credit"]) if said["cover"] else None,
        source_name=said["source_name"],
        source_url=said["source_url"],
        author=said["author"],
        edition=said["edition"],
        outcome=said["outcome"],
        at=at,
        note=said["note"],
        change=said["change"],
        reason=said["reason"],
    )


def _split(path: Path) -> tuple[dict[str, str], str]:
    head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    lines = (line.partition(":") for line in re.sub(r"\n\s+", " ", head).splitlines())
    header = {key: value.strip() for key, _, value in lines}
    if unknown := header.keys() - (INHERITED | OWN):
        raise ValueError(f"{path.name}: no such key: {', '.join(sorted(unknown))}")
    if header.get("outcome") not in OUTCOMES:
        raise ValueError(f"{path.name}: no such outcome: {header.get('outcome')}")
    return header, body.strip()


def _several(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(";") if part.strip())


def _moment(words: str, today: date, path: Path) -> datetime:
    if match := re.fullmatch(r"(?:in (\d+) days?|(\d+) days? ago) (\d\d:\d\d)", words):
        ahead, ago, clock = match.groups()
        day = today + timedelta(days=int(ahead or 0) - int(ago or 0))
        return datetime.combine(day, time.fromisoformat(clock), vietnamese.ZONE)
    if re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", words):
        return datetime.fromisoformat(words).replace(tzinfo=vietnamese.ZONE)
    raise ValueError(f"{path.name}: no such time: {words}")


def _dated(text: str, first_day: date) -> str:
    def written(match: re.Match[str]) -> str:
        kind, count = match[1], int(match[2] or 0)
        if kind == "year":
            return str(first_day.year + count)
        in_full = vietnamese.short_date(first_day + timedelta(days=count))
        return in_full if kind == "date" else in_full.rpartition("/")[0]

    return re.sub(r"\{(day|date|year)([+-]\d+)?\}", written, text)

"""The manuscript: the text itself as one frozen value, with a canonical form, a digest, and the rules of completeness.

The digest is what an approval is tied to. It covers everything a reader would see, and nothing else.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any
from urllib.parse import urlsplit

from editorial import markup, vietnamese
from editorial.words import N_

GENRES = {
    "news": N_("News item"),
    "feature": N_("Feature"),
    "interview": N_("Interview"),
    "reportage": N_("Reportage"),
    "photo": N_("Photo story"),
    "opinion": N_("Opinion"),
    "notice": N_("Notice"),
    "letter": N_("Answer to a reader"),
}
TITLE_MAX = 200
LEDE_MAX = 600
BYLINES_MAX = 6
LINE_MAX = 300
TAGS_MAX = 12
TAG_MAX = 60
BODY_MAX = 400_000  # characters of markup: some 60,000 words, far beyond any article of a portal


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in its place in one text. `asset` is the SHA-256 of the stored file, in hexadecimal."""

    asset: str
    alt: str = ""  # what is to be seen, for those who do not see it; never the name of the file
    caption: str = ""
    credit: str = ""  # who made it


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A text as one person left it. Make one with `of`, which brings every part into its canonical form."""

    title: str = ""
    lede: str = ""
    body: str = ""  # markup, already cleaned
    section: str = ""  # the section's slug
    genre: str = ""  # a key of GENRES
    bylines: tuple[str, ...] = ()
    source_name: str = ""  # set when the text is taken from elsewhere
    source_url: str = ""
    cover: Picture | None = None
    tags: tuple[str, ...] = ()
    topic: str = ""  # the slug of the topic that it belongs to

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical form, in hexadecimal."""
        return hashlib.sha256(canonical(self).encode()).hexdigest()

    @property
    def words(self) -> int:
        return vietnamese.words_in(f"{self.title}\n{self.lede}\n{markup.to_text(self.body)}")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is missing or wrong, tied to the form field it concerns."""

    field: str
    message: str  # a message id with named places for `values`
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)


class Incomplete(Exception):
    """The manuscript may not be submitted yet; `faults` are all there are, not only the first."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(", ".join(fault.field for fault in faults))
        self.faults = faults


def of(**parts: Any) -> Manuscript:
    """A manuscript in canonical form: Unicode normalised, lines trimmed, body cleaned to the vocabulary, empties
    left out.

    Raises markup.TooLarge on a body that no article needs. Two texts that look alike to a reader
    get the same digest this way, whatever system they were typed on.
    """
    line = vietnamese.normalise_line
    cover = parts.get("cover")
    if cover is not None:
        cover = Picture(cover.asset, line(cover.alt), line(cover.caption), line(cover.credit))
    return Manuscript(
        title=line(parts.get("title", "")),
        lede=line(parts.get("lede", "")),
        body=markup.clean(parts.get("body", "")),
        section=line(parts.get("section", "")),
        genre=line(parts.get("genre", "")),
        bylines=_lines(parts.get("bylines", ())),
        source_name=line(parts.get("source_name", "")),
        source_url=line(parts.get("source_url", "")),
        cover=cover,
        tags=_lines(parts.get("tags", ())),
        topic=line(parts.get("topic", "")),
    )


def canonical(manuscript: Manuscript) -> str:
    """JSON with sorted keys, no spaces and no escapes beyond JSON's own; a part with its default value is left out.

    Leaving defaults out keeps old digests true when the manuscript gets a new part. The leading version says how to
    read it.
    """
    parts: dict[str, Any] = {"v": 1}
    for part in fields(manuscript):
        value = getattr(manuscript, part.name)
        if value != part.default:
            parts[part.name] = asdict(value) if isinstance(value, Picture) else value
    return json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read(text: str) -> Manuscript:
    """The manuscript behind a canonical form. Raises ValueError on a form of another version."""
    parts = json.loads(text)
    if parts.pop("v", None) != 1:
        raise ValueError("not a manuscript of a known version")
    if cover := parts.get("cover"):
        parts["cover"] = Picture(**cover)
    for name in ("bylines", "tags"):
        parts[name] = tuple(parts.get(name, ()))
    return Manuscript(**parts)


def faults(manuscript: Manuscript) -> list[Fault]:
    """Everything that keeps the text from review, in the order of the form. An empty list: it is complete."""
    m = manuscript
    found: list[Fault] = []

    def demand(holds: bool, name: str, message: str, **values: object) -> None:
        if not holds:
            found.append(Fault(name, message, values))

    demand(bool(m.title), "title", N_("Every article needs a title."))
    demand(bool(m.lede), "lede", N_("Write a lede: two sentences that say what happened and why it matters."))
    demand(bool(markup.to_text(m.body).strip()), "body", N_("The article has no text yet."))
    demand(bool(m.section), "section", N_("Choose the section it belongs to."))
    demand(m.genre in GENRES, "genre", N_("Choose the genre."))
    demand(bool(m.bylines), "byline", N_("Say who wrote it: at least one byline."))
    demand(bool(m.source_name) or not m.source_url, "source_name", N_("Name the source that this address belongs to."))
    demand(bool(m.source_url) or not m.source_name, "source_url", N_("Give the address of the source."))
    if m.cover:
        demand(bool(m.cover.alt), "cover_alt", N_("Describe the picture for readers who cannot see it."))
        demand(
            not looks_like_file_name(m.cover.alt),
            "cover_alt",
            N_("This is the name of a file. Describe what the picture shows."),
        )
        demand(bool(m.cover.caption), "cover_caption", N_("The picture needs a caption."))
        demand(bool(m.cover.credit), "cover_credit", N_("Say who made the picture."))
    return found + limits(m)


def limits(manuscript: Manuscript) -> list[Fault]:
    """What not even a draft may exceed, or hold."""
    m = manuscript
    found: list[Fault] = []
    sizes = [
        ("title", m.title, TITLE_MAX),
        ("lede", m.lede, LEDE_MAX),
        ("body", m.body, BODY_MAX),
        ("source_name", m.source_name, LINE_MAX),
        ("source_url", m.source_url, 2000),
    ]
    if m.cover:
        sizes += [
            ("cover_alt", m.cover.alt, LINE_MAX),
            ("cover_caption", m.cover.caption, LEDE_MAX),
            ("cover_credit", m.cover.credit, LINE_MAX),
        ]
    for name, text, most in sizes:
        if len(text) > most:
            found.append(
                Fault(
                    name,
                    N_("This is %(long)d characters long; at most %(most)d fit."),
                    {"long": len(text), "most": most},
                )
            )
    if len(m.bylines) > BYLINES_MAX or any(len(byline) > LINE_MAX for byline in m.bylines):
        found.append(Fault("byline", N_("At most %(most)d bylines, each on one short line."), {"most": BYLINES_MAX}))
    if len(m.tags) > TAGS_MAX or any(len(tag) > TAG_MAX for tag in m.tags):
        at_most = {"most": TAGS_MAX, "long": TAG_MAX}
        found.append(Fault("tags", N_("At most %(most)d keywords, each of at most %(long)d characters."), at_most))
    if m.source_url and not is_web_address(m.source_url):
        found.append(Fault("source_url", N_("The address has to begin with http:// or https:// and name a site.")))
    return found


@dataclass(frozen=True, slots=True)
class Term:
    """By what a text can be found in a list, and the address of that list. `kind` is tag, author or topic."""

    kind: str
    slug: str
    label: str


def terms(manuscript: Manuscript) -> list[Term]:
    """Every list that the text belongs to, each once: names that differ in marks or capitals alone share one."""
    named = [("tag", term_slug(tag), tag) for tag in manuscript.tags]
    named += [("author", term_slug(byline), byline) for byline in manuscript.bylines]
    named.append(("topic", manuscript.topic, manuscript.topic))
    found: dict[tuple[str, str], Term] = {}
    for kind, slug, label in named:
        if slug:
            found.setdefault((kind, slug), Term(kind, slug, label))
    return list(found.values())


def term_slug(label: str) -> str:
    """The address of a tag or an author; empty for a label without a single letter or figure, which has no list."""
    return vietnamese.slug(label) if vietnamese.words_in(label) else ""


def check_complete(manuscript: Manuscript) -> None:
    """Raises Incomplete with every fault at once."""
    if found := faults(manuscript):
        raise Incomplete(found)


def is_web_address(text: str) -> bool:
    """Whether the text is an absolute http or https address with a host and nothing that could hide another meaning."""
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https") and bool(host) and not parts.username and not any(c.isspace() for c in text)
    )


def looks_like_file_name(text: str) -> bool:
    """Whether an alternative text is really a file's name, the commonest fault on portals of this kind."""
    return (
        text.lower()
        .rstrip()
        .endswith((".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".tif", ".tiff", ".bmp", ".heic"))
    )


def _lines(texts: Any) -> tuple[str, ...]:
    """Each line normalised, empties and repetitions left out, in the order given."""
    return tuple(dict.fromkeys(line for text in texts if (line := vietnamese.normalise_line(text))))

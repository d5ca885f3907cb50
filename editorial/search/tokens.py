"""What an article is to the search, and what a query is: sets of tokens, and conditions over them.

Both databases only tell which articles have which tokens. What a word is, what counts as the same, and what ranks above
what is said here, once: so they find the same, in the same order.

    dong             a word of the article, without marks           e¦đông̀          the same with its marks
    dong·nai         words that follow each other, two or three     t¦… l¦…         in the title; in title or lede
    s¦3              it stands in section 3                         te¦… le¦…       there, with its marks
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from editorial import markup, vietnamese
from editorial.manuscript import Manuscript
from editorial.vietnamese import Word

TITLE, LEDE, ANYWHERE = "t", "l", ""
BETWEEN, OF = "·", "¦"  # neither is part of any word, and both databases take them for letters
MOST_WORDS = 20_000  # of an article, from the beginning: some fifty pages
MOST_TOKENS = 900_000  # bytes: PostgreSQL keeps no more than a megabyte of them in a row
PARAGRAPH_END = f" {OF} "

Group = tuple[str, ...]  # an article needs one of them


@dataclass(frozen=True, slots=True)
class Prepared:
    """An article as it goes into the index."""

    tokens: list[str]
    words: str  # without marks, one space round each
    spellings: dict[str, str]  # each word as it is written, in lower case, and without marks


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a query, or several that have to follow each other."""

    words: tuple[Word, ...]

    @property
    def is_phrase(self) -> bool:
        return len(self.words) > 1

    @property
    def folded(self) -> tuple[str, ...]:
        return tuple(word.folded for word in self.words)

    @property
    def exact(self) -> tuple[str, ...]:
        return tuple(word.exact for word in self.words)


@dataclass(frozen=True, slots=True)
class Tier:
    """Which articles stand above those of the next tier, the newest first in each.

    An article stands in the first tier that takes it: it must not be in those numbered in `after`, which hold all that
    the earlier ones hold.
    """

    groups: tuple[Group, ...]
    after: tuple[int, ...] = ()
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    terms: tuple[Term, ...]
    spellings: Mapping[str, str] = field(default_factory=dict)  # of each word, as it was typed
    beginnings: Group = ()  # words that the last one may be the beginning of, where it is none itself

    @property
    def is_accented(self) -> bool:
        return any(word.exact != word.folded for term in self.terms for word in term.words)

    @property
    def words(self) -> list[Word]:
        return [word for term in self.terms for word in term.words]

    @property
    def terms_to_find(self) -> tuple[tuple[tuple[str, ...], ...], ...]:
        """For each term the words, without marks, that stand for it in a text."""
        begun = tuple((word,) for word in self.beginnings)
        found = [(term.folded,) for term in self.terms]
        return (*found[:-1], begun) if begun else tuple(found)

    @property
    def long_phrases(self) -> list[str]:
        """What threes of words alone cannot tell: four or more in a row, to be looked up in the article's words."""
        return [f" {' '.join(term.folded)} " for term in self.terms if len(term.words) > 3]


def prepare(text: Manuscript, section: int | None) -> Prepared:
    """The tokens of a text. A phrase never reaches from one paragraph into the next."""
    tokens: dict[str, None] = {} if section is None else {in_section(section): None}
    lines: list[str] = []
    spellings: dict[str, Word] = {}
    left = MOST_WORDS
    for zones, line in _lines(text):
        words = list(vietnamese.words(line))[:left]
        left -= len(words)
        spellings |= {line[word.start : word.end]: word for word in words}
        folded = [word.folded for word in words]
        lines.append(" ".join(folded))
        for zone in zones:
            in_zone, with_marks = (f"{zone}{OF}" if zone else ""), f"{zone}e{OF}"
            tokens |= dict.fromkeys(in_zone + word for word in folded)
            tokens |= dict.fromkeys(with_marks + word.exact for word in words)
            tokens |= dict.fromkeys(f"{in_zone}{one}{BETWEEN}{other}" for one, other in pairwise(folded))
        tokens |= dict.fromkeys(_in_threes(folded))
    written = {raw.replace("\u00ad", "").lower()[: len(word.exact)]: word.folded for raw, word in spellings.items()}
    return Prepared(_fitting(list(tokens)), f" {PARAGRAPH_END.join(filter(None, lines))} ", written)


def parse(text: str) -> Query:
    """The terms of what a reader typed: words in quotation marks, or joined like 15/2026/QĐ-UBND, follow each other."""
    terms: dict[Group, Term] = {}
    spellings: dict[str, str] = {}
    parts = _QUOTES.split(vietnamese.tidy(text))
    for number, part in enumerate(parts):
        quoted = number % 2 == 1 and number < len(parts) - 1  # the last mark may have no other
        for piece in [part] if quoted else _JOINED.findall(part):
            if words := tuple(vietnamese.words(piece)):
                spellings |= {word.exact: piece[word.start : word.end] for word in words}
                terms.setdefault(tuple(word.exact for word in words), Term(words))
    return Query(tuple(terms.values()), spellings)


def tiers(query: Query) -> list[Tier]:
    """With the accents as typed, where there are any, then without; each in the title, in title or lede, anywhere with
    the words in a row, anywhere.
    """
    ways = ([True] if query.is_accented and not query.beginnings else []) + [False]
    found: list[Tier] = []
    for exact in ways:
        first = len(found)
        above = (first - 1,) if found else ()
        everywhere, in_a_row = _groups(query, ANYWHERE, exact), _in_a_row(query)
        found.append(Tier(_groups(query, TITLE, exact), above, exact))
        found.append(Tier(_groups(query, LEDE, exact), (first, *above), exact))
        if not set(in_a_row) <= set(everywhere):
            found.append(Tier((*everywhere, *in_a_row), (first + 1, *above), exact))
        found.append(Tier(everywhere, (*range(first + 1, len(found)), *above), exact))
    return found


def in_section(section: int) -> str:
    return f"s{OF}{section}"


def _lines(text: Manuscript) -> Iterator[tuple[tuple[str, ...], str]]:
    yield (TITLE, LEDE, ANYWHERE), text.title
    yield (LEDE, ANYWHERE), text.lede
    for line in (*text.bylines, *text.tags, text.cover.caption if text.cover else "", text.source_name):
        yield (ANYWHERE,), line
    for line in markup.to_text(text.body).split("\n"):
        yield (ANYWHERE,), line


def _in_threes(words: Sequence[str]) -> Iterator[str]:
    return map(BETWEEN.join, zip(words, words[1:], words[2:], strict=False))


def _fitting(tokens: list[str]) -> list[str]:
    sizes = list(accumulate(len(token.encode()) for token in tokens))
    return tokens[: bisect(sizes, MOST_TOKENS)]


def _groups(query: Query, zone: str, exact: bool) -> tuple[Group, ...]:
    groups: dict[Group, None] = {}
    for term in query.terms:
        if query.beginnings and term is query.terms[-1]:
            groups[tuple(_folded(zone, word) for word in query.beginnings)] = None
            continue
        for word in term.words:
            groups[(_exact(zone, word.exact) if exact else _folded(zone, word.folded),)] = None
        for one, other in pairwise(term.words):
            groups[(_pair(zone, one.folded, other.folded),)] = None
        groups |= dict.fromkeys((three,) for three in _in_threes(term.folded))
    return tuple(groups)


def _in_a_row(query: Query) -> tuple[Group, ...]:
    """Each word followed by the next one of the query."""
    words: Sequence[Word] = query.words[:-1] if query.beginnings else query.words
    return tuple(dict.fromkeys((_pair(ANYWHERE, one.folded, other.folded),) for one, other in pairwise(words)))


def _folded(zone: str, word: str) -> str:
    return f"{zone}{OF}{word}" if zone else word


def _exact(zone: str, word: str) -> str:
    return f"{zone}e{OF}{word}"


def _pair(zone: str, one: str, other: str) -> str:
    return _folded(zone, f"{one}{BETWEEN}{other}")


_QUOTES = re.compile('["“”„‟«»]')
_PART = r"[\w\u0300-\u036f\u00ad]+"
_JOINED = re.compile(rf"{_PART}(?:(?:[./:\-–'’]|(?<=[0-9]),(?=[0-9])){_PART})*")

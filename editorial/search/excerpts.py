"""Where the words of a query stand in a text: what to mark in the title, and which lines to show of the rest."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from editorial import vietnamese
from editorial.search.tokens import Query

LONGEST_TEXT = 60_000  # characters that are looked through for an excerpt
BEFORE, AROUND = 50, 220  # characters

_TAG = re.compile("<[^>]*>")
_BLANK = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text as it is stored, which is one of the words asked for, or not."""

    text: str
    marked: bool = False


Pieces = tuple[Piece, ...]
Place = tuple[int, int, int]  # from where to where in the text, and which term of the query it is


def marked(text: str, query: Query, exact: bool) -> Pieces:
    """The whole text in pieces. `exact`: words that differ from the query in their marks are not marked."""
    return tuple(_pieces(text, 0, len(text), list(_places(text, query, exact))))


def excerpt(lede: str, body: str, query: Query, exact: bool) -> Pieces:
    """The lede, unless some lines of the body have more of the words: then the first lines that have the most.

    `body` is markup in its canonical form.
    """
    in_lede = {term for *_, term in _places(lede, query, exact)}
    if len(in_lede) == len(query.terms):
        return marked(lede, query, exact)
    text = html.unescape(_TAG.sub("", body[:LONGEST_TEXT]))
    places = list(_places(text, query, exact))
    first, terms = _densest(places)
    if terms <= len(in_lede):
        return marked(lede, query, exact)
    start = _at_a_blank(text, first - BEFORE, first) if first > BEFORE else 0
    end = _at_a_blank(text, start + AROUND, len(text)) if start + AROUND < len(text) else len(text)
    before, after = "… " if start else "", " …" if end < len(text) else ""
    return (Piece(before), *_pieces(text, start, end, places), Piece(after))


def _places(text: str, query: Query, exact: bool) -> Iterator[Place]:
    """Each term where it stands."""
    if not query.terms:
        return
    for found in _pattern(query.terms_to_find).finditer(vietnamese.bare(text)):
        start, end = found.span()
        term = int((found.lastgroup or "t0")[1:])
        if not exact or query.terms[term].exact == tuple(word.exact for word in vietnamese.words(text[start:end])):
            yield start, end, term


@lru_cache(maxsize=256)
def _pattern(terms: tuple[tuple[tuple[str, ...], ...], ...]) -> re.Pattern[str]:
    """Finds any of the terms, each of which is one of several rows of words; the longer ones first."""
    ways = [(words, number) for number, rows in enumerate(terms) for words in rows]
    by_term: dict[int, list[str]] = {}
    for words, number in sorted(ways, key=lambda way: -len(way[0])):
        by_term.setdefault(number, []).append(r"[\W_]+".join(map(re.escape, words)))
    named = "|".join(f"(?P<t{number}>{'|'.join(rows)})" for number, rows in by_term.items())
    return re.compile(rf"(?<![^\W_])(?:{named})(?![^\W_])")


def _densest(places: Sequence[Place]) -> tuple[int, int]:
    """Where the most different terms, then the most words, begin to stand close together; and how many terms these
    are.
    """
    best, chosen = (0, 0), 0
    for n, (start, _, _) in enumerate(places[:500]):
        near = [term for other, _, term in places[n : n + 30] if other < start + AROUND - 2 * BEFORE]
        if (len(set(near)), len(near)) > best:
            best, chosen = (len(set(near)), len(near)), start
    return chosen, best[0]


def _at_a_blank(text: str, wanted: int, latest: int) -> int:
    """The end of the first blank from there on, or, in a row of letters without one, the very place."""
    blank = _BLANK.search(text, wanted, latest)
    return blank.end() if blank else (wanted if latest == len(text) and latest - wanted > AROUND else latest)


def _pieces(text: str, start: int, end: int, places: Sequence[Place]) -> Iterator[Piece]:
    at = start
    for begin, finish, _ in places:
        if begin >= at and finish <= end:
            if begin > at:
                yield Piece(text[at:begin])
            yield Piece(text[begin:finish], True)
            at = finish
    if at < end:
        yield Piece(text[at:end])

"""Where the words of a query stand in a text: what to mark in the title, and which lines to show of the rest."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from editorial import vietnamese
from editorial.search.tokens import Query

LONGEST_TEXT = 60_000  # characters that are looked through for an excerpt
BEFORE, AROUND = 8, 36  # words

_TAG = re.compile("<[^>]*>")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text as it is stored, which is one of the words asked for, or not."""

    text: str
    marked: bool = False


Pieces = tuple[Piece, ...]


def marked(text: str, query: Query, exact: bool) -> Pieces:
    """The whole text in pieces. `exact`: words that differ from the query in their marks are not marked."""
    return tuple(_pieces(text, 0, len(text), [(start, end) for start, end, _, _ in _found(_Words(text, exact), query)]))


def excerpt(lede: str, body: str, query: Query, exact: bool) -> Pieces:
    """The lede, where it has one of the words or the body has none; else the lines where the body has the most of them.

    `body` is markup in its canonical form.
    """
    shown = marked(lede, query, exact)
    if any(piece.marked for piece in shown):
        return shown
    text = html.unescape(_TAG.sub("", body[:LONGEST_TEXT]))
    words = _Words(text, exact)
    found = list(_found(words, query))
    if not found:
        return shown
    first = _densest([(position, term) for _, _, position, term in found])
    begin, last = max(0, first - BEFORE), min(len(words.places), first - BEFORE + AROUND) - 1
    start, end = words.places[begin][0], words.places[last][1]
    pieces = _pieces(text, start, end, [(a, b) for a, b, _, _ in found])
    before, after = "… " if begin else "", "…" if last < len(words.places) - 1 else text[end:].strip()
    return (Piece(before), *pieces, Piece(after))


class _Words:
    """The words of a text: where they are, and what they count as."""

    def __init__(self, text: str, exact: bool) -> None:
        found = list(vietnamese.words(text))
        self.exact = exact
        self.places = [(word.start, word.end) for word in found]
        self.keys = [word.exact if exact else word.folded for word in found]


def _found(words: _Words, query: Query) -> Iterator[tuple[int, int, int, int]]:
    """Each term where it stands: its beginning and end in the text, the position among the words, which term it is."""
    wanted: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
    for number, term in enumerate(query.terms):
        keys = term.exact if words.exact else term.folded
        last = number == len(query.terms) - 1
        for first in query.beginnings if last and query.beginnings else (keys[0],):
            wanted.setdefault(first, []).append((number, (first,) if last and query.beginnings else keys))
    done = 0
    for position, key in enumerate(words.keys):
        for number, keys in wanted.get(key, ()):
            end = position + len(keys)
            if position >= done and tuple(words.keys[position:end]) == keys:
                yield words.places[position][0], words.places[end - 1][1], position, number
                done = end


def _densest(found: Sequence[tuple[int, int]]) -> int:
    """The first position from which on the most different terms, then the most words, stand close together."""
    best, chosen = (0, 0), found[0][0]
    for n, (position, _) in enumerate(found[:500]):
        near = [term for other, term in found[n : n + 30] if other < position + AROUND - 2 * BEFORE]
        if (len(set(near)), len(near)) > best:
            best, chosen = (len(set(near)), len(near)), position
    return chosen


def _pieces(text: str, start: int, end: int, places: Sequence[tuple[int, int]]) -> Iterator[Piece]:
    at = start
    for begin, finish in places:
        if begin >= at and finish <= end:
            if begin > at:
                yield Piece(text[at:begin])
            yield Piece(text[begin:finish], True)
            at = finish
    if at < end:
        yield Piece(text[at:end])

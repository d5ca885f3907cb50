"""What to try when nothing was found: the nearest words that public articles use, or the same with less asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import func, select

from editorial.db import db
from editorial.models import SearchWord
from editorial.search.finding import Filters, finds
from editorial.search.tokens import Query, parse
from editorial.vietnamese import Word

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
MOST_MENDED = 4  # unknown words: with more of them it is another language, or none
LONGEST_MENDED = 20
MOST_WORDS = 12
MOST_TRIED = 6


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another query that finds something. `anywhere`: without the section and the days that were asked for."""

    text: str
    anywhere: bool = False


def suggestions(query: Query, filters: Filters) -> list[Suggestion]:
    """The likeliest first; each is tried before it is offered, so none leads to nothing, or names what is hidden."""
    tried: dict[str, Suggestion] = {}
    for text in _others(query):
        for some in dict.fromkeys((filters, Filters())):
            if text not in tried and finds(parse(text), some):
                tried[text] = Suggestion(text, anywhere=some != filters)
    return list(tried.values())[:3]


def _others(query: Query) -> Iterator[str]:
    words = query.words
    if not words or len(words) > MOST_WORDS:
        return
    known = _known({word.folded for word in words})
    unknown = [word for word in words if word.folded not in known]
    if unknown and len(set(unknown)) <= MOST_MENDED:
        mended = [
            _as_typed(word, query) if word.folded in known else _nearest(n, words, query)
            for n, word in enumerate(words)
        ]
        if all(mended):
            yield " ".join(mended)
    as_typed = [_as_typed(word, query) for word in words]
    if not unknown:
        yield " ".join(as_typed)  # without quotation marks, or without what narrows it down
    if len(words) > 1:  # without the word that the fewest articles use
        left = [word for word in words if word.folded in known]
        if len(left) == len(words):
            left.remove(min(left, key=lambda word: known[word.folded]))
        yield " ".join(_as_typed(word, query) for word in left)


def _as_typed(word: Word, query: Query) -> str:
    return query.spellings.get(word.exact, word.folded)


def _nearest(number: int, words: Sequence[Word], query: Query) -> str:
    """The word one letter away that articles use beside its neighbours, else the most used; or two words where a space
    is missing. Empty when there is none.
    """
    letters = words[number].folded
    if not 2 <= len(letters) <= LONGEST_MENDED:
        return ""
    found = _known(set(_one_away(letters)))
    if found:
        likely = sorted(found, key=lambda other: (-found[other], other))[:MOST_TRIED]
        nearest = next((other for other in likely if _goes_with(other, number, words)), likely[0])
        return _spelling(nearest) if query.is_accented else nearest
    halves = [(letters[:n], letters[n:]) for n in range(2, len(letters) - 1)]
    parts = _known({half for pair in halves for half in pair})
    whole = [pair for pair in halves if pair[0] in parts and pair[1] in parts]
    return " ".join(max(whole, key=lambda pair: (min(parts[half] for half in pair), pair))) if whole else ""


def _goes_with(other: str, number: int, words: Sequence[Word]) -> bool:
    before = [f'"{word.folded} {other}"' for word in words[:number][-1:]]
    after = [f'"{other} {word.folded}"' for word in words[number + 1 :][:1]]
    return any(finds(parse(pair), Filters()) for pair in before + after)


def _one_away(word: str) -> Iterable[str]:
    """Each text that differs in one letter, has one more or one less, or two changed about."""
    for n in range(len(word) + 1):
        head, tail = word[:n], word[n:]
        for letter in LETTERS:
            yield head + letter + tail
            yield head + letter + tail[1:]
        if tail:
            yield head + tail[1:]
    for n, (one, other) in enumerate(pairwise(word)):
        yield word[:n] + other + one + word[n + 2 :]


def _known(words: set[str]) -> dict[str, int]:
    """Those that articles use, each with the number of uses."""
    if not words:
        return {}
    used = func.sum(SearchWord.articles)
    query = select(SearchWord.folded, used).where(SearchWord.folded.in_(sorted(words))).group_by(SearchWord.folded)
    return {folded: int(number) for folded, number in db.session.connection().execute(query)}


def _spelling(folded: str) -> str:
    query = select(SearchWord.word).where(SearchWord.folded == folded)
    usual = query.order_by(SearchWord.articles.desc(), SearchWord.word).limit(1)
    return db.session.connection().execute(usual).scalar_one()

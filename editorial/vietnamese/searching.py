"""The words of a text as a search compares them: one form for every spelling that readers take for the same."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from editorial.vietnamese.spelling import TONES, fold, tidy

LONGEST = 40  # characters of a word that count: nobody remembers more of an address or a number

_LETTERS = r"\w\u0300-\u036f\u00ad"
_WORD = re.compile(f"[{_LETTERS}]+")
_NOT_IN_A_WORD = re.compile(r"[\W_]+")


class Word(NamedTuple):
    """A word in its place in the text. `exact` keeps its marks, `folded` has none."""

    start: int
    end: int
    exact: str
    folded: str


def words(text: str) -> Iterator[Word]:
    """The words of a stored text in order, with their places in it: runs of letters and figures."""
    for found in _WORD.finditer(text.replace("_", " ")):
        exact, folded = _keys(found[0])
        if folded:
            yield Word(found.start(), found.end(), exact, folded)


def search_key(text: str) -> str:
    """The words with their marks, in the one form in which they are compared.

    Lower case, and the tone of each word behind its letters: so hòa and hoà are alike, however they were typed, and no
    rule has to know where a tone belongs. For comparing only: what is stored and shown keeps its own spelling.
    """
    return " ".join(word.exact for word in words(tidy(text)))


def folded_key(text: str) -> str:
    """The words without marks, đ as d."""
    return " ".join(word.folded for word in words(tidy(text)))


@lru_cache(maxsize=1 << 16)
def _keys(word: str) -> tuple[str, str]:
    letters = unicodedata.normalize("NFD", word.replace("\u00ad", "").lower().replace("ð", "đ"))
    shapes = unicodedata.normalize("NFC", "".join(letter for letter in letters if letter not in TONES))
    tones = "".join(sorted(letter for letter in letters if letter in TONES))
    folded = _NOT_IN_A_WORD.sub("", fold(word))[:LONGEST]
    return (shapes[:LONGEST] + tones[:4]) if folded else "", folded


def bare(text: str) -> str:
    """The text without marks, letter for letter, so that a place in it is the same place in the text."""
    return text.translate(_BARE)


_LATIN = (*range(0x41, 0x5B), *range(0xC0, 0x250), *range(0x1E00, 0x1F00))
_BARE = {letter: folded for letter in _LATIN if len(folded := fold(chr(letter))) == 1}

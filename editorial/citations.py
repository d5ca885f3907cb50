"""The numbers of documents in running text: `325/QĐ-TTg` of the state, `10-NQ/HU` of the Party.

Pure. It finds what is written like the number of a document; whether there is such a one, the register knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from editorial import vietnamese

KEY_MAX = 80
_CAPITAL = "A-ZĐÂĂÊÔƠƯ"
_WORD = f"[{_CAPITAL}][{_CAPITAL}&]{{0,11}}[a-z]?"  # QĐ, TTg, SLĐTB&XH
_KIND = f"[{_CAPITAL}][{_CAPITAL}&]{{1,8}}[a-z]?"  # of a document, or who sends a letter: QĐ, CTr, UBND
_BODY = f"{_WORD}[0-9]{{0,2}}(?:[-.]{_WORD}[0-9]{{0,2}}){{0,3}}"  # who issued it: UBND-KGVX, QH16
# Not inside of a longer thing: a date, an address of the web, a number with a point in it.
_NUMBER = re.compile(
    rf"(?<![\w/.,&-])[0-9]{{1,5}}[a-c]?"
    rf"(?:/(?:19|20)[0-9]{{2}}/{_BODY}"  # 01/2020/QĐ-UBND, 30/2026/QH16
    rf"|/{_KIND}-{_BODY}"  # 325/QĐ-TTg, 7288/UBND-KGVX
    rf"|-{_KIND}/{_BODY})"  # 10-NQ/HU
    r"(?![\w/&])"
)
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-"))


@dataclass(frozen=True, slots=True)
class Citation:
    """A number as it stands in a text, from `start` to `end`."""

    start: int
    end: int
    number: str

    @property
    def key(self) -> str:
        return key(self.number)


def find(text: str) -> Iterator[Citation]:
    """The numbers of documents in the text, in order. Dates, shares such as 11/12 and units such as km/h are none."""
    for match in _NUMBER.finditer(text.translate(_DASHES)):  # letter for letter: the places stay
        yield Citation(match.start(), match.end(), match[0])


def keys(text: str) -> set[str]:
    """The keys of all numbers in the text."""
    return {citation.key for citation in find(text)}


def key(number: str) -> str:
    """By what a number is looked up: `01/2020/QĐ-UBND` and `1/2020/QD-UBND` are the same document's."""
    bare = re.sub(r"\s+", "", vietnamese.fold(number.translate(_DASHES)))
    return re.sub(r"^0+(?=[0-9])", "", bare)[:KEY_MAX]


def is_number(text: str) -> bool:
    """Whether the text as a whole is written as the number of a document."""
    return any(citation.number == text.translate(_DASHES) for citation in find(text))

"""The order of Vietnamese lists, as ICU's `vi` has it, without ICU: letters, then tones, then capitals.

A key is text, to be compared code point by code point; it can be stored and sorted by a database (collation C).
"""

import unicodedata
from functools import lru_cache

from editorial.vietnamese.spelling import TONES, normalise_line

_RANKED = " _-–—,;:!?.…·'‘’\"“”«»()[]{}§@*/\\&#%•`^°©®+÷×<=>|~$₫€0123456789aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_END, _NONE = "\x01", "\x02"  # the end of a level is below every weight
_RANKS = {
    letter: chr(rank) for rank, letter in enumerate(_RANKED, start=2)
}  # all below the letters that are not listed
_TONE_RANKS = {tone: chr(rank) for rank, tone in enumerate(TONES, start=3)}
_HONORIFICS = {"ông", "bà"}


def collation_key(text: str) -> str:
    """What to sort titles, sections and words by. Spaces count, so An Bình stands before Anh."""
    weights = [_weights(letter) for letter in normalise_line(text)]
    return _END.join("".join(level) for level in zip(*weights, strict=True))


def given_name_key(name: str) -> tuple[str, str]:
    """What to sort people by: the given name, which comes last, then family and middle names; without Ông or Bà."""
    words = normalise_line(name).split(" ")
    if len(words) > 2 and words[0].lower() in _HONORIFICS:
        del words[0]
    return collation_key(words[-1]), collation_key(" ".join(words[:-1]))


@lru_cache(maxsize=2048)
def _weights(letter: str) -> tuple[str, str, str]:
    """The ranks of one letter: among the letters, by its tone, by its case."""
    parts = unicodedata.normalize("NFD", letter.lower())
    base, tones = parts[0], ""
    for mark in parts[1:]:
        shaped = unicodedata.normalize("NFC", base + mark)
        if shaped in _RANKS:  # a + ^ is a letter of its own, a + ´ is a with a tone
            base = shaped
        else:
            tones += _TONE_RANKS.get(mark, mark)
    return _RANKS.get(base, base), tones or _NONE, "\x03" if letter.isupper() else _NONE

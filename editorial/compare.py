"""What differs between two texts: paragraph beside paragraph, and inside of a changed one word by word.

For a person who decides: nothing that readers would notice is left out, not even a link that leads elsewhere now.
"""

import re
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import unescape
from typing import Literal

from editorial import markup

Op = Literal["same", "removed", "added"]
Words = tuple[tuple[Op, str], ...]
Opcode = tuple[str, int, int, int, int]  # as difflib has them

ALIKE = 0.4  # share of words in common from which two paragraphs are versions of one
PAIRING_MAX = 300_000  # words looked at to find which paragraph became which
MATCHING_MAX = 200_000  # pairs of equal words or paragraphs in one comparison: difflib may look at each again and again

_WORD = re.compile(r"\w++(?:[.,/–-]\w++)*|[^\w\s]")
_HREF = re.compile(r'<a href="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Change:
    """One paragraph, or other block, of two texts. Where it is only in one, it is empty in the other.

    The words that are the same or removed make up `old`, those that are the same or added make up `new`. A change whose
    words are all the same is one of marks, links or kind.
    """

    kind: Literal["same", "removed", "added", "changed"]
    old: str
    new: str
    words: Words
    old_kind: str = ""  # the name of the block's element
    new_kind: str = ""
    links: Words = ()  # the addresses that only one of the two has


@dataclass(frozen=True, slots=True)
class _Part:
    """One block or line: `identity` is what must be equal for the two to be the same."""

    identity: str
    text: str
    kind: str = ""
    links: tuple[str, ...] = ()

    @property
    def vocabulary(self) -> frozenset[str]:
        return frozenset(_WORD.findall(self.text))


_NOTHING = _Part("", "")


def compare_blocks(old_html: str, new_html: str) -> list[Change]:
    """The changes from one body to another, in the order in which a reader meets them. Raises markup.TooLarge."""
    return _Comparison().changes(_parts(old_html), _parts(new_html))


def compare_lines(old: str, new: str) -> list[Change]:
    """The changes from one plain text to another, line by line: for titles, ledes and lists of names."""
    return _Comparison().changes(*([_Part(line, line) for line in text.split("\n") if line] for text in (old, new)))


def _parts(html: str) -> list[_Part]:
    return [
        _Part(block.html, block.text, block.kind, tuple(map(unescape, _HREF.findall(block.html))))
        for block in markup.blocks(html)
    ]


class _Comparison:
    """One comparison, which stops looking for finer matches when it has used up its effort."""

    def __init__(self) -> None:
        self.effort = MATCHING_MAX

    def changes(self, old: list[_Part], new: list[_Part]) -> list[Change]:
        found: list[Change] = []
        for op, i, j, k, m in self.opcodes([part.identity for part in old], [part.identity for part in new]):
            pairs = zip(old[i:j], new[k:m], strict=True) if op == "equal" else _pairs(old[i:j], new[k:m])
            found += [self.change(before, after) for before, after in pairs]
        return found

    def change(self, old: _Part | None, new: _Part | None) -> Change:
        before, after = old or _NOTHING, new or _NOTHING
        if old and new:
            kind: Literal["same", "removed", "added", "changed"] = "same" if old.identity == new.identity else "changed"
        else:
            kind = "removed" if old else "added"
        gone, come = Counter(before.links), Counter(after.links)
        links: Words = (
            *(("removed", address) for address in (gone - come).elements()),
            *(("added", address) for address in (come - gone).elements()),
        )
        words = self.words(before.text, after.text)
        return Change(kind, before.text, after.text, words, before.kind, after.kind, links)

    def words(self, old: str, new: str) -> Words:
        """Whole words, each with the space before it. Where only that space differs, it is a change of its own."""
        if old == new:
            return _joined([("same", old)])
        before, after = _spaced(old), _spaced(new)
        ops: list[tuple[Op, str]] = []
        for op, i, j, k, m in self.opcodes([word for _, word in before], [word for _, word in after]):
            if op == "equal":
                for (space, word), (space_now, _) in zip(before[i:j], after[k:m], strict=True):
                    ops += [("same", space + word)] if space == space_now else _respaced(space, space_now, word)
            else:
                ops += [("removed", "".join(map("".join, before[i:j]))), ("added", "".join(map("".join, after[k:m])))]
        return _joined(ops)

    def opcodes(self, old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Opcode]:
        """difflib's opcodes; what begins and ends alike is matched first, and the middle only while effort is left."""
        shorter = min(len(old), len(new))
        start = next((at for at in range(shorter) if old[at] != new[at]), shorter)
        end = next((at for at in range(shorter - start) if old[-1 - at] != new[-1 - at]), shorter - start)
        middle, middle_now = old[start : len(old) - end], new[start : len(new) - end]
        counts = Counter(middle)
        cost = sum(counts[item] for item in middle_now)
        inside: list[Opcode] = [("replace", 0, len(middle), 0, len(middle_now))]
        if cost <= self.effort:
            self.effort -= cost
            inside = list(SequenceMatcher(None, middle, middle_now, autojunk=False).get_opcodes())
        shifted = [(op, i + start, j + start, k + start, m + start) for op, i, j, k, m in inside]
        tail = ("equal", len(old) - end, len(old), len(new) - end, len(new))
        return [("equal", 0, start, 0, start), *shifted, tail]


def _pairs(old: list[_Part], new: list[_Part]) -> list[tuple[_Part | None, _Part | None]]:
    """Which paragraph became which, in order: the pairing with the most words in common."""
    was, now = [part.vocabulary for part in old], [part.vocabulary for part in new]
    if len(old) * sum(1 + len(words) for words in now) > PAIRING_MAX:
        return [*((part, None) for part in old), *((None, part) for part in new)]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    alike = [[_alike(before, after) for after in now] for before in was]
    for i in reversed(range(len(old))):
        for k in reversed(range(len(new))):
            best[i][k] = max(best[i + 1][k], best[i][k + 1], best[i + 1][k + 1] + alike[i][k])
    pairs: list[tuple[_Part | None, _Part | None]] = []
    i = k = 0
    while i < len(old) or k < len(new):
        if i < len(old) and k < len(new) and alike[i][k] and best[i][k] == best[i + 1][k + 1] + alike[i][k]:
            pairs.append((old[i], new[k]))
            i, k = i + 1, k + 1
        elif i < len(old) and (k == len(new) or best[i][k] == best[i + 1][k]):
            pairs.append((old[i], None))
            i += 1
        else:
            pairs.append((None, new[k]))
            k += 1
    return pairs


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    share = 2 * len(one & other) / ((len(one) + len(other)) or 1)
    return share if share >= ALIKE else 0.0


def _spaced(text: str) -> list[tuple[str, str]]:
    """The words, each with the space before it; what is left at the end is a word of nothing."""
    spaced, end = [], 0
    for match in _WORD.finditer(text):
        spaced.append((text[end : match.start()], match[0]))
        end = match.end()
    return [*spaced, (text[end:], "")]


def _respaced(space: str, space_now: str, word: str) -> list[tuple[Op, str]]:
    return [("removed", space), ("added", space_now), ("same", word)]


def _joined(ops: Sequence[tuple[Op, str]]) -> Words:
    """Neighbours with the same op as one, the empty ones left out."""
    joined: list[tuple[Op, list[str]]] = []
    for op, text in ops:
        if text:
            if joined and joined[-1][0] == op:
                joined[-1][1].append(text)
            else:
                joined.append((op, [text]))
    return tuple((op, "".join(texts)) for op, texts in joined)

"""Two texts side by side: which blocks stayed, came, went or changed, and within a changed one which words.

Comparing is for people: blocks are matched in order, a changed block stays beside what became of it, and a word is what stands
between spaces, which in Vietnamese is a syllable.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from editorial import markup
from editorial.markup import Block

SAME, ADDED, REMOVED, CHANGED = "same", "added", "removed", "changed"
WORD = re.compile(r"\s+|\S+")
ALIKE = 0.4  # from this likeness on, a block counts as changed and not as another one
MOST_WORDS = 4000  # of one block: comparing more word by word takes too long to be read anyway
MOST_PAIRS = 2500  # of blocks in one changed passage, to be tried with each other

Run = tuple[str, str]  # (same, added or removed; the words)


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one block. `words` join to the old text without the added runs, to the new one without the removed."""

    kind: str  # SAME, ADDED, REMOVED or CHANGED
    block: str  # "p", "h2" …: of the new text where there is one
    old: str
    new: str
    words: list[Run]


def compare_blocks(old_html: str, new_html: str) -> list[Change]:
    """The blocks of two bodies in order, each with what became of it."""
    old, new = markup.blocks(old_html), markup.blocks(new_html)
    changes: list[Change] = []
    for op, i1, i2, j1, j2 in _opcodes([(b.kind, b.html) for b in old], [(b.kind, b.html) for b in new]):
        if op == "equal":
            changes += [_change(one, other) for one, other in zip(old[i1:i2], new[j1:j2], strict=True)]
        else:
            changes += [_change(one, other) for one, other in _pairs(old[i1:i2], new[j1:j2])]
    return changes


def compare_lines(old: str, new: str) -> list[Run]:
    """The words of two texts in runs of the same, the added and the removed."""
    before, after = WORD.findall(old), WORD.findall(new)
    if max(len(before), len(after)) > MOST_WORDS and old != new:
        return [run for run in ((REMOVED, old), (ADDED, new)) if run[1]]
    runs: list[Run] = []
    for op, i1, i2, j1, j2 in _opcodes(before, after):
        if op == "equal":
            runs.append((SAME, "".join(before[i1:i2])))
            continue
        runs += [run for run in ((REMOVED, "".join(before[i1:i2])), (ADDED, "".join(after[j1:j2]))) if run[1]]
    return runs


def _change(old: Block | None, new: Block | None) -> Change:
    if new is None:
        assert old is not None
        return Change(REMOVED, old.kind, old.text, "", [(REMOVED, old.text)])
    if old is None:
        return Change(ADDED, new.kind, "", new.text, [(ADDED, new.text)])
    kind = SAME if (old.kind, old.html) == (new.kind, new.html) else CHANGED
    return Change(kind, new.kind, old.text, new.text, compare_lines(old.text, new.text))


def _pairs(old: Sequence[Block], new: Sequence[Block]) -> list[tuple[Block | None, Block | None]]:
    """A changed passage: every block beside the one it became, in order, the rest alone.

    Of all ways to pair them without crossing, the one with the greatest likeness in sum.
    """
    if not old or not new or len(old) * len(new) > MOST_PAIRS:
        return [(block, None) for block in old] + [(None, block) for block in new]
    likeness = [[_likeness(one, other) for other in new] for one in old]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], likeness[i][j] + best[i + 1][j + 1])
    pairs: list[tuple[Block | None, Block | None]] = []
    i = j = 0
    while i < len(old) and j < len(new):
        if likeness[i][j] and best[i][j] == likeness[i][j] + best[i + 1][j + 1]:
            pairs.append((old[i], new[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            pairs.append((old[i], None))
            i += 1
        else:
            pairs.append((None, new[j]))
            j += 1
    return pairs + [(block, None) for block in old[i:]] + [(None, block) for block in new[j:]]


def _likeness(one: Block, other: Block) -> float:
    """From ALIKE to 1, or 0 for two blocks that have too little in common to be one changed into the other."""
    matcher = SequenceMatcher(None, one.text.split(), other.text.split(), autojunk=False)
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0.0
    ratio = 1.0 if one.text == other.text else matcher.ratio()
    return ratio if ratio >= ALIKE else 0.0


def _opcodes(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()

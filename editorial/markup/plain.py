"""Plain text and bodies: what a paste without markup means, and what is left of a body without its marks."""

import re
from itertools import groupby

from editorial.markup.reading import BLOCKS, MARKS
from editorial.markup.tree import Flow, paragraphs
from editorial.vietnamese import tidy

LONG_LINE = 100  # characters: a line of an address, a poem or a table is shorter
WRAPPED_LINE = range(50, LONG_LINE + 1)  # the width at which mail and PDF break lines in the middle of a sentence
_SENTENCE_END = re.compile(r"[.!?…:;][\"”’)\]]*$")
_TAG = re.compile(rf"</?(?:a|br|{'|'.join(sorted(BLOCKS | MARKS.keys()))})(?=[\s/>])[^<>]*>", re.IGNORECASE)


def looks_like_html(text: str) -> bool:
    """Whether it has a tag of the vocabulary, or one that is mapped to it. `a < b` and `<3` are no tags."""
    return _TAG.search(text) is not None


def read(text: str) -> Flow:
    """The paragraphs of a plain text.

    Lines that follow each other are paragraphs of their own where one of them is long or all are whole sentences, as in
    what is copied from a portal's page; otherwise they are one paragraph with breaks. A line that was broken in
    mid-sentence goes on in the next.
    """
    flow: Flow = []
    lines = [line.strip(" \t") for line in tidy(text).split("\n")]
    for has_text, group in groupby(lines, key=bool):
        if has_text:
            whole = _whole_lines(list(group))
            apart = any(len(line) > LONG_LINE for line in whole) or all(map(_SENTENCE_END.search, whole))
            for paragraph in whole if apart else ["\n".join(whole)]:
                flow += paragraphs("p", [(paragraph, ())])
    return flow


def written(flow: Flow) -> str:
    """The words of a body, an empty line between its blocks."""
    return "\n\n".join(text for node in flow if (text := node.text()))


def _whole_lines(lines: list[str]) -> list[str]:
    whole: list[list[str]] = []
    for before, line in zip(["", *lines], lines, strict=False):
        if len(before) in WRAPPED_LINE and line[0].islower() and not _SENTENCE_END.search(before):
            whole[-1].append(line)
        else:
            whole.append([line])
    return [" ".join(parts) for parts in whole]

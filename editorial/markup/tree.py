"""A body as blocks: what it can hold, and the one way in which each of these is written, as HTML and as plain text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from operator import itemgetter
from typing import Protocol

from editorial.vietnamese import mend_eth, tidy

Marks = tuple[
    str, ...
]  # the opening tags round a piece of text, outermost first, always in the order a strong em sup sub
Run = tuple[str, Marks]
Line = list[Run]


class Node(Protocol):
    """One block of a body."""

    @property
    def kind(self) -> str:
        """The name of its element."""

    def html(self) -> str:
        """Its HTML, parts on lines of their own, so that two versions are easily compared."""

    def text(self) -> str:
        """Its words without marks."""


Flow = list[Node]


@dataclass(slots=True)
class Paragraph:
    """A paragraph or a heading: one line, or several with breaks between them."""

    kind: str
    lines: list[Line]

    def html(self) -> str:
        return f"<{self.kind}>{self.inline()}</{self.kind}>"

    def inline(self) -> str:
        return _written(self.lines)

    def text(self) -> str:
        return "\n".join("".join(text for text, _ in line) for line in self.lines)


@dataclass(slots=True)
class Listing:
    kind: str
    items: list[Flow]

    def html(self) -> str:
        items = "\n".join(f"<li>{_content(item)}</li>" for item in self.items)
        return f"<{self.kind}>\n{items}\n</{self.kind}>"

    def text(self) -> str:
        return "\n".join(map(_text, self.items))


@dataclass(slots=True)
class Quote:
    flow: Flow
    kind: str = "blockquote"

    def html(self) -> str:
        return f"<blockquote>\n{written(self.flow)}\n</blockquote>"

    def text(self) -> str:
        return _text(self.flow)


@dataclass(slots=True)
class Cell:
    kind: str
    attributes: str
    flow: Flow

    def html(self) -> str:
        return f"<{self.kind}{self.attributes}>{_content(self.flow)}</{self.kind}>"


@dataclass(slots=True)
class Table:
    head: list[list[Cell]] = field(default_factory=list)
    body: list[list[Cell]] = field(default_factory=list)
    kind: str = "table"

    def html(self) -> str:
        parts = [
            f"<{name}>\n{_rows(rows)}\n</{name}>" for name, rows in (("thead", self.head), ("tbody", self.body)) if rows
        ]
        return "\n".join(["<table>", *parts, "</table>"])

    def text(self) -> str:
        return "\n".join("\t".join(_text(cell.flow) for cell in row) for row in self.head + self.body)


@dataclass(slots=True)
class Rule:
    kind: str = "hr"

    def html(self) -> str:
        return "<hr>"

    def text(self) -> str:
        return ""


def written(flow: Flow) -> str:
    """The HTML of blocks, each beginning on a line of its own."""
    return "\n".join(block.html() for block in flow)


def paragraphs(kind: str, runs: list[Run]) -> list[Node]:
    """What was written in one paragraph or heading, where a run may hold newlines for breaks.

    An empty line parts two paragraphs. A heading is one line. What holds no text is nothing.
    """
    if kind != "p":
        runs = [(text.replace("\n", " "), marks) for text, marks in runs]
    if len(runs) == 1 and "\n" not in runs[0][0]:
        line = _settled(runs)
        return [Paragraph(kind, [line])] if line else []
    lines: list[Line] = [[]]
    for text, marks in runs:
        first, *others = text.split("\n")
        lines[-1].append((first, marks))
        lines.extend([(other, marks)] for other in others)
    settled = [_settled(line) for line in lines]
    return [Paragraph(kind, list(group)) for has_text, group in groupby(settled, key=bool) if has_text]


def _settled(line: Line) -> Line:
    """The same line in its one form: runs as long as can be, one space at a time, none at the ends, letters whole."""
    if len(line) == 1:  # most are, and all that can be wrong with it are its spaces and an eth
        text = _SPACES.sub(" ", line[0][0]).strip(" ")
        return [(mend_eth(text), line[0][1])] if text else []
    runs: Line = []
    for text, marks in _merged(line):
        text = _SPACES.sub(" ", text)
        if not runs or runs[-1][0].endswith(" "):
            text = text.removeprefix(" ")
        if runs and (accents := _ACCENTS.match(text)):  # they belong to the letter before, whatever mark began between
            before, marks_before = runs[-1]
            runs[-1] = (before + accents[0], marks_before)
            text = text[accents.end() :]
        if text:
            runs.append((text, marks))
    if runs and runs[-1][0].endswith(" "):
        text, marks = runs.pop()
        runs += [(text[:-1], marks)] if text != " " else []
    runs = _merged(_unmarked_spaces(_merged(runs)))
    return _mended([(tidy(text), marks) for text, marks in runs])


def _mended(runs: Line) -> Line:
    """An eth is judged by its whole line, whatever marks stand in it."""
    whole, at, mended = mend_eth("".join(text for text, _ in runs)), 0, []
    for text, marks in runs:
        mended.append((whole[at : at + len(text)], marks))
        at += len(text)
    return mended


_ACCENTS = re.compile("[\u0300-\u036f]+")
_SPACES = re.compile("[ \t]+")


def _merged(runs: Iterable[Run]) -> Line:
    return [("".join(text for text, _ in group), marks) for marks, group in groupby(runs, key=itemgetter(1))]


def _unmarked_spaces(runs: Line) -> Line:
    """A space alone has only the marks that both its neighbours have: nobody sees a bold space."""
    around = [(), *(marks for _, marks in runs), ()]
    return [
        (text, tuple(mark for mark in marks if mark in before and mark in after) if text == " " else marks)
        for (text, marks), before, after in zip(runs, around, around[2:], strict=False)
    ]


def _written(lines: list[Line]) -> str:
    parts: list[str] = []
    still_open: Marks = ()
    for number, line in enumerate(lines):
        for position, (text, marks) in enumerate(line):
            common = 0
            while common < min(len(still_open), len(marks)) and still_open[common] == marks[common]:
                common += 1
            parts += [_closing(mark) for mark in reversed(still_open[common:])]
            if number and not position:
                parts.append("<br>")
            parts += marks[common:]
            parts.append(escape(text, quote=False).replace("\u00a0", "&nbsp;"))
            still_open = marks
    return "".join(parts) + "".join(_closing(mark) for mark in reversed(still_open))


def _closing(mark: str) -> str:
    return f"</{mark[1:].rstrip('>').split(' ')[0]}>"


def _content(flow: Flow) -> str:
    """What stands in a list item or a cell: its only paragraph goes without tags, when nothing stands before it."""
    if flow and isinstance(flow[0], Paragraph) and not any(isinstance(block, Paragraph) for block in flow[1:]):
        return "\n".join([flow[0].inline(), *(block.html() for block in flow[1:])])
    return written(flow)


def _text(flow: Flow) -> str:
    return "\n".join(block.text() for block in flow)


def _rows(rows: list[list[Cell]]) -> str:
    return "\n".join(f"<tr>{''.join(cell.html() for cell in row)}</tr>" for row in rows)

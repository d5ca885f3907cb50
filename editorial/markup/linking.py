"""Links that are put into a finished body for readers: they are nowhere stored, and no text within a link gets one."""

from collections.abc import Callable, Iterable
from html import escape

from editorial.markup.reading import read
from editorial.markup.tree import Flow, Line, Listing, Paragraph, Quote, Table, written

Place = tuple[int, int, str]  # from, to, and the address that these letters lead to
Finder = Callable[[str], Iterable[Place]]


def link(html: str, places: Finder) -> str:
    """The body with a link at each place that `places` finds in a piece of its text, in order and apart.

    `html` is a cleaned body. The text stays as it is, letter for letter, and is escaped as in any body.
    """
    flow = read(html)
    _link(flow, places)
    return written(flow)


def _link(flow: Flow, places: Finder) -> None:
    for node in flow:
        if isinstance(node, Paragraph):
            node.lines = [_linked(line, places) for line in node.lines]
        elif isinstance(node, Quote):
            _link(node.flow, places)
        elif isinstance(node, Listing):
            for item in node.items:
                _link(item, places)
        elif isinstance(node, Table):
            for row in node.head + node.body:
                for cell in row:
                    _link(cell.flow, places)


def _linked(line: Line, places: Finder) -> Line:
    runs: Line = []
    for text, marks in line:
        done = 0
        for start, end, address in () if any(mark.startswith("<a ") for mark in marks) else places(text):
            if start > done:
                runs.append((text[done:start], marks))
            runs.append((text[start:end], (f'<a href="{escape(address)}">', *marks)))
            done = end
        if done < len(text):
            runs.append((text[done:], marks))
    return runs

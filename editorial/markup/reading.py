"""From whatever was pasted to blocks: an element is mapped to the vocabulary, or loses its tags and keeps its text."""

import re
from collections import Counter
from dataclasses import dataclass, field
from html import escape
from urllib.parse import quote

from editorial.markup.source import Token, attributes_of, tokens
from editorial.markup.tree import Cell, Flow, Listing, Marks, Quote, Rule, Run, Table, paragraphs
from editorial.vietnamese import tidy

LISTS_MAX = 6  # a list deeper than this goes on at its parent's level

MARKS = {"strong": "strong", "b": "strong", "em": "em", "i": "em", "sup": "sup", "sub": "sub"}
HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3"}
PARAGRAPHS = {
    "p", "div", "section", "article", "header", "footer", "main", "aside", "nav", "address", "center", "dl", "dt", "dd",
    "fieldset", "form", "figure", "figcaption", "caption", "legend", "details", "summary", "pre", "hgroup", "search",
}  # fmt: skip
LISTS = {"ul": "ul", "ol": "ol", "menu": "ul", "dir": "ul"}
BLOCKS = {
    *HEADINGS, *PARAGRAPHS, *LISTS, "li", "blockquote", "table", "thead", "tbody", "tfoot", "tr", "td", "th", "hr",
}  # fmt: skip
SPANS = {str(number) for number in range(2, 101)}
# The attributes that a cell or a link keeps, besides the address, and what they may say.
VALUES = {"colspan": SPANS, "rowspan": SPANS, "scope": {"row", "col", "rowgroup", "colgroup"}, "rel": {"noopener"}}

_ADDRESS = re.compile(r"(https?)://([^/?#\\\s]+)([/?#][^\\]*)?", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?(?::[0-9]{1,5})?", re.IGNORECASE)
_MAIL = re.compile(r"mailto:([^\s@?&#\\/:]+@[^\s@?&#\\/:]+)(\?[^#\\]*)?", re.IGNORECASE)
_UNFIT = re.compile(r"""[\x00-\x20\x7f"<>`{}|^\\\s]""")  # what cannot stand in an address
_ADDRESS_MAX = 2000


def read(source: str) -> Flow:
    """The blocks of a body, whatever the source is. Text in them is as found: it is escaped in writing."""
    reader = _Reader()
    for token in tokens(source):
        if token.kind == "text":
            reader.text(token.value)
        elif token.kind == "start":
            reader.start(token)
        else:
            reader.end(token.value)
    return reader.finish()


def link(address: str) -> str | None:
    """The address as it may stand in a link: http, https, mailto, or a path of this site. None for any other.

    Blanks go as browsers drop them. A backslash is refused, because browsers take it for a slash, and so is a name
    before the host, because readers take it for the host.
    """
    address = tidy(address).replace("\t", "").replace("\n", "").strip(" ")
    if len(address) > _ADDRESS_MAX:
        return None
    if match := _ADDRESS.fullmatch(address):
        try:
            host = match[2].lower() if match[2].isascii() else match[2].encode("idna").decode()
        except UnicodeError:
            return None
        return f"{match[1].lower()}://{host}{_quoted(match[3] or '')}" if _HOST.fullmatch(host) else None
    if match := _MAIL.fullmatch(address):
        return _quoted(f"mailto:{match[1]}{match[2] or ''}")
    if address.startswith("/") and not address.startswith("//") and "\\" not in address:
        return _quoted(address)
    return None


def _quoted(part: str) -> str:
    """Percent signs for what cannot stand in an address; letters of any language stay as they are."""
    return _UNFIT.sub(lambda character: quote(character[0]), part)


@dataclass(slots=True)
class _Frame:
    """An open container: the body itself, or a quote, list, item, table or cell in it."""

    kind: str
    flow: Flow = field(default_factory=list)  # a table's are the blocks astray in it, which go before it
    element: str = ""
    items: list[Flow] = field(default_factory=list)
    table: Table = field(default_factory=Table)
    section: str = "tbody"
    around: "_Around | None" = None

    @property
    def rows(self) -> list[list[Cell]]:
        return self.table.head if self.section == "thead" else self.table.body


@dataclass(slots=True)
class _Around:
    """What is open round the text and is no container. In a cell nothing is at first; after it is what was before."""

    marks: Counter[str] = field(default_factory=Counter)
    anchor: str = ""  # the opening tag of a link
    passed: Counter[str] = field(default_factory=Counter)  # containers that were not opened, whose ends close nothing


class _Reader:
    def __init__(self) -> None:
        self.stack = [_Frame("body")]
        self.around = _Around()
        self.marks: Marks = ()
        self.kind = "p"
        self.runs: list[Run] | None = None  # of the open paragraph
        self.verbatim = 0

    def finish(self) -> Flow:
        self._close()
        while len(self.stack) > 1:
            self._pop()
        return self.stack[0].flow

    def text(self, text: str) -> None:
        if not self.verbatim:
            text = text.replace("\n", " ")
        if self.runs is None:
            if not text.strip():
                return
            self.runs = self._opened("p")
        self.runs.append((text, self.marks))

    def start(self, token: Token) -> None:
        name = token.value
        if name in MARKS:
            self.around.marks[MARKS[name]] += 1
            self._remark()
        elif name == "a":
            self._anchor(attributes_of(token).get("href", ""))
        elif name == "br":
            if self.runs is not None:
                self.runs.append(("\n", self.marks))
        elif name in BLOCKS:
            self._close()
            self._start_block(name, token)

    def _start_block(self, name: str, token: Token) -> None:
        top = self.stack[-1]
        if name in PARAGRAPHS or name in HEADINGS:
            self.verbatim += name == "pre"
            self.runs = self._opened(HEADINGS.get(name, "p"))
        elif name in LISTS:
            if sum(frame.kind == "list" for frame in self.stack) < LISTS_MAX:
                self._room()
                self.stack.append(_Frame("list", element=LISTS[name]))
            else:
                self.around.passed["list"] += 1
        elif name == "li":
            self._leave("item")
            if self.stack[-1].kind == "list":
                self._item(self.stack[-1])
        elif name in ("blockquote", "table"):
            if top.kind == "body":
                self.stack.append(_Frame(name))
            else:
                self.around.passed[name] += 1
        elif name == "hr":
            if top.kind == "body":
                top.flow.append(Rule())
        elif table := self._table():
            self._leave("cell")
            if name in ("td", "th"):
                self._cell(table, name, attributes_of(token))
            else:
                table.section = table.section if name == "tr" else name
                table.rows.append([])

    def end(self, name: str) -> None:
        if name in MARKS:
            self.around.marks[MARKS[name]] = max(0, self.around.marks[MARKS[name]] - 1)
            self._remark()
        elif name == "a":
            self._anchor("")
        elif name in BLOCKS:
            self._close()
            if name == "pre":
                self.verbatim = max(0, self.verbatim - 1)
            elif name == "li":
                self._leave("item")
            elif name in ("td", "th"):
                if self._table():
                    self._leave("cell")
            elif name in LISTS or name in ("blockquote", "table"):
                kind = "list" if name in LISTS else name
                if self.around.passed[kind]:
                    self.around.passed[kind] -= 1
                else:
                    self._leave(kind)

    def _opened(self, kind: str) -> list[Run]:
        self.kind = kind if self._room().kind == "body" else "p"
        return []

    def _room(self) -> _Frame:
        """The container that takes the next block. Between the items of a list that is the last item."""
        top = self.stack[-1]
        if top.kind != "list":
            return top
        return self._item(top, again=True)

    def _item(self, listing: _Frame, *, again: bool = False) -> _Frame:
        if not (again and listing.items):
            listing.items.append([])
        self.stack.append(_Frame("item", flow=listing.items[-1]))
        return self.stack[-1]

    def _table(self) -> _Frame | None:
        """The open table that a row or cell here belongs to; a table in a table is only its text."""
        if len(self.stack) > 1 and self.stack[1].kind == "table" and not self.around.passed["table"]:
            return self.stack[1]
        return None

    def _cell(self, table: _Frame, name: str, attributes: dict[str, str]) -> None:
        if not table.rows:
            table.rows.append([])
        frame = _Frame("cell", around=self.around)
        table.rows[-1].append(Cell(name, _cell_attributes(name, attributes), frame.flow))
        self.stack.append(frame)
        self.around = _Around()
        self._remark()

    def _leave(self, kind: str) -> None:
        """Close the innermost container of this kind and all in it; none beyond the cell, no item beyond its list."""
        walls = {"item": ("cell", "list"), "table": ()}.get(kind, ("cell",))
        for depth in range(len(self.stack) - 1, 0, -1):
            if self.stack[depth].kind == kind:
                while len(self.stack) > depth:
                    self._pop()
                return
            if self.stack[depth].kind in walls:
                return

    def _pop(self) -> None:
        frame = self.stack.pop()
        parent = self.stack[-1].flow
        if frame.kind == "list" and (items := [item for item in frame.items if item]):
            parent.append(Listing(frame.element, items))
        elif frame.kind == "blockquote" and frame.flow:
            parent.append(Quote(frame.flow))
        elif frame.kind == "table":
            parent.extend(frame.flow)
            table = Table([row for row in frame.table.head if row], [row for row in frame.table.body if row])
            if table.text().strip():
                parent.append(table)
        elif frame.around is not None:
            self.around = frame.around
            self._remark()

    def _close(self) -> None:
        if self.runs:
            self.stack[-1].flow.extend(paragraphs(self.kind, self.runs))
        self.runs = None

    def _anchor(self, address: str) -> None:
        href = link(address)
        rel = ' rel="noopener"' if href and href.startswith("http") else ""
        self.around.anchor = f'<a href="{escape(href)}"{rel}>' if href else ""
        self._remark()

    def _remark(self) -> None:
        marks = self.around.marks
        names = ["strong"] * (marks["strong"] > 0) + ["em"] * (marks["em"] > 0)
        names += ["sup"] if marks["sup"] else ["sub"] if marks["sub"] else []
        anchor = (self.around.anchor,) if self.around.anchor else ()
        self.marks = (*anchor, *(f"<{name}>" for name in names))


def _cell_attributes(name: str, attributes: dict[str, str]) -> str:
    """Those that mean something in this cell, in a fixed order."""
    known = ("colspan", "rowspan", "scope") if name == "th" else ("colspan", "rowspan")
    given = {key: attributes.get(key, "").strip().lower() for key in known}
    return "".join(f' {key}="{value}"' for key, value in given.items() if value in VALUES[key])

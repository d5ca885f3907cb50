"""The HTML of a body, held to a fixed vocabulary: on the way in, and again on the way out.

Whatever comes is read into blocks, written anew in the one form that each block has, and cleaned by nh3, which has the
last word on what is safe. What is outside of the vocabulary loses its tags and keeps its text.
"""

from dataclasses import dataclass

import nh3

from editorial.markup import plain
from editorial.markup.reading import VALUES, link, read
from editorial.markup.tree import Flow, written
from editorial.words import N_

__all__ = [
    "SIZE_MAX",
    "VOCABULARY",
    "Block",
    "TooLarge",
    "blocks",
    "body_in",
    "clean",
    "excerpt",
    "for_textarea",
    "from_text",
    "link",
    "looks_like_html",
    "render",
    "to_text",
]

looks_like_html = plain.looks_like_html  # "a < b" and "<3" are no tags

# Elements and their attributes: all that a body may hold. A new element needs a row here and a block in `tree`.
VOCABULARY: dict[str, set[str]] = {
    "p": set(),
    "h2": set(),
    "h3": set(),
    "ul": set(),
    "ol": set(),
    "li": set(),
    "blockquote": set(),
    "hr": set(),
    "table": set(),
    "thead": set(),
    "tbody": set(),
    "tr": set(),
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
    "a": {"href", "rel"},
    "strong": set(),
    "em": set(),
    "sup": set(),
    "sub": set(),
    "br": set(),
}
SCHEMES = {"http", "https", "mailto"}
SIZE_MAX = 500_000  # characters, before and after cleaning: a body this long would be a book, or an attack
PIECES_MAX = 15_000  # tags and line ends: a table of 600 rows and ten columns has 14,000
ESCAPED_MAX = 50_000  # characters that nh3 stops at; its time grows with the square of their number in one text

CLEANER = nh3.Cleaner(
    tags=set(VOCABULARY),
    attributes={"*": set()} | {name: attributes - VALUES.keys() for name, attributes in VOCABULARY.items()},
    tag_attribute_values={
        name: {key: VALUES[key] for key in keys & VALUES.keys()} for name, keys in VOCABULARY.items()
    },
    url_schemes=SCHEMES,
    attribute_filter=lambda _, name, value: link(value) if name == "href" else value,
    link_rel=None,
)


class TooLarge(ValueError):
    """More than SIZE_MAX characters or PIECES_MAX tags and lines, before or after cleaning."""

    message = N_("This text is longer than any article may be. Please publish it in parts.")

    def __init__(self) -> None:
        super().__init__(self.message)


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a body: a paragraph, heading, list, quote, table or rule."""

    kind: str  # the name of its element
    text: str
    html: str


class Body(str):
    """HTML in its one form, as `clean` leaves it and nobody else makes it: to clean it again changes nothing."""

    __slots__ = ()


def clean(html: str) -> Body:
    """The body in its one form, one block a line: for the same text always the same characters. Raises TooLarge."""
    return html if isinstance(html, Body) else _clean(_read(html))


def render(html: str) -> str:
    """A stored body on its way out, held to the vocabulary once more: what came in by another way is no danger.

    What nh3 finds nothing in to change is shown as it stands. All else is read anew, as on the way in.
    """
    return html if _is_safe(html) else clean(html)


def from_text(text: str) -> Body:
    """The body behind plain text. An empty line parts paragraphs, and so does a newline where the lines look like some.

    Other newlines are breaks, as in an address or a poem. Raises TooLarge.
    """
    return _clean(plain.read(_of_size(text)))


def body_in(text: str) -> Body:
    """The body behind a form's field, which holds HTML if it has tags of ours, and else plain text. Raises TooLarge."""
    return clean(text) if looks_like_html(_of_size(text)) else from_text(text)


def to_text(html: str) -> str:
    """The words alone: an empty line between blocks, items and rows on lines of their own. Raises TooLarge."""
    return plain.written(_read(html))


def for_textarea(html: str) -> str:
    """What a person edits where there is no editor: plain text where that says it all, and the HTML source otherwise.

    `body_in` makes the same body of it again.
    """
    flow = _read(html)
    body, text = _clean(flow), plain.written(flow)
    return text if body_in(text) == body else body


def blocks(html: str) -> list[Block]:
    """The top-level blocks in order."""
    return [Block(node.kind, node.text(), node.html()) for node in _read(html)]


def excerpt(html: str, words: int = 40) -> str:
    """The first words of the running text, without headings and tables, on one line; … where there is more."""
    found = [word for node in _read(html) if node.kind not in {"h2", "h3", "table"} for word in node.text().split()]
    return " ".join(found) if len(found) <= words else " ".join(found[:words]).rstrip(" ,;:.–-") + "…"


def _read(html: str) -> Flow:
    return read(_of_size(html))


def _clean(flow: Flow) -> Body:
    html = written(flow)
    cleaned = _nh3(html)
    # What nh3 takes away, such as an address that is none, may leave an element that means nothing now: read it again.
    return Body(cleaned if cleaned == html else CLEANER.clean(written(read(cleaned))))


def _is_safe(html: str) -> bool:
    try:
        return _nh3(html) == html
    except UnicodeEncodeError:  # half a character, which no encoding has
        return False


def _nh3(html: str) -> str:
    if _of_size(html).count("&") + html.encode().count(b"\xc2") > ESCAPED_MAX:  # U+0080 to U+00BF begin as &nbsp; does
        raise TooLarge
    return CLEANER.clean(html)


def _of_size(html: str) -> str:
    if len(html) > SIZE_MAX or html.count("<") + html.count("\n") > PIECES_MAX:
        raise TooLarge
    return html

"""HTML as people paste it, taken apart into text and tags much as browsers do, in one pass over whatever it is.

Nothing is judged here and nothing is safe yet. The time is linear in the length of the source: every repetition is
possessive, and what is never closed runs to the end of the source, so that no character is tried again and again. The
repetition of a whole group is looked ahead at and then taken as it was found: possessive ones of groups are wrong in
Python before 3.11.5 (CPython issue 106052), and Debian 12 has 3.11.2.
"""

import html
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from editorial.vietnamese import tidy

# Elements that go with all they hold. One that is never closed loses its tag only, so that no text is swallowed.
SWALLOWED = {
    "script", "style", "template", "noscript", "iframe", "noembed", "noframes", "svg", "math", "title", "textarea",
    "select", "object", "xmp", "audio", "video", "canvas",
}  # fmt: skip

_VALUE = r"""(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s>]*+)"""
_ATTRIBUTE = re.compile(rf"([^\s/>][^\s/>=]*+)(?:\s*+=\s*+({_VALUE}))?")
_TOKEN = re.compile(
    rf"""
      (?P<text> [^<]++ | < (?![a-zA-Z/!?]) )
    | < (?P<start> [a-zA-Z][^\s/>]*+ )
        (?= (?P<attributes> (?: [\s/]++ | [^\s/>][^\s/>=]*+ (?: \s*+ = \s*+ {_VALUE} )? )* ) ) (?P=attributes) >
    | </ (?P<end> [a-zA-Z][^\s/>]*+ ) [^>]*+ >
    | <!-- (?: -?> | .*? --!?> )
    | < (?: !(?!--) | \? | /(?![a-zA-Z]) ) [^>]*+ >
    | (?P<unclosed> .++ )
    """,
    re.DOTALL | re.VERBOSE,
)
_REFERENCE = re.compile(r"&(?:#[0-9]++|#[xX][0-9a-fA-F]++|[a-zA-Z][a-zA-Z0-9]*+(?=;));?")


class Token(NamedTuple):
    kind: Literal["text", "start", "end"]
    value: str  # the text, its references resolved; or the element's name in small letters
    attributes: str = ""


def tokens(source: str) -> Iterator[Token]:
    """The text and the tags, in order, tidied; comments, declarations and SWALLOWED elements are left out.

    A tag that never ends is text, with all that follows: someone wrote `a <b`, and nobody's words are lost.
    """
    at = 0
    unclosed: set[str] = set()
    source = tidy(source)
    while match := _TOKEN.match(source, at):
        at = match.end()
        if text := match["text"] or match["unclosed"]:
            yield Token("text", tidy(html.unescape(text)) if "&" in text else text)
        elif name := match["start"]:
            name = name.lower()
            if name in SWALLOWED and name not in unclosed:
                closing = re.compile(rf"</{name}(?=[\s/>])[^>]*+(?:>|\Z)", re.IGNORECASE).search(source, at)
                if closing:
                    at = closing.end()
                    continue
                unclosed.add(name)
            yield Token("start", name, match["attributes"])
        elif name := match["end"]:
            yield Token("end", name.lower())


def attributes_of(token: Token) -> dict[str, str]:
    """The attributes of a start tag, names in small letters, values resolved; of two with one name the first counts.

    A reference without its semicolon is resolved only where it is a number: in `?a=1&copy=2` nobody meant ©.
    """
    found: dict[str, str] = {}
    for name, value in _ATTRIBUTE.findall(token.attributes):
        plain = value[1:].removesuffix(value[0]) if value[:1] in ("'", '"') else value
        found.setdefault(name.lower(), _REFERENCE.sub(lambda reference: html.unescape(reference[0]), plain))
    return found

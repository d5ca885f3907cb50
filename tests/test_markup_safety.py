"""Hostile bodies: whatever comes, only the vocabulary leaves, and it leaves soon.

What may be left is said here once more, by hand, and read with two parsers that have nothing to do with ours.
"""

import re
from contextlib import suppress
from html import escape
from html.parser import HTMLParser

import pytest
from lxml import html as lxml_html

from editorial import markup, vietnamese
from editorial.markup import TooLarge, blocks, body_in, clean, excerpt, for_textarea, from_text, render, to_text
from tests.hostile_markup import ADDRESSES, HEAVY, PAYLOADS, REFUSED

ALLOWED = {
    **{name: set() for name in "p h2 h3 ul ol li blockquote hr table thead tbody tr strong em sup sub br".split()},  # noqa: SIM905
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "a": {"href", "rel"},
}
HREF = re.compile(r"(https?://[a-z0-9][a-z0-9._-]*(:\d+)?([/?#]\S*)?|mailto:[^\s@]+@[^\s@?]+(\?\S*)?|/([^/\\]\S*)?)")
VALUES = {
    "href": HREF,
    "rel": re.compile("noopener"),
    "colspan": re.compile(r"[1-9]\d{0,2}"),
    "rowspan": re.compile(r"[1-9]\d{0,2}"),
    "scope": re.compile("row|col|rowgroup|colgroup"),
}

AROUND = ["{}", "<p>{}</p>", "một {} hai", "<ul><li>{}", "<table><tr><td>{}</td></tr></table>", "<b><a href=/x>{}</b>"]
AROUND += [
    "<table>{}</table>",
    '<p title="{}">x</p>',
    "<p title='{}'>x</p>",
    "<p title={}>x</p>",
    "<!-- {} -->",
    "<svg>{}",
    "<style>{}",
]


class Reader(HTMLParser):
    """Refuses at once what is not of the vocabulary."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED, tag
        for name, value in attrs:
            assert name in ALLOWED[tag], (tag, name)
            assert VALUES[name].fullmatch(value or ""), (name, value)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        self.handle_comment(decl)

    def handle_pi(self, data: str) -> None:
        self.handle_comment(data)

    def unknown_decl(self, data: str) -> None:
        self.handle_comment(data)


def assert_safe(body: str) -> None:
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", body)
    reader = Reader(convert_charrefs=True)
    reader.feed(body)
    reader.close()
    if body:
        for element in lxml_html.fragment_fromstring(body, create_parent="main").iterdescendants():
            assert element.tag in ALLOWED, element.tag
            assert set(element.attrib) <= ALLOWED[element.tag], element.attrib
            assert all(VALUES[str(name)].fullmatch(str(value)) for name, value in element.attrib.items())


def assert_safe_everywhere(source: str) -> None:
    assert_safe(render(source))
    for made in (clean(source), body_in(source), from_text(source)):
        assert_safe(made)
        assert clean(made) == render(made) == made
        assert_safe("\n".join(block.html for block in blocks(made)))
    assert_safe("\n".join(block.html for block in blocks(source)))
    # Pages escape what is plain text; a reporter's text field may send it back as it is.
    assert_safe(body_in(for_textarea(source)))
    assert_safe(body_in(to_text(source)))
    assert_safe(escape(excerpt(source)))


@pytest.mark.parametrize("kind", PAYLOADS)
def test_only_the_vocabulary_is_left(kind: str) -> None:
    for payload in PAYLOADS[kind]:
        assert_safe_everywhere(payload.swapcase())
        for around in AROUND:
            assert_safe_everywhere(around.replace("{}", payload))


@pytest.mark.parametrize("kind", PAYLOADS)
def test_nh3_alone_would_hold_the_vocabulary_too(kind: str) -> None:
    """The second lock: what is written by us is clean already, and nh3 would stop it if it were not."""
    for payload in PAYLOADS[kind]:
        for around in AROUND:
            assert_safe(markup.CLEANER.clean(vietnamese.tidy(around.replace("{}", payload))))
    for address in ADDRESSES:
        assert_safe(markup.CLEANER.clean(vietnamese.tidy(f'<a href="{address}">x</a>')))


@pytest.mark.parametrize("quote", ['"', "'", ""])
def test_no_address_leads_astray(quote: str) -> None:
    for address in ADDRESSES:
        assert_safe_everywhere(f"<p><a href={quote}{address}{quote}>x</a>")
        assert_safe_everywhere(f"<a title=x HREF = {quote}{escape(address)}{quote}>x</a>")
        assert_safe_everywhere(f"<a href={quote}{address}{quote} href=/x>x</a>")
        assert_safe_everywhere(f"<a href={quote}https://a.vn/{address}{quote}>x</a>")


def test_refused_addresses_leave_no_link() -> None:
    kept = [address for address in REFUSED if clean(f'<p><a href="{address}">x</a></p>') != "<p>x</p>"]
    assert kept == []


def test_the_payloads_are_many() -> None:
    assert sum(map(len, PAYLOADS.values())) + len(ADDRESSES) > 180


def test_hidden_text_is_not_published() -> None:
    """Scripts and styles go with what they hold; text never comes out as markup."""
    for payload in PAYLOADS["script"][:3] + PAYLOADS["style"][:1]:
        assert "evil" not in clean(payload)
    assert clean("<style>p{color:red}</style><script>let x</script>một") == "<p>một</p>"
    assert clean("&lt;b&gt;đậm&lt;/b&gt;") == "<p>&lt;b&gt;đậm&lt;/b&gt;</p>"


@pytest.mark.parametrize("piece", HEAVY)
def test_hostile_lengths_are_cleaned_or_refused(piece: str) -> None:
    """Anything whose time grows with the square of the length would stall here for minutes."""
    for act in (clean, from_text, for_textarea, excerpt):
        with suppress(TooLarge):
            act(piece * (1_000_000 // len(piece)))
    most = min(markup.SIZE_MAX // len(piece), markup.PIECES_MAX // (piece.count("<") + piece.count("\n") or 1))
    with suppress(TooLarge):
        assert_safe(clean(f"<p>{piece * (most - 4)}"))
    with suppress(TooLarge):
        assert_safe(from_text(piece * most))


def test_marks_nested_a_hundred_thousand_deep() -> None:
    with pytest.raises(TooLarge):
        clean("<b>" * 100_000 + "x")
    deep = "".join(["<b><ul><li><table><td><blockquote>"] * (markup.PIECES_MAX // 6)) + "x"
    assert to_text(deep) == "x"
    assert_safe(clean(deep))

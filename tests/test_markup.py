"""Bodies: one form for every text, nothing lost that the vocabulary has, and plain text that stays plain."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editorial import markup, vietnamese
from editorial.markup import Block, TooLarge, blocks, body_in, clean, excerpt, for_textarea, from_text, render, to_text

PAGE = Path(__file__).parents[2] / "shared/seed/portal-page.txt"

TAGS = (
    *(
        "p",
        "div",
        "h1",
        "h2",
        "h3",
        "h5",
        "ul",
        "ol",
        "li",
        "blockquote",
        "table",
        "thead",
        "tbody",
        "tr",
        "td",
        "th",
        "caption",
    ),
    *(
        "b",
        "strong",
        "i",
        "em",
        "sup",
        "sub",
        "a",
        "span",
        "font",
        "pre",
        "script",
        "style",
        "svg",
        "title",
        "textarea",
        "x-y",
    ),
)
PIECES = [
    *(f"<{tag}>" for tag in TAGS),
    *(f"</{tag}>" for tag in TAGS),
    *(
        "<br>",
        "<hr>",
        "<br/>",
        "</br>",
        "<img src=x onerror=alert(1)>",
        "<p class=x style='color:red'>",
        "<th scope=row colspan=3>",
    ),
    *(
        "<a href=/tin/1>",
        "<a href='https://ex.vn/?a=1&b=2'>",
        "<a href=javascript:alert(1)>",
        "<a href='http://1.2.3.999/'>",
    ),
    *(
        "<!--",
        "-->",
        "<!x>",
        "<?x",
        "</",
        "<",
        ">",
        '"',
        "'",
        "&",
        "&amp;",
        "&lt;",
        "&nbsp;",
        "&#x301;",
        "&#0;",
        "&ETH;ồng",
    ),
    *(
        " ",
        "  ",
        "\n",
        "\n\n",
        "\t",
        "\r\n",
        "\u00a0",
        "\u200b",
        "\ufeff",
        "\u2028",
        "\x00",
        "\ud800",
        "\u3000",
        "\u00ad",
    ),
    *(
        "a",
        "e",
        "ệ",
        "á",
        "\u0301",
        "\u0302",
        "\u0323",
        "5",
        "km",
        "ð",
        "Ð",
        "Đường",
        "xã Sông Ray",
        "97,5%",
        "đạt chuẩn.",
        "😀",
    ),
]
messy = st.one_of(st.lists(st.sampled_from(PIECES), max_size=16).map("".join), st.text(max_size=40))


@settings(max_examples=200)
@given(messy)
def test_what_is_clean_stays_as_it_is(source: str) -> None:
    body = clean(source)
    assert clean(body) == body
    assert render(body) == body


@settings(max_examples=200)
@given(messy)
def test_what_a_form_shows_is_what_it_gets_back(source: str) -> None:
    for body in (clean(source), body_in(source), from_text(source)):
        assert body_in(for_textarea(body)) == body


@given(messy)
def test_a_body_is_its_blocks(source: str) -> None:
    body = clean(source)
    found = blocks(body)
    assert "\n".join(block.html for block in found) == body
    assert "\n\n".join(block.text for block in found if block.text) == to_text(body)
    assert all(block.kind in {"p", "h2", "h3", "ul", "ol", "blockquote", "table", "hr"} for block in found)


@given(messy)
def test_text_in_a_body_is_normal(source: str) -> None:
    text = to_text(clean(source))
    assert vietnamese.normalise(text) == text
    assert to_text(from_text(source)).split() == vietnamese.normalise(source).split()


@pytest.mark.parametrize(
    ("source", "body"),
    [
        ("", ""),
        (" \n <p> </p><p>&nbsp;</p><div><br></div>", ""),
        ("chữ trần", "<p>chữ trần</p>"),
        ("một<p>hai</p>ba", "<p>một</p>\n<p>hai</p>\n<p>ba</p>"),
        ("<p>một<p>hai", "<p>một</p>\n<p>hai</p>"),
        ("<div><div>một</div>hai</div>", "<p>một</p>\n<p>hai</p>"),
        ("<h1>Một</h1><h2>Hai</h2><h4>Bốn</h4><h6>Sáu</h6>", "<h2>Một</h2>\n<h2>Hai</h2>\n<h3>Bốn</h3>\n<h3>Sáu</h3>"),
        ("<h2>Một<br>hai</h2>", "<h2>Một hai</h2>"),
        ("<p>một<br>hai<br><br>ba<br></p>", "<p>một<br>hai</p>\n<p>ba</p>"),
        ("<b>đậm <i>cả hai</b> nghiêng</i>", "<p><strong>đậm <em>cả hai</em></strong><em> nghiêng</em></p>"),
        ("<em><strong>x</strong></em>", "<p><strong><em>x</em></strong></p>"),
        ("<b>a</b><b>b</b>", "<p><strong>ab</strong></p>"),
        ("<b>a</b><i> </i><b>b</b>", "<p><strong>a</strong> <strong>b</strong></p>"),
        ("<b><p>một</p><p>hai</p></b>", "<p><strong>một</strong></p>\n<p><strong>hai</strong></p>"),
        ("m<sup>2</sup>, H<sub>2</sub>O", "<p>m<sup>2</sup>, H<sub>2</sub>O</p>"),
        ("<span style='x'>một</span> <font>hai</font><o:p></o:p>", "<p>một hai</p>"),
        ("<p class=x id=y style='z' onclick='w'>một</p>", "<p>một</p>"),
        ("<pre>một\n  hai\n\nba</pre>", "<p>một<br>hai</p>\n<p>ba</p>"),
        ("<p>một</p><hr><p>hai</p>", "<p>một</p>\n<hr>\n<p>hai</p>"),
        ("5&nbsp;km, Điều&nbsp;5 &lt;b&gt; &amp;amp;", "<p>5&nbsp;km, Điều 5 &lt;b&gt; &amp;amp;</p>"),
        ("e\u0302<b>\u0301</b>", "<p>ế</p>"),
        ("<b>Ð</b>ồng Nai, H&ETH;ND", "<p><strong>Đ</strong>ồng Nai, HĐND</p>"),
        ("<!-- ẩn -->một<!--[if mso]><p>hai</p><![endif]-->", "<p>một</p>"),
        ("<script>alert(1)</script><style>p{}</style>một<title>x</title>", "<p>một</p>"),
        ("<svg><text>một</text></svg>hai", "<p>hai</p>"),
        ("<script>chưa đóng", "<p>chưa đóng</p>"),
        ("nếu a <b thì", "<p>nếu a &lt;b thì</p>"),
        ("1 < 2 && 3 > 2 <3", "<p>1 &lt; 2 &amp;&amp; 3 &gt; 2 &lt;3</p>"),
    ],
)
def test_one_form_for_every_text(source: str, body: str) -> None:
    assert clean(source) == body


@pytest.mark.parametrize(
    ("source", "body"),
    [
        ("<ul><li>a<li>b</ul>", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("<ol><li><p>a</p></li><li></li></ol><ul></ul>", "<ol>\n<li>a</li>\n</ol>"),
        ("<ul><li>a<ul><li>b</ul></ul>", "<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul></li>\n</ul>"),
        ("<ul><li>a</li><ul><li>b</li></ul></ul>", "<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul></li>\n</ul>"),
        ("<ul><li><p>a</p><p>b</p></ul>", "<ul>\n<li><p>a</p>\n<p>b</p></li>\n</ul>"),
        ("<ul><li><h2>a</h2></ul>", "<ul>\n<li>a</li>\n</ul>"),
        ("<li>a<li>b", "<p>a</p>\n<p>b</p>"),
        (
            "<blockquote>a<blockquote>b</blockquote>c</blockquote>d",
            "<blockquote>\n<p>a</p>\n<p>b</p>\n<p>c</p>\n</blockquote>\n<p>d</p>",
        ),
        (
            "<table><caption>Biểu</caption><thead><tr><th scope=col colspan=2 width=9>a"
            "<tbody><tr><td rowspan=2>b<td></table>",
            '<p>Biểu</p>\n<table>\n<thead>\n<tr><th colspan="2" scope="col">a</th></tr>\n</thead>\n<tbody>\n'
            '<tr><td rowspan="2">b</td><td></td></tr>\n</tbody>\n</table>',
        ),
        (
            "<table><tr><td><b>a<td>b</table>c",
            "<table>\n<tbody>\n<tr><td><strong>a</strong></td><td>b</td></tr>\n</tbody>\n</table>\n<p>c</p>",
        ),
        ("<table><tr><td></td></tr></table><table></table>", ""),
        (
            "<table><tr><td>a<table><tr><td>b<td>c</table>d<td>e</table>",
            "<table>\n<tbody>\n<tr><td><p>a</p>\n<p>b</p>\n<p>c</p>\n<p>d</p></td><td>e</td></tr>\n</tbody>\n</table>",
        ),
        (
            "<table><tr><td colspan=1000>a<td colspan=1>b<td rowspan=-2>c<td scope=row>d<th scope=x>e</table>",
            "<table>\n<tbody>\n<tr><td>a</td><td>b</td><td>c</td><td>d</td><th>e</th></tr>\n</tbody>\n</table>",
        ),
    ],
)
def test_lists_quotes_and_tables(source: str, body: str) -> None:
    assert clean(source) == body


def test_a_list_without_end_is_flat_from_some_depth_on() -> None:
    body = clean("".join(f"<ul><li>tầng {depth}" for depth in range(1, 31)))
    assert body.count("<ul>") == 6
    assert to_text(body).split("\n") == [f"tầng {depth}" for depth in range(1, 31)]


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://dongnai.gov.vn/tin?id=1&b=2", "https://dongnai.gov.vn/tin?id=1&amp;b=2"),
        ("  HTTP://Dongnai.GOV.vn:8080/Đường%20a b ", "http://dongnai.gov.vn:8080/Đường%20a%20b"),
        ("https://ex.vn/?a=1&copy=2&lang=vi", "https://ex.vn/?a=1&amp;copy=2&amp;lang=vi"),
        ("https://tênmiềntiếngviệt.vn/", "https://xn--tnmintingvit-oeb8308h0a8h.vn/"),
        ("/tin/1/ten-bai", "/tin/1/ten-bai"),
        ("/", "/"),
        ("mailto:banbientap@dongnai.gov.vn?subject=Hỏi đáp", "mailto:banbientap@dongnai.gov.vn?subject=Hỏi%20đáp"),
        ("MAILTO:a@b.vn", "mailto:a@b.vn"),
    ],
)
def test_links_that_stay(address: str, kept: str) -> None:
    rel = ' rel="noopener"' if kept.startswith("http") else ""
    assert clean(f'<a href="{address}" target=_blank title=x>đây</a>') == f'<p><a href="{kept}"{rel}>đây</a></p>'


def test_a_link_that_nh3_refuses_leaves_nothing_behind() -> None:
    assert clean('<p><a href="http://1.2.3.999/">một</a> <a href="http://xn--zz.vn/">hai</a></p>') == "<p>một hai</p>"


def test_a_link_round_nothing_or_round_blocks() -> None:
    assert clean("<a href=/x></a>một") == "<p>một</p>"
    assert clean("<a href=/x><p>một</p><p>hai</p></a>") == '<p><a href="/x">một</a></p>\n<p><a href="/x">hai</a></p>'
    assert clean("<a href=/x>một <a href=/y>hai</a> ba") == '<p><a href="/x">một </a><a href="/y">hai</a> ba</p>'


@pytest.mark.parametrize(
    ("typed", "body"),
    [
        ("Một.\n\nHai.\n \n\n Ba.", "<p>Một.</p>\n<p>Hai.</p>\n<p>Ba.</p>"),
        ("Một câu.\nHai câu.", "<p>Một câu.</p>\n<p>Hai câu.</p>"),
        (f"{'dài ' * 30}hết\nngắn", f"<p>{'dài ' * 30}hết</p>\n<p>ngắn</p>"),
        ("Khu phố Bến Đò\nĐiện thoại: 0123 456", "<p>Khu phố Bến Đò<br>Điện thoại: 0123 456</p>"),
        (
            "Sáng nay bà con thôn Bến Đò cùng nhau dọn kênh mương, trồng\nhoa dọc đường và sửa lại nhà văn hóa.\nHết.",
            "<p>Sáng nay bà con thôn Bến Đò cùng nhau dọn kênh mương, trồng hoa dọc đường và sửa lại nhà văn hóa.</p>\n"
            "<p>Hết.</p>",
        ),
        (
            "Bà con thôn Bến Đò gói bánh chưng tặng các hộ neo đơn dịp Tết\nLớp học bơi miễn phí cho trẻ em",
            "<p>Bà con thôn Bến Đò gói bánh chưng tặng các hộ neo đơn dịp Tết<br>Lớp học bơi miễn phí cho trẻ em</p>",
        ),
        ("a < b & c <3 <x> &lt;", "<p>a &lt; b &amp; c &lt;3 &lt;x&gt; &amp;lt;</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        (" \u200b\n\t", ""),
    ],
)
def test_plain_text(typed: str, body: str) -> None:
    assert from_text(typed) == body
    assert body_in(typed) == body


def test_html_is_told_from_text() -> None:
    assert all(
        map(markup.looks_like_html, ["<p>x", "a</B>", "x<br/>y", "<div class='x'>", "<H1 id=x>", "<a href=x>y</a>"])
    )
    texts = [
        "",
        "a < b",
        "<3",
        "p>x</",
        "<pa>",
        "<script>x</script>",
        "<tuong@dongnai.gov.vn>",
        "&lt;p&gt;",
        "<p",
        "<br",
    ]
    assert not any(map(markup.looks_like_html, texts))


def test_paragraphs_are_edited_as_text_and_the_rest_as_html() -> None:
    plain = "<p>Một.</p>\n<p>Hai &lt;3 &amp; ba.</p>"
    assert for_textarea(plain) == "Một.\n\nHai <3 & ba."
    assert for_textarea("<p>Khu phố Bến Đò<br>Điện thoại</p>") == "Khu phố Bến Đò\nĐiện thoại"
    rich = "<p>Một <strong>hai</strong></p>"
    for body in (rich, "<h2>Một</h2>", "<p>Thẻ &lt;p&gt; mở đoạn.</p>", "<p>Một câu.<br>Hai câu.</p>"):
        assert for_textarea(body) == body


def test_text_of_a_body() -> None:
    body = "<h2>Đề</h2><p>Một<br>hai</p><ul><li>a<ul><li>b</ul></ul><hr><table><tr><td>c<td>d<tr><td>e</table>"
    assert to_text(body) == "Đề\n\nMột\nhai\n\na\nb\n\nc\td\ne"


def test_blocks() -> None:
    assert blocks("<p>Một <b>hai</b><hr>") == [
        Block("p", "Một hai", "<p>Một <strong>hai</strong></p>"),
        Block("hr", "", "<hr>"),
    ]


def test_excerpt_is_of_the_running_text() -> None:
    body = "<h2>Đề</h2><p>Một hai,\n ba.</p><table><tr><td>x</table><ul><li>bốn<li>năm</ul>"
    assert excerpt(body, 9) == "Một hai, ba. bốn năm"
    assert excerpt(body, 5) == "Một hai, ba. bốn năm"
    assert excerpt(body, 2) == "Một hai…"
    assert excerpt("", 2) == ""


def test_nobody_publishes_a_book() -> None:
    for size, source in (
        (markup.SIZE_MAX + 1, "x"),
        (100_000, "&"),
        (100_000, "\u00a7"),
        (10_000_000, "<p>x"),
    ):
        with pytest.raises(TooLarge, match="parts"):
            clean(source * (size // len(source)))
    long = "<p>xã Sông Ray</p>\n" * 5_000
    assert clean(long) == long.strip()


def test_a_body_from_elsewhere_is_cleaned_on_its_way_out() -> None:
    assert render('<p onclick="x">một<script>alert(1)</script></p>') == "<p>một</p>"
    long = f"<p>{'một ' * 20_000}<script>x</script></p>"
    assert "script" not in render(long)


@pytest.mark.skipif(not PAGE.exists(), reason="the portal page is not here")
def test_a_page_copied_from_a_portal() -> None:
    """Its paragraphs stay paragraphs, the lines of its imprint too, and what the form shows again is the same text."""
    body = body_in(PAGE.read_text(encoding="utf-8"))
    found = blocks(body)
    assert {block.kind for block in found} == {"p"}
    texts = [block.text for block in found]
    assert sum(text.startswith(("Thứ nhất,", "Thứ hai,", "Thứ ba,", "Thứ tư,", "Thứ năm,")) for text in texts) == 5
    assert texts[0] == "Thứ 6 - 26/02/2016"
    assert "Văn Tường" in texts
    assert "2023-giu vung NTM.png\nKhu dân cư kiểu mẫu tại xã Sông Ray" in texts
    assert body_in(for_textarea(body)) == body
    assert not markup.looks_like_html(for_textarea(body))
    assert re.sub(r"\s+", " ", to_text(body)) == re.sub(r"\s+", " ", PAGE.read_text(encoding="utf-8")).strip()

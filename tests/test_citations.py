"""Numbers of documents in running text, and the links that are made of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editorial import citations, markup
from editorial.markup import linking

SEED = Path(__file__).resolve().parents[2] / "shared/seed/portal-page.txt"
NUMBERS = (
    "325/QĐ-TTg",
    "10-NQ/HU",
    "106-KH/HU",
    "19-NQ/TW",
    "7288/UBND-KGVX",
    "01/2020/QĐ-UBND",
    "224/2026/NĐ-CP",
    "30/2026/QH16",
    "10-NQ/ĐU",
    "05-HD/VPTW",
    "12/TTr-UBND",
    "03-CTr/HU",
    "1234/SLĐTB&XH-BTXH",
    "22/2023/TT-BTTTT",
    "15/2024/TTLT-BTC-BNV",
    "12a/KH-UBND",
    "45/QĐ-UBND.HC",
    "1/NQ-HĐND",
)
NONE = (
    "11/12 xã",
    "26/02/2016",
    "22/3/2018",
    "80 km/h",
    "24/7",
    "(0251)3878565",
    "0251.3878.565",
    "2018-2020",
    "2016 - 2020",
    "1/2 HA",
    "97,5%",
    "https://khetrang.example/van-ban/325/QĐ-TTg",
    "xã/phường",
    "Covid-19/SARS-CoV-2",
    "3.325/QĐ-TTg",
    "325/QĐ-TTgx",
    "5G/4G",
    "",
)


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_are_found_wherever_they_stand(number: str) -> None:
    for text in (number, f"số {number}.", f"({number}),", f"“{number}”;", f"a\n{number}\nb", f"Số:{number}"):
        (found,) = citations.find(text)
        assert text[found.start : found.end] == found.number == number
    assert citations.is_number(number)


@pytest.mark.parametrize("text", NONE)
def test_what_only_looks_alike_is_none(text: str) -> None:
    assert list(citations.find(text)) == []


def test_several_in_one_sentence() -> None:
    text = "Nghị quyết 19-NQ/TW (16/6/2022), Quyết định 325/QĐ-TTg ngày 22/3/2018 và 11/12 xã."
    assert [found.number for found in citations.find(text)] == ["19-NQ/TW", "325/QĐ-TTg"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("01/2020/QĐ-UBND", "1/2020/QD-UBND"),
        ("10–NQ/HU", "10-NQ/HU"),
        ("325/QÐ-TTg", "325/qđ-ttg"),
        (" 12 / 2026/QĐ-UBND ", "12/2026/QĐ-UBND"),
        ("325/QĐ-TTg", "325/QĐ-TTg"),
    ],
)
def test_one_document_has_one_key(one: str, other: str) -> None:
    assert citations.key(one) == citations.key(other)


def test_other_documents_have_other_keys() -> None:
    assert len({citations.key(number) for number in NUMBERS}) == len(NUMBERS)
    assert citations.key("10/QĐ-UBND") != citations.key("1/QĐ-UBND")


@pytest.mark.skipif(not SEED.exists(), reason="the seed page is not here")
def test_the_page_that_this_project_comes_from() -> None:
    found = citations.keys(SEED.read_text("utf-8"))
    assert found == {citations.key(number) for number in ("325/QĐ-TTg", "10-NQ/HU", "106-KH/HU", "19-NQ/TW")}


LETTERS = st.text(alphabet="ABCĐQHUNDTPKV0123456789/-. ,–&aăêgix\n(", max_size=60)


@given(st.one_of(LETTERS, st.text(max_size=80)))
def test_what_is_found_stands_there_in_order_and_apart(text: str) -> None:
    last = 0
    for found in citations.find(text):
        assert last <= found.start < found.end <= len(text)
        assert citations.key(text[found.start : found.end]) == found.key
        assert found.number[0].isdigit()
        last = found.end


@given(LETTERS, st.sampled_from(NUMBERS), LETTERS)
def test_a_number_between_blanks_is_found_whatever_is_around(before: str, number: str, after: str) -> None:
    assert number in [found.number for found in citations.find(f"{before} {number} {after}")]


def all_to(address: str) -> linking.Finder:
    return lambda text: ((found.start, found.end, address) for found in citations.find(text))


def test_links_are_made_of_text_alone() -> None:
    body = markup.clean(
        "<h2>Theo 325/QĐ-TTg</h2><p>Số <strong>10-NQ/HU</strong> &amp; 1234/SLĐTB&amp;XH-VP &lt;b&gt; 19-NQ/TW</p>"
        '<p><a href="https://khe.example/325/QĐ-TTg">Quyết định 325/QĐ-TTg</a></p>'
        "<ul><li>106-KH/HU</li></ul><table><tr><td>7288/UBND-KGVX</td></tr></table>"
        "<blockquote><p>30/2026/QH16</p></blockquote>"
    )
    linked = linking.link(body, all_to("/van-ban/1/x"))
    for number in ("325/QĐ-TTg", "<strong>10-NQ/HU</strong>", "1234/SLĐTB&amp;XH-VP", "19-NQ/TW", "106-KH/HU"):
        assert f'<a href="/van-ban/1/x">{number}</a>' in linked
    assert linked.count('href="/van-ban/1/x"') == 7
    assert ">Quyết định 325/QĐ-TTg</a>" in linked, "what is a link already stays one"
    assert "&lt;b&gt;" in linked
    assert markup.to_text(linked) == markup.to_text(body)


def test_an_address_cannot_end_its_attribute() -> None:
    linked = linking.link("<p>325/QĐ-TTg</p>", all_to('/x"><script>alert(1)</script>'))
    assert "<script" not in linked


@given(st.lists(st.one_of(st.sampled_from(NUMBERS), st.text(max_size=20)), max_size=6))
def test_no_text_is_lost_and_none_becomes_markup(words: list[str]) -> None:
    body = markup.from_text(" ".join(words))
    linked = linking.link(body, all_to("/van-ban/1/x"))
    assert markup.to_text(linked) == markup.to_text(body)
    assert linking.link(body, lambda _text: ()) == body

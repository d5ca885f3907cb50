"""Vietnamese text: one spelling, keys that find it, addresses, ICU's order."""

import random
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editorial import vietnamese
from editorial.vietnamese import collation_key, fold, given_name_key, normalise, normalise_line, slug

PAGE = Path(__file__).parents[2] / "shared/seed/portal-page.txt"

# Text that is likely to break something: letters and their parts, look-alikes, spaces of all kinds, what nobody sees.
PIECES = [
    *(
        "a",
        "e",
        "o",
        "u",
        "i",
        "D",
        "Q",
        "5",
        "1.000",
        "97,5",
        "%",
        "km",
        "đ",
        "Đồng Nai",
        "hoà",
        "thuỷ",
        "Ủy",
        "ß",
        "ﬁ",
        "㎐",
        "½",
    ),
    *(
        "\u0300",
        "\u0301",
        "\u0302",
        "\u0303",
        "\u0306",
        "\u0309",
        "\u031b",
        "\u0323",
        "á",
        "ơ",
        "ậ",
        "Ð",
        "ð",
        "Ðồng",
        "GUÐ",
    ),
    *(
        " ",
        "  ",
        "\n",
        "\t",
        "\r",
        "\r\n",
        "\u00a0",
        "\u2009",
        "\u202f",
        "\u3000",
        "\u2028",
        "\x0b",
        "\x85",
        "\x00",
        "\x1b",
    ),
    *(
        "\u200b",
        "\u200d",
        "\u2060",
        "\ufeff",
        "\u202e",
        "\u2066",
        "\u00ad",
        "\ud800",
        "\udfff",
        "\U000e0041",
        "😀",
        ".",
        ",",
        "-",
    ),
]
messy = st.one_of(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.text(max_size=30))


@given(messy)
def test_what_is_normal_stays_as_it_is(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    line = normalise_line(text)
    assert normalise_line(line) == line
    assert normalise(line) == line


@given(messy)
def test_normal_text_holds_nothing_unseen(text: str) -> None:
    once = normalise(text)
    assert unicodedata.is_normalized("NFC", once)
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]", once
    )
    assert not re.search("[\u2000-\u200a\u202f\u3000]", once)
    assert "\n" not in normalise_line(text)


@given(messy)
def test_every_way_to_type_a_text_is_stored_alike(text: str) -> None:
    assert normalise(unicodedata.normalize("NFD", text)) == normalise(text)
    assert normalise(unicodedata.normalize("NFC", text)) == normalise(text)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("\ufeffTiêu\u200b đề", "Tiêu đề"),
        ("một\r\nhai\rba\u2028bốn\x0cnăm", "một\nhai\nba\nbốn\nnăm"),
        ("a\u0302\u0301", "ấ"),
        ("a\u0301\u0302", "ấ"),  # the tone before the shape: NFC alone leaves it apart
        ("A\u0309\u0306", "Ẳ"),
        ("o\u0301\u031b", "ớ"),
        ("a\u0302\u0323 a\u0323\u0302", "ậ ậ"),
        (
            "mất 5\u00a0km, 2\u00a0530\u00a0000\u00a0đ, 97,5\u00a0%",
            "mất 5\u00a0km, 2\u00a0530\u00a0000\u00a0đ, 97,5\u00a0%",
        ),
        ("Điều\u00a05 của\u00a0Luật, 12\u00a0xã", "Điều 5 của Luật, 12 xã"),
        ("mười\u202fhai\u3000ba", "mười hai ba"),
        ("10\u202fkg", "10\u00a0kg"),
        ("vi\u00adệt", "vi\u00adệt"),  # intake has yet to see whether this is the ư of TCVN3
        ("mã\x00 \ud800độc", "mã độc"),
    ],
)
def test_normal_form(typed: str, stored: str) -> None:
    assert normalise(typed) == stored


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Ðồng Nai", "Đồng Nai"),
        ("ÐƯỜNG ÐẾN ÐẠI HỘI", "ĐƯỜNG ĐẾN ĐẠI HỘI"),
        ("Quyết định số 325/QÐ-TTg", "Quyết định số 325/QĐ-TTg"),
        ("UBND - HÐND huyện Cẩm Mỹ", "UBND - HĐND huyện Cẩm Mỹ"),
        ("ði làm ở Ðắk Lắk", "đi làm ở Đắk Lắk"),
        ("giá 500.000 ð mỗi suất", "giá 500.000 đ mỗi suất"),
        ("âm ð trong tiếng Anh", "âm ð trong tiếng Anh"),
        ("Ðorsteinn Guðmundsson", "Ðorsteinn Guðmundsson"),
        ("Nhà thơ Ðorsteinn Guðmundsson đến Hà Nội", "Nhà thơ Ðorsteinn Guðmundsson đến Hà Nội"),
        ("Norður og suður", "Norður og suður"),
        ("Seyðisfjörður, Ísafjörður: GÓÐAN DAG", "Seyðisfjörður, Ísafjörður: GÓÐAN DAG"),
        ("Tiếng Việt\nGÓÐ\nTiếng Việt", "Tiếng Việt\nGÓÐ\nTiếng Việt"),
    ],
)
def test_an_eth_is_a_d_with_stroke_beside_vietnamese_only(typed: str, stored: str) -> None:
    assert normalise(typed) == stored


@pytest.mark.parametrize("nothing", ["", " ", "\u00a0\u200b\t\n \ufeff", "\u3000\u2003", "\x00\x1f"])
def test_a_line_of_nothing_is_empty(nothing: str) -> None:
    assert normalise_line(nothing) == ""


def test_a_line_is_one_line() -> None:
    assert normalise_line("  Xã \n\t Sông\u00a0Ray  10\u00a0km ") == "Xã Sông Ray 10\u00a0km"


@given(messy)
def test_a_search_key_of_a_search_key_is_itself(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)
    assert fold(normalise(text)) == fold(text)
    assert not re.search("[A-ZĐđ\u0300-\u036f]", fold(text))


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("dong nai", "Đồng Nai"),
        ("duong", "ĐƯỜNG"),
        ("uy ban", "Ủy ban"),
        ("uy ban", "Uỷ  ban"),
        ("hòa", "hoà"),
        ("thúy", "thuý"),
        ("khoẻ", "khỏe"),
        ("strasse", "Straße"),
        ("quoc lo 51", "quốc lộ 51"),
        ("vi\u00adet", "Việt"),
        ("50 hz", "50\u00a0㎐"),
    ],
)
def test_who_searches_finds(asked: str, written: str) -> None:
    assert fold(asked) == fold(written)


def test_searching_tells_words_apart() -> None:
    assert len({fold(word) for word in ("đá", "đo", "da nang", "danang", "ga")}) == 5


@given(messy)
def test_a_slug_is_an_address_whatever_the_title(text: str) -> None:
    made = slug(text)
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", made)
    assert len(made) <= 80
    assert slug(made) == made


@pytest.mark.parametrize(
    ("title", "address"),
    [
        ("Đẩy mạnh cải cách thủ tục hành chính", "day-manh-cai-cach-thu-tuc-hanh-chinh"),
        (unicodedata.normalize("NFD", "Đẩy mạnh cải cách"), "day-manh-cai-cach"),
        ("Ðẩy mạnh cải cách", "day-manh-cai-cach"),
        ("Đạt 97,5% kế hoạch", "dat-97-5-ke-hoach"),
        ("1.234 hộ, 1.234.567 đồng", "1234-ho-1234567-dong"),
        ("Sáng 26.02.2016", "sang-26-02-2016"),
        ("“Trách nhiệm – Đồng thuận”", "trach-nhiem-dong-thuan"),
        ("A &amp; B < C", "a-amp-b-c"),  # a title is text, not HTML
        ("😀 !!!", "bai"),
        ("", "bai"),
        ("nghìn " * 40, "-".join(["nghin"] * 13)),
        ("x" * 200, "x" * 80),
    ],
)
def test_slug(title: str, address: str) -> None:
    assert slug(title) == address


# As ICU 78 sorts them with the collator "vi".
NAMES = """
    Ái|An|Anh|Ánh|Ấm|Ân|Ẩn|Bách|Bạch|Bảo|Bảo Anh|Bình|Bính|Châu|Chấu|Chi|Cúc|Cường|Dung|Dũng|Duy|Dương|Đà|Đan|Đạt|Đăng|
    Đình|Đông|Đồng|Em|Ến|Gấm|Hà|Hạ|Hai|Hải|Hào|Hảo|Hân|Hiền|Hiếu|Hoa|Hoà|Hòa|Huệ|Hương|Khoa|Lan|Lân|Mai|Mỹ|Nga|Ngà|Ngân|
    Nhàn|Oanh|Ô|Ơn|Phương|Quý|Sơn|Tân|Tần|Tấn|Uyên|Ưng|Vân|Vy|Xuân|Ý|Yến
"""
LINES = "|1/2|10|2|a a|a A|a à|A À|a á|à a|ça|co op|Co op|có op|co ôp|co-op|coop|z|ž"
LETTERS = "a|A|à|À|ả|Ả|ã|á|ạ|ă|ằ|ẳ|ẵ|ắ|ặ|â|ầ|b|c|d|D|đ|Đ|e|ê|ế|g|i|o|ô|ơ|ở|p|u|ư|ứ|v|y|ỵ"


@pytest.mark.parametrize("listed", [NAMES, LINES, LETTERS])
def test_lists_are_in_the_order_of_icu(listed: str) -> None:
    ordered = [line.strip() for line in listed.split("|")]
    shuffled = random.Random(7).sample(ordered, len(ordered))
    assert sorted(shuffled, key=collation_key) == ordered
    decomposed = [unicodedata.normalize("NFD", text) for text in shuffled]
    assert [unicodedata.normalize("NFC", text) for text in sorted(decomposed, key=collation_key)] == ordered


@given(messy, messy)
def test_only_what_looks_alike_shares_a_place(one: str, other: str) -> None:
    if collation_key(one) == collation_key(other):
        assert normalise_line(one) == normalise_line(other)


def test_people_are_sorted_by_given_name() -> None:
    people = [
        "Trần Văn Đà",
        "Bà Nguyễn Thị Ái",
        "Lê An",
        "Đỗ Thị An",
        "Nguyễn Văn An",
        "Nguyễn Ân",
        "Ông Lê Văn Dũng",
        "Bà Chi",
        "Ánh",
    ]
    in_order = [
        "Bà Nguyễn Thị Ái",
        "Đỗ Thị An",
        "Lê An",
        "Nguyễn Văn An",
        "Ánh",
        "Nguyễn Ân",
        "Bà Chi",
        "Ông Lê Văn Dũng",
        "Trần Văn Đà",
    ]
    assert sorted(people, key=given_name_key) == in_order
    assert given_name_key("Bà Nguyễn Thị Phương") == given_name_key("Nguyễn  Thị Phương")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        (" \n ", 0),
        ("Xã Sông Ray", 3),
        ("giai đoạn 2018 - 2020", 4),
        ("đạt 97,5%; số 325/QĐ-TTg.", 4),
        ("“ ” … !", 0),
    ],
)
def test_words_are_counted(text: str, words: int) -> None:
    assert vietnamese.words_in(text) == words


def test_minutes_to_read() -> None:
    assert [vietnamese.reading_minutes(words) for words in (0, 1, 250, 251, 2500)] == [1, 1, 1, 2, 10]


@pytest.mark.skipif(not PAGE.exists(), reason="the portal page is not here")
def test_a_real_page_loses_nothing_but_its_hard_spaces() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert "\u00a0" in page
    assert normalise(page) == page.replace("\u00a0", " ")
    assert "huyen cam my" in fold(page)
    assert 1000 < vietnamese.words_in(page) < 2000

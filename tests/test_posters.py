"""Share pictures: the same for the same words, within their bounds whatever the words, kept and never drawn twice."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as some
from PIL import Image, ImageChops

from editorial import posters, storage
from editorial.posters import Words

STATIC = Path(__file__).parent.parent / "static"
USUAL = Words(
    "Khe Trăng gặt xong vụ đông xuân",
    "Kinh tế · 26/02/2016",
    "Trang thông tin điện tử xã Khe Trăng",
    "Ủy ban nhân dân xã Khe Trăng",
)
LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyAĂÂĐÊÔƠƯẮẰẲẴẶẤẦẨẪẬÉÈẺẼẸẾỀỂỄỆÍÌỈĨỊÓÒỎÕỌỐỒỔỖỘỚỜỞỠỢÚÙỦŨỤỨỪỬỮỰÝỲỶỸỴ0123456789“”–…"


def drawn(words: Words) -> Image.Image:
    return Image.open(BytesIO(posters.draw(words, STATIC))).convert("RGB")


def inked(image: Image.Image, words_area: tuple[int, int, int, int]) -> tuple[int, int, int, int] | None:
    """Where within the area something stands that is not the ground."""
    part = image.crop(words_area)
    ground = Image.new("RGB", part.size, part.getpixel((0, 0)))
    return ImageChops.difference(part, ground).getbbox()


def test_it_has_the_size_that_is_asked_for_and_is_small() -> None:
    data = posters.draw(USUAL, STATIC)
    with Image.open(BytesIO(data)) as image:
        assert (image.format, image.size) == ("PNG", (1200, 630))
    assert len(data) < 60_000
    assert posters.draw(USUAL, STATIC) == data


@pytest.mark.parametrize("face", [posters.SERIF, posters.SANS, posters.SANS_STRONG])
def test_the_faces_have_every_letter_of_vietnamese(face: str) -> None:
    found = posters._face(STATIC, face, 40)
    assert posters._clean(LETTERS, found) == LETTERS
    assert posters._clean("CO₂ giảm\u202e 中 5 m²\ufeff", found) == "CO2 giảm 5 m²"


@settings(max_examples=25, deadline=None)
@given(some.text(max_size=400), some.text(max_size=400), some.text(max_size=400), some.text(max_size=400))
def test_no_words_leave_their_place(title: str, above: str, outlet: str, owner: str) -> None:
    image = drawn(Words(title, above, outlet, owner))
    assert image.size == (1200, 630)
    for margin in ((0, 0, 60, 490), (1145, 0, 1200, 490), (0, 0, 1200, 50), (1145, 510, 1200, 625)):
        assert inked(image, margin) is None, "something stands in the margin"


@pytest.mark.parametrize("title", ["A" * 300, "Ậ" * 300, "dài " * 80, "W " * 200, "m" * 40 + " " + "ừ" * 260])
def test_a_title_of_any_length_ends_above_the_foot(title: str) -> None:
    image = drawn(Words(title, "Kinh tế", "x"))
    box = inked(image, (0, 130, 1200, posters.BAND))
    assert box is not None
    assert 130 + box[3] < posters.BAND
    assert inked(image, (0, posters.BAND - 8, 1200, posters.BAND - 1)) is None


def test_a_long_title_is_cut_and_a_short_one_is_not() -> None:
    face = posters._face(STATIC, posters.SERIF, 40)
    cut = posters._cut("Đấu giá quyền sử dụng đất ở thôn Đồng Vọng", face, 400)
    assert cut.endswith("…")
    assert face.getlength(cut) <= 400
    assert "Đấu giá" in cut
    assert posters._cut("Đấu giá", face, 400) == "Đấu giá"


def test_lines_hold_all_words_and_none_stands_alone() -> None:
    face = posters._face(STATIC, posters.SERIF, 72)
    text = "Trang thông tin điện tử xã Khe Trăng"
    lines = posters._lines(text, face, 1056)
    balanced = posters._balanced(text, face, lines)
    assert " ".join(balanced) == " ".join(lines) == text
    assert len(balanced) == len(lines) == 2
    assert min(face.getlength(line) for line in balanced) > min(face.getlength(line) for line in lines)


def test_other_words_are_another_picture() -> None:
    digests = {words.digest for words in (USUAL, Words("a", "b"), Words("ab"), Words("a", "", "b"))}
    assert len(digests) == 4
    assert ImageChops.difference(drawn(USUAL), drawn(Words("Tựa khác"))).getbbox()


def test_it_is_drawn_once_and_kept(app: Flask) -> None:
    with app.app_context():
        store = storage.of(app.extensions["editorial"])
        name = storage.name_of(USUAL.digest, posters.VARIANT)
        assert not store.exists(name)
        first = posters.picture(USUAL)
        assert store.read(name) == first
        store.delete(name)
        store.put(name, b"what is kept")
        assert posters.picture(USUAL) == b"what is kept"


def test_a_store_that_takes_nothing_keeps_no_reader_from_the_picture(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "media").write_text("a file where the folder should be")
    with app.app_context():
        assert Image.open(BytesIO(posters.picture(USUAL))).size == (1200, 630)

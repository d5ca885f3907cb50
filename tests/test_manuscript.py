"""The manuscript's canonical form, its digest, and what is asked of a complete text."""

from __future__ import annotations

import unicodedata
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editorial import manuscript as manuscripts
from editorial.manuscript import Incomplete, Manuscript, Picture

COMPLETE: dict[str, Any] = {
    "title": "Khe Trăng gặt xong vụ đông xuân",
    "lede": "Toàn xã gặt xong 640 ha lúa.",
    "body": "<p>Sáng nay, bà con gặt xong.</p>",
    "section": "kinh-te",
    "genre": "news",
    "bylines": ["Hoài An"],
}
COVER = Picture("a" * 64, "Máy gặt trên cánh đồng lúa chín", "Gặt lúa ở ấp Trung", "Minh họa: Hoài An")

texts = st.text(max_size=40)
pictures = st.builds(Picture, st.sampled_from(["a" * 64, "b" * 64]), texts, texts, texts)
manuscripts_made = st.fixed_dictionaries(
    {},
    optional={
        "title": texts,
        "lede": texts,
        "body": texts,
        "section": st.sampled_from(["", "kinh-te"]),
        "genre": st.sampled_from(["", "news"]),
        "bylines": st.lists(texts, max_size=3),
        "source_name": texts,
        "source_url": texts,
        "cover": st.none() | pictures,
        "tags": st.lists(texts, max_size=3),
    },
).map(lambda parts: manuscripts.of(**parts))


@given(manuscripts_made)
def test_the_canonical_form_is_read_back_as_the_same_manuscript(text: Manuscript) -> None:
    again = manuscripts.read(manuscripts.canonical(text))
    assert again == text
    assert again.digest == text.digest


@given(manuscripts_made)
def test_bringing_a_text_into_form_twice_changes_nothing(text: Manuscript) -> None:
    assert manuscripts.of(**{part.name: getattr(text, part.name) for part in fields(text)}) == text


@given(manuscripts_made, manuscripts_made)
def test_two_texts_have_one_digest_exactly_when_they_are_equal(one: Manuscript, other: Manuscript) -> None:
    assert (one.digest == other.digest) is (one == other)


def test_every_part_counts_for_the_digest() -> None:
    text = manuscripts.of(**COMPLETE)
    others: dict[str, Any] = {"cover": COVER, "bylines": ("Khác",), "tags": ("lúa",)}
    for part in fields(Manuscript):
        changed = replace(text, **{part.name: others.get(part.name, "khác")})
        assert changed.digest != text.digest, part.name
    for part in fields(Picture):
        changed = replace(text, cover=replace(COVER, **{part.name: "khác"}))
        assert changed.digest != replace(text, cover=COVER).digest, part.name


def test_a_decomposed_text_is_the_same_text() -> None:
    decomposed = {name: unicodedata.normalize("NFD", v) if isinstance(v, str) else v for name, v in COMPLETE.items()}
    assert manuscripts.of(**decomposed) == manuscripts.of(**COMPLETE)


def test_a_title_of_spaces_is_no_title() -> None:
    assert manuscripts.of(title=" \u00a0\u200b\t ").title == ""


def test_the_form_of_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="version"):
        manuscripts.read('{"v":2,"title":"x"}')


def test_a_known_form_keeps_its_digest_for_good() -> None:
    """An approval from years ago names this digest: whoever changes the canonical form breaks it, and sees it here."""
    text = manuscripts.of(**COMPLETE)
    assert manuscripts.canonical(text) == (
        '{"body":"<p>Sáng nay, bà con gặt xong.</p>","bylines":["Hoài An"],"genre":"news",'
        '"lede":"Toàn xã gặt xong 640 ha lúa.","section":"kinh-te","title":"Khe Trăng gặt xong vụ đông xuân","v":1}'
    )


def test_an_empty_text_lacks_everything_at_once() -> None:
    with pytest.raises(Incomplete) as refusal:
        manuscripts.check_complete(Manuscript())
    assert [fault.field for fault in refusal.value.faults] == ["title", "lede", "body", "section", "genre", "byline"]


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({}, []),
        ({"title": " "}, ["title"]),
        ({"body": "<p> </p><hr>"}, ["body"]),
        ({"genre": "poem"}, ["genre"]),
        ({"bylines": [" ", ""]}, ["byline"]),
        ({"source_name": "Báo Lam Giang"}, ["source_url"]),
        ({"source_url": "https://baolamgiang.example/1"}, ["source_name"]),
        ({"source_name": "Báo Lam Giang", "source_url": "javascript:alert(1)"}, ["source_url"]),
        ({"source_name": "Báo Lam Giang", "source_url": "https://baolamgiang.example/1"}, []),
        ({"cover": COVER}, []),
        ({"cover": Picture("a" * 64)}, ["cover_alt", "cover_caption", "cover_credit"]),
        ({"cover": replace(COVER, alt="2023-giu vung NTM.png")}, ["cover_alt"]),
    ],
)
def test_what_a_complete_text_needs(changes: dict[str, Any], lacking: list[str]) -> None:
    assert [fault.field for fault in manuscripts.faults(manuscripts.of(**(COMPLETE | changes)))] == lacking


@pytest.mark.parametrize(
    ("changes", "over"),
    [
        ({"title": "à" * 201}, "title"),
        ({"lede": "à" * 601}, "lede"),
        ({"body": "à" * 400_001}, "body"),
        ({"bylines": [f"Người {n}" for n in range(7)]}, "byline"),
        ({"source_url": "ftp://x.example"}, "source_url"),
        ({"source_url": "https://"}, "source_url"),
        ({"source_url": "https://user@x.example"}, "source_url"),
        ({"source_url": "https://[x"}, "source_url"),
        ({"cover": replace(COVER, alt="à" * 301)}, "cover_alt"),
    ],
)
def test_what_not_even_a_draft_may_hold(changes: dict[str, Any], over: str) -> None:
    assert over in [fault.field for fault in manuscripts.limits(manuscripts.of(**(COMPLETE | changes)))]
    assert not manuscripts.limits(manuscripts.of(**COMPLETE))


def test_words_are_counted_over_everything_that_is_read() -> None:
    assert manuscripts.of(title="Một hai", lede="ba", body="<p>bốn <strong>năm</strong></p><p>sáu</p>").words == 6

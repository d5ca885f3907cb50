"""The credit line and the notice: complete, in both languages, and never claiming what is another's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from editorial import credit
from editorial.credit import Credit
from editorial.manuscript import Manuscript

ADDRESS = "https://khetrang.example/tin/7/khe-trang-gat-xong"
PUBLISHED = datetime(2016, 2, 26, 1, 5, tzinfo=UTC)
CHANGED = datetime(2016, 2, 28, 17, 30, tzinfo=UTC)
TEXT = Manuscript(title="Khe Trăng gặt xong vụ đông xuân", bylines=("Văn Tường",))
ELSEWHERE = replace(TEXT, source_name="Báo Lam Giang", source_url="https://lamgiang.example/99")


@dataclass
class Imprint:
    outlet: str = "Trang thông tin điện tử xã Khe Trăng"
    outlet_en: str = "Khe Trang Commune Portal"
    owner: str = "UBND xã Khe Trăng"
    owner_en: str = ""
    responsible: str = "Bà Phạm Thị Petra"
    responsible_position: str = "Trưởng Ban biên tập"
    responsible_position_en: str = "Head of the Editorial Board"
    notice: str = "® Ghi rõ nguồn “UBND xã Khe Trăng” khi bạn phát hành lại thông tin."
    notice_en: str = ""


def credit_of(
    text: Manuscript, language: str, imprint: Imprint | None = None, changed_at: datetime | None = None
) -> Credit:
    return credit.of(
        text,
        imprint,
        language,
        address=ADDRESS,
        first_published_at=PUBLISHED,
        changed_at=changed_at,
        site="khetrang.example",
    )


def test_the_line_names_author_outlet_moment_and_address() -> None:
    assert credit_of(TEXT, "vi", Imprint()).line == (
        "Tác giả: Văn Tường. Nguồn: Trang thông tin điện tử xã Khe Trăng, đăng lúc 08:05, ngày 26/02/2016 (GMT+7): "
        f"{ADDRESS}"
    )
    assert credit_of(TEXT, "en", Imprint()).line == (
        f"By Văn Tường. Source: Khe Trang Commune Portal, published 26 February 2016, 08:05 (GMT+7): {ADDRESS}"
    )


def test_a_changed_text_is_credited_with_both_moments() -> None:
    changed = credit_of(TEXT, "vi", Imprint(), CHANGED)
    assert "đăng lúc 08:05, ngày 26/02/2016 (GMT+7); cập nhật lúc 00:30, ngày 29/02/2016 (GMT+7): https" in changed.line
    assert "; updated 29 February 2016, 00:30 (GMT+7): https" in credit_of(TEXT, "en", Imprint(), CHANGED).line


def test_a_text_from_elsewhere_names_its_source_before_all_else() -> None:
    given = credit_of(ELSEWHERE, "vi", Imprint())
    assert given.line.startswith(
        "Nguồn: Báo Lam Giang (https://lamgiang.example/99). Tác giả: Văn Tường. Đăng lại trên"
    )
    assert given.line.endswith(ADDRESS)
    assert given.notice.startswith("© “Báo Lam Giang”. Bài này được đăng lại")
    assert "UBND" not in given.notice, "the owner grants nothing of what is another's"
    assert credit_of(ELSEWHERE, "en", Imprint()).line.startswith("Source: Báo Lam Giang (https://lamgiang.example/99).")
    assert "republished from there" in credit_of(ELSEWHERE, "en", Imprint()).notice


def test_the_notice_is_the_owners_word_for_word_under_the_right_sign() -> None:
    words = "Ghi rõ nguồn “UBND xã Khe Trăng” khi bạn phát hành lại thông tin."
    for sign in ("", "©", "© ", "®", "® "):
        assert credit_of(TEXT, "vi", Imprint(notice=sign + words)).notice == f"© {words}"


@pytest.mark.parametrize("imprint", [None, Imprint(outlet_en="", notice_en="")])
def test_what_nobody_has_entered_is_replaced_by_what_is_there(imprint: Imprint | None) -> None:
    name = imprint.outlet if imprint else "khetrang.example"
    given = credit_of(TEXT, "en", imprint)
    assert given.outlet == name
    assert given.notice == f"© Please name “{name}” as the source when you republish information from this site."


def test_who_answers_is_named_with_the_position() -> None:
    assert credit_of(TEXT, "vi", Imprint()).answerable == "Bà Phạm Thị Petra, Trưởng Ban biên tập"
    assert credit_of(TEXT, "en", Imprint()).answerable == "Bà Phạm Thị Petra, Head of the Editorial Board"
    assert credit_of(TEXT, "vi").answerable == ""


def test_several_authors_are_one_phrase() -> None:
    assert [credit.joined(names, "vi") for names in ((), ("A",), ("A", "B"), ("A", "B", "C"))] == [
        "",
        "A",
        "A và B",
        "A, B và C",
    ]
    assert credit.joined(("A", "B", "C"), "en") == "A, B and C"


names = some.text(min_size=1, max_size=40)


@given(some.lists(names, max_size=6), names, some.one_of(some.just(""), names), some.sampled_from(credit.LANGUAGES))
def test_whatever_people_are_called_the_line_holds_it_all(
    bylines: list[str], outlet: str, source: str, language: str
) -> None:
    """Names with braces and per cent signs too: they are data, never a formula."""
    text = replace(TEXT, bylines=tuple(bylines), source_name=source, source_url="")
    given = credit_of(text, language, Imprint(outlet=outlet, outlet_en=outlet), CHANGED)
    for part in (*bylines, outlet, source, given.moment, given.updated, ADDRESS):
        assert part in given.line
    assert given.notice.startswith("© ")

"""Two texts beside each other: nothing is lost, nothing is hidden, and no text takes long."""

import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from editorial import markup
from editorial.compare import Change, compare_blocks, compare_lines

WORDS = st.sampled_from(
    ["Xã", "Sông", "Ray", "đạt", "97,5%", "325/QĐ-TTg", ",", ".", "“", " ", "  ", "\n", "-", "nông", "thôn"]
)
lines = st.lists(WORDS, max_size=12).map(" ".join) | st.text(max_size=40)
PIECES = ["<p>", "</p>", "<h2>", "<ul><li>", "</ul>", "<hr>", "<strong>", "</strong>", "<a href='/x'>", "</a>", "<br>"]
bodies = st.lists(st.sampled_from(PIECES) | WORDS, max_size=20).map(" ".join).map(markup.clean)


def side(changes: list[Change], which: str) -> list[str]:
    return ["".join(text for op, text in change.words if op in ("same", which)) for change in changes]


@given(lines, lines)
def test_the_words_of_a_change_make_both_lines(old: str, new: str) -> None:
    changes = compare_lines(old, new)
    assert [text for text in side(changes, "removed") if text] == [line for line in old.split("\n") if line]
    assert [text for text in side(changes, "added") if text] == [line for line in new.split("\n") if line]
    assert side(changes, "removed") == [change.old for change in changes]
    assert side(changes, "added") == [change.new for change in changes]


@given(bodies, bodies)
def test_the_changes_of_a_body_make_both_bodies(old: str, new: str) -> None:
    changes = compare_blocks(old, new)
    before, after = markup.blocks(old), markup.blocks(new)
    assert [(c.old_kind, c.old) for c in changes if c.kind != "added"] == [(block.kind, block.text) for block in before]
    assert [(c.new_kind, c.new) for c in changes if c.kind != "removed"] == [
        (block.kind, block.text) for block in after
    ]
    assert side(changes, "removed") == [change.old for change in changes]
    assert side(changes, "added") == [change.new for change in changes]


@given(bodies)
def test_a_body_is_the_same_as_itself(body: str) -> None:
    changes = compare_blocks(body, body)
    assert all(change.kind == "same" and not change.links for change in changes)
    assert all(op == "same" for change in changes for op, _ in change.words)


@given(bodies, bodies)
def test_only_equal_bodies_have_no_change(old: str, new: str) -> None:
    assert all(change.kind == "same" for change in compare_blocks(old, new)) == (old == new)


@given(lines, lines)
def test_neighbouring_words_with_one_op_are_one_piece(old: str, new: str) -> None:
    for change in compare_lines(old, new):
        ops = [op for op, _ in change.words]
        assert all(one != other for one, other in pairwise(ops))
        assert all(text for _, text in change.words)


def test_words_are_whole() -> None:
    (change,) = compare_lines("Huyện có 11/12 xã đạt chuẩn, nông thôn", "Huyện có 12/12 xã đạt chuẩn nông thôn mới")
    assert change.kind == "changed"
    assert change.words == (
        ("same", "Huyện có"),
        ("removed", " 11/12"),
        ("added", " 12/12"),
        ("same", " xã đạt chuẩn"),
        ("removed", ","),
        ("same", " nông thôn"),
        ("added", " mới"),
    )


def test_a_syllable_with_another_tone_is_another_word() -> None:
    (change,) = compare_lines("Hội đồng thẩm định tinh", "Hội đồng thẩm định tỉnh")
    assert change.words == (("same", "Hội đồng thẩm định"), ("removed", " tinh"), ("added", " tỉnh"))


def test_a_paragraph_is_found_again_among_new_ones() -> None:
    old = "<p>Đường về xã đã thông.</p><p>Bà con phấn khởi đón Tết.</p>"
    new = "<p>Mưa lớn từ đêm qua.</p><p>Đường về xã đã thông xe.</p><p>Chợ phiên họp sớm.</p>"
    assert [(change.kind, change.old, change.new) for change in compare_blocks(old, new)] == [
        ("added", "", "Mưa lớn từ đêm qua."),
        ("changed", "Đường về xã đã thông.", "Đường về xã đã thông xe."),
        ("removed", "Bà con phấn khởi đón Tết.", ""),
        ("added", "", "Chợ phiên họp sớm."),
    ]


def test_a_paragraph_is_beside_the_one_it_became() -> None:
    """Not beside the first that has some words of it."""
    old = "<p>Sáng nay xã Sông Ray khánh thành cầu mới.</p>"
    new = "<p>Sáng nay xã Sông Ray mưa to lắm.</p><p>Sáng nay xã Sông Ray khánh thành cầu.</p>"
    assert [change.kind for change in compare_blocks(old, new)] == ["added", "changed"]
    assert [change.kind for change in compare_blocks(new, old)] == ["removed", "changed"]


def test_a_link_that_leads_elsewhere_is_a_change() -> None:
    old, new = '<p>Xem <a href="https://a.vn/?x=1&amp;y=2">đây</a>.</p>', '<p>Xem <a href="https://b.vn/">đây</a>.</p>'
    (change,) = compare_blocks(old, new)
    assert change.kind == "changed"
    assert change.words == (("same", "Xem đây."),)
    assert change.links == (("removed", "https://a.vn/?x=1&y=2"), ("added", "https://b.vn/"))
    (added,) = compare_blocks("", new)
    assert added.links == (("added", "https://b.vn/"),)


def test_marks_and_kinds_are_changes() -> None:
    (bold,) = compare_blocks("<p>Một hai</p>", "<p>Một <strong>hai</strong></p>")
    assert (bold.kind, bold.words) == ("changed", (("same", "Một hai"),))
    (heading,) = compare_blocks("<p>Một hai</p>", "<h2>Một hai</h2>")
    assert (heading.kind, heading.old_kind, heading.new_kind) == ("changed", "p", "h2")


def test_lines_that_stay_are_the_same() -> None:
    changes = compare_lines("Văn Tường\nThu Hà", "Văn Tường\nThu Hà\nMinh Anh")
    assert [(change.kind, change.new) for change in changes] == [
        ("same", "Văn Tường"),
        ("same", "Thu Hà"),
        ("added", "Minh Anh"),
    ]
    assert compare_lines("", "") == []


def test_hostile_texts_are_compared_too() -> None:
    """A plain difflib is busy with each of the first three for minutes."""
    dice = random.Random(3)
    for alphabet, length in (("a", 30_000), ("ab", 30_000), ("abcdefgh", 60_000)):
        old, new = (" ".join(dice.choices(alphabet, k=length)) for _ in range(2))
        (change,) = compare_lines(old, f"x {new}")
        assert side([change], "removed") == [old]
        assert side([change], "added") == [f"x {new}"]
    paragraphs = ["".join(f"<p>{' '.join(dice.choices('abc', k=9))}</p>" for _ in range(2_000)) for _ in range(2)]
    changes = compare_blocks(*paragraphs)
    assert side(changes, "added") == [change.new for change in changes]
    assert [change.new for change in changes if change.kind != "removed"] == markup.to_text(paragraphs[1]).split("\n\n")

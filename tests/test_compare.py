"""Comparing two texts: nothing of either is lost, and people find the change where it is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from editorial import markup
from editorial.compare import ADDED, CHANGED, MOST_WORDS, REMOVED, SAME, compare_blocks, compare_lines

words = st.lists(st.sampled_from(["lúa", "đường", "Khe", "Trăng", "640", "ha", "và", "\n", " ", "."]), max_size=12).map(" ".join)
bodies = st.lists(words, max_size=6).map(lambda blocks: markup.clean("".join(f"<p>{block}</p>" for block in blocks)))


@given(words, words)
def test_the_words_of_both_texts_are_all_there(old: str, new: str) -> None:
    runs = compare_lines(old, new)
    assert "".join(text for op, text in runs if op != ADDED) == old
    assert "".join(text for op, text in runs if op != REMOVED) == new


@given(bodies, bodies)
def test_the_blocks_of_both_bodies_are_all_there_in_order(old: str, new: str) -> None:
    changes = compare_blocks(old, new)
    assert [c.old for c in changes if c.kind != ADDED] == [block.text for block in markup.blocks(old)]
    assert [c.new for c in changes if c.kind != REMOVED] == [block.text for block in markup.blocks(new)]
    for change in changes:
        assert "".join(text for op, text in change.words if op != ADDED) == change.old
        assert "".join(text for op, text in change.words if op != REMOVED) == change.new


@given(bodies)
def test_a_text_compared_with_itself_is_the_same(body: str) -> None:
    assert {change.kind for change in compare_blocks(body, body)} <= {SAME}


def test_a_changed_word_is_shown_within_its_paragraph() -> None:
    old = "<h2>Mùa vụ</h2>\n<p>Toàn xã gặt xong 640 ha lúa.</p>\n<p>Giá lúa ổn định.</p>"
    new = "<h2>Mùa vụ</h2>\n<p>Toàn xã gặt xong 650 ha lúa.</p>\n<p>Giá lúa ổn định.</p>"
    first, second, third = compare_blocks(old, new)
    assert (first.kind, second.kind, third.kind) == (SAME, CHANGED, SAME)
    assert second.words == [
        (SAME, "Toàn xã gặt xong "),
        (REMOVED, "640"),
        (ADDED, "650"),
        (SAME, " ha lúa."),
    ]


def test_another_paragraph_is_not_taken_for_a_changed_one() -> None:
    changes = compare_blocks("<p>Toàn xã gặt xong.</p>", "<p>Chiều nay trời mưa to ở đầu nguồn.</p>")
    assert [change.kind for change in changes] == [REMOVED, ADDED]


def test_an_inserted_paragraph_leaves_its_neighbours_alone() -> None:
    old = "<p>Đoạn một nói về lúa.</p>\n<p>Đoạn hai nói về đường.</p>"
    new = "<p>Đoạn một nói về lúa mùa.</p>\n<p>Một tin khác hẳn.</p>\n<p>Đoạn hai nói về đường.</p>"
    assert [change.kind for change in compare_blocks(old, new)] == [CHANGED, ADDED, SAME]


def test_a_paragraph_that_became_a_heading_is_a_change_without_changed_words() -> None:
    (change,) = compare_blocks("<p>Ba bài học</p>", "<h2>Ba bài học</h2>")
    assert (change.kind, change.block, change.words) == (CHANGED, "h2", [(SAME, "Ba bài học")])


def test_a_block_beyond_all_measure_is_compared_as_a_whole() -> None:
    old, new = "à " * (MOST_WORDS + 1), "á " * (MOST_WORDS + 1)
    assert compare_lines(old, new) == [(REMOVED, old), (ADDED, new)]
    assert compare_lines(old, old) == [(SAME, old)]

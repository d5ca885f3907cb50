"""The readers' search: what counts as the same word, what ranks above what, and that nothing hidden is ever found.

Every test runs on both databases against expectations written here: so they find the same, in the same order.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text, update

from editorial import articles, search, vietnamese
from editorial.db import LARGEST_ID, at, db
from editorial.models import Article, ArticleStanding, Edition, SearchEntry, SearchWord, Section, User
from editorial.search import Filters
from editorial.search.excerpts import excerpt, marked
from editorial.search.index import place
from editorial.search.tokens import MOST_TOKENS, MOST_WORDS, parse, prepare
from editorial.workflow import State
from tests import factories
from tests.factories import Made, Person, text_of

NEW_YEAR = datetime(2026, 1, 1, 5, tzinfo=UTC)
ANY = Filters()
SYLLABLES = [
    "hòa",
    "hoà",
    "hoa",
    "hóa",
    "thủy",
    "thuỷ",
    "quý",
    "đường",
    "duong",
    "dương",
    "Đồng",
    "Nai",
    "nông",
    "thôn",
    "mới",
    "khoẻ",
    "khỏe",
    "già",
    "nghĩa",
    "ĐƯỜNG",
    "97",
    "15",
]

Publish = Callable[..., Made]
Cast = dict[str, Person]


@pytest.fixture
def publish(context: None, cast: Cast) -> Publish:
    """A published article: `publish(3, "Bài ba")` came out three hours after New Year."""

    def make(hours: float, title: str = "Tin trong xã", body: str = "Không có gì thêm.", **parts: Any) -> Made:
        usual: dict[str, Any] = {
            "title": title,
            "lede": "Vài lời dẫn.",
            "body": f"<p>{body}</p>",
            "bylines": ["Hoài An"],
        }
        with at(NEW_YEAR + timedelta(hours=hours)):
            return factories.make_edition("published", author=cast["nora"], **(usual | parts))

    return make


def found(query: str, filters: Filters = ANY, page: int = 1) -> list[str]:
    return [item.teaser.title for item in search.find(query, filters, page).items]


def suggested(query: str, filters: Filters = ANY) -> list[str]:
    return [suggestion.text for suggestion in search.suggestions(search.find(query, filters).query, filters)]


# --- one form for what is the same ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hòa bình", "hoà bình"),
        ("Thủy", "thuỷ"),
        ("khỏe", "khoẻ"),
        ("quý", "qúy"),
        ("nghĩa", "nghiã"),
        ("ĐƯỜNG", "đường"),
        ("Ðồng", "đồng"),  # with the letter of Iceland, as old keyboards have it
        (unicodedata.normalize("NFD", "Đắk Lắk"), "Đắk Lắk"),
        ("a\u0301\u0302n", "ấn"),  # the tone typed before the shape
    ],
)
def test_spellings_of_one_word_have_one_key(one: str, other: str) -> None:
    assert vietnamese.search_key(one) == vietnamese.search_key(other)


@pytest.mark.parametrize(("one", "other"), [("hòa", "hóa"), ("đường", "dường"), ("đường", "đương"), ("mơ", "mo")])
def test_different_words_have_different_keys(one: str, other: str) -> None:
    assert vietnamese.search_key(one) != vietnamese.search_key(other)
    assert one != other


@given(st.text())
def test_a_key_of_a_key_is_itself(anything: str) -> None:
    key = vietnamese.search_key(anything)
    assert vietnamese.search_key(key) == key
    assert vietnamese.folded_key(vietnamese.folded_key(anything)) == vietnamese.folded_key(anything)


@given(st.text())
def test_keys_do_not_ask_in_which_form_of_unicode_a_text_came(anything: str) -> None:
    for form in ("NFC", "NFD"):
        assert vietnamese.search_key(unicodedata.normalize(form, anything)) == vietnamese.search_key(
            unicodedata.normalize("NFC", anything)
        )


@given(st.text())
def test_words_with_one_key_are_the_same_without_marks(anything: str) -> None:
    """So whatever is found with its marks is found without them as well."""
    for word in vietnamese.words(vietnamese.tidy(anything)):
        assert vietnamese.folded_key(word.exact) == word.folded or len(word.exact) >= 40
        assert re.fullmatch(r"[^\W_]+", word.folded)


def test_a_key_is_no_text_to_be_shown(publish: Publish) -> None:
    """The key moves tones; what is stored keeps the spelling of its author."""
    publish(0, "Hoà thuận ở Thuỷ Hòa")
    assert found("hòa") == found("hoà") == ["Hoà thuận ở Thuỷ Hòa"]


# --- finding ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "dong nai",
        "đồng nai",
        "ĐỒNG NAI",
        "Dong Nai",
        unicodedata.normalize("NFD", "Đồng Nai"),
        "nai đồng",
        '"đồng nai"',
    ],
)
def test_with_marks_or_without_it_is_found(query: str, publish: Publish) -> None:
    publish(0, "Đoàn cán bộ Đồng Nai thăm xã")
    publish(1, "Tin khác")
    assert found(query) == ["Đoàn cán bộ Đồng Nai thăm xã"]


def test_duong_finds_duong(publish: Publish) -> None:
    publish(0, "Mở đường mới")
    assert found("duong") == ["Mở đường mới"]


def test_all_words_are_wanted(publish: Publish) -> None:
    publish(0, "Lúa đông xuân", "Nước về đồng")
    publish(1, "Lúa hè thu", "Nắng to")
    assert found("lúa nước") == ["Lúa đông xuân"]
    assert found("lúa") == ["Lúa hè thu", "Lúa đông xuân"]
    assert found("lúa nước nắng") == []


def test_what_was_typed_with_marks_ranks_above_what_was_not(publish: Publish) -> None:
    publish(0, "Chuyện thường", "Làm đường ở ấp Trung")
    publish(1, "Bình Dương họp")
    publish(2, "Đương đầu với hạn")
    assert found("đường") == ["Chuyện thường", "Đương đầu với hạn", "Bình Dương họp"]
    assert found("duong") == ["Đương đầu với hạn", "Bình Dương họp", "Chuyện thường"]


def test_title_then_lede_then_words_in_a_row_then_anywhere_and_the_newest_first(publish: Publish) -> None:
    publish(0, "Nước sạch về ấp")
    publish(1, "Nước sạch cho trường")
    publish(2, "Hai", lede="Đã có nước sạch.")
    publish(3, "Ba", "Có nước sạch rồi.")
    publish(4, "Bốn", "Sạch như nước.")
    publish(5, "Năm", "Nước trong và đường sạch.")
    expected = ["Nước sạch cho trường", "Nước sạch về ấp", "Hai", "Ba", "Năm", "Bốn"]
    assert found("nước sạch") == expected
    assert found("nuoc sach") == expected


def test_words_in_quotation_marks_follow_each_other(publish: Publish) -> None:
    publish(0, "Một", "Xây dựng nông thôn mới ở xã")
    publish(1, "Hai", "Nông dân ở thôn có máy mới")
    publish(2, "Ba", "Người nông thôn đông. Ở thôn mới có điện")  # each pair of words, but never the three
    publish(3, "Bốn", "Chuyện nông thôn</p><p>Mới sáng nay")
    assert found('"nông thôn mới"') == found("“nong thon moi”") == found("«nông thôn mới»") == ["Một"]
    publish(-1, "Không", "Đi xây dựng nông thôn. Dựng nông thôn mới")  # each three of words, but never the four
    assert found('"xây dựng nông thôn mới"') == found('"xay dung nong thon moi" xã') == ["Một"]
    assert found('"thôn mới"') == ["Ba", "Một", "Không"]
    assert found('"thon moi" dien') == ["Ba"]
    assert found('nông thôn "mới') == ["Ba", "Một", "Không", "Bốn", "Hai"], "a mark without its other is none"
    assert found('"mới thôn"') == []


def test_a_number_is_found_as_it_is_written(publish: Publish) -> None:
    publish(0, "Nghị quyết", "Theo Nghị quyết 15/2026/NQ-HĐND, mức hỗ trợ là 97,5%.")
    publish(1, "Hội đồng nhân dân", "HĐND họp ngày 15. Nghị quyết số 2026 của NQ")
    assert found("15/2026/NQ-HĐND") == found("15/2026/nq-hdnd") == ["Nghị quyết"]
    assert found("97,5") == ["Nghị quyết"]


def test_bylines_captions_and_keywords_are_found(publish: Publish) -> None:
    publish(0, "Một", bylines=["Bút Sen"], tags=["chuyển đổi số"])
    assert found("bút sen") == found("chuyen doi so") == ["Một"]


def test_the_last_word_may_be_a_beginning_where_it_is_no_word(publish: Publish) -> None:
    publish(0, "Xe chở phương tiện")
    publish(1, "Chở phượng về")
    publish(2, "Chở phân")
    results = search.find("chở phư", ANY)
    assert [item.teaser.title for item in results.items] == ["Chở phượng về", "Xe chở phương tiện"]
    assert results.begun == "phu"
    publish(3, "Chở phụ")
    assert found("chở phư") == ["Chở phụ"], "whole words go first"
    assert found("chở x") == ["Xe chở phương tiện"] or not found("chở x")
    assert found("p") == []


def test_filters_by_section(publish: Publish) -> None:
    publish(0, "Chợ phiên", section="kinh-te")
    publish(1, "Chợ quê", section="van-hoa")
    number = {slug: n for n, slug in db.session.execute(select(Section.id, Section.slug))}
    assert found("chợ", Filters((number["kinh-te"],))) == ["Chợ phiên"]
    assert found("chợ", Filters((number["kinh-te"], number["van-hoa"]))) == ["Chợ quê", "Chợ phiên"]
    assert found("chợ", Filters((number["cai-cach"],))) == []
    assert suggested("chợ", Filters((number["cai-cach"],))) == ["chợ"]


def test_filters_by_day_in_vietnam(publish: Publish) -> None:
    publish(-12.5, "Chợ đêm cuối năm")  # half past eleven in Vietnam
    publish(-11.5, "Chợ đầu năm")
    publish(100, "Chợ Tết")
    assert found("chợ", Filters(since=date(2026, 1, 1))) == ["Chợ Tết", "Chợ đầu năm"]
    assert found("chợ", Filters(until=date(2025, 12, 31))) == ["Chợ đêm cuối năm"]
    assert found("chợ", Filters(since=date(2026, 1, 1), until=date(2026, 1, 1))) == ["Chợ đầu năm"]
    assert found("chợ", Filters(since=date(2026, 1, 2), until=date(2026, 1, 1))) == []
    assert found("chợ", Filters(since=date(1990, 1, 1), until=date(2100, 12, 31))) == found("chợ")


def test_places_follow_the_time_then_the_number() -> None:
    later = NEW_YEAR + timedelta(seconds=1)
    assert place(NEW_YEAR, 1) < place(NEW_YEAR, LARGEST_ID) < place(later, 1)
    assert place(datetime(2105, 1, 1, tzinfo=UTC), LARGEST_ID) < 2**63


def test_pages_go_on_where_the_one_before_ended(publish: Publish) -> None:
    for n in range(45):
        publish(n, f"Chợ {n}" if n % 3 else f"Tin {n}", "Bà con đi chợ.")
    pages = [found("chợ", page=page) for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [20, 20, 5, 0]
    every = [title for page in pages for title in page]
    assert every == [f"Chợ {n}" for n in range(44, -1, -1) if n % 3] + [f"Tin {n}" for n in range(42, -1, -3)]
    assert search.find("chợ", ANY, 2).total == 45


def test_more_than_can_be_paged_through_are_not_counted(publish: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search.finding, "MOST", 25)
    for n in range(26):
        publish(n, f"Chợ {n}")
    results = search.find("chợ", ANY, 2)
    assert (results.total, results.more, results.pages, len(results.items)) == (25, True, 2, 5)
    assert not search.find("chợ 3", ANY).more


def test_a_long_text_and_a_strange_one_are_indexed(publish: Publish) -> None:
    many = " ".join(f"từ{n}" for n in range(MOST_WORDS + 500))
    publish(0, "Dài", many[:380_000])
    assert found("từ7") == ["Dài"]
    publish(1, "Một chữ rất dài", "ơ" * 5000)
    assert found("ơ" * 200) == ["Một chữ rất dài"]
    publish(2, "Lạ", "Ω 中文字 🙂 İstanbul ½ m² ﬁ Straße e\u0301\u0301 x\u0301y")
    for query in ("中文字", "istanbul", "strasse", "fi", "Ω"):
        assert found(query) == ["Lạ"], query


def test_tokens_fit_into_a_row_of_either_database() -> None:
    body = "<p>" + " ".join(f"{n:x}" + "ữ" * 30 for n in range(12_000)) + "</p>"
    prepared = prepare(text_of(body=body), 1)
    assert 0.9 * MOST_TOKENS < sum(len(token.encode()) for token in prepared.tokens) <= MOST_TOKENS


# --- what is hidden ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", State)
def test_nothing_is_found_in_any_other_state(state: State, context: None, cast: Cast, publish: Publish) -> None:
    publish(0)
    factories.make_edition(state, author=cast["nora"], title="Zebra bí mật", lede="Khuất.", body="<p>Quỷ xyzzy</p>")
    public = state is State.PUBLISHED
    for query in ("zebra", "zebra bí mật", "xyzzy", "zeb"):
        assert bool(search.find(query, ANY).total) is public, query
    assert bool(suggested("zebre")) is public


@pytest.mark.parametrize("standing", [ArticleStanding.HELD, ArticleStanding.WITHDRAWN])
def test_nothing_is_found_of_what_stands_live_no_more(standing: ArticleStanding, publish: Publish) -> None:
    """Not even when the index still has it: neither counted, nor suggested."""
    made = publish(0, "Zebra bí mật", "Quỷ xyzzy nông thôn mới")
    publish(1)
    assert found("zebra")
    db.session.execute(update(Article).where(Article.id == made.article_id).values(standing=standing))
    for query in ("zebra", "xyzzy", '"nông thôn mới"', "zeb"):
        results = search.find(query, ANY)
        assert (results.total, results.items) == (0, []), query
        assert suggested(query) == []
    assert suggested("zebre") == []


def test_what_the_index_holds_of_a_former_text_finds_nothing(publish: Publish, cast: Cast) -> None:
    made = publish(0, "Bản cũ", "từ xyzzy")
    factories.make_update(made, author=cast["nora"], state="review", title="Bản mới", body="<p>từ plugh</p>")
    assert found("plugh") == []
    assert found("xyzzy") == ["Bản cũ"]
    waiting = db.session.scalars(select(Edition).where(Edition.state == State.REVIEW)).one()
    before = db.session.execute(select(SearchEntry.place)).all()
    articles.move(waiting, "publish", by=db.session.get_one(User, cast["petra"].id), seen=waiting.head.digest)
    assert found("xyzzy") == []
    assert found("plugh") == ["Bản mới"]
    assert db.session.execute(select(SearchEntry.place)).all() == before
    assert "xyzzy" not in db.session.scalars(select(SearchWord.word)).all()
    db.session.execute(update(SearchEntry).values(edition_id=made.id))  # an entry of another text than the live one
    assert found("plugh") == []


def test_what_is_removed_leaves_nothing_behind(publish: Publish) -> None:
    keeps, goes = publish(0, "Chợ quê"), publish(1, "Chợ zebra")
    words = dict(db.session.execute(select(SearchWord.word, SearchWord.articles)).all())
    assert words["chợ"] == 2
    search.remove(goes.article_id)
    search.remove(goes.article_id)
    assert found("chợ") == ["Chợ quê"]
    left = dict(db.session.execute(select(SearchWord.word, SearchWord.articles)).all())
    assert left["chợ"] == 1
    assert "zebra" not in left
    search.remove(keeps.article_id)
    assert db.session.execute(select(SearchWord.word)).all() == []
    assert db.session.execute(text("SELECT count(*) FROM search_tokens")).scalar_one() == 0


def test_rebuilt_the_index_is_what_acts_made_of_it(publish: Publish, cast: Cast) -> None:
    for n, word in enumerate(SYLLABLES):
        publish(n, f"Bài {word}", " ".join(SYLLABLES[n:]))
    factories.make_edition("review", author=cast["nora"], title="Bài chờ")

    def all_of_it() -> tuple[object, ...]:
        entries = select(SearchEntry.place, SearchEntry.edition_id, SearchEntry.words).order_by(SearchEntry.place)
        words = select(SearchWord.word, SearchWord.folded, SearchWord.articles).order_by(SearchWord.word)
        return db.session.execute(entries).all(), db.session.execute(words).all(), [found(word) for word in SYLLABLES]

    made = all_of_it()
    assert search.lacking() == 0
    db.session.execute(delete(SearchEntry))
    assert search.is_empty()
    assert search.lacking() == len(SYLLABLES)
    assert search.rebuild() == len(SYLLABLES)
    assert all_of_it() == made
    assert search.lacking() == 0


def test_an_act_that_fails_leaves_the_index_as_it_was(publish: Publish, cast: Cast) -> None:
    publish(0)
    waiting = factories.make_edition("review", author=cast["nora"], title="Zebra")
    edition = db.session.get_one(Edition, waiting.id)
    paul = db.session.get_one(User, cast["paul"].id)
    with pytest.raises(articles.Stale):
        articles.move(edition, "publish", by=paul, seen="0" * 64)
    db.session.rollback()
    assert found("zebra") == []
    articles.move(db.session.get_one(Edition, waiting.id), "publish", by=paul, seen=waiting.digest)
    assert found("zebra") == ["Zebra"]


# --- bad and strange queries ------------------------------------------------------------------------------------------

STRANGE = [
    "",
    " ",
    "...!?",
    '"',
    '""""',
    "AND OR NOT NEAR",
    "chợ AND",
    "NEAR(chợ quê, 2)",
    "*",
    "ch*",
    "^chợ",
    "title:chợ",
    "(((",
    '")) OR (("',
    "'; DROP TABLE article; --",
    "' | 'a':* & !b <-> c",
    "\\",
    "chợ\x00quê",
    "%",
    "_",
    "s¦1",
    "t¦chợ",
    "chợ·quê",
    "{tokens}: chợ",
    "\ud800",
    "\u200b\ufeff",
    "١٢٣",
    "🙂",
]


@pytest.mark.parametrize("query", STRANGE)
def test_no_query_breaks_it(query: str, publish: Publish) -> None:
    publish(0, "Chợ quê")
    results = search.find(query, ANY)
    search.suggestions(results.query, ANY)
    assert results.total == (1 if set(parse(query).words) and query in ("ch*", "^chợ", "chợ·quê") else 0)


@given(st.text(max_size=300) | st.lists(st.sampled_from([*SYLLABLES, *STRANGE, "chợ"]), max_size=9).map(" ".join))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_is_typed_gets_an_answer(publish: Publish, query: str) -> None:
    if search.is_empty():
        publish(0, "Chợ quê " + " ".join(SYLLABLES))
    try:
        results = search.find(query, ANY)
    except search.TooMuch:
        return
    if not results.total:
        search.suggestions(results.query, ANY)
    for item in results.items:
        assert "".join(piece.text for piece in item.title) == item.teaser.title


@given(st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=6), st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_text_is_found_by_any_of_its_words_with_marks_and_without(
    publish: Publish, words: list[str], data: st.DataObject
) -> None:
    title = " ".join(words)
    made = publish(0, title)
    some = " ".join(data.draw(st.lists(st.sampled_from(words), min_size=1, max_size=4)))
    start = data.draw(st.integers(0, len(words) - 1))
    for query in (some, vietnamese.fold(some), f'"{" ".join(words[start:])}"'):
        assert title in found(query), query
    search.remove(made.article_id)
    db.session.execute(update(Article).values(standing=ArticleStanding.WITHDRAWN))


def test_what_is_longer_than_any_title_is_refused(publish: Publish) -> None:
    title = "Khe Trăng " * 19
    publish(0, title.strip())
    assert found(title) == [title.strip()]
    assert found('"' + title + '"') == [title.strip()]
    for query in ("a" * 301, "chợ " * 1250, " ".join(map(str, range(65)))):
        with pytest.raises(search.TooMuch):
            search.find(query, ANY)
    words = " ".join(f"a{n}" for n in range(search.MOST_WORDS))
    assert found(words[:300]) == []


# --- what to try instead ----------------------------------------------------------------------------------------------


def test_the_nearest_known_word_is_suggested(publish: Publish) -> None:
    publish(0, "Xây dựng nông thôn mới", "Người dân đi thăm")
    publish(1, "Tham quan vườn dừa", "Tham gia, tham khảo")
    assert suggested("nong thn moi")[0] == "nong thon moi"
    assert suggested("nông thônn mới")[0] == "nông thôn mới"
    assert suggested("nongthon")[0] == "nong thon"
    assert suggested("duwaf") == []
    assert suggested("xqzt") == []


def test_less_is_suggested_where_all_words_are_known(publish: Publish) -> None:
    publish(0, "Chợ quê", "Chợ ở ấp Trung")
    publish(1, "Vườn dừa", "Đường vào ấp Trung")
    assert suggested('"quê chợ"')[0] == "quê chợ"
    assert "chợ" in suggested("chợ vườn") or "vườn" in suggested("chợ vườn")
    assert suggested("chợ", Filters(until=date(2020, 1, 1))) == ["chợ"]


# --- what is marked ---------------------------------------------------------------------------------------------------


def shown(pieces: Iterable[search.Piece]) -> str:
    return "".join(f"[{piece.text}]" if piece.marked else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("query", "exact", "said"),
    [
        ("hòa", True, "[Hoà] thuận, hóa ra Hoa về [HÒA] Bình"),
        ("hoa", False, "[Hoà] thuận, [hóa] ra [Hoa] về [HÒA] Bình"),
        ('"hòa bình"', False, "Hoà thuận, hóa ra Hoa về [HÒA Bình]"),
        ("thuận hóa", True, "Hoà [thuận], [hóa] ra Hoa về HÒA Bình"),
        ("ho", False, "Hoà thuận, hóa ra Hoa về HÒA Bình"),
    ],
)
def test_the_words_are_marked_in_their_own_spelling(query: str, exact: bool, said: str) -> None:
    assert shown(marked("Hoà thuận, hóa ra Hoa về HÒA Bình", parse(query), exact)) == said


def test_the_lines_are_those_where_the_words_stand_together() -> None:
    body = "<p>" + "Đầu bài có chợ. " + "Không gì cả. " * 60 + "Sáng nay <strong>chợ</strong> quê họp &amp; vui.</p>"
    said = shown(excerpt("Dẫn ra chợ.", body, parse("chợ quê"), True))
    assert said.startswith("… ")
    assert said.endswith("Sáng nay [chợ] [quê] họp & vui.")
    early = shown(excerpt("Dẫn.", body, parse("đầu"), True))
    assert early.startswith("[Đầu] bài có chợ.")
    assert early.endswith(" …")
    assert len(early) < 300
    assert shown(excerpt("Lời dẫn có chợ.", body, parse("chợ"), True)) == "Lời dẫn có [chợ]."
    assert shown(excerpt("Dẫn.", body, parse("vắng"), True)) == "Dẫn."


@given(st.text(max_size=200), st.text(max_size=30))
def test_an_excerpt_is_made_of_the_text(body: str, query: str) -> None:
    for exact in (True, False):
        title = marked(body, parse(query), exact)
        assert "".join(piece.text for piece in title) == body
        assert excerpt("", body, parse(query), exact) is not None

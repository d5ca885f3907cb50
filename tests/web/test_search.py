"""The search page: its form, what it shows of what was found, and its answers to whatever is typed into the address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import event, update

from editorial.db import db, writing
from editorial.models import Article, ArticleStanding, Section
from editorial.workflow import State
from tests.factories import Made, Person

Cast = dict[str, Person]
Make = Callable[..., Made]


def page_of(client: FlaskClient, expect: int = 200, root: str = "", **asked: Any) -> Any:
    given = {name.replace("_", "-"): value for name, value in asked.items()}
    answer = client.get(f"{root}/tim-kiem?{urlencode(given)}")
    assert answer.status_code == expect, answer.text
    return html.fromstring(answer.text)


def titles(page: Any) -> list[str]:
    return [title.text_content() for title in page.cssselect("main .teaser__title")]


def words(page: Any) -> str:
    return " ".join(page.cssselect("main")[0].text_content().split())


@pytest.fixture
def market(cast: Cast, make_edition: Make) -> Made:
    return make_edition(
        "published",
        author=cast["nora"],
        title="Chợ Đồng Nai <họp> & vui",
        lede="Bà con về đông.",
        body="<p>Ai cũng đi chợ, mua <strong>rau</strong> &lt;sạch&gt; ở ấp Trung.</p>",
        section="van-hoa",
    )


def test_without_a_question_it_is_a_form(client: FlaskClient) -> None:
    page = page_of(client)
    form = page.cssselect("main form[role=search]")[0]
    assert (form.get("method"), form.get("action")) == ("get", "/tim-kiem")
    for field in form.cssselect("input, select"):
        assert page.cssselect(f'label[for="{field.get("id")}"]'), field.get("name")
    assert [field.get("name") for field in form.cssselect("input, select")] == ["q", "chuyen-muc", "tu", "den"]
    assert not page.cssselect("[role=status]")
    assert page.cssselect("meta[name=robots]")[0].get("content") == "noindex"


def test_what_was_found_is_marked_and_nothing_of_a_text_becomes_markup(client: FlaskClient, market: Made) -> None:
    for query in ("dong nai rau sach", "đồng nai rau sạch", "CHỢ đồng nai RAU sạch"):
        page = page_of(client, q=query)
        assert titles(page) == ["Chợ Đồng Nai <họp> & vui"], query
        marks = [mark.text_content() for mark in page.cssselect("main .teaser mark")]
        assert marks[-2:] == ["rau", "sạch"]
        assert {"Đồng", "Nai"} <= set(marks)
        assert not page.cssselect("main .teaser strong")
        assert "mua rau <sạch> ở ấp Trung." in words(page)
    assert page.cssselect(".teaser__title a")[0].get("href") == f"/tin/{market.article_id}/{market.slug}"
    assert "Tìm thấy 1 bài." in words(page)


def test_what_was_asked_stands_in_the_form_again(client: FlaskClient, market: Made) -> None:
    asked: dict[str, Any] = {
        "q": 'chợ "đồng nai" <b>',
        "chuyen_muc": "van-hoa",
        "tu": "2026-01-01",
        "den": "2100-12-31",
    }
    page = page_of(client, **asked)
    form = page.cssselect("main form")[0]
    assert form.cssselect("[name=q]")[0].get("value") == asked["q"]
    assert form.cssselect("option[selected]")[0].get("value") == "van-hoa"
    assert [form.cssselect(f"[name={name}]")[0].get("value") for name in ("tu", "den")] == ["2026-01-01", "2100-12-31"]


def test_filters(client: FlaskClient, market: Made) -> None:
    assert titles(page_of(client, q="chợ", chuyen_muc="van-hoa"))
    assert not titles(page_of(client, q="chợ", chuyen_muc="kinh-te"))
    assert titles(page_of(client, q="chợ", tu="2026-01-01"))
    assert titles(page_of(client, q="chợ", tu="01/01/2020", den="31/12/2100"))
    assert not titles(page_of(client, q="chợ", den="1999-12-31"))


def test_a_section_holds_those_below_it(app: Flask, client: FlaskClient, market: Made) -> None:
    with app.app_context(), writing():
        above = db.session.query(Section).filter_by(slug="kinh-te").one()
        db.session.query(Section).filter_by(slug="van-hoa").update({"parent_id": above.id})
        db.session.commit()
    assert titles(page_of(client, q="chợ", chuyen_muc="kinh-te"))


def test_pages_keep_what_was_asked(client: FlaskClient, cast: Cast, make_edition: Make) -> None:
    for n in range(21):
        make_edition("published", author=cast["nora"], title=f"Chợ phiên {n}")
    first = page_of(client, q="chợ phiên", chuyen_muc="kinh-te")
    assert len(titles(first)) == 20
    following = first.cssselect("nav.pages a[rel=next]")[0].get("href")
    assert following == "/tim-kiem?q=" + quote("chợ") + "+" + quote("phiên") + "&chuyen-muc=kinh-te&trang=2"
    second = html.fromstring(client.get(following).text)
    assert titles(second) == ["Chợ phiên 0"]
    assert second.cssselect("main ol.list")[0].get("start") == "21"
    assert "trang" not in second.cssselect("nav.pages a[rel=prev]")[0].get("href")


def test_nothing_found_leads_on(client: FlaskClient, market: Made) -> None:
    page = page_of(client, q="dong naj")
    assert "Không bài nào chứa đủ các từ này" in words(page)
    suggested = page.cssselect("main .empty a")[0]
    assert suggested.text_content() == "dong nai"
    assert titles(html.fromstring(client.get(suggested.get("href")).text))
    assert page.cssselect(".search__sections a")[0].get("href") == "/chuyen-muc/kinh-te"


def test_a_suggestion_leaves_out_what_hides_the_article(client: FlaskClient, market: Made) -> None:
    link = page_of(client, q="chợ", chuyen_muc="kinh-te", den="1999-12-31").cssselect("main .empty a")[0]
    assert link.get("href") == "/tim-kiem?q=" + quote("chợ")


def test_the_beginning_of_a_word_is_said_to_be_one(client: FlaskClient, market: Made) -> None:
    page = page_of(client, q="tru")
    assert titles(page)
    assert "Không bài nào có từ “tru”." in words(page)


def test_the_box_is_on_every_page_and_on_errors(client: FlaskClient, market: Made) -> None:
    for path, status in (("/", 200), (f"/tin/{market.article_id}/{market.slug}", 200), ("/khong-co", 404)):
        answer = client.get(path)
        assert answer.status_code == status
        boxes = html.fromstring(answer.text).cssselect("form[role=search][action='/tim-kiem'] input[name=q]")
        assert len(boxes) == (2 if status == 404 else 1)
        assert len({box.get("id") for box in boxes}) == len(boxes)
    assert len(page_of(client).cssselect("form[role=search]")) == 1


def test_in_english_the_frame_is_english(client: FlaskClient, market: Made) -> None:
    page = page_of(client, root="/en", q="chợ")
    assert titles(page)
    assert "1 article found." in words(page)
    assert page.cssselect("main form")[0].get("action") == "/en/tim-kiem"
    assert page.cssselect(".teaser__title a")[0].get("href").startswith("/en/tin/")


@pytest.mark.parametrize(
    ("asked", "field", "says"),
    [
        ({"q": "x" * 5000}, "q", "nhiều nhất 64 chữ"),
        ({"q": "chợ " * 1250}, "q", "nhiều nhất 64 chữ"),
        ({"q": "chợ", "tu": "2026-02-30"}, "tu", "Không có ngày này"),
        ({"q": "chợ", "den": "hôm qua"}, "den", "Không có ngày này"),
        ({"q": "chợ", "den": "9999-12-31"}, "den", "Không có ngày này"),
        ({"q": "chợ", "tu": "0001-01-01"}, "tu", "Không có ngày này"),
        ({"q": "chợ", "tu": "2026-02-02", "den": "2026-02-01"}, "den", "Ngày cuối đứng trước"),
        ({"q": "chợ", "chuyen-muc": "khong-co"}, "chuyen-muc", "Không có chuyên mục này"),
        ({"q": "chợ", "chuyen-muc": "' OR 1=1 --"}, "chuyen-muc", "Không có chuyên mục này"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    asked: dict[str, str], field: str, says: str, client: FlaskClient, market: Made
) -> None:
    page = page_of(client, 400, **asked)
    wrong = page.cssselect("[aria-invalid=true]")
    assert [entry.get("name") for entry in wrong] == [field]
    said = [page.get_element_by_id(name).text_content() for name in wrong[0].get("aria-describedby").split()]
    assert says in said[-1]
    assert not titles(page)


@pytest.mark.parametrize(
    "query",
    [
        "?!…",
        "AND OR NOT NEAR",
        '")) OR ((" *',
        "'; DROP TABLE article; --",
        "^ : ( )",
        "' | !a <-> b:*",
        "%00",
        "\\",
        "🙂",
    ],
)
def test_what_is_no_word_finds_nothing_and_says_so(query: str, client: FlaskClient, market: Made) -> None:
    page = page_of(client, q=query)
    assert not titles(page)
    assert page.cssselect("main .empty[role=status]")
    assert titles(page_of(client, q="chợ"))


@pytest.mark.parametrize(
    "raw", ["q=%00", "q=a%00b", "q=%ff%fe", "q=%ED%A0%80", "q=ch%E1%BB%A3&q=x", "q[]=1", "tu=%00", "=", "&&"]
)
def test_no_bytes_break_it(raw: str, client: FlaskClient, market: Made) -> None:
    assert client.get(f"/tim-kiem?{raw}").status_code in (200, 400)


@pytest.mark.parametrize("number", ["0", "-1", "2", "51", "1000000000", "9" * 400, "x", "1.5", "٣", " 1"])
def test_a_page_that_is_none_is_not_found(number: str, client: FlaskClient, market: Made) -> None:
    answer = client.get("/tim-kiem", query_string={"q": "chợ", "trang": number})
    assert answer.status_code == 404
    assert "Tìm trong các bài viết" in answer.text


@pytest.mark.parametrize("state", [state for state in State if state is not State.PUBLISHED])
def test_a_text_that_is_not_public_is_not_found(
    state: State, client: FlaskClient, cast: Cast, make_edition: Make
) -> None:
    """Byte for byte the answer is what it was before the text was there."""
    asked = [f"/tim-kiem?q={quote(query)}" for query in ("zebra", "zebra bí mật", "zeb", "zebre")]
    before = [client.get(path).data for path in asked]
    make_edition(state, author=cast["nora"], title="Zebra bí mật", body="<p>Zebra</p>")
    assert [client.get(path).data for path in asked] == before


@pytest.mark.parametrize("standing", [ArticleStanding.HELD, ArticleStanding.WITHDRAWN])
def test_a_withdrawn_article_is_not_found(
    standing: ArticleStanding, app: Flask, client: FlaskClient, market: Made
) -> None:
    assert titles(page_of(client, q="đồng nai"))
    with app.app_context(), writing():
        db.session.execute(update(Article).where(Article.id == market.article_id).values(standing=standing))
        db.session.commit()
    page = page_of(client, q="đồng nai")
    assert not titles(page)
    assert "Tìm thấy" not in words(page)
    assert not page.cssselect("main .empty a[href*='q=']")


def test_a_page_of_results_asks_the_database_a_few_times(
    app: Flask, client: FlaskClient, cast: Cast, make_edition: Make
) -> None:
    for n in range(25):
        make_edition("published", author=cast["nora"], title=f"Chợ phiên {n}")
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    client.get("/tim-kiem")
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert len(titles(page_of(client, q="cho"))) == 20
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(asked) <= 10, asked


def test_staff_get_a_page_of_their_own(
    client: FlaskClient, cast: Cast, browse: Callable[..., Any], market: Made
) -> None:
    answer = browse(cast["nora"]).get("/tim-kiem?q=cho")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"

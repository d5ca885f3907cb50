"""What a reader finds round an article: its lists, its neighbours, ways of passing it on, the look that was chosen."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from editorial import topics
from editorial.db import at, db, writing
from editorial.models import Edition, User
from editorial.topics import Words
from editorial.web import look
from editorial.web.look import Look
from tests.conftest import Browser
from tests.factories import Made, Person
from tests.web.test_routes import statements

Browse = Callable[[Person], Browser]
Make = Callable[..., Made]
Cast = dict[str, Person]

NOON = datetime(2026, 2, 3, 5, tzinfo=UTC)


@pytest.fixture
def topic(app: Flask, cast: Cast) -> str:
    with app.app_context(), writing():
        words = Words("Nước về thôn", "Water for the hamlets", "Lời hứa và tiến độ.")
        return topics.begin(words, by=db.session.get_one(User, cast["edda"].id)).slug


@pytest.fixture
def story(cast: Cast, make_edition: Make, topic: str) -> Made:
    """The second of three articles of the same section and topic."""
    made = []
    for hour, title in enumerate(("Bài đầu", "Bài giữa", "Bài cuối")):
        with at(NOON.replace(hour=5 + hour)):
            parts = {"tags": ["Lúa nước", "gặt"], "bylines": ["Hoài An", "Minh Thư"], "topic": topic}
            made.append(make_edition("published", author=cast["nora"], title=title, **parts))
    return made[1]


def tree(client: FlaskClient, path: str) -> Any:
    got = client.get(path)
    assert got.status_code == 200, path
    return html.fromstring(got.text)


def links(page: Any, selector: str) -> dict[str, str]:
    return {" ".join(link.text_content().split()): link.get("href") for link in page.cssselect(selector)}


# --- round an article -------------------------------------------------------------------------------------------------


def test_an_article_leads_on(story: Made, client: FlaskClient) -> None:
    page = tree(client, f"/tin/{story.article_id}/{story.slug}")
    assert links(page, ".article__byline a") == {"Hoài An": "/tac-gia/hoai-an", "Minh Thư": "/tac-gia/minh-thu"}
    assert links(page, ".tags a") == {"Lúa nước": "/tu-khoa/lua-nuoc", "gặt": "/tu-khoa/gat"}
    assert links(page, ".thread .strap a") == {"Nước về thôn": "/dong-su-kien/nuoc-ve-thon"}
    assert [link.text for link in page.cssselect(".timeline a")] == ["Bài cuối", "Bài đầu"]
    assert [b.text for b in page.cssselect(".neighbours a[rel=prev] b")] == ["Bài đầu"]
    assert [b.text for b in page.cssselect(".neighbours a[rel=next] b")] == ["Bài cuối"]
    own = {link.get("href") for link in page.cssselect("main a[href^='/']")}
    assert {path: client.get(path).status_code for path in own} == dict.fromkeys(own, 200)


def test_it_is_passed_on_by_plain_links(story: Made, client: FlaskClient) -> None:
    path = f"/tin/{story.article_id}/{story.slug}"
    page = tree(client, path)
    address = f"http://localhost{path}"
    ways = links(page, ".sharing__ways a")
    assert list(ways) == ["Facebook", "Zalo", "X", "Thư điện tử"]
    asked = {name: parse_qs(urlsplit(way).query) for name, way in ways.items()}
    assert asked["Facebook"]["u"] == asked["X"]["url"] == [address]
    assert json.loads(base64.b64decode(asked["Zalo"]["d"][0])) == {"url": address}
    assert asked["Thư điện tử"] == {"subject": ["Bài giữa"], "body": [f"Bài giữa\n{address}"]}
    assert page.get_element_by_id("page-address").get("value") == address
    for button in page.cssselect("[data-print], [data-copy]"):
        assert button.get("hidden") is not None or button.getparent().get("hidden") is not None, "of use with a script"
    fetched = page.xpath("//script/@src | //img/@src | //link[@rel='stylesheet' or @rel='preload']/@href")
    assert all(source.startswith("/") for source in fetched)


# --- lists ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "heading", "english"),
    [
        ("/tu-khoa/lua-nuoc", "Lúa nước", "Lúa nước"),
        ("/tac-gia/hoai-an", "Hoài An", "Hoài An"),
        ("/dong-su-kien/nuoc-ve-thon", "Nước về thôn", "Water for the hamlets"),
        ("/luu-tru/2026/02/03", "Bài đăng Thứ Ba, ngày 03/02/2026", "Published on Tuesday, 3 February 2026"),
    ],
)
def test_a_list_names_itself_and_its_articles_newest_first(
    path: str, heading: str, english: str, story: Made, client: FlaskClient
) -> None:
    for root, spoken, count in (("", heading, "3 bài"), ("/en", english, "3 articles")):
        page = tree(client, root + path)
        assert page.xpath("normalize-space(//h1)") == spoken
        assert count in page.cssselect(".section__head")[0].text_content()
        shown = [link.text for link in page.cssselect("main .teaser__title a")]
        assert shown == ["Bài cuối", "Bài giữa", "Bài đầu"]
        assert page.xpath("//link[@rel='canonical']/@href") == [f"http://localhost{root}{path}"]
    assert client.get(f"{path}?trang=1").headers["Location"] == path
    for number in ("2", "0", "x", "9" * 12):
        assert client.get(f"{path}?trang={number}").status_code == 404


def test_a_month_is_a_calendar_whose_days_lead_to_articles(story: Made, client: FlaskClient) -> None:
    page = tree(client, "/luu-tru/2026/02")
    assert links(page, ".month a") == {"3 3 bài": "/luu-tru/2026/02/03"}
    rows = [["".join(cell.itertext()).strip() for cell in row.cssselect("td")] for row in page.cssselect("tbody tr")]
    assert rows[0][:6] == [""] * 6, "it begins on a Sunday"
    assert rows[0][6] == "1"
    assert len(rows) == 5
    assert links(tree(client, "/luu-tru"), ".year a") == {"tháng 02/2026": "/luu-tru/2026/02"}


def test_topics_with_articles_are_listed(story: Made, client: FlaskClient) -> None:
    assert links(tree(client, "/dong-su-kien"), "main h2 a") == {"Nước về thôn": "/dong-su-kien/nuoc-ve-thon"}


@pytest.mark.parametrize(
    "path",
    [
        "/tu-khoa/khong-co", "/tac-gia/nora", "/dong-su-kien/khong-co", "/tu-khoa/" + "x" * 5000,
        "/tu-khoa/%F0%9F%8C%BE",
        "/luu-tru/2026/02/31", "/luu-tru/2026/02/30", "/luu-tru/2026/13", "/luu-tru/2026/00", "/luu-tru/2026/2",
        "/luu-tru/0000/01/01", "/luu-tru/0001/01/01", "/luu-tru/9999/12/31", "/luu-tru/٢٠٢٦/02", "/luu-tru/2026/02/3",
        "/luu-tru/2026/02/04", "/luu-tru/2026/03", "/luu-tru/2026/01", "/luu-tru/1999/12", "/luu-tru/2026",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(path: str, story: Made, client: FlaskClient) -> None:
    assert client.get(path).status_code == 404


def test_an_empty_site_has_an_archive_and_topics_and_nothing_in_them(client: FlaskClient) -> None:
    for path in ("/luu-tru", "/dong-su-kien"):
        assert tree(client, path).cssselect(".empty")
    assert client.get("/luu-tru/2026/02").status_code == 404


def test_a_sitemap_tells_of_topics_authors_and_months(story: Made, client: FlaskClient) -> None:
    told = client.get("/sitemap.xml").text
    for path in ("/dong-su-kien", "/dong-su-kien/nuoc-ve-thon", "/tac-gia/hoai-an", "/luu-tru", "/luu-tru/2026/02"):
        assert f"<loc>http://localhost{path}</loc>" in told
    assert "/tu-khoa/" not in told


def test_what_names_are_made_of_runs_nowhere(cast: Cast, make_edition: Make, client: FlaskClient) -> None:
    sly = '"><script src=//x></script> {{ 7*7 }} ngày'
    made = make_edition("published", author=cast["nora"], bylines=[sly], tags=[sly])
    page = tree(client, f"/tin/{made.article_id}/{made.slug}")
    paths = [*links(page, ".article__byline a").values(), *links(page, ".tags a").values()]
    assert len(paths) == 2
    for path in paths:
        listed = tree(client, path)
        assert listed.xpath("normalize-space(//h1)") == sly
        assert not listed.xpath("//script[contains(@src, '//x')]")


# --- the desk ---------------------------------------------------------------------------------------------------------


def test_an_editor_keeps_topics_and_a_form_sent_twice_counts_once(app: Flask, cast: Cast, browse: Browse) -> None:
    edda = browse(cast["edda"])
    edda.get("/desk/topics")
    first = edda.post("/desk/topics", once="the-form", name="Đường mới", name_en="New roads")
    again = edda.post("/desk/topics", once="the-form", name="Đường mới", name_en="New roads")
    assert (first.status_code, first.location) == (again.status_code, again.location) == (302, "/desk/topics")
    page = edda.page("/desk/topics")
    (path,) = [link.get("href") for link in page.cssselect("main td a")]
    assert edda.post("/desk/topics", name="Đường mới").status_code == 422, "that name is taken"
    assert edda.post(path, name="Đường mới, cầu mới").status_code == 302
    assert "Đường mới, cầu mới" in edda.get("/desk/topics").text
    assert edda.post(path, name="").status_code == 422
    assert edda.get("/desk/topics/99").status_code == 404


@pytest.mark.parametrize("name", ["nora", "ada"])
def test_topics_are_not_everybodys(name: str, cast: Cast, browse: Browse, topic: str) -> None:
    browser = browse(cast[name])
    for path in ("/desk/topics", "/desk/topics/1"):
        assert browser.get(path).status_code == 403
        assert browser.post(path, name="Khác").status_code == 403
    assert "/desk/topics" not in browser.get("/desk/").text


def test_keywords_and_topic_are_written_on_the_writing_page(
    app: Flask, cast: Cast, browse: Browse, make_edition: Make, topic: str
) -> None:
    edition = make_edition("draft", author=cast["nora"])
    nora, path = browse(cast["nora"]), f"/desk/editions/{edition.id}/write"

    def form() -> dict[str, str]:
        fields = nora.page(path).cssselect("form.sheet")[0]
        return {
            name: (value or "").strip() for name, value in fields.form_values() if name not in ("csrf_token", "once")
        }

    kept = nora.post(path, **(form() | {"tags": "lúa, vụ mùa;\n lúa\nđông xuân", "topic": topic}))
    assert kept.status_code == 302
    with app.app_context():
        text = db.session.get_one(Edition, edition.id).head.manuscript
    assert (text.tags, text.topic) == (("lúa", "vụ mùa", "đông xuân"), topic)
    assert (form()["tags"], form()["topic"]) == ("lúa, vụ mùa, đông xuân", topic)
    compared = nora.page(f"/desk/editions/{edition.id}/compare").text_content()
    assert "Nước về thôn" in compared
    for wrong in ({"topic": "khong-co"}, {"tags": "x" * 61}):
        refused = nora.post(path, **(form() | wrong))
        assert refused.status_code == 422
        assert html.fromstring(refused.text).cssselect(f"#{next(iter(wrong))}[aria-invalid=true]")


# --- the look ---------------------------------------------------------------------------------------------------------


def choose(client: FlaskClient, path: str = "/giao-dien", **fields: str) -> Any:
    return client.post(path, data=fields)


def classes(client: FlaskClient, path: str = "/") -> str:
    return html.fromstring(client.get(path).text).get("class") or ""


def test_every_way_of_writing_a_look_is_the_one_way() -> None:
    for size in look.WORDS["size"]:
        for theme in look.WORDS["theme"]:
            made = Look(size=size, contrast="high", theme=theme)
            assert look.read(str(made)) == made
    assert str(look.USUAL) == ""
    for odd in (
        "high.large",
        "large.large",
        "large.",
        ".large",
        "LARGE",
        "large.smaller",
        "x",
        "large high",
        "large" * 99,
    ):
        assert look.read(odd) == look.USUAL, odd


def test_the_key_of_a_request_is_one_of_few_words() -> None:
    sent = {
        "editorial-look=large.dark": "large.dark",
        'a=b; editorial-look="high.red"; c=d': "high.red",
        "editorial-look=": "",
        "editorial-look=../../etc": "",
        "editorial-look=large%2Edark": "",
        "editorial-lookx=dark": "",
        "": "",
    }
    for cookie, key in sent.items():
        assert look.key({"HTTP_COOKIE": cookie}) == key, cookie
    assert look.key({}) == ""


def test_a_look_is_set_by_one_press_and_kept(client: FlaskClient) -> None:
    got = choose(client, size="large", next="/chuyen-muc/kinh-te?trang=1")
    assert (got.status_code, got.location) == (303, "/chuyen-muc/kinh-te?trang=1#giao-dien")
    cookie = got.headers["Set-Cookie"]
    for part in ("editorial-look=large;", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000"):
        assert part in cookie
    choose(client, mode="dark")
    choose(client, theme="red")
    assert classes(client) == classes(client, "/en/chuyen-muc/kinh-te") == "large dark red"
    choose(client, mode="")
    assert classes(client) == "large red"
    gone = choose(client, usual="1")
    assert "Max-Age=0" in gone.headers["Set-Cookie"]
    assert classes(client) == ""


def test_the_sizes_are_steps_with_an_end(client: FlaskClient) -> None:
    def buttons() -> list[tuple[str, bool]]:
        page = html.fromstring(client.get("/").text)
        found = page.cssselect(".look__sizes button")
        return [(button.get("value"), button.get("disabled") is not None) for button in found]

    assert buttons() == [("small", False), ("", False), ("large", False)]
    for _ in range(3):
        choose(client, size=buttons()[2][0])
    assert buttons() == [("larger", False), ("", False), ("largest", True)]


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", "x", "/\n/x"]
)
def test_it_leads_back_to_a_page_of_this_site_alone(elsewhere: str, client: FlaskClient) -> None:
    assert choose(client, mode="dark", next=elsewhere).location == "/#giao-dien"
    assert choose(client, "/en/giao-dien", mode="dark", next=elsewhere).location == "/en/#giao-dien"


def test_nothing_but_a_known_look_can_be_set(client: FlaskClient) -> None:
    for field, word in (("mode", "x"), ("theme", "red; Domain=evil.example"), ("size", "high"), ("session", "a")):
        got = choose(client, **{field: word})
        assert "editorial-look=;" in got.headers["Set-Cookie"], field
    assert client.get("/giao-dien").status_code == 405, "no link, preview or robot sets it"


def test_choosing_a_look_gives_no_session_and_asks_no_database(app: Flask, client: FlaskClient) -> None:
    with statements(app) as asked:
        got = choose(client, theme="blue")
    assert not asked
    assert [cookie.partition("=")[0] for cookie in got.headers.getlist("Set-Cookie")] == ["editorial-look"]
    assert got.headers["Cache-Control"] == "no-store"


def test_another_sites_form_sets_no_look(client: FlaskClient) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        got = client.post("/giao-dien", data={"mode": "dark"}, headers=headers)
        assert got.status_code == 403
        assert "Set-Cookie" not in got.headers


def test_a_page_is_kept_for_each_look_apart(story: Made, client: FlaskClient) -> None:
    path = f"/tin/{story.article_id}/{story.slug}"
    assert "Cookie" in client.get(path).headers["Vary"]
    usual = client.get(path).text
    choose(client, mode="dark")
    dark = client.get(path)
    assert html.fromstring(dark.text).get("class") == "dark"
    assert "public" in dark.headers["Cache-Control"], "whoever chose a look is nobody in particular"
    choose(client, usual="1")
    assert html.fromstring(client.get(path).text).get("class") is None
    assert html.fromstring(usual).get("class") is None

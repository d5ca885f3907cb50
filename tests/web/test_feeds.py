"""What programs read: the feed, the sitemap and the structured data, taken in by the readers they are made for."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import extruct
import feedparser
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as some
from lxml import etree
from sqlalchemy import update

from editorial import articles, catalogue
from editorial.db import at, db, writing
from editorial.models import Edition, Imprint, User
from editorial.web.public import feeds, structured
from tests.factories import Made, Person

Cast = dict[str, Person]
Make = Callable[..., Made]
FRIDAY = datetime(2016, 2, 26, 1, 5, tzinfo=UTC)  # 08:05 in Vietnam
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def published(cast: Cast, make_edition: Make) -> Made:
    with at(FRIDAY):
        return make_edition("published", author=cast["nora"], bylines=["Hoài An", "Minh Thư"], tags=["lúa", "vụ mùa"])


@pytest.fixture
def changed(app: Flask, cast: Cast, published: Made, make_update: Make) -> Made:
    """The same article, two days later, with other words."""
    with at(FRIDAY + timedelta(days=2)):
        change = make_update(published, author=cast["nora"], state="review", title="Tựa mới")
        with app.app_context(), writing():
            petra = db.session.get_one(User, cast["petra"].id)
            articles.move(db.session.get_one(Edition, change.id), "publish", by=petra, seen=change.digest)
    return published


def address_of(made: Made) -> str:
    return f"http://localhost/tin/{made.article_id}/{made.slug}"


# --- the feed ---------------------------------------------------------------------------------------------------------


def test_a_feed_reader_finds_everything_a_republisher_needs(client: FlaskClient, published: Made) -> None:
    got = client.get("/tin-moi.atom")
    assert got.content_type == "application/atom+xml; charset=utf-8"
    feed = feedparser.parse(got.data)
    assert not feed.bozo
    assert (feed.version, feed.feed.title) == ("atom10", "Trang thông tin điện tử xã Khe Trăng")
    (entry,) = feed.entries
    assert entry.id == entry.link == address_of(published)
    assert entry.title == "Khe Trăng gặt xong vụ đông xuân"
    assert entry.summary.startswith("Đến hết tuần qua")
    assert [author.name for author in entry.authors] == ["Hoài An", "Minh Thư"]
    assert entry.published == entry.updated == "2016-02-26T08:05:00+07:00"
    assert [(tag.term, tag.label) for tag in entry.tags] == [("kinh-te", "Kinh tế")]
    assert entry.rights.startswith("© Ghi rõ nguồn “Trang thông tin điện tử xã Khe Trăng”")
    assert entry.rights.endswith(f"đăng lúc 08:05, ngày 26/02/2016 (GMT+7): {address_of(published)}")


def test_a_change_is_told_by_the_time_of_the_change(client: FlaskClient, changed: Made) -> None:
    feed = feedparser.parse(client.get("/tin-moi.atom").data)
    (entry,) = feed.entries
    assert entry.id == address_of(changed), "a reader's program knows it again"
    assert entry.title == "Tựa mới"
    assert entry.published == "2016-02-26T08:05:00+07:00"
    assert entry.updated == feed.feed.updated == "2016-02-28T08:05:00+07:00"


def test_the_feed_has_what_atom_demands_even_when_it_is_empty(client: FlaskClient) -> None:
    root = etree.fromstring(client.get("/tin-moi.atom").data)
    assert root.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated", "author", "rights"):
        assert len(root.findall(ATOM + name)) == 1, name
    assert root.find(f"{ATOM}link[@rel='self']").get("href") == "http://localhost/tin-moi.atom"
    assert not root.findall(f"{ATOM}entry")


def test_the_feed_is_vietnamese_in_either_frame_and_holds_the_newest(
    cast: Cast, client: FlaskClient, make_edition: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "ENTRIES", 3)
    for number in range(5):
        with at(FRIDAY + timedelta(hours=number)):
            make_edition("published", author=cast["nora"], title=f"Bài {number}")
    got = client.get("/tin-moi.atom")
    assert [entry.title for entry in feedparser.parse(got.data).entries] == ["Bài 4", "Bài 3", "Bài 2"]
    assert client.get("/en/tin-moi.atom").data == got.data


def test_a_text_from_elsewhere_says_so_in_the_feed(cast: Cast, client: FlaskClient, make_edition: Make) -> None:
    source = {"source_name": "Báo Lam Giang", "source_url": "https://lamgiang.example/99"}
    make_edition("published", author=cast["nora"], **source)
    (entry,) = feedparser.parse(client.get("/tin-moi.atom").data).entries
    assert [link.href for link in entry.links if link.rel == "via"] == ["https://lamgiang.example/99"]
    assert entry.rights.startswith("© “Báo Lam Giang”.")


def test_no_sign_breaks_the_feed(app: Flask, cast: Cast, client: FlaskClient, make_edition: Make) -> None:
    """Markup stays text, and what XML cannot hold is left out."""
    make_edition("published", author=cast["nora"], title="<b>Lúa & ]]> ngô</b>", lede="a < b & c > d")
    with app.app_context(), writing():
        db.session.execute(update(Imprint).values(outlet="Cổng\x0b & <b>trang</b>\ufffe"))
        db.session.commit()
    feed = feedparser.parse(client.get("/tin-moi.atom").data, sanitize_html=False)
    assert not feed.bozo
    root = etree.fromstring(client.get("/tin-moi.atom").data)
    assert root.findtext(f"{ATOM}title") == "Cổng & <b>trang</b>"
    assert root.findtext(f"{ATOM}entry/{ATOM}title") == "<b>Lúa & ]]> ngô</b>"
    assert root.findtext(f"{ATOM}entry/{ATOM}summary") == "a < b & c > d"


# --- the sitemap, and robots ------------------------------------------------------------------------------------------


def test_the_sitemap_names_every_page_once_with_its_last_change(client: FlaskClient, changed: Made) -> None:
    root = etree.fromstring(client.get("/sitemap.xml").data)
    assert root.tag == f"{SITEMAP}urlset"
    places = {url.findtext(f"{SITEMAP}loc"): url.findtext(f"{SITEMAP}lastmod") for url in root}
    assert len(places) == len(root)
    assert places == {
        "http://localhost/": None,
        "http://localhost/chuyen-muc/kinh-te": None,
        "http://localhost/chuyen-muc/van-hoa": None,
        "http://localhost/chuyen-muc/cai-cach": None,
        address_of(changed): "2016-02-28T08:05:00+07:00",
    }
    for place in places:
        assert client.get(str(place).removeprefix("http://localhost")).status_code == 200


def test_a_sitemap_that_grows_too_large_becomes_a_list_of_sitemaps(
    cast: Cast, client: FlaskClient, make_edition: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "ADDRESSES_IN_A_PART", 2)
    made = [make_edition("published", author=cast["nora"]) for _ in range(3)]
    root = etree.fromstring(client.get("/sitemap.xml").data)
    assert root.tag == f"{SITEMAP}sitemapindex"
    parts = [part.findtext(f"{SITEMAP}loc") for part in root]
    assert parts == ["http://localhost/sitemap-1.xml", "http://localhost/sitemap-2.xml"]
    told = [
        str(url.findtext(f"{SITEMAP}loc"))
        for part in parts
        for url in etree.fromstring(client.get(str(part).removeprefix("http://localhost")).data)
    ]
    assert sorted(place for place in told if "/tin/" in place) == sorted(address_of(one) for one in made)
    assert len(told) == len(set(told))
    assert client.get("/sitemap-3.xml").status_code == 404


def test_robots_are_kept_from_the_desk_and_shown_the_sitemap(client: FlaskClient) -> None:
    lines = client.get("/robots.txt").text.splitlines()
    assert lines[0] == "User-agent: *"
    for place in ("/desk/", "/account/", "/en/desk/", "/en/account/"):
        assert f"Disallow: {place}" in lines
    assert lines[-1] == "Sitemap: http://localhost/sitemap.xml"


# --- structured data --------------------------------------------------------------------------------------------------


def described(client: FlaskClient, path: str) -> dict[str, Any]:
    (found,) = extruct.extract(client.get(path).text, syntaxes=["json-ld"])["json-ld"]
    return dict(found)


def test_an_article_describes_itself_truly(client: FlaskClient, changed: Made) -> None:
    article = described(client, f"/tin/{changed.article_id}/{changed.slug}")
    assert (article["@context"], article["@type"]) == ("https://schema.org", "NewsArticle")
    assert article["url"] == article["mainEntityOfPage"]["@id"] == address_of(changed)
    assert article["headline"] == "Tựa mới"
    assert article["articleSection"] == "Kinh tế"
    assert article["datePublished"] == "2016-02-26T08:05:00+07:00"
    assert article["dateModified"] == "2016-02-28T08:05:00+07:00"
    assert article["version"] == "2.0"
    assert article["author"] == [{"@type": "Person", "name": "Hoài An"}]
    assert article["publisher"]["name"] == "Trang thông tin điện tử xã Khe Trăng"
    assert article["publisher"]["parentOrganization"]["name"] == "Ủy ban nhân dân xã Khe Trăng"
    assert article["accountablePerson"] == {
        "@type": "Person",
        "name": "Bà Phạm Thị Petra",
        "jobTitle": "Trưởng Ban biên tập",
    }
    assert article["copyrightYear"] == 2016
    assert "image" not in article
    assert "isBasedOn" not in article


def test_an_article_describes_itself_alike_in_either_frame(client: FlaskClient, published: Made) -> None:
    path = f"/tin/{published.article_id}/{published.slug}"
    assert described(client, path) == described(client, f"/en{path}")


def test_what_comes_from_elsewhere_is_nobody_elses_claim(cast: Cast, client: FlaskClient, make_edition: Make) -> None:
    source = {"source_name": "Báo Lam Giang", "source_url": "https://lamgiang.example/99"}
    made = make_edition("published", author=cast["nora"], **source)
    article = described(client, f"/tin/{made.article_id}/{made.slug}")
    assert article["isBasedOn"] == {
        "@type": "CreativeWork",
        "name": "Báo Lam Giang",
        "url": "https://lamgiang.example/99",
    }
    assert not {"copyrightHolder", "copyrightYear"} & set(article)
    assert article["creditText"].startswith("Nguồn: Báo Lam Giang")


@given(some.dictionaries(some.text(), some.text(min_size=1)))
def test_no_text_ends_the_script_it_stands_in(said: dict[str, str]) -> None:
    written = str(structured.in_script(said))
    assert not set("<>&\u2028\u2029") & set(written)
    assert json.loads(written) == said


def test_a_day_is_no_moment(client: FlaskClient, published: Made) -> None:
    """Every date that a program reads has its hour and its zone."""
    article = described(client, f"/tin/{published.article_id}/{published.slug}")
    for name in ("datePublished", "dateModified"):
        assert datetime.fromisoformat(article[name]).utcoffset() == timedelta(hours=7)
        assert datetime.fromisoformat(article[name]).date() == date(2016, 2, 26)

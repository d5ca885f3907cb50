"""What programs read: the feed, the sitemap and the structured data, taken in by the readers they are made for."""

from __future__ import annotations

import json
from calendar import timegm
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import extruct
import feedparser
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as some
from lxml import etree, html
from PIL import Image
from sqlalchemy import update

from editorial import articles, assets, catalogue
from editorial.db import at, db, writing
from editorial.manuscript import Picture
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
    assert [(tag.term, tag.label) for tag in entry.tags] == [("kinh-te", "Kinh tế"), ("lúa", None), ("vụ mùa", None)]
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


FORMS = ("atom", "rss", "json")
TYPES = {"atom": "application/atom+xml", "rss": "application/rss+xml", "json": "application/feed+json"}


def at_utc(parsed: Any) -> datetime:
    return datetime.fromtimestamp(timegm(parsed), tz=UTC)


def entries_of(client: FlaskClient, path: str) -> list[dict[str, Any]]:
    """What a feed's reader makes of it, in whichever form: the same words for the same things."""
    got = client.get(path)
    assert got.status_code == 200, path
    form = path.partition("?")[0].rpartition(".")[2]
    assert got.content_type == f"{TYPES[form]}; charset=utf-8"
    if form == "json":
        return [
            {
                "id": item["id"],
                "link": item["url"],
                "title": item["title"],
                "summary": item["summary"],
                "authors": [author["name"] for author in item["authors"]],
                "published": datetime.fromisoformat(item["date_published"]),
                "updated": datetime.fromisoformat(item["date_modified"]),
                "rights": f"{item['_editorial']['rights']} {item['_editorial']['credit']}",
                "section": item["tags"][0],
            }
            for item in json.loads(got.data)["items"]
        ]
    feed = feedparser.parse(got.data)
    assert not feed.bozo, feed.bozo_exception
    assert feed.version == {"atom": "atom10", "rss": "rss20"}[form]
    return [
        {
            "id": entry.id,
            "link": entry.link,
            "title": entry.title,
            "summary": entry.summary,
            "authors": [author.name for author in entry.authors],
            "published": at_utc(entry.published_parsed),
            "updated": at_utc(entry.updated_parsed),
            "rights": entry.rights,
            "section": entry.tags[0].label or entry.tags[0].term,
        }
        for entry in feed.entries
    ]


def test_the_three_forms_say_the_same(client: FlaskClient, changed: Made) -> None:
    """Of all sections and of one; every time is that of the same moment."""
    told = {
        "id": address_of(changed),
        "link": address_of(changed),
        "title": "Tựa mới",
        "authors": ["Hoài An"],
        "published": FRIDAY,
        "updated": FRIDAY + timedelta(days=2),
        "section": "Kinh tế",
    }
    for stem in ("/tin-moi", "/chuyen-muc/kinh-te/tin-moi"):
        for form in FORMS:
            (entry,) = entries_of(client, f"{stem}.{form}")
            assert {name: entry[name] for name in told} == told, (stem, form)
            assert entry["summary"].startswith("Đến hết tuần qua")
            assert entry["rights"].startswith("© Ghi rõ nguồn “Trang thông tin điện tử xã Khe Trăng”")
            assert entry["rights"].endswith(address_of(changed))


def test_every_time_in_a_feed_has_vietnams_offset(client: FlaskClient, changed: Made) -> None:
    item = etree.fromstring(client.get("/tin-moi.rss").data).find("channel/item")
    assert item.findtext("pubDate") == "Fri, 26 Feb 2016 08:05:00 +0700"
    assert item.findtext("{http://purl.org/dc/terms/}modified") == "2016-02-28T08:05:00+07:00"
    (entry,) = json.loads(client.get("/tin-moi.json").data)["items"]
    assert entry["date_published"] == "2016-02-26T08:05:00+07:00"
    assert entry["date_modified"] == "2016-02-28T08:05:00+07:00"


def test_a_section_has_its_own_feeds(cast: Cast, client: FlaskClient, make_edition: Make) -> None:
    make_edition("published", author=cast["nora"], title="Bài kinh tế", section="kinh-te")
    make_edition("published", author=cast["nora"], title="Bài văn hóa", section="van-hoa")
    for form in FORMS:
        told = entries_of(client, f"/chuyen-muc/van-hoa/tin-moi.{form}")
        assert [entry["title"] for entry in told] == ["Bài văn hóa"]
        assert client.get(f"/chuyen-muc/khong-co/tin-moi.{form}").status_code == 404
        assert (
            client.get(f"/en/chuyen-muc/van-hoa/tin-moi.{form}").data
            == client.get(f"/chuyen-muc/van-hoa/tin-moi.{form}").data
        )
    feed = feedparser.parse(client.get("/chuyen-muc/van-hoa/tin-moi.rss").data).feed
    assert feed.title == "Văn hóa – Trang thông tin điện tử xã Khe Trăng"
    assert feed.link == "http://localhost/chuyen-muc/van-hoa"
    assert client.get("/tin-moi.xml").status_code == 404


def next_of(client: FlaskClient, path: str) -> str | None:
    got = client.get(path)
    if ".json" in path:
        following = json.loads(got.data).get("next_url")
    else:
        links = feedparser.parse(got.data).feed.links
        following = next((link.href for link in links if link.rel == "next"), None)
    return following and str(following).removeprefix("http://localhost")


@pytest.mark.parametrize("form", FORMS)
def test_an_archive_follows_a_feed_to_its_end(
    form: str, cast: Cast, client: FlaskClient, make_edition: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "ENTRIES", 2)
    for number in range(5):
        with at(FRIDAY + timedelta(hours=number)):
            make_edition("published", author=cast["nora"], title=f"Bài {number}")
    path: str | None = f"/tin-moi.{form}"
    told, pages = [], []
    while path:
        pages.append(path)
        told += [entry["title"] for entry in entries_of(client, path)]
        path = next_of(client, path)
    assert told == [f"Bài {number}" for number in (4, 3, 2, 1, 0)]
    assert pages == [f"/tin-moi.{form}", f"/tin-moi.{form}?trang=2", f"/tin-moi.{form}?trang=3"]
    for asked in ("4", "0", "-1", "1000000000", "9" * 5000, "x", "", "٢", "2.0"):
        assert client.get(f"/tin-moi.{form}", query_string={"trang": asked}).status_code == 404, asked
    first = client.get(f"/tin-moi.{form}?trang=1")
    assert (first.status_code, first.location) == (301, f"/tin-moi.{form}")


def test_a_paged_feed_names_its_neighbours_and_ends(
    cast: Cast, client: FlaskClient, make_edition: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RFC 5005, in Atom and in RSS."""
    monkeypatch.setattr(feeds, "ENTRIES", 1)
    for _ in range(3):
        make_edition("published", author=cast["nora"])
    for form in ("atom", "rss"):
        stem = f"http://localhost/tin-moi.{form}"
        root = etree.fromstring(client.get(f"/tin-moi.{form}?trang=2").data)
        links = {
            link.get("rel"): link.get("href") for link in root.iter(f"{ATOM}link") if link.getparent().tag != "item"
        }
        assert links["self"] == f"{stem}?trang=2"
        assert (links["first"], links["previous"]) == (stem, stem)
        assert links["next"] == links["last"] == f"{stem}?trang=3"


@pytest.mark.parametrize("form", FORMS)
def test_who_has_the_feed_is_told_so_until_it_changes(
    form: str, app: Flask, cast: Cast, client: FlaskClient, make_edition: Make
) -> None:
    path = f"/tin-moi.{form}"
    make_edition("published", author=cast["nora"])
    kept = client.get(path).headers["ETag"]
    again = client.get(path, headers={"If-None-Match": kept})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", kept)
    for stale in ('"00000000"', 'W/"x", "y"', "broken", "*", '"' + "é" * 9 + '"'):
        assert client.get(path, headers={"If-None-Match": stale}).status_code in (200, 304), stale
    make_edition("published", author=cast["nora"], title="Bài mới")
    changed = client.get(path, headers={"If-None-Match": kept})
    assert changed.status_code == 200
    assert "Bài mới" in changed.text
    assert changed.headers["ETag"] != kept


def test_a_feed_tells_of_the_source_and_the_picture(
    app: Flask, cast: Cast, client: FlaskClient, make_edition: Make
) -> None:
    source = {"source_name": "Báo Lam Giang", "source_url": "https://lamgiang.example/99"}
    file = BytesIO()
    Image.new("RGB", (1280, 800), (20, 90, 60)).save(file, "PNG")
    file.seek(0)
    with app.app_context():
        prepared = assets.prepare(file, "ruong.png")
        with writing():
            asset = assets.keep(prepared, by=db.session.get_one(User, cast["nora"].id)).id
    cover = Picture(asset, "Ruộng lúa chín", "Ruộng ở ấp Trung", "Ảnh: Hoài An")
    make_edition("published", author=cast["nora"], cover=cover, **source)
    place = f"http://localhost/anh/{asset}/960.webp"
    (atom,) = feedparser.parse(client.get("/tin-moi.atom").data).entries
    assert [link.href for link in atom.links if link.rel == "enclosure"] == [place]
    (rss,) = feedparser.parse(client.get("/tin-moi.rss").data).entries
    size = {"width": "960", "height": "600", "medium": "image", "type": "image/webp"}
    assert rss.media_content == [{"url": place} | size]
    assert Image.open(BytesIO(client.get(place.removeprefix("http://localhost")).data)).size == (960, 600)
    assert rss.media_credit[0]["content"] == "Ảnh: Hoài An"
    assert rss.source == {"href": "http://localhost/tin-moi.rss", "title": "Trang thông tin điện tử xã Khe Trăng"}
    assert [link.href for link in rss.links if link.rel == "via"] == ["https://lamgiang.example/99"]
    (item,) = json.loads(client.get("/tin-moi.json").data)["items"]
    assert item["image"] == place
    assert item["_editorial"]["source"] == {"name": "Báo Lam Giang", "url": "https://lamgiang.example/99"}


def test_the_json_feed_has_what_its_form_demands(client: FlaskClient, published: Made) -> None:
    feed = json.loads(client.get("/tin-moi.json").data)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "http://localhost/tin-moi.json"
    assert feed["home_page_url"] == "http://localhost/"
    assert "next_url" not in feed
    (item,) = feed["items"]
    assert item["content_text"]
    assert "content_html" not in item
    assert {key for key in (*feed, *item) if key.startswith("_")} == {"_editorial"}


def test_rss_has_what_its_form_demands_even_when_it_is_empty(client: FlaskClient) -> None:
    channel = etree.fromstring(client.get("/tin-moi.rss").data).find("channel")
    for name in ("title", "link", "description", "language", "copyright"):
        assert channel.findtext(name), name
    assert channel.find("item") is None
    assert channel.find("lastBuildDate") is None


def test_pages_name_the_feeds_they_belong_to(client: FlaskClient, published: Made) -> None:
    def named(path: str) -> list[str]:
        links = html.fromstring(client.get(path).text).xpath("//head/link[@rel='alternate'][contains(@type, '+')]")
        assert all(link.get("title") for link in links)
        assert [link.get("type") for link in links[:3]] == list(TYPES.values())
        return [str(link.get("href")) for link in links]

    of_all = [f"http://localhost/tin-moi.{form}" for form in FORMS]
    of_section = [f"http://localhost/chuyen-muc/kinh-te/tin-moi.{form}" for form in FORMS]
    assert named("/") == named("/en/") == named(f"/tin/{published.article_id}/{published.slug}") == of_all
    assert named("/chuyen-muc/kinh-te") == of_section + of_all
    for place in of_section + of_all:
        assert client.get(place.removeprefix("http://localhost")).status_code == 200


# --- the sitemap, and robots ------------------------------------------------------------------------------------------


def test_the_sitemap_names_every_page_once_with_its_last_change(client: FlaskClient, changed: Made) -> None:
    root = etree.fromstring(client.get("/sitemap.xml").data)
    assert root.tag == f"{SITEMAP}urlset"
    places = {url.findtext(f"{SITEMAP}loc"): url.findtext(f"{SITEMAP}lastmod") for url in root}
    assert len(places) == len(root)
    told = {
        "http://localhost/": None,
        "http://localhost/chuyen-muc/kinh-te": None,
        "http://localhost/chuyen-muc/van-hoa": None,
        "http://localhost/chuyen-muc/cai-cach": None,
        address_of(changed): "2016-02-28T08:05:00+07:00",
    }
    assert told.items() <= places.items()
    assert [place for place in places if "/tin/" in str(place)] == [address_of(changed)]
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
    assert lines[-2:] == ["Sitemap: http://localhost/sitemap.xml", "Sitemap: http://localhost/news-sitemap.xml"]


def test_the_news_sitemap_holds_two_days(cast: Cast, client: FlaskClient, make_edition: Make) -> None:
    for hours, title in ((0, "Hôm kia"), (2, "Hôm qua & <nay>"), (47, "Hôm nay")):
        with at(FRIDAY + timedelta(hours=hours)):
            make_edition("published", author=cast["nora"], title=title)
    make_edition("draft", author=cast["nora"], title="Chưa đăng")
    with at(FRIDAY + timedelta(hours=49)):
        root = etree.fromstring(client.get("/news-sitemap.xml").data)
    news = "{http://www.google.com/schemas/sitemap-news/0.9}"
    assert [url.findtext(f"{news}news/{news}title") for url in root] == ["Hôm nay", "Hôm qua & <nay>"]
    first = root[0]
    assert client.get(first.findtext(f"{SITEMAP}loc").removeprefix("http://localhost")).status_code == 200
    assert first.findtext(f"{news}news/{news}publication_date") == "2016-02-28T07:05:00+07:00"
    publication = first.find(f"{news}news/{news}publication")
    assert publication.findtext(f"{news}name") == "Trang thông tin điện tử xã Khe Trăng"
    assert publication.findtext(f"{news}language") == "vi"
    with at(FRIDAY + timedelta(days=9)):
        assert len(etree.fromstring(client.get("/news-sitemap.xml").data)) == 0


def test_whoever_finds_a_weak_spot_knows_whom_to_tell(client: FlaskClient) -> None:
    """RFC 9116: a contact, and an end that is ahead, but not by more than a year."""
    for moment in (FRIDAY, FRIDAY + timedelta(days=180), FRIDAY + timedelta(days=300)):
        with at(moment):
            got = client.get("/.well-known/security.txt")
        assert got.content_type == "text/plain; charset=utf-8"
        said = dict(line.split(": ", 1) for line in got.text.splitlines())
        assert said["Contact"] == "mailto:bbt@khetrang.example"
        assert said["Canonical"] == "http://localhost/.well-known/security.txt"
        assert timedelta(days=90) < datetime.fromisoformat(said["Expires"]) - moment < timedelta(days=190)
    with at(FRIDAY):
        kept = client.get("/.well-known/security.txt").headers["ETag"]
    with at(FRIDAY + timedelta(days=2)):
        again = client.get("/.well-known/security.txt", headers={"If-None-Match": kept})
    assert again.status_code == 304, "it is the same for the rest of the month"


# --- structured data --------------------------------------------------------------------------------------------------


def graph_of(client: FlaskClient, path: str) -> dict[str, dict[str, Any]]:
    """What a page says of itself, by type."""
    (found,) = extruct.extract(client.get(path).text, syntaxes=["json-ld"])["json-ld"]
    assert found["@context"] == "https://schema.org"
    return {node["@type"]: node for node in found["@graph"]}


def described(client: FlaskClient, path: str) -> dict[str, Any]:
    return graph_of(client, path)["NewsArticle"]


def test_an_article_describes_itself_truly(client: FlaskClient, changed: Made) -> None:
    article = described(client, f"/tin/{changed.article_id}/{changed.slug}")
    assert article["url"] == article["mainEntityOfPage"]["@id"] == address_of(changed)
    assert article["headline"] == "Tựa mới"
    assert article["articleSection"] == "Kinh tế"
    assert article["datePublished"] == "2016-02-26T08:05:00+07:00"
    assert article["dateModified"] == "2016-02-28T08:05:00+07:00"
    assert article["version"] == "2.0"
    (author,) = article["author"]
    assert author == {"@type": "Person", "name": "Hoài An", "url": "http://localhost/tac-gia/hoai-an"}
    assert article["publisher"]["name"] == "Trang thông tin điện tử xã Khe Trăng"
    assert article["accountablePerson"] == {
        "@type": "Person",
        "name": "Bà Phạm Thị Petra",
        "jobTitle": "Trưởng Ban biên tập",
    }
    assert article["copyrightYear"] == 2016
    assert article["image"]["contentUrl"].startswith(f"http://localhost/anh/chia-se/{changed.article_id}-")
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


def references(part: Any) -> Iterator[str]:
    """All that a graph refers to without describing it."""
    if isinstance(part, dict):
        if set(part) == {"@id"}:
            yield part["@id"]
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for item in part:
            yield from references(item)


def test_every_page_says_whose_it_is_and_where_it_stands(client: FlaskClient, published: Made) -> None:
    article = f"/tin/{published.article_id}/{published.slug}"
    pages = {"/": "WebPage", "/chuyen-muc/kinh-te": "CollectionPage", article: "NewsArticle"}
    for path, kind in pages.items():
        for root in ("", "/en"):
            graph = graph_of(client, root + path)
            known = {node["@id"] for node in graph.values()}
            assert set(references(list(graph.values()))) <= known | {f"{graph[kind]['url']}#trail"}, path
            outlet, owner = graph["NewsMediaOrganization"], graph["GovernmentOrganization"]
            assert outlet["parentOrganization"] == {"@id": owner["@id"]} == {"@id": "http://localhost/#owner"}
            assert outlet["email"] == "bbt@khetrang.example"
            search = graph["WebSite"]["potentialAction"]
            assert search["target"]["urlTemplate"] == "http://localhost/tim-kiem?q={search_term_string}"
            assert ("BreadcrumbList" in graph) == (path != "/")
    assert graph_of(client, "/")["GovernmentOrganization"]["name"] == "Ủy ban nhân dân xã Khe Trăng"
    assert graph_of(client, "/en/")["GovernmentOrganization"]["name"] == "People's Committee of Khe Trang Commune"
    found = client.get("/tim-kiem?q=gat")
    assert found.status_code == 200, "the search that is named exists"


def test_a_trail_leads_from_home_to_the_page(client: FlaskClient, published: Made) -> None:
    place = f"/tin/{published.article_id}/{published.slug}"
    steps = graph_of(client, place)["BreadcrumbList"]["itemListElement"]
    assert [(step["position"], step["name"], step["item"]) for step in steps] == [
        (1, "Trang chủ", "http://localhost/"),
        (2, "Kinh tế", "http://localhost/chuyen-muc/kinh-te"),
        (3, "Khe Trăng gặt xong vụ đông xuân", address_of(published)),
    ]
    english = graph_of(client, "/en/chuyen-muc/kinh-te")["BreadcrumbList"]["itemListElement"]
    assert [step["item"] for step in english] == ["http://localhost/en/", "http://localhost/en/chuyen-muc/kinh-te"]


def test_a_section_lists_its_articles(client: FlaskClient, published: Made) -> None:
    page = graph_of(client, "/chuyen-muc/kinh-te")["CollectionPage"]
    assert [item["url"] for item in page["mainEntity"]["itemListElement"]] == [address_of(published)]
    assert "mainEntity" not in graph_of(client, "/chuyen-muc/van-hoa")["CollectionPage"]


DUBLIN_CORE = ("title", "creator", "date", "description", "publisher", "identifier", "language")


def test_every_page_has_dublin_core_and_a_picture_to_be_shared_with(client: FlaskClient, published: Made) -> None:
    for path in ("/", "/en/", "/chuyen-muc/kinh-te", f"/tin/{published.article_id}/{published.slug}"):
        page = html.fromstring(client.get(path).text)
        for name in DUBLIN_CORE:
            (said,) = page.xpath("//meta[@name=$name]/@content", name=f"DC.{name}")
            assert said, (path, name)
        (place,) = page.xpath("//meta[@property='og:image']/@content")
        size = [page.xpath(f"//meta[@property='og:image:{side}']/@content")[0] for side in ("width", "height")]
        picture = client.get(str(place).removeprefix("http://localhost"))
        assert picture.content_type == "image/png"
        assert [str(side) for side in Image.open(BytesIO(picture.data)).size] == size == ["1200", "630"]


def test_dublin_core_separates_several_values_with_semicolons(client: FlaskClient, published: Made) -> None:
    page = html.fromstring(client.get(f"/tin/{published.article_id}/{published.slug}").text)
    assert page.xpath("//meta[@name='DC.creator']/@content") == ["Hoài An; Minh Thư"]
    assert page.xpath("//meta[@name='DC.subject']/@content") == ["Kinh tế; lúa; vụ mùa"]
    assert page.xpath("//meta[@name='DC.date']/@content") == ["2016-02-26T08:05:00+07:00"]


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

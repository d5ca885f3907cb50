"""The pages readers see: whose they are, when they are from, in which language, at which one address."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import delete, event

from editorial import articles, catalogue
from editorial.app import create_app
from editorial.catalogue import memory
from editorial.db import at, db, writing
from editorial.models import Edition, Imprint, Section, Slogan, User
from tests.conftest import settings_for
from tests.factories import Made, Person

Cast = dict[str, Person]
Make = Callable[..., Made]
FRIDAY = datetime(2016, 2, 26, 1, 5, tzinfo=UTC)  # 08:05 in Vietnam
HEADER = "Thứ Sáu, ngày 26/02/2016"


@pytest.fixture
def published(cast: Cast, make_edition: Make) -> Made:
    with at(FRIDAY):
        return make_edition("published", author=cast["nora"])


def update(app: Flask, cast: Cast, made: Made, make_update: Make, **parts: Any) -> None:
    change = make_update(made, author=cast["nora"], state="review", **parts)
    with app.app_context(), writing():
        petra = db.session.get_one(User, cast["petra"].id)
        articles.move(db.session.get_one(Edition, change.id), "publish", by=petra, seen=change.digest)


def tree(client: FlaskClient, path: str) -> Any:
    got = client.get(path)
    assert got.status_code == 200, path
    return html.fromstring(got.text)


def words(element: Any) -> str:
    return re.sub(r"\s+", " ", element.text_content()).strip()


def address_of(made: Made) -> str:
    return f"/tin/{made.article_id}/{made.slug}"


# --- the day in the header --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "line"),
    [
        (datetime(2016, 2, 25, 16, 59, 59, tzinfo=UTC), "Thứ Năm, ngày 25/02/2016"),
        (datetime(2016, 2, 25, 17, 0, 0, tzinfo=UTC), HEADER),
        (datetime(2016, 2, 26, 16, 59, 59, tzinfo=UTC), HEADER),
        (datetime(2016, 2, 26, 17, 0, 0, tzinfo=UTC), "Thứ Bảy, ngày 27/02/2016"),
    ],
)
def test_the_header_shows_today_in_vietnam(moment: datetime, line: str, client: FlaskClient) -> None:
    with at(moment):
        assert words(tree(client, "/").xpath("//header")[0]).startswith(line)


def test_the_header_of_every_page_is_of_the_day_it_is_read(app: Flask, client: FlaskClient, published: Made) -> None:
    with (
        app.app_context()
    ):  # one for all, as in a process that does several things: a frame is a request's all the same
        _read_on_two_days(client, published)


def _read_on_two_days(client: FlaskClient, published: Made) -> None:
    for path in ("/", address_of(published), "/chuyen-muc/kinh-te"):
        with at(FRIDAY):
            assert HEADER in client.get(path).text
        with at(FRIDAY + timedelta(days=1)):
            assert HEADER not in client.get(path).text
    with at(FRIDAY):
        assert HEADER in client.get("/tin/999/x").text, "on the page of a refusal as well"
        assert "Friday, 26 February 2016" in client.get("/en/").text


# --- an article -------------------------------------------------------------------------------------------------------


def test_an_article_names_author_moment_and_who_answers(client: FlaskClient, published: Made) -> None:
    page = tree(client, address_of(published))
    text = words(page)
    assert words(page.xpath("//h1")[0]) == "Khe Trăng gặt xong vụ đông xuân"
    assert "Hoài An" in text
    assert "08:05, ngày 26/02/2016" in text
    assert "Bà Phạm Thị Petra" in text
    assert len(page.xpath("//article[contains(@class, 'article')]//time")) == 1, "never changed: one date"


def test_a_changed_article_shows_both_dates(
    app: Flask, cast: Cast, client: FlaskClient, published: Made, make_update: Make
) -> None:
    with at(FRIDAY + timedelta(days=2)):
        update(app, cast, published, make_update, title="Tựa mới")
    page = tree(client, address_of(published))
    times = [time.get("datetime") for time in page.xpath("//article[contains(@class, 'article')]//time")]
    assert times == ["2016-02-26T08:05:00+07:00", "2016-02-28T08:05:00+07:00"]
    assert page.xpath("//meta[@property='article:modified_time']/@content") == ["2016-02-28T08:05:00+07:00"]
    assert "cập nhật lúc 08:05, ngày 28/02/2016 (GMT+7)" in words(page)


def test_the_credit_line_and_the_notice_stand_there_in_both_languages(client: FlaskClient, published: Made) -> None:
    credit = f"08:05, ngày 26/02/2016 (GMT+7): http://localhost{address_of(published)}"
    for path in (address_of(published), f"/en{address_of(published)}"):
        text = words(tree(client, path))
        assert f"Tác giả: Hoài An. Nguồn: Trang thông tin điện tử xã Khe Trăng, đăng lúc {credit}" in text
        assert "By Hoài An. Source: Khe Trang Commune Portal, published 26 February 2016, 08:05 (GMT+7)" in text
        assert "© Ghi rõ nguồn “Trang thông tin điện tử xã Khe Trăng”" in text
        assert "© Please credit “Khe Trang Commune Portal”" in text


def test_a_text_from_elsewhere_links_its_source(cast: Cast, client: FlaskClient, make_edition: Make) -> None:
    source = {"source_name": "Báo Lam Giang", "source_url": "https://lamgiang.example/99"}
    page = tree(client, address_of(make_edition("published", author=cast["nora"], **source)))
    assert page.xpath("//a[@href='https://lamgiang.example/99']")
    assert "Nguồn: Báo Lam Giang (https://lamgiang.example/99). Tác giả: Hoài An. Đăng lại trên" in words(page)


def test_the_imprint_is_the_one_that_holds_today(app: Flask, client: FlaskClient, published: Made) -> None:
    with app.app_context(), writing():
        old = db.session.query(Imprint).one()
        columns = {c.key: getattr(old, c.key) for c in Imprint.__table__.columns if c.key not in ("id", "valid_from")}
        new = {"valid_from": date(2016, 2, 27), "outlet": "Cổng mới", "responsible": "Ông Lò Văn Ơn"}
        db.session.add(Imprint(**(columns | new)))
        db.session.commit()
    with at(datetime(2016, 2, 26, 16, 59, tzinfo=UTC)):
        assert "Lò Văn Ơn" not in client.get(address_of(published)).text
    with at(datetime(2016, 2, 26, 17, 0, tzinfo=UTC)):
        text = words(tree(client, address_of(published)))
        assert "Ông Lò Văn Ơn" in text
        assert "Nguồn: Cổng mới, đăng lúc" in text


def test_what_is_written_is_shown_and_never_run(cast: Cast, client: FlaskClient, make_edition: Make) -> None:
    sly = '</script><script src="/x"></script>"><img src=x onerror=alert(1)>'
    made = make_edition("published", author=cast["nora"], title=f"Tựa {sly}", lede=sly, bylines=[sly], tags=[sly])
    for path in (address_of(made), "/", "/chuyen-muc/kinh-te"):
        page = tree(client, path)
        foreign = "//script[not(@type='application/ld+json' or starts-with(@src, '/static/js/'))]"
        assert not page.xpath(f"{foreign} | //img[@src='x'] | //@onerror")
        assert sly in page.text_content()


# --- one page, one address --------------------------------------------------------------------------------------------


def test_an_article_has_one_address(client: FlaskClient, published: Made) -> None:
    right = address_of(published)
    number = published.article_id
    for path in (f"/tin/{number}", f"/tin/{number}/x", f"/tin/0{number}/{published.slug}", f"/tin/{number}/%22%3E"):
        got = client.get(path)
        assert (got.status_code, got.headers["Location"]) == (301, right), path
        assert "no-cache" in got.headers["Cache-Control"], "the article may be withdrawn; its address must not live on"
    assert client.get(f"/en/tin/{number}/x").headers["Location"] == f"/en{right}"
    assert client.get(f"/tin/{number}/{published.slug}/").status_code == 404


@pytest.mark.parametrize("frame", ["", "/en"])
def test_the_vietnamese_address_of_an_article_is_the_canonical_one(
    frame: str, client: FlaskClient, published: Made
) -> None:
    page = tree(client, frame + address_of(published))
    assert page.xpath("//link[@rel='canonical']/@href") == [f"http://localhost{address_of(published)}"]
    assert page.xpath("//link[@hreflang]") == []


@pytest.mark.parametrize("path", ["/", "/chuyen-muc/kinh-te"])
def test_a_page_of_the_frame_names_itself_in_both_languages(path: str, client: FlaskClient) -> None:
    for frame in ("", "/en"):
        page = tree(client, frame + path)
        assert page.xpath("//link[@rel='canonical']/@href") == [f"http://localhost{frame}{path}"]
        assert page.xpath("//link[@rel='alternate' and @hreflang]/@href") == [
            f"http://localhost{path}",
            f"http://localhost{path}",
            f"http://localhost/en{path}",
        ]
        assert page.xpath("//link/@hreflang") == ["vi", "x-default", "en"]


def test_addresses_come_from_the_settings_and_never_from_the_request(client: FlaskClient, published: Made) -> None:
    for path in ("/", address_of(published), "/tin-moi.atom", "/sitemap.xml", "/robots.txt"):
        got = client.get(path, headers={"Host": "127.0.0.1:8080", "X-Forwarded-Host": "evil.example"})
        assert got.status_code == 200
        assert "http://localhost/" in got.text
        assert not re.search(r"127\.0\.0\.1|evil\.example", got.text)
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_a_section_is_paged(
    cast: Cast, client: FlaskClient, make_edition: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "ON_A_PAGE", 2)
    for number in range(3):
        make_edition("published", author=cast["nora"], title=f"Bài {number}")
    titles = [words(link) for n in (1, 2) for link in tree(client, _page(n)).xpath("//main//h2/a")]
    assert titles == ["Bài 2", "Bài 1", "Bài 0"]
    assert tree(client, _page(2)).xpath("//link[@rel='canonical']/@href") == [f"http://localhost{_page(2)}"]
    assert client.get("/chuyen-muc/kinh-te?trang=1").headers["Location"] == _page(1)
    assert client.get("/chuyen-muc/kinh-te?trang=3").status_code == 404


def _page(number: int) -> str:
    return "/chuyen-muc/kinh-te" + (f"?trang={number}" if number > 1 else "")


# --- what caches may keep ---------------------------------------------------------------------------------------------


def test_a_page_is_asked_for_anew_and_sent_anew_only_when_it_changed(
    app: Flask, cast: Cast, client: FlaskClient, published: Made, make_update: Make
) -> None:
    for path in ("/", "/chuyen-muc/kinh-te", address_of(published), "/tin-moi.atom", "/sitemap.xml", "/robots.txt"):
        got = client.get(path)
        assert set(got.headers["Cache-Control"].split(", ")) == {"public", "no-cache"}
        again = client.get(path, headers={"If-None-Match": got.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert set(again.headers["Cache-Control"].split(", ")) == {"public", "no-cache"}
    tag = client.get(address_of(published)).headers["ETag"]
    update(app, cast, published, make_update, title="Tựa mới")
    assert client.get(address_of(published), headers={"If-None-Match": tag}).status_code == 200


# --- what it costs ----------------------------------------------------------------------------------------------------


def test_pages_ask_the_database_little(app: Flask, client: FlaskClient, cast: Cast, make_edition: Make) -> None:
    made = [make_edition("published", author=cast["nora"], section=slug) for slug in ("kinh-te", "van-hoa", "kinh-te")]
    asked: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *about: asked.append(about[2]))
    pages = (("/", 13, 3), (address_of(made[0]), 14, 4), ("/chuyen-muc/kinh-te", 12, 3), ("/tin-moi.atom", 12, 3))
    for path, at_first, later in pages:
        with app.app_context():
            app.extensions.pop(memory.KEY, None)
        for most in (at_first, later):
            asked.clear()
            assert client.get(path).status_code == 200
            assert len([statement for statement in asked if not statement.startswith("BEGIN")]) <= most, path


# --- what nobody should send ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("root", ["", "/en"])
def test_no_query_breaks_a_page(root: str, client: FlaskClient, published: Made) -> None:
    numbers = ("", "0", "01", "-1", "+1", "1e3", "abc", "²", "٣", "1.0", " 1", "2", "9" * 40, "1 OR 1=1", "1%0a", "%ff")
    paths = [f"/chuyen-muc/kinh-te?trang={number}" for number in numbers]
    paths += ["/chuyen-muc/kinh-te?trang=abc&trang=1", "/chuyen-muc/khong-co", "/chuyen-muc/%ff%fe", "/chuyen-muc/'--"]
    paths += ["/chuyen-muc/" + "x" * 5000, "/chuyen-muc/", "/chuyen-muc/kinh-te/2", "/tin/", "/tin/x/y", "/tin/1/%ff/x"]
    paths += ["/sitemap-0.xml", "/sitemap-2.xml", f"/sitemap-{'9' * 30}.xml", "/sitemap-x.xml", "/tin-moi.atom/"]
    for path in paths:
        got = client.get(root + path)
        assert got.status_code == 404, path
        assert html.fromstring(got.text).xpath("//h1"), path
    for path in ("/chuyen-muc/%00", f"{address_of(published)}%00", "/?trang=%00"):
        assert client.get(root + path).status_code == 400, path
    assert client.get(root + "/?trang=abc&" + "x=1&" * 500).status_code == 200
    for method in ("post", "put", "delete"):
        assert getattr(client, method)(root + address_of(published)).status_code in (400, 405)


# --- a site that is not set up, or not well ---------------------------------------------------------------------------


def test_a_site_without_imprint_sections_and_articles_has_a_home(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), writing():
        for model in (Imprint, Slogan):
            db.session.execute(delete(model))
        db.session.execute(delete(Section).where(Section.slug == "kinh-te"))
        db.session.commit()
    for path in ("/", "/en/", "/tin-moi.atom", "/sitemap.xml"):
        got = client.get(path)
        assert got.status_code == 200, path
        assert "localhost" in got.text


def test_an_article_without_imprint_has_a_credit_of_its_own(app: Flask, client: FlaskClient, published: Made) -> None:
    with app.app_context(), writing():
        db.session.execute(delete(Imprint))
        db.session.commit()
    text = words(tree(client, address_of(published)))
    assert "Tác giả: Hoài An. Nguồn: localhost, đăng lúc 08:05, ngày 26/02/2016 (GMT+7)" in text
    assert "© Đề nghị ghi rõ nguồn “localhost” khi phát hành lại" in text


def test_a_database_that_does_not_answer_leaves_the_frame_bare(tmp_path: Path) -> None:
    app = create_app(settings_for(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path))
    for path in ("/", "/tin/1/x", "/chuyen-muc/kinh-te", "/tin-moi.atom", "/sitemap.xml", f"/anh/{'0' * 64}/480.webp"):
        got = app.test_client().get(path)
        assert got.status_code == 503, path
        assert "localhost" in words(html.fromstring(got.text))


def test_an_article_is_described_to_those_it_is_shared_with(client: FlaskClient, published: Made) -> None:
    page = tree(client, address_of(published))
    (picture,) = page.xpath("//meta[@property='og:image']/@content")
    assert picture.startswith(f"http://localhost/anh/chia-se/{published.article_id}-")
    assert page.xpath("//meta[@property='og:title']/@content") == ["Khe Trăng gặt xong vụ đông xuân"]
    assert page.xpath("//meta[@name='description']/@content")[0].startswith("Đến hết tuần qua")

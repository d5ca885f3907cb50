"""Pages kept for all: the bytes that the application gives, gone with the next act on any process, nobody's own."""

from __future__ import annotations

import gzip
import re
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from editorial import articles, record, site
from editorial.catalogue.clock import next_change
from editorial.db import at, db, writing
from editorial.models import ArticleStanding, Edition, Outage, User
from editorial.web import page_cache, visits
from editorial.web.page_cache import CAPACITY, coding_for, drop_followers, names
from tests.conftest import Browser
from tests.factories import Made, Person

Make = Callable[..., Made]
NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
READER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


class Counted:
    """How often Flask was asked, behind the cache."""

    def __init__(self, app: Flask) -> None:
        self.times = 0
        cache = page_cache.of(app)
        behind = cache._wsgi

        def ask(environ: dict[str, Any], start_response: Any) -> Any:
            self.times += 1
            return behind(environ, start_response)

        cache._wsgi = ask


@pytest.fixture
def kept(app: Flask) -> Counted:
    """The cache as it serves readers, and how often it had to ask."""
    page_cache.of(app).capacity = CAPACITY
    return Counted(app)


def publish(app: Flask, made: Made, by: Person) -> None:
    with app.app_context(), writing():
        edition = db.session.get_one(Edition, made.id)
        articles.move(edition, "publish", by=db.session.get_one(User, by.id), seen=made.digest)


def without_numbers(text: str) -> str:
    return re.sub(r"(?<=<dd>)[0-9.,–]+(?=</dd>)", "N", text)


@pytest.mark.parametrize("path", ["/", "/en/", "/chuyen-muc/kinh-te", "/tin-moi.atom", "/sitemap.xml"])
def test_a_kept_page_is_the_one_that_the_application_makes(
    app: Flask, kept: Counted, cast: dict[str, Person], make_edition: Make, path: str
) -> None:
    make_edition("published", author=cast["nora"])
    with at(NOON):
        client = app.test_client()
        page_cache.of(app).capacity = 0
        plain = client.get(path, headers=READER)
        page_cache.of(app).capacity = CAPACITY
        first, second = client.get(path, headers=READER), client.get(path, headers=READER)
    assert kept.times == 2
    assert without_numbers(first.text) == without_numbers(second.text) == without_numbers(plain.text)
    assert dict(first.headers) == dict(second.headers)
    assert "Content-Security-Policy" in second.headers
    assert second.headers["Vary"] == "Cookie, Accept-Encoding"
    assert second.headers["Cache-Control"] == plain.headers["Cache-Control"] == "public, no-cache"
    assert "Set-Cookie" not in second.headers
    assert int(second.headers["Content-Length"]) == len(second.data)


@pytest.mark.parametrize("path", ["/", "/tin-moi.atom"])
def test_the_codings_hold_the_same_page(app: Flask, kept: Counted, path: str) -> None:
    with at(NOON):
        answers = {
            coding: app.test_client().get(path, headers=READER | {"Accept-Encoding": coding})
            for coding in ("identity", "gzip", "br", "gzip, deflate, br, zstd")
        }
    plain = answers["identity"].data
    assert gzip.decompress(answers["gzip"].data) == plain
    assert brotli.decompress(answers["br"].data) == plain
    assert answers["gzip, deflate, br, zstd"].headers["Content-Encoding"] == "br"
    assert "Content-Encoding" not in answers["identity"].headers
    assert len({answer.headers["ETag"] for answer in answers.values()}) == 3
    assert len(answers["br"].data) < len(answers["gzip"].data) < len(plain)
    assert kept.times == 1


@pytest.mark.parametrize("coding", ["identity", "gzip", "br"])
def test_whoever_has_the_page_is_told_so(app: Flask, kept: Counted, coding: str) -> None:
    client, accepted = app.test_client(), READER | {"Accept-Encoding": coding}
    with at(NOON):
        etag = client.get("/", headers=accepted).headers["ETag"]
        same = client.get("/", headers=accepted | {"If-None-Match": f'"another", W/{etag}'})
        assert (same.status_code, same.data) == (304, b"")
        assert same.headers["ETag"] == etag
        assert "Content-Security-Policy" in same.headers
        assert not {"Content-Length", "Content-Type", "Content-Encoding"} & set(same.headers.keys())
        assert client.get("/", headers=accepted | {"If-None-Match": '"another"'}).status_code == 200
    assert not etag.startswith("W/")


def test_other_numbers_are_another_page(app: Flask, kept: Counted) -> None:
    client = app.test_client()
    with at(NOON):
        etag = client.get("/", headers=READER).headers["ETag"]
        visits.of(app).settle()
        answer = client.get("/", headers=READER | {"If-None-Match": etag})
    assert answer.status_code == 200
    assert answer.headers["ETag"] != etag
    assert kept.times == 1


def test_a_head_is_the_head_of_its_page(app: Flask, kept: Counted) -> None:
    client = app.test_client()
    with at(NOON):
        asked = client.head("/", headers=READER)
        given = client.get("/", headers=READER)
        again = client.head("/", headers=READER)
    assert (asked.data, again.data) == (b"", b"")
    assert dict(asked.headers) == dict(given.headers) == dict(again.headers)
    assert kept.times == 1


def test_the_next_page_of_any_process_shows_what_was_published_and_what_was_withdrawn(
    app: Flask, other: Flask, kept: Counted, cast: dict[str, Person], make_edition: Make
) -> None:
    made = make_edition("review", author=cast["nora"], title="Cầu Vân Ô hợp long")
    elsewhere = other.test_client()
    path = f"/tin/{made.article_id}/cau-van-o-hop-long"
    assert "hợp long" not in elsewhere.get("/", headers=READER).text
    assert elsewhere.get(path, headers=READER).status_code == 404
    publish(app, made, cast["petra"])
    assert "hợp long" in elsewhere.get("/", headers=READER).text
    assert elsewhere.get(path, headers=READER).status_code == 200
    assert app.test_client().get(path, headers=READER).status_code == 200
    with app.app_context(), writing():
        edition = db.session.get_one(Edition, made.id)
        edition.article.standing = ArticleStanding.WITHDRAWN
        record.add(None, "withdraw", edition)
        db.session.commit()
    for client in (elsewhere, app.test_client()):
        assert client.get(path, headers=READER).status_code == 404
        assert "hợp long" not in client.get("/", headers=READER).text


def test_the_date_in_the_header_changes_at_midnight_in_vietnam(app: Flask, kept: Counted) -> None:
    client = app.test_client()
    midnight = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
    for moment, day in (
        (midnight - timedelta(seconds=1), "ngày 20/11/2026"),
        (midnight - timedelta(microseconds=1), "ngày 20/11/2026"),
        (midnight, "ngày 21/11/2026"),
    ):
        with at(moment):
            assert day in client.get("/", headers=READER).text
    assert kept.times == 2


def test_an_imprint_holds_from_its_first_day(app: Flask, kept: Counted) -> None:
    with app.app_context(), writing(), at(NOON):
        site.apply({"slogan": [{"valid_from": date(2026, 11, 21), "text": "Từ ngày mai"}]}, by=None)
    client = app.test_client()
    with at(NOON):
        assert "Từ ngày mai" not in client.get("/", headers=READER).text
    with at(NOON + timedelta(hours=12)):
        assert "Từ ngày mai" in client.get("/", headers=READER).text


def test_a_page_is_made_anew_when_a_planned_notice_begins_and_ends(app: Flask, kept: Counted) -> None:
    with app.app_context(), writing():
        begins, ends = NOON + timedelta(minutes=10), NOON + timedelta(minutes=20)
        db.session.add(Outage(shown_from=NOON - timedelta(days=9), begins_at=begins, ends_at=ends, text="Bảo trì"))
        db.session.commit()
        assert next_change(NOON) == begins
        assert next_change(begins) == ends
        assert next_change(ends) is None
    client = app.test_client()
    for minutes, asked in ((0, 1), (9, 1), (10, 2), (19, 2), (20, 3), (59, 3), (60, 4)):
        with at(NOON + timedelta(minutes=minutes)):
            client.get("/", headers=READER)
        assert kept.times == asked, minutes


def test_nobody_who_may_be_somebody_is_served_from_what_is_kept(
    app: Flask, kept: Counted, cast: dict[str, Person], browse: Callable[[Person], Browser]
) -> None:
    reader = app.test_client()
    nora = browse(cast["nora"])
    reader.get("/", headers=READER)
    before = kept.times
    answer = nora.get("/", headers=READER)
    assert kept.times == before + 1
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers
    assert "[" not in "".join(re.findall("<dd>(.*?)</dd>", answer.text))
    nora.get("/desk/")
    reader.get("/", headers=READER)
    assert kept.times == before + 2
    assert cast["nora"].name not in reader.get("/", headers=READER).text


@pytest.mark.parametrize(
    "path", ["/tin/999/khong-co", "/desk/", "/account/sign-in", "/healthz", "/?trang=01", "/?x=1", "/chuyen-muc/khong"]
)
def test_what_is_refused_private_or_asked_in_any_other_way_is_not_kept(app: Flask, kept: Counted, path: str) -> None:
    for _ in range(2):
        app.test_client().get(path, headers=READER)
    assert kept.times == 2
    assert page_cache.of(app).kept == 0


def test_another_name_or_another_form_of_the_address_never_poisons_a_page(app: Flask, kept: Counted) -> None:
    client = app.test_client()
    assert client.get("/", headers=READER | {"Host": "evil.example"}).status_code == 400
    client.get("/", headers=READER | {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"})
    client.get("/?trang=%22%3E%3Cscript%3E", headers=READER)
    client.get("/?utm_source=%22%3E%3Cscript%3E", headers=READER)
    page = client.get("/", headers=READER)
    assert "evil" not in page.text
    assert "utm_source" not in page.text
    assert page.status_code == 200
    with_language = client.get("/en/", headers=READER)
    assert with_language.text != page.text


def test_each_look_is_kept_for_itself_and_no_cookie_can_make_more_of_them(app: Flask, kept: Counted) -> None:
    pages = {}
    for cookie in ("", "editorial-look=large.dark", "editorial-look=" + "x" * 30, "other=1; editorial-look=large.dark"):
        client = app.test_client(use_cookies=False)
        pages[cookie] = client.get("/", headers=READER | ({"Cookie": cookie} if cookie else {})).text
    usual, large, wrong, again = map(without_numbers, pages.values())
    assert usual == wrong
    assert large == again != usual
    assert kept.times == 2


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ("", ""),
        ("fbclid=abc", ""),
        ("trang=2&utm_source=zalo&utm_medium=x", "trang=2"),
        ("q=utm_source", "q=utm_source"),
        ("zarsrc=1&q=a%20b&gclid=7", "q=a%20b"),
    ],
)
def test_who_followed_which_link_is_nobody_s_page(given: str, left: str) -> None:
    environ = {"QUERY_STRING": given}
    drop_followers(environ)
    assert environ["QUERY_STRING"] == left


def test_it_holds_no_more_than_it_may_and_lets_the_oldest_go(app: Flask, kept: Counted) -> None:
    cache, client = page_cache.of(app), app.test_client()
    paths = ["/", "/en/", "/chuyen-muc/kinh-te", "/chuyen-muc/van-hoa"]
    client.get("/", headers=READER)
    cache.capacity = 3 * cache.kept
    for path in paths:
        for coding in ("identity", "gzip", "br"):
            client.get(path, headers=READER | {"Accept-Encoding": coding})
    assert 0 < cache.kept <= cache.capacity
    assert cache.kept == sum(page.size for page in cache._pages.values())
    before = kept.times
    client.get(paths[-1], headers=READER)
    assert kept.times == before
    client.get(paths[0], headers=READER)
    assert kept.times == before + 1
    cache.forget()
    assert cache.kept == 0


def test_many_readers_at_once_get_whole_pages_while_the_board_works(app: Flask, kept: Counted, other: Flask) -> None:
    faults: list[str] = []
    seen: set[str] = set()

    def read(client: FlaskClient, coding: str) -> None:
        unpack = {"gzip": gzip.decompress, "br": brotli.decompress, "identity": bytes}[coding]
        for n in range(40):
            answer = client.get(("/", "/en/")[n % 2], headers=READER | {"Accept-Encoding": coding})
            text = unpack(answer.data).decode()
            if answer.status_code != 200 or not text.endswith("</html>"):
                faults.append(text[:200])
            seen.update(re.findall("Khẩu hiệu số [0-9]+", text))

    clients = [(each, coding) for each in (app, other) for coding in ("gzip", "br", "identity")]
    threads = [threading.Thread(target=read, args=(each.test_client(), coding)) for each, coding in clients]
    for thread in threads:
        thread.start()
    for n in range(5):
        with app.app_context(), writing():
            site.apply({"slogan": [{"valid_from": date(2016, 1, 1), "text": f"Khẩu hiệu số {n}"}]}, by=None)
    for thread in threads:
        thread.join()
    assert not faults
    for each in (app, other):
        assert "Khẩu hiệu số 4" in each.test_client().get("/", headers=READER).text


def test_where_the_cache_fails_the_application_answers(
    app: Flask, kept: Counted, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = app.test_client()
    good = client.get("/", headers=READER)

    def broken(*_: object) -> int:
        raise RuntimeError("gone")

    monkeypatch.setattr(page_cache.PageCache, "_version", broken)
    for _ in range(2):
        answer = client.get("/", headers=READER)
        assert answer.status_code == 200
        assert without_numbers(answer.text) == without_numbers(good.text)
    assert kept.times == 3
    assert caplog.text.count("the page cache steps aside") == 1
    monkeypatch.setattr(page_cache.PageCache, "_make", broken)
    answer = client.get("/", headers=READER)
    assert without_numbers(answer.text) == without_numbers(good.text)
    assert int(answer.headers["Content-Length"]) == len(answer.data)


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", ""),
        ("gzip", "gzip"),
        ("gzip, deflate, br", "br"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("BR;q=1.0", "br"),
        ("gzip;q=0.0, identity", ""),
        ("*", ""),
        ("x" * 500, ""),
    ],
)
def test_the_coding_is_one_that_the_client_takes(accepted: str, coding: str) -> None:
    assert coding_for(accepted) == coding


@pytest.mark.parametrize(
    ("said", "is_this"), [("", False), ('"a"', True), ('W/"a"', True), ('"b", "a"', True), ('"b"', False), ("*", True)]
)
def test_a_client_names_what_it_has(said: str, is_this: bool) -> None:
    assert names(said, '"a"') is is_this

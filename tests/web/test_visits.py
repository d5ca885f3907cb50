"""Readers are counted as pages are sent, and find the numbers at the foot of each: no script, no cookie."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import event

from editorial import statistics
from editorial.db import at, db, writing
from editorial.statistics import Numbers
from editorial.web import page_cache, visits
from editorial.web.visits import is_bot, network
from tests.conftest import Browser
from tests.factories import Made, Person

Make = Callable[..., Made]
NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
DAY = date(2026, 11, 20)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = "Mozilla/5.0 (Linux; Android 15; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile"


def look(app: Flask, path: str = "/", agent: str | None = FIREFOX, address: str = "203.0.113.7", **headers: str) -> str:
    """What a reader sees who has no cookies."""
    page_cache.of(app).capacity = page_cache.CAPACITY
    client = app.test_client(use_cookies=False)
    given = {"User-Agent": agent} if agent is not None else {}
    answer = client.get(path, headers=given | headers, environ_base={"REMOTE_ADDR": address, "HTTP_USER_AGENT": ""})
    assert "Set-Cookie" not in answer.headers or path.startswith("/account")
    with answer:
        return answer.text


def foot(text: str) -> list[str]:
    """The numbers at the foot: reading now, today, this month, in all."""
    return [number.text for number in html.fromstring(text).xpath("//section[@class='visits']//dd")]


def counted(app: Flask) -> tuple[int, int, int, int]:
    visits.of(app).settle()
    with app.app_context():
        spans = statistics.by_day()
    return (spans[0].people, spans[0].bots, spans[0].pages, spans[0].bot_pages) if spans else (0, 0, 0, 0)


def test_the_numbers_are_in_every_page_those_that_are_kept_too(app: Flask, other: Flask) -> None:
    with at(NOON):
        assert foot(look(app)) == ["1", "0", "0", "0"]
        look(app, agent=CHROME)
        look(other, address="203.0.113.8")
        visits.of(app).settle()
        visits.of(other).settle()
        visits.of(app).settle()
        for each in (app, other):
            visits.of(each)._read_at = 0.0
            assert foot(look(each)) == ["3", "3", "3", "3"]
            assert foot(look(each, "/en/")) == ["3", "3", "3", "3"]
            assert foot(look(each, "/khong-co")) == ["3", "3", "3", "3"]


def test_numbers_are_written_as_the_page_s_language_writes_them(app: Flask) -> None:
    with app.app_context(), writing():
        statistics.start_at(1_234_567, by=None)
    assert foot(look(app))[-1] == "1.234.567"
    assert foot(look(app, "/en/"))[-1] == "1,234,567"


def test_reloads_and_further_pages_are_one_visit(app: Flask) -> None:
    with at(NOON):
        for _ in range(5):
            look(app)
            look(app, "/chuyen-muc/kinh-te")
        assert counted(app) == (1, 0, 10, 0)
    with at(NOON + timedelta(minutes=31)):
        look(app)
        assert counted(app) == (2, 0, 11, 0)


def test_a_page_that_the_reader_has_already_counts_as_opened(app: Flask) -> None:
    client = app.test_client(use_cookies=False)
    with at(NOON):
        etag = client.get("/", headers={"User-Agent": FIREFOX}).headers["ETag"]
        answer = client.get("/", headers={"User-Agent": FIREFOX, "If-None-Match": etag})
        assert answer.status_code == 304
        assert counted(app) == (1, 0, 2, 0)


def test_only_pages_that_somebody_looks_at_count(app: Flask, cast: dict[str, Person], make_edition: Make) -> None:
    made = make_edition("published", author=cast["nora"])
    with at(NOON):
        for path in ("/tin-moi.atom", "/sitemap.xml", "/robots.txt", "/healthz", "/static/css/site.css", "/desk/"):
            look(app, path)
        look(app, "/khong-co")
        look(app, f"/tin/{made.article_id}")  # which redirects
        look(app, "/account/sign-in")
        for name, value in (("Sec-Purpose", "prefetch;prerender"), ("Purpose", "prefetch"), ("X-Moz", "prefetch")):
            look(app, **{name: value})
        app.test_client().head("/", headers={"User-Agent": FIREFOX})
        app.test_client().post("/", headers={"User-Agent": FIREFOX})
        assert counted(app) == (0, 0, 0, 0)


def test_staff_at_work_are_not_readers(
    app: Flask, cast: dict[str, Person], browse: Callable[[Person], Browser]
) -> None:
    nora = browse(cast["nora"])
    nora.get("/", headers={"User-Agent": FIREFOX})
    assert counted(app) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("agent", "bot"),
    [
        (FIREFOX, False),
        (CHROME, False),
        ("Mozilla/5.0 (Linux; Android 11; CUBOT X50) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36", False),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Mobile/15E148 Zalo iOS/660", False),
        ("Opera/9.80 (J2ME/MIDP; Opera Mini/7.1) Presto/2.8 Version/11.10", False),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", True),
        ("Mozilla/5.0 (compatible; coccocbot-web/1.0; +http://help.coccoc.com/searchengine)", True),
        ("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", True),
        ("facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", True),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/142.0 Safari/537.36", True),
        ("Mozilla/5.0 (compatible; Baiduspider/2.0)", True),
        ("curl/8.5.0", True),
        ("python-requests/2.32", True),
        ("Go-http-client/2.0", True),
        ("", True),
        ("x" * 9000, True),
    ],
)
def test_programs_are_told_from_browsers(agent: str, bot: bool) -> None:
    assert is_bot(agent) is bot


def test_bots_and_people_are_counted_apart(app: Flask) -> None:
    with at(NOON):
        for agent in (FIREFOX, CHROME, "Googlebot/2.1", "", None):
            look(app, agent=agent)
        people, bots, pages, bot_pages = counted(app)
        assert (people, pages, bot_pages) == (2, 2, 3)
        assert bots == 2  # one names itself; two say nothing, and are one
        assert foot(look(app))[0] == "2"


@pytest.mark.parametrize(
    ("address", "known_as"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:aaaa:bbbb:cccc:dddd", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("unix:", "unix:"),
    ],
)
def test_a_household_is_known_by_its_network(address: str, known_as: str) -> None:
    assert network(address) == known_as


def test_no_article_can_write_numbers_into_the_page(app: Flask, cast: dict[str, Person], make_edition: Make) -> None:
    guess = "[0123456789abcdef01234567:total:vi]"
    made = make_edition("published", author=cast["nora"], title=f"Bài {guess}", body=f"<p>{guess} [today:vi]</p>")
    with app.app_context():
        mark = str(visits.of(app).mark("total"))
    path = f"/tin/{made.article_id}/{made.slug}"
    for _ in range(2):
        text = look(app, path)
        assert f"<p>{guess} [today:vi]</p>" in text
        assert mark not in text
        assert len(foot(text)) == 4


def test_what_is_read_most_is_counted_by_article(app: Flask, cast: dict[str, Person], make_edition: Make) -> None:
    first, second = (make_edition("published", author=cast["nora"], title=f"Bài {n}") for n in (1, 2))
    with at(NOON):
        look(app, f"/tin/{first.article_id}/{first.slug}")
        for path in (f"/tin/{second.article_id}/{second.slug}", f"/en/tin/{second.article_id}/{second.slug}"):
            look(app, path)
        look(app, f"/tin/{first.article_id}/{first.slug}", agent="Googlebot/2.1")
        look(app, f"/tin/{first.article_id}/{first.slug}?utm_source=zalo", agent="")
        visits.of(app).settle()
        with app.app_context():
            assert statistics.most_read(5) == [second.article_id, first.article_id]


def test_a_page_asks_the_database_nothing_more_for_being_counted(app: Flask) -> None:
    """What is noted waits in the process; a reader's page never writes."""
    look(app)
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    look(app)
    event.remove(engine, "before_cursor_execute", note)
    assert not [each for each in asked if not each.startswith("SELECT")]


def test_without_a_database_the_last_numbers_stay(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with at(NOON):
        look(app)
        visits.of(app).settle()
        assert foot(look(app))[1] == "1"

        def gone() -> Numbers:
            raise RuntimeError("gone")

        monkeypatch.setattr(statistics, "numbers", gone)
        visits.of(app)._read_at = 0.0
        assert foot(look(app))[1] == "1"


@pytest.mark.parametrize("who", ["edda", "petra", "nora", "ada"])
def test_editors_and_heads_see_the_numbers(
    app: Flask,
    cast: dict[str, Person],
    browse: Callable[[Person], Browser],
    make_edition: Make,
    client: FlaskClient,
    who: str,
) -> None:
    made = make_edition("published", author=cast["nora"], title="Bài được đọc nhiều")
    look(app, f"/tin/{made.article_id}/{made.slug}")
    visits.of(app).settle()
    person = browse(cast[who])
    answer = person.get("/desk/visits")
    if who in ("nora", "ada"):
        assert answer.status_code == 403
        assert "/desk/visits" not in person.get("/desk/").text
        return
    assert answer.status_code == 200
    page = html.fromstring(answer.text)
    assert "Bài được đọc nhiều" in page.xpath("string(//table[caption/@id='most-read'])")
    rows = page.xpath("//table[caption/@id='days']/tbody/tr")
    assert [cell.text for cell in rows[0].xpath("td")][1:] == ["1", "1", "0", "0"]
    assert page.xpath("//table[caption/@id='days']//rect/@width") == ["100.0%"]
    assert "/desk/visits" in person.get("/desk/").text
    assert person.get("/desk/visits?lang=en").status_code == 200


def test_the_page_of_a_site_that_nobody_has_read(cast: dict[str, Person], browse: Callable[[Person], Browser]) -> None:
    assert "Chưa có lượt truy cập nào" in browse(cast["petra"]).get("/desk/visits").text


def test_a_process_that_ends_adds_up_first(app: Flask, tmp_path: Path) -> None:
    """A program that sends some pages and ends at once, by itself and by SIGTERM's handler: nothing is lost."""
    script = """
import os, signal, sys, threading
from pathlib import Path
from tests.conftest import settings_for
from editorial.app import create_app
from editorial.web import visits
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
app = create_app(settings_for(sys.argv[1], Path(sys.argv[2])))
visits.of(app).settle_by_itself()
def read():
    for n in range(3):
        app.test_client().get("/", headers={"User-Agent": "Mozilla/5.0 Firefox/140.0"})
reader = threading.Thread(target=read, daemon=True)  # as a server's threads are
reader.start()
reader.join()
if sys.argv[3] == "term":
    os.kill(os.getpid(), signal.SIGTERM)
"""
    for how in ("end", "term"):
        url = app.config["SQLALCHEMY_DATABASE_URI"]
        ran = subprocess.run(
            [sys.executable, "-c", script, url, str(tmp_path), how], capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr
    with app.app_context():
        (today,) = statistics.by_day(2)
        assert (today.people, today.pages) == (1, 6)

"""One rule for every exit: what is not published is nowhere, and looks like what never was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import update

from editorial import articles, assets, jobs, record, statistics, topics
from editorial.db import at, db, now, writing
from editorial.manuscript import Picture
from editorial.models import (
    Article,
    ArticleDay,
    ArticleStanding,
    BlockKind,
    Edition,
    HomeBlock,
    Section,
    Slide,
    Slideshow,
    User,
)
from editorial.topics import Words
from editorial.workflow import State
from tests.conftest import Browser
from tests.factories import Made, Person, text_of

Browse = Callable[[Person], Browser]
Cast = dict[str, Person]
Make = Callable[..., Made]

TITLE, SLUG = "Chuyện chưa ai được biết", "chuyen-chua-ai-duoc-biet"
LEDE, ALT = "Điều này còn kín. Chưa ai được đọc.", "Tấm hình còn cất trong ngăn kéo"
NOBODYS = "0" * 64
FEEDS = [f"{stem}/tin-moi.{form}" for stem in ("", "/chuyen-muc/van-hoa") for form in ("atom", "rss", "json")]
EXITS = (
    "/",
    "/en/",
    "/chuyen-muc/van-hoa",
    "/en/chuyen-muc/van-hoa",
    "/tac-gia/hoai-an",
    *FEEDS,
    "/sitemap.xml",
    "/news-sitemap.xml",
    "/api/v1/articles",
    "/api/v1/articles?section=van-hoa&since=2000-01-01",
)


@pytest.fixture
def picture(app: Flask, cast: Cast) -> str:
    """A picture that Nora uploaded."""
    file = BytesIO()
    Image.new("RGB", (640, 400), (20, 90, 60)).save(file, "PNG")
    file.seek(0)
    with app.app_context():
        prepared = assets.prepare(file, "ruong.png")
        with writing():
            return assets.keep(prepared, by=db.session.get_one(User, cast["nora"].id)).id


def secret(picture: str) -> dict[str, object]:
    return {"title": TITLE, "lede": LEDE, "section": "van-hoa", "cover": Picture(picture, ALT, "Chú thích", "Hoài An")}


def publish(app: Flask, made: Made, by: Person) -> None:
    with app.app_context(), writing():
        edition = db.session.get_one(Edition, made.id)
        articles.move(edition, "publish", by=db.session.get_one(User, by.id), seen=made.digest)


def exits_that_tell(client: FlaskClient, neighbour: Made) -> list[str]:
    """The exits at which a reader learns of the article; an article of the same section lists it as related."""
    pages = (*EXITS, f"/tin/{neighbour.article_id}/{neighbour.slug}")
    return [path for path in pages if any(part in client.get(path).text for part in (TITLE, SLUG, LEDE, ALT))]


def answer(client: FlaskClient, path: str) -> tuple[object, ...]:
    """All that an answer consists of, but for the date on its envelope."""
    got = client.get(path)
    headers = [header for header in got.headers if header[0] != "Date"]
    return got.status_code, sorted(headers), got.data


# --- texts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", State)
def test_every_exit_follows_the_state(
    state: State, cast: Cast, make_edition: Make, client: FlaskClient, picture: str
) -> None:
    """Before it exists, its addresses answer as afterwards, byte for byte, as long as it is not published."""
    neighbour = make_edition("published", author=cast["omar"], section="van-hoa")
    number = neighbour.article_id + 1
    addresses = [f"/tin/{number}/{SLUG}", f"/tin/{number}/x", f"/tin/{number}", f"/en/tin/{number}/{SLUG}"]
    addresses += [f"/api/v1/articles/{number}", f"/anh/chia-se/{number}-{'0' * 16}.png"]
    addresses += [f"/anh/{picture}/{width}.webp" for width in assets.WIDTHS]
    before = [answer(client, address) for address in addresses]
    assert {status for status, *_ in before} == {404}
    made = make_edition(state, author=cast["nora"], **secret(picture))
    assert made.article_id == number
    if state is State.PUBLISHED:
        assert len(exits_that_tell(client, neighbour)) == len(EXITS) + 1
        assert [answer(client, address)[0] for address in addresses] == [200, 301, 301, 200, 200, 302, 200, 200, 200]
    else:
        assert exits_that_tell(client, neighbour) == []
        assert [answer(client, address) for address in addresses] == before


@pytest.mark.parametrize("standing", [ArticleStanding.HELD, ArticleStanding.WITHDRAWN])
def test_every_exit_follows_the_standing(
    standing: ArticleStanding, app: Flask, cast: Cast, make_edition: Make, client: FlaskClient, picture: str
) -> None:
    neighbour = make_edition("published", author=cast["omar"], section="van-hoa")
    made = make_edition("published", author=cast["nora"], **secret(picture))
    assert exits_that_tell(client, neighbour)
    with app.app_context(), writing():
        db.session.execute(update(Article).where(Article.id == made.article_id).values(standing=standing))
        record.add(None, str(standing), f"article:{made.article_id}")  # as every act does
        db.session.commit()
    assert exits_that_tell(client, neighbour) == []
    share, data = f"/anh/chia-se/{made.article_id}-{'0' * 16}.png", f"/api/v1/articles/{made.article_id}"
    for address in (f"/tin/{made.article_id}/{SLUG}", f"/anh/{picture}/480.webp", share, data):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("state", ["draft", "review"])
def test_no_exit_tells_of_a_change_on_its_way(
    state: str, cast: Cast, make_edition: Make, make_update: Make, client: FlaskClient, picture: str
) -> None:
    base = make_edition("published", author=cast["nora"], section="van-hoa")
    make_update(base, author=cast["nora"], state=state, **secret(picture))
    assert exits_that_tell(client, base) == []
    assert client.get(f"/anh/{picture}/480.webp").status_code == 404


@pytest.mark.parametrize("public", [True, False])
def test_no_list_is_there_for_what_is_not_public(
    public: bool, app: Flask, cast: Cast, make_edition: Make, make_update: Make, client: FlaskClient
) -> None:
    """A tag, an author, a topic and a day that only texts out of sight have."""
    with app.app_context(), writing():
        topics.begin(Words("Việc kín"), by=db.session.get_one(User, cast["edda"].id))
    terms = {"tags": ["chuyện kín"], "bylines": ["Người Kín"], "topic": "viec-kin", "title": TITLE}
    base = make_edition("published", author=cast["nora"], bylines=["Hoài An"])
    with at(datetime(2016, 2, 26, 5, tzinfo=UTC)):
        if public:
            make_edition("published", author=cast["nora"], **terms)
        else:
            for state in set(State) - {State.PUBLISHED}:
                make_edition(state, author=cast["nora"], **terms)
            make_update(base, author=cast["nora"], state="review", **terms)
            held = [make_edition("published", author=cast["nora"], **terms) for _ in range(2)]
    if not public:
        with app.app_context(), writing():
            for made, standing in zip(held, (ArticleStanding.HELD, ArticleStanding.WITHDRAWN), strict=True):
                db.session.execute(update(Article).where(Article.id == made.article_id).values(standing=standing))
            db.session.commit()
    lists = (
        "/tu-khoa/chuyen-kin",
        "/tac-gia/nguoi-kin",
        "/dong-su-kien/viec-kin",
        "/luu-tru/2016/02/26",
        "/luu-tru/2016/02",
    )
    for path in lists:
        assert client.get(path).status_code == (200 if public else 404), path
    told = "".join(client.get(path).text for path in ("/dong-su-kien", "/luu-tru", "/sitemap.xml"))
    for word in ("viec-kin", "nguoi-kin", "2016"):
        assert (word in told) is public, word


def test_a_scheduled_text_is_out_when_it_is_released_and_not_before(
    app: Flask, cast: Cast, make_edition: Make, client: FlaskClient, picture: str
) -> None:
    neighbour = make_edition("published", author=cast["omar"], section="van-hoa")
    make_edition("scheduled", author=cast["nora"], released_in=timedelta(minutes=5), **secret(picture))
    with at(now() + timedelta(minutes=4)), app.app_context():
        jobs.release_due()
    assert exits_that_tell(client, neighbour) == []
    with at(now() + timedelta(minutes=6)), app.app_context():
        jobs.release_due()
    assert len(exits_that_tell(client, neighbour)) == len(EXITS) + 1


def test_nothing_that_is_no_article_can_be_told_from_a_draft(
    cast: Cast, make_edition: Make, client: FlaskClient
) -> None:
    """Numbers too large, of the wrong kind, or nobody's: one answer, in one form."""

    def seen(number: object) -> tuple[object, ...]:
        got = client.get(f"/tin/{number}/x")
        headers = [header for header in got.headers if header[0] not in ("Date", "Content-Length")]
        return got.status_code, headers, got.text.partition("<main")[2]

    draft = seen(make_edition("draft", author=cast["nora"]).article_id)
    assert draft[0] == 404
    for number in (99, 0, 2**31, 2**63, "9" * 40, "9" * 5000, -1, 1.5, "x", "٣"):
        assert seen(number) == draft, number


@pytest.mark.parametrize("standing", [ArticleStanding.HELD, ArticleStanding.WITHDRAWN])
def test_what_the_editors_chose_for_the_home_page_follows_the_standing_of_its_articles(
    standing: ArticleStanding, app: Flask, cast: Cast, make_edition: Make, client: FlaskClient, picture: str
) -> None:
    """Blocks, the most read, and a slide that leads to the article, with its picture."""
    made = make_edition("published", author=cast["nora"], **secret(picture))
    slide = Slide(asset_id=picture, alt=ALT, caption="Ảnh của bài", url=f"/tin/{made.article_id}/{SLUG}")
    with app.app_context(), writing():
        kinds = (BlockKind.LEAD, BlockKind.LIST, BlockKind.PICTURES, BlockKind.MOST_READ)
        section = db.session.query(Section).filter_by(slug="van-hoa").one()
        db.session.add_all(HomeBlock(kind=kind, section_id=section.id, number_shown=5) for kind in kinds)
        db.session.add(ArticleDay(day=statistics.day_of(now()), article_id=made.article_id, pages=7))
        db.session.add(Slideshow(title="Quê mình", slides=[slide]))
        record.add(None, "furnished", "site:frame")
        db.session.commit()
    page = client.get("/").text
    assert page.count('<section class="block ') == 4
    assert "Ảnh của bài" in page
    with app.app_context(), writing():
        db.session.execute(update(Article).where(Article.id == made.article_id).values(standing=standing))
        record.add(None, "withdrawn", f"article:{made.article_id}")
        db.session.commit()
    page = client.get("/").text
    assert not [part for part in (TITLE, SLUG, LEDE, ALT, "Ảnh của bài", "Quê mình", picture) if part in page]
    assert client.get(f"/anh/{picture}/480.webp").status_code == 404


# --- pictures ---------------------------------------------------------------------------------------------------------


def test_a_waiting_picture_is_for_those_who_may_see_the_text(
    cast: Cast, make_edition: Make, browse: Browse, picture: str
) -> None:
    """Nora wrote it, Edda edits, Petra heads all sections and Kim this one; to Omar and Ada it does not exist."""
    make_edition("review", author=cast["nora"], **secret(picture))
    unknown = browse(cast["ada"]).get(f"/anh/{NOBODYS}/480.webp")
    for name, status in {"nora": 200, "edda": 200, "petra": 200, "kim": 200, "omar": 404, "ada": 404}.items():
        got = browse(cast[name]).get(f"/anh/{picture}/480.webp")
        assert got.status_code == status, name
        assert got.headers["Cache-Control"] == "no-store", name
        if status == 404:
            assert got.text.replace(picture, NOBODYS) == unknown.text


def test_whoever_uploaded_a_picture_sees_it_before_any_text_shows_it(cast: Cast, browse: Browse, picture: str) -> None:
    assert browse(cast["nora"]).get(f"/anh/{picture}/480.webp").status_code == 200
    assert browse(cast["petra"]).get(f"/anh/{picture}/480.webp").status_code == 404


def test_a_picture_is_gone_when_the_published_text_shows_it_no_more(
    app: Flask, cast: Cast, make_edition: Make, make_update: Make, client: FlaskClient, browse: Browse, picture: str
) -> None:
    base = make_edition("published", author=cast["nora"], **secret(picture))
    address = f"/anh/{picture}/960.webp"
    kept = client.get(address)
    assert kept.status_code == 200
    change = make_update(base, author=cast["nora"], state="review")
    assert client.get(address).status_code == 200, "the change is not out yet"
    publish(app, change, cast["petra"])
    again = client.get(address, headers={"If-None-Match": kept.headers["ETag"]})
    assert again.status_code == 404, "not even who holds it is told that it is still good"
    assert browse(cast["nora"]).get(address).status_code == 200


def test_a_picture_that_was_taken_out_before_publication_was_never_public(
    app: Flask, cast: Cast, make_edition: Make, client: FlaskClient, picture: str
) -> None:
    made = make_edition("draft", author=cast["nora"], **secret(picture))
    with app.app_context(), writing():
        edition = db.session.get_one(Edition, made.id)
        nora, petra = (db.session.get_one(User, cast[name].id) for name in ("nora", "petra"))
        articles.save(edition, text_of(section="van-hoa"), by=nora, seen=made.digest)
        articles.move(edition, "submit", by=nora, seen=edition.head.digest)
        articles.move(edition, "publish", by=petra, seen=edition.head.digest)
    assert client.get("/chuyen-muc/van-hoa").text.count("Khe Trăng gặt xong")
    assert client.get(f"/anh/{picture}/480.webp").status_code == 404


def test_a_public_picture_is_served_as_nothing_but_a_picture(
    cast: Cast, make_edition: Make, client: FlaskClient, picture: str
) -> None:
    made = make_edition("published", author=cast["nora"], **secret(picture))
    page = client.get(f"/tin/{made.article_id}/{SLUG}").text
    assert f'property="og:image" content="http://localhost/anh/{picture}/960.webp"' in page
    assert 'width="640" height="400"' in page
    for width in assets.WIDTHS:
        got = client.get(f"/anh/{picture}/{width}.webp")
        assert got.status_code == 200
        assert Image.open(BytesIO(got.data)).format == "WEBP"
        assert got.content_type == "image/webp"
        assert got.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert got.headers["X-Content-Type-Options"] == "nosniff"
        assert set(got.headers["Cache-Control"].split(", ")) == {"public", "no-cache"}
        again = client.get(f"/anh/{picture}/{width}.webp", headers={"If-None-Match": got.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == got.headers["ETag"]


def test_a_share_picture_is_public_as_long_as_its_article(
    app: Flask, cast: Cast, make_edition: Make, make_update: Make, client: FlaskClient
) -> None:
    """Whoever kept its address, or the picture itself, is told that it is gone."""
    made = make_edition("published", author=cast["nora"], title="Bài không có ảnh")

    def shown() -> str:
        page = client.get(f"/tin/{made.article_id}/{made.slug}").text
        return page.partition('property="og:image" content="http://localhost')[2].partition('"')[0]

    address = shown()
    kept = client.get(address)
    assert (kept.status_code, kept.content_type) == (200, "image/png")
    assert kept.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert Image.open(BytesIO(kept.data)).size == (1200, 630)
    assert client.get(address, headers={"If-None-Match": kept.headers["ETag"]}).status_code == 304
    change = make_update(made, author=cast["nora"], state="review", title=TITLE)
    assert shown() == address
    assert client.get(address).data == kept.data, "the change is not out yet"
    publish(app, change, cast["petra"])
    present = client.get(address)
    assert (present.status_code, present.location) == (302, f"http://localhost{shown()}")
    assert shown() != address
    assert client.get(shown()).data != kept.data
    with app.app_context(), writing():
        held = update(Article).where(Article.id == made.article_id).values(standing=ArticleStanding.WITHDRAWN)
        db.session.execute(held)
        db.session.commit()
    again = client.get(address, headers={"If-None-Match": kept.headers["ETag"]})
    assert again.status_code == 404
    unknown = client.get(f"/anh/chia-se/{made.article_id + 99}-{'0' * 16}.png")
    assert unknown.status_code == 404
    for wrong in (
        "chia-se/x-0.png",
        f"chia-se/{made.article_id}-0.png",
        "chia-se/0.png",
        "chia-se/chuyen-muc/khong-co/0.png",
    ):
        assert client.get(f"/anh/{wrong}").status_code == 404, wrong


def test_there_is_no_other_picture(cast: Cast, make_edition: Make, client: FlaskClient, picture: str) -> None:
    make_edition("published", author=cast["nora"], **secret(picture))
    known = f"{picture}/480.webp"
    for path in (
        f"{picture}/481.webp",
        f"{picture}/0.webp",
        f"{picture}/480.jpg",
        f"{known}/",
        f"x{known}",
        f"../{known}",
    ):
        assert client.get(f"/anh/{path}").status_code == 404, path
    assert client.get(f"/anh/{known.upper()}").status_code == 404
    assert client.get("/anh/%00/480.webp").status_code == 400


def test_a_page_for_somebody_signed_in_is_kept_by_nobody(cast: Cast, make_edition: Make, browse: Browse) -> None:
    made = make_edition("published", author=cast["nora"])
    signed_in = browse(cast["nora"])
    for path in (*EXITS, f"/tin/{made.article_id}/{made.slug}"):
        if path.startswith("/api/"):  # it never looks who asks
            continue
        got = signed_in.get(path)
        assert got.status_code == 200
        assert got.headers["Cache-Control"] == "no-store"
        assert "Cookie" in got.headers["Vary"]
        assert "ETag" not in got.headers

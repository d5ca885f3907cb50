"""What frames the articles, as readers meet it: the blocks of the home page, slides, links, notices, old addresses."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from PIL import Image
from sqlalchemy import delete, event, update

from editorial import articles, assets, catalogue, jobs, record
from editorial.catalogue import memory
from editorial.db import at, db, now, writing
from editorial.manuscript import Picture
from editorial.models import (
    Archive,
    BlockKind,
    Edition,
    HomeBlock,
    Imprint,
    Link,
    LinkGroup,
    Outage,
    Redirect,
    Section,
    Slide,
    Slideshow,
    User,
)
from editorial.web.public import moved
from editorial.workflow import NotAllowed, State
from tests.conftest import Browser
from tests.factories import Made, Person, text_of

Cast = dict[str, Person]
Make = Callable[..., Made]
Browse = Callable[[Person], Browser]
Enter = Callable[..., None]
NOON = datetime(2026, 3, 2, 5, tzinfo=UTC)  # 12:00 in Vietnam
LONG = "Nghiêng nghiêng " * 12


@pytest.fixture
def enter(app: Flask) -> Enter:
    """Rows put on the site by one act, as the board's pages do it."""

    def put(*rows: Any) -> None:
        with app.app_context(), writing():
            db.session.add_all(rows)
            db.session.flush()
            record.add(None, "furnished", "site:frame")
            db.session.commit()

    return put


@pytest.fixture
def change(app: Flask) -> Enter:
    """A statement carried out by one act."""

    def run(statement: Any) -> None:
        with app.app_context(), writing():
            db.session.execute(statement)
            record.add(None, "furnished", "site:frame")
            db.session.commit()

    return run


@pytest.fixture
def number(app: Flask) -> Callable[[str], int]:
    """The number of a section."""

    def of(slug: str) -> int:
        with app.app_context():
            return db.session.query(Section.id).filter_by(slug=slug).scalar() or 0

    return of


@pytest.fixture
def picture(app: Flask, cast: Cast) -> Callable[[int], str]:
    """A picture of one shade, in the store."""

    def keep(shade: int) -> str:
        file = BytesIO()
        Image.new("RGB", (640, 400), (shade, 90, 60)).save(file, "PNG")
        file.seek(0)
        with app.app_context():
            prepared = assets.prepare(file, "ruong.png")
            with writing():
                return assets.keep(prepared, by=db.session.get_one(User, cast["nora"].id)).id

    return keep


@pytest.fixture
def publish(cast: Cast, make_edition: Make) -> Make:
    """`publish(3, section="van-hoa")` came out three hours after noon."""

    def make(hours: float, **parts: Any) -> Made:
        with at(NOON + timedelta(hours=hours)):
            return make_edition("published", author=cast["nora"], **({"title": f"Bài {hours}"} | parts))

    return make


def tree(client: FlaskClient, path: str) -> Any:
    got = client.get(path)
    assert got.status_code == 200, path
    return html.fromstring(got.text)


def words(element: Any) -> str:
    return re.sub(r"\s+", " ", element.text_content()).strip()


def blocks(client: FlaskClient, path: str = "/") -> list[tuple[str, list[str]]]:
    """The blocks of the home page: what each is called, and the titles in it."""
    found = tree(client, path).cssselect(".block")
    return [(words(each.cssselect("h2")[0]), [words(a) for a in each.cssselect("h3 a")]) for each in found]


# --- blocks of the home page ------------------------------------------------------------------------------------------


def test_home_shows_the_blocks_that_the_editors_chose_in_their_order(
    client: FlaskClient, publish: Make, enter: Enter, number: Callable[[str], int]
) -> None:
    for hours in range(9):
        publish(hours, section="kinh-te", title=f"Kinh {hours}")
        publish(hours + 0.5, section="van-hoa", title=f"Văn {hours}")
    assert [name for name, _ in blocks(client)] == ["Kinh tế", "Văn hóa"]
    enter(
        HomeBlock(kind=BlockKind.LIST, section_id=number("van-hoa"), number_shown=2, position=2),
        HomeBlock(
            kind=BlockKind.LEAD, section_id=number("kinh-te"), number_shown=3, position=1,
            title="Đồng ruộng", title_en="In the fields",
        ),
        HomeBlock(kind=BlockKind.LIST, section_id=None, number_shown=1, position=3),
        HomeBlock(kind=BlockKind.LIST, section_id=number("van-hoa"), number_shown=1, position=4),
        HomeBlock(kind=BlockKind.LIST, section_id=number("cai-cach"), number_shown=1, position=5),
    )  # fmt: skip
    assert blocks(client) == [
        ("Đồng ruộng", ["Kinh 7", "Kinh 6", "Kinh 5"]),  # Văn 8, Kinh 8 and Văn 7 stand on top
        ("Văn hóa", ["Văn 6", "Văn 5"]),
        ("Các bài khác", ["Kinh 4"]),  # the newest that are not among the latest
        ("Văn hóa", ["Văn 6"]),
    ]
    assert blocks(client, "/en/")[0][0] == "In the fields"


def test_see_more_says_what_more(client: FlaskClient, publish: Make) -> None:
    publish(1)
    (link,) = tree(client, "/").cssselect(".block__more a")
    assert (words(link), link.get("href")) == ("Xem thêm tin mục Kinh tế", "/chuyen-muc/kinh-te")
    assert words(tree(client, "/en/").cssselect(".block__more a")[0]) == "More from Kinh tế"


def test_a_block_of_pictures_shows_the_articles_that_have_one(
    client: FlaskClient, publish: Make, enter: Enter, number: Callable[[str], int], picture: Callable[[int], str]
) -> None:
    for hours in range(4):
        publish(hours + 0.5, title=f"Chữ {hours}")
    cover = Picture(picture(1), "Ruộng lúa", "Ruộng lúa thôn Hạ", "Hoài An")
    publish(0, title="Ảnh", cover=cover)
    enter(HomeBlock(kind=BlockKind.PICTURES, section_id=number("kinh-te"), number_shown=2))
    assert blocks(client) == [("Kinh tế", ["Ảnh"])]
    assert tree(client, "/").cssselect(".gallery img")[0].get("alt") == "Ruộng lúa"


def test_the_most_read_stand_in_their_order_and_only_as_long_as_they_are_public(
    app: Flask, publish: Make, enter: Enter
) -> None:
    made = [publish(hours) for hours in range(3)]
    enter(HomeBlock(kind=BlockKind.MOST_READ, number_shown=2), HomeBlock(kind=BlockKind.LIST, number_shown=1))
    asked: list[tuple[int, int | None]] = []

    def most_read(limit: int, section_id: int | None) -> list[int]:
        asked.append((limit, section_id))
        return [made[0].article_id, 999, made[2].article_id]

    with app.app_context():
        (block,) = catalogue.front_page(most_read=most_read).blocks
        assert [item.title for item in block.items] == ["Bài 0"], (
            "a block shows what it was asked to, and 999 is nobody"
        )
        assert asked == [(2, None)]
        assert catalogue.front_page().blocks == [], "without a count there is no such block"


def test_home_asks_as_little_for_twenty_blocks_as_for_one(
    app: Flask, client: FlaskClient, publish: Make, enter: Enter, number: Callable[[str], int]
) -> None:
    for hours in range(5):
        publish(hours, section="kinh-te" if hours % 2 else "van-hoa")
    kinds = [BlockKind.LEAD, BlockKind.LIST, BlockKind.PICTURES]
    places = [number("kinh-te"), number("van-hoa"), None]
    enter(*(HomeBlock(kind=kinds[n % 3], section_id=places[n % 2], number_shown=3, position=n) for n in range(20)))
    asked: list[str] = []
    with app.app_context():
        app.extensions.pop(memory.KEY, None)
        event.listen(db.engine, "before_cursor_execute", lambda *about: asked.append(about[2]))
    counts = []
    for _ in range(2):
        asked.clear()
        client.get("/")
        counts.append(len([statement for statement in asked if not statement.startswith("BEGIN")]))
    assert counts[0] <= 12
    assert counts[1] <= 3


@pytest.mark.parametrize("shown", [0, 21, -1])
def test_no_block_shows_nothing_or_everything(app: Flask, shown: int) -> None:
    with app.app_context(), writing(), pytest.raises(Exception, match=r"shows_some"):
        db.session.add(HomeBlock(kind=BlockKind.LIST, number_shown=shown))
        db.session.flush()


def test_a_home_without_sections_articles_and_blocks_says_so(client: FlaskClient, change: Enter, enter: Enter) -> None:
    assert "Chưa có bài viết nào được đăng" in client.get("/").text
    enter(HomeBlock(kind=BlockKind.LIST, number_shown=4), HomeBlock(kind=BlockKind.MOST_READ, number_shown=4))
    assert blocks(client) == []
    change(delete(Section).where(Section.slug == "kinh-te"))
    assert "Kinh tế" not in client.get("/").text


def test_a_long_title_is_shown_whole(client: FlaskClient, publish: Make) -> None:
    publish(1, title=LONG.strip())
    assert words(tree(client, "/").cssselect(".home__lead h2")[0]) == LONG.strip()


# --- the menu ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def family(change: Enter, number: Callable[[str], int]) -> None:
    """Culture stands under the economy."""
    change(update(Section).where(Section.slug == "van-hoa").values(parent_id=number("kinh-te")))


@pytest.mark.usefixtures("family")
def test_the_menu_has_two_levels_and_marks_where_one_is(client: FlaskClient) -> None:
    page = tree(client, "/chuyen-muc/van-hoa")
    menu = page.cssselect(".menu__wide > ul > li")
    assert [words(each.cssselect("a")[0]) for each in menu] == ["Trang chủ", "Kinh tế", "Cải cách hành chính"]
    assert [words(a) for a in menu[1].cssselect("ul a")] == ["Văn hóa"]
    assert [words(a) for a in page.cssselect(".menu__wide [aria-current]")] == ["Kinh tế", "Văn hóa"]
    assert words(menu[1].cssselect("summary")[0]) == "Các mục trong Kinh tế", "a fold that keys open, with a name"
    assert page.cssselect("details.menu__narrow ul ul a[aria-current]"), "and on a narrow screen it stands open"
    assert [words(a) for a in page.cssselect(".trail a")] == ["Trang chủ", "Kinh tế"]
    assert page.cssselect(".menu__wide a[aria-current=page]") == []
    assert words(tree(client, "/").cssselect(".menu__wide a[aria-current=page]")[0]) == "Trang chủ"


@pytest.mark.usefixtures("family")
def test_the_page_of_a_section_shows_those_under_it_as_well(
    client: FlaskClient, publish: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "ON_A_PAGE", 2)
    for hours in range(5):
        publish(hours, section=("kinh-te", "van-hoa")[hours % 2])
    publish(9, section="cai-cach")

    def titles(path: str) -> list[str]:
        return [words(link) for link in tree(client, path).cssselect("main h2 a")]

    pages = [titles("/chuyen-muc/kinh-te"), *(titles(f"/chuyen-muc/kinh-te?trang={n}") for n in (2, 3))]
    assert pages == [["Bài 4", "Bài 3"], ["Bài 2", "Bài 1"], ["Bài 0"]]
    assert client.get("/chuyen-muc/kinh-te?trang=4").status_code == 404
    assert titles("/chuyen-muc/van-hoa") == ["Bài 3", "Bài 1"]
    assert [name for name, _ in blocks(client)] == ["Kinh tế", "Cải cách hành chính"]
    assert words(tree(client, "/chuyen-muc/kinh-te").cssselect(".section__children")[0]) == "Văn hóa"


@pytest.mark.usefixtures("family")
def test_an_article_leads_up_to_its_section_and_what_that_stands_under(client: FlaskClient, publish: Make) -> None:
    made = publish(1, section="van-hoa")
    page = tree(client, f"/tin/{made.article_id}/{made.slug}")
    assert [a.get("href") for a in page.cssselect(".trail a")] == ["/", "/chuyen-muc/kinh-te", "/chuyen-muc/van-hoa"]


def test_a_tree_that_went_wrong_is_shown_all_the_same(
    client: FlaskClient, change: Enter, number: Callable[[str], int]
) -> None:
    """Three levels, and a circle, which the board's pages refuse and an import may bring: no section is lost."""
    above = {"van-hoa": "kinh-te", "cai-cach": "van-hoa"}
    for slug, parent in above.items():
        change(update(Section).where(Section.slug == slug).values(parent_id=number(parent)))
    menu = tree(client, "/").cssselect(".menu__wide > ul > li")
    assert [words(a) for a in menu[1].cssselect("a")] == ["Kinh tế", "Văn hóa", "Cải cách hành chính"]
    change(update(Section).where(Section.slug == "kinh-te").values(parent_id=number("cai-cach")))
    menu = tree(client, "/").cssselect(".menu__wide > ul > li > a")
    assert [words(a) for a in menu[1:]] == ["Kinh tế", "Văn hóa", "Cải cách hành chính"]
    assert client.get("/chuyen-muc/van-hoa").status_code == 200


# --- slides -----------------------------------------------------------------------------------------------------------


def slide(asset: str, caption: str, **others: Any) -> Slide:
    return Slide(asset_id=asset, alt=f"Hình: {caption}", caption=caption, **others)


def test_a_slideshow_has_a_caption_for_each_picture_and_needs_no_script(
    client: FlaskClient, enter: Enter, picture: Callable[[int], str]
) -> None:
    one, two = picture(1), picture(2)
    slides = [slide(two, "Sen Vạn Ô", position=2), slide(one, "Gặt lúa", position=1, credit="Hoài An", url="/")]
    enter(Slideshow(title="Quê mình", title_en="Our home", slides=slides), Slideshow(title="Trống"))
    page = tree(client, "/")
    (show,) = page.cssselect(".show")
    assert words(show.cssselect("h2")[0]) == "Quê mình"
    assert [words(each) for each in show.cssselect("figcaption")] == ["Gặt lúa Ảnh: Hoài An", "Sen Vạn Ô"]
    assert [each.get("alt") for each in show.cssselect("img")] == ["Hình: Gặt lúa", "Hình: Sen Vạn Ô"]
    ids = [each.get("id") for each in show.cssselect("figure")]
    assert [a.get("href") for a in show.cssselect(".show__numbers a")] == [f"#{each}" for each in ids]
    assert show.cssselect(".show__slides")[0].get("tabindex") == "0", "it is pushed by keys as well"
    assert show.cssselect(".show__buttons")[0].get("hidden") is not None, "buttons that need a script come with it"
    assert show.get("aria-roledescription") == "trình chiếu ảnh"
    assert [s.get("src").partition("?")[0] for s in page.xpath("//script[@src]")].count("/static/js/slideshow.js") == 1
    assert words(tree(client, "/en/").cssselect(".show h2")[0]) == "Our home"
    assert tree(client, "/en/").cssselect(".slide a")[0].get("href") == "/en/"
    for asset in (one, two):
        assert client.get(f"/anh/{asset}/480.webp").status_code == 200


def test_the_picture_of_a_slide_is_public_exactly_while_it_is_shown(
    client: FlaskClient, enter: Enter, change: Enter, picture: Callable[[int], str]
) -> None:
    one = picture(1)
    address = f"/anh/{one}/480.webp"
    assert client.get(address).status_code == 404
    enter(Slideshow(title="Quê mình", on_home=False, slides=[slide(one, "Gặt lúa")]))
    assert (client.get(address).status_code, "Gặt lúa" in client.get("/").text) == (404, False)
    change(update(Slideshow).values(on_home=True))
    assert (client.get(address).status_code, "Gặt lúa" in client.get("/").text) == (200, True)
    change(delete(Slide))
    assert (client.get(address).status_code, "Quê mình" in client.get("/").text) == (404, False)


def test_a_home_without_slides_loads_no_script(client: FlaskClient) -> None:
    assert "slideshow.js" not in client.get("/").text


# --- other sites ------------------------------------------------------------------------------------------------------


@pytest.fixture
def links(enter: Enter) -> None:
    enter(
        LinkGroup(
            name="Tỉnh Lam Giang", name_en="The province", position=1,
            links=[
                Link(name="Cổng tỉnh", name_en="Portal", url="https://lamgiang.example/?a=1&b=2", position=2),
                Link(name="Báo tỉnh", url="https://bao.example/", position=1),
            ],
        ),
        LinkGroup(name="Trống", position=0),
    )  # fmt: skip


@pytest.mark.usefixtures("links")
def test_websites_are_listed_in_groups_and_opened_with_a_button(client: FlaskClient) -> None:
    page = tree(client, "/")
    assert [(a.text, a.get("href")) for a in page.cssselect(".websites a")] == [
        ("Báo tỉnh", "https://bao.example/"),
        ("Cổng tỉnh", "https://lamgiang.example/?a=1&b=2"),
    ]
    assert [words(each) for each in page.cssselect(".websites h3")] == ["Tỉnh Lam Giang"]
    (form,) = page.cssselect("footer form")
    assert (form.get("method"), form.get("action")) == ("get", "/lien-ket")
    assert [each.get("label") for each in form.cssselect("optgroup")] == ["Tỉnh Lam Giang"]
    assert form.cssselect(f"label[for={form.cssselect('select')[0].get('id')}]")
    assert form.cssselect("button")
    numbers = {words(option): option.get("value") for option in form.cssselect("option")}
    opened = client.get(f"/lien-ket?id={numbers['Cổng tỉnh']}")
    assert (opened.status_code, "Location" in opened.headers) == (200, False), "a form may not be sent on elsewhere"
    leaving = html.fromstring(opened.text)
    assert leaving.xpath("//meta[@http-equiv='refresh']/@content") == ["0; url=https://lamgiang.example/?a=1&b=2"]
    assert words(leaving.cssselect("main a")[0]) == "Đi tiếp đến Cổng tỉnh", (
        "for browsers that do not go on by themselves"
    )
    assert words(tree(client, "/en/").cssselect(".websites h3")[0]) == "The province"
    assert [words(each) for each in tree(client, "/lien-ket").cssselect("main h2")] == ["Tỉnh Lam Giang"]


@pytest.mark.usefixtures("links")
def test_nobody_is_led_to_an_address_that_is_not_in_the_table(client: FlaskClient) -> None:
    asked = (
        "",
        "0",
        "-1",
        "99",
        "9" * 40,
        "x",
        "1 OR 1=1",
        "https://evil.example",
        "//evil.example",
        "٣",
        "1.0",
        "%ff",
    )
    for number in asked:
        got = client.get("/lien-ket", query_string={"id": number})
        assert (got.status_code, got.headers.get("Location"), got.headers.get("Refresh")) == (404, None, None), number
        assert "evil.example" not in got.text.partition("<main")[2]
    assert client.get("/lien-ket?url=https://evil.example&to=//evil.example").status_code == 200


def test_without_links_there_is_an_empty_list_and_no_form(client: FlaskClient) -> None:
    assert "chưa chọn" in words(tree(client, "/lien-ket").cssselect("main")[0])
    assert tree(client, "/").cssselect("footer select") == []


# --- notices ----------------------------------------------------------------------------------------------------------

AN_OUTAGE = {
    "shown_from": NOON,
    "begins_at": NOON + timedelta(days=7),
    "ends_at": NOON + timedelta(days=7, hours=4),
    "text": "Bảo trì máy chủ.",
    "text_en": "The server is serviced.",
}


def test_an_outage_is_announced_on_every_page_from_its_time_until_it_is_over(
    client: FlaskClient, enter: Enter, publish: Make
) -> None:
    made = publish(-5)
    enter(Outage(**AN_OUTAGE))
    moments = {
        NOON - timedelta(seconds=1): False,
        NOON: True,
        NOON + timedelta(days=7, hours=3, minutes=59): True,
        NOON + timedelta(days=7, hours=4): False,
    }
    for moment, shown in moments.items():
        with at(moment):
            for path in ("/", "/chuyen-muc/kinh-te", f"/tin/{made.article_id}/{made.slug}", "/khong-co", "/en/"):
                got = client.get(path)
                found = html.fromstring(got.text).cssselect(".announcement")
                assert len(found) == shown, (moment, path)
                if shown:
                    text = words(found[0])
                    assert "GMT+7" in text, "in the open: which zone"
                    assert ("serviced" if path.startswith("/en") else "Bảo trì máy chủ.") in text
                    times = [each.get("datetime") for each in found[0].cssselect("time")]
                    assert times == ["2026-03-09T12:00:00+07:00", "2026-03-09T16:00:00+07:00"]


def test_an_archive_is_labelled_and_names_who_goes_on(client: FlaskClient, enter: Enter, publish: Make) -> None:
    made = publish(0)
    enter(
        Archive(
            valid_from=date(2026, 3, 3), valid_until=date(2026, 4, 1), text="Xã cũ đã nhập vào xã mới.",
            text_en="The commune is part of another.", successor_url="https://xamoi.example/",
        )
    )  # fmt: skip
    for moment, shown in (
        (datetime(2026, 3, 2, 16, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 2, 17, tzinfo=UTC), True),
        (datetime(2026, 3, 31, 16, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 31, 17, tzinfo=UTC), False),
    ):
        with at(moment):
            for path in ("/", f"/tin/{made.article_id}/{made.slug}", "/khong-co"):
                found = html.fromstring(client.get(path).text).cssselect(".announcement--archive")
                assert len(found) == shown, (moment, path)
                if found:
                    assert "Xã cũ đã nhập vào xã mới." in words(found[0])
                    assert found[0].cssselect("a")[0].get("href") == "https://xamoi.example/"


def test_a_successor_is_a_website_or_no_link(client: FlaskClient, enter: Enter) -> None:
    enter(Archive(valid_from=date(2020, 1, 1), text="Xã cũ", successor_url="javascript:alert(1)"))
    (label,) = tree(client, "/").cssselect(".announcement--archive")
    assert label.cssselect("a") == []


def test_in_an_archive_one_reads_and_signs_in_and_changes_nothing(
    app: Flask, cast: Cast, browse: Browse, make_edition: Make, enter: Enter
) -> None:
    made = {state: make_edition(state, author=cast["nora"]) for state in State if state is not State.SUPERSEDED}
    enter(Archive(valid_from=date(2020, 1, 1), text="Xã cũ"))
    nora, petra = browse(cast["nora"]), browse(cast["petra"])
    assert nora.get(f"/desk/editions/{made[State.DRAFT].id}").status_code == 200
    draft, review = made[State.DRAFT], made[State.REVIEW]
    with app.app_context():
        before = record.verify()
    text = {"title": "Tựa", "lede": "Đầu", "body": "Thân bài giữ lại", "section": "kinh-te", "byline": "An"}
    for browser, path, fields in (
        (nora, "/desk/write", text),
        (nora, f"/desk/editions/{draft.id}/write", text | {"seen": draft.digest}),
        (nora, f"/desk/editions/{draft.id}/submit", {"seen": draft.digest}),
        (nora, f"/desk/articles/{made[State.PUBLISHED].article_id}/change", {"kind": "update"}),
        (petra, f"/desk/editions/{review.id}/publish", {"seen": review.digest}),
        (petra, f"/desk/editions/{review.id}/return", {"seen": review.digest, "reason": "Vì sao"}),
    ):
        got = browser.post(path, **fields)
        assert got.status_code in (403, 409), path
        assert "trang lưu trữ" in got.text, path
        assert "body" not in fields or "Thân bài giữ lại" in got.text, "no text is lost"
    with app.app_context(), at(now() + timedelta(days=1)):
        jobs.release_due()
        assert db.session.get_one(Edition, made[State.SCHEDULED].id).state is State.SCHEDULED
        assert record.verify() == before


def test_what_was_an_archive_can_be_a_site_again(app: Flask, cast: Cast, enter: Enter) -> None:
    today = (now() + timedelta(hours=7)).date()
    enter(Archive(valid_from=today - timedelta(days=2), valid_until=today + timedelta(days=1), text="Xã cũ"))
    with app.app_context(), writing():
        nora = db.session.get_one(User, cast["nora"].id)
        with pytest.raises(NotAllowed):
            articles.start(text_of(), by=nora)
        with at(now() + timedelta(days=1)):
            assert articles.start(text_of(), by=nora).id


def test_an_article_keeps_the_imprint_of_its_day(client: FlaskClient, app: Flask, enter: Enter, publish: Make) -> None:
    made = publish(0)
    path = f"/tin/{made.article_id}/{made.slug}"
    with at(NOON):
        assert tree(client, path).cssselect(".imprint-then") == []
    with app.app_context():
        old = db.session.query(Imprint).one()
        columns = {c.key: getattr(old, c.key) for c in Imprint.__table__.columns if c.key not in ("id", "valid_from")}
    enter(Imprint(**(columns | {"valid_from": date(2026, 3, 3), "responsible": "Ông Lò Văn Ơn"})))
    with at(NOON + timedelta(days=1)):
        page = tree(client, path)
        (then,) = page.cssselect("details.imprint-then")
        assert "Bà Phạm Thị Petra" in words(then)
        assert "Lò Văn Ơn" not in words(then)
        assert "Ông Lò Văn Ơn" in words(page.cssselect("footer .imprint")[0])


# --- old addresses ----------------------------------------------------------------------------------------------------

OLD = {
    "/Pages/newsdetail.aspx?NewsId=8325&CatId=105": "/tin/1/a",
    "/vi/news/kinh-te/gat-lua-123.html": "/tin/2/b",
    "/index.php?language=vi&nv=news&op=kinh-te": "/chuyen-muc/kinh-te",
    "/tin-tức/gặt lúa": "/tin/3/c",
    "/en/news/harvest.html": "/tin/4/d",
    "/cu": "/moi-hon",
    "/moi-hon": "/chuyen-muc/van-hoa",
    "/vong-1": "/vong-2",
    "/vong-2": "/Vong-1",
    "/tu-minh": "/tu-minh?utm_source=a",
    "/danh-muc/": "/chuyen-muc/kinh-te",
}


@pytest.fixture
def old(enter: Enter) -> None:
    enter(*(Redirect(source=source, target=target) for source, target in OLD.items()))


@pytest.mark.usefixtures("old")
@pytest.mark.parametrize(
    ("asked", "target"),
    [
        ("/Pages/newsdetail.aspx?NewsId=8325&CatId=105", "/tin/1/a"),
        ("/Pages/newsdetail.aspx?CatId=105&NewsId=8325", "/tin/1/a"),
        ("/pages/NewsDetail.aspx?newsid=8325&catid=105", "/tin/1/a"),
        ("/Pages/newsdetail.aspx?NewsId=8325&CatId=105&fbclid=xyz&utm_source=zalo", "/tin/1/a"),
        ("/vi/news/kinh-te/gat-lua-123.html", "/tin/2/b"),
        ("/vi/news/kinh-te/gat-lua-123.html?utm_campaign=tet", "/tin/2/b"),
        ("/vi/news/kinh-te/gat-lua-123.html/", "/tin/2/b"),
        ("/index.php?nv=news&language=vi&op=kinh-te", "/chuyen-muc/kinh-te"),
        ("/tin-t%E1%BB%A9c/g%E1%BA%B7t%20l%C3%BAa", "/tin/3/c"),
        ("/en/news/harvest.html", "/tin/4/d"),
        ("/en/vi/news/kinh-te/gat-lua-123.html", "/en/tin/2/b"),
        ("/cu", "/moi-hon"),
        ("/moi-hon", "/chuyen-muc/van-hoa"),
        ("/danh-muc/", "/chuyen-muc/kinh-te"),
    ],
)
def test_an_old_address_leads_to_where_the_page_is_now(client: FlaskClient, asked: str, target: str) -> None:
    for method in (client.get, client.head):
        got = method(asked)
        assert (got.status_code, got.headers["Location"]) == (301, target)
        assert "no-cache" in got.headers["Cache-Control"], "the board may mend its table"
        assert "Set-Cookie" not in got.headers


@pytest.mark.usefixtures("old")
@pytest.mark.parametrize(
    "asked",
    [
        "/Pages/newsdetail.aspx",
        "/Pages/newsdetail.aspx?NewsId=8326&CatId=105",
        "/Pages/newsdetail.aspx?NewsId=8325&CatId=105&Page=2",
        "/vi/news/kinh-te/gat-lua-12.html",
        "/default.aspx",
        "/vong-1",
        "/vong-2",
        "/tu-minh",
        "/desk/cu",
        "/%2F%2Fevil.example",
        "/x?" + "a=1&" * 400,
        "/%ff%fe?%ff=%fe",
        "/cu/../../etc/passwd",
        "/%25' OR 1=1 --",
    ],
)
def test_an_unknown_address_is_told_so_and_never_led_to_the_home_page(client: FlaskClient, asked: str) -> None:
    got = client.get(asked)
    assert got.status_code == 404
    assert "Location" not in got.headers
    if not asked.startswith("/desk"):
        assert html.fromstring(got.text).cssselect("main a[href^='/chuyen-muc/']"), "it helps to go on"


@pytest.mark.usefixtures("old")
def test_only_what_would_not_be_found_is_looked_up(client: FlaskClient, enter: Enter) -> None:
    enter(Redirect(source="/chuyen-muc/kinh-te", target="/chuyen-muc/van-hoa"))
    assert client.get("/chuyen-muc/kinh-te").status_code == 200
    assert client.post("/cu").status_code in (400, 404, 405)


@pytest.mark.parametrize("target", ["/\\evil.example", "/\t/evil.example", "/\n/evil.example"])
def test_no_target_leads_away(client: FlaskClient, enter: Enter, target: str) -> None:
    enter(Redirect(source="/cu", target=target))
    assert client.get("/cu").status_code == 404


def test_the_ways_of_writing_an_address_are_few(app: Flask) -> None:
    ways = moved.spellings("/Tin%20T%E1%BB%A9c/?b=2&a=1&utm_source=x")
    assert ways[0] == "/Tin%20T%E1%BB%A9c/?b=2&a=1&utm_source=x", "as it was asked comes first"
    assert {"/Tin Tức?a=1&b=2", "/Tin%20T%E1%BB%A9c/?b=2&a=1", "/Tin Tức/?b=2&a=1&utm_source=x"} <= set(ways)
    assert len(ways) < 60

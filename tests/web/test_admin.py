"""The admin pages: who sees what, forms with their faults, previews, stale and repeated forms, histories, people."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from PIL import Image

from editorial import record, site
from editorial.db import db, writing
from editorial.models import Event, HomeBlock, Link, LinkGroup, Message, Section, Slide, User
from editorial.site import KINDS
from tests.conftest import Browser
from tests.factories import Person

Browse = Callable[[Person], Browser]

BOARDS = {"sections", "blocks", "link-groups", "links", "slideshows", "slides", "slogans", "outages"}
SYSTEMS = {"imprints", "redirects", "archive"}


@pytest.fixture
def edda(browse: Browse, cast: dict[str, Person]) -> Browser:
    return browse(cast["edda"])


@pytest.fixture
def ada(browse: Browse, cast: dict[str, Person]) -> Browser:
    return browse(cast["ada"])


@pytest.fixture
def made(app: Flask) -> Callable[..., int]:
    """A row made by an act: `made("link-groups", name="…")`; its number."""

    def make(kind: str, /, **given: Any) -> int:
        with app.app_context(), writing():
            return int(site.add(KINDS[kind], given, by=None).id)

    return make


def events(app: Flask) -> int:
    with app.app_context():
        return db.session.query(Event).count()


def seen_on(browser: Browser, path: str) -> str:
    return str(browser.page(path).xpath('//input[@name="seen"]/@value')[0])


def picture() -> tuple[io.BytesIO, str]:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "#2a6").save(file, "PNG")
    file.seek(0)
    return file, "ruộng.png"


# --- who


@pytest.mark.parametrize("name", ["nora", "omar", "kim", "edda", "petra", "ada"])
def test_the_pages_offer_exactly_what_they_accept(
    name: str, app: Flask, browse: Browse, cast: dict[str, Person]
) -> None:
    may = {"edda": BOARDS, "petra": BOARDS, "ada": SYSTEMS}.get(name, set())
    browser = browse(cast[name])
    before = events(app)
    assert browser.get("/admin/").status_code == (200 if may else 403)
    offered = set(re.findall(r'href="/admin/([a-z-]+)"', browser.get("/admin/").text)) - {"people"}
    assert offered == may - {"links", "slides"}
    for kind in KINDS:
        wanted = 200 if kind in may else 403
        for path in (f"/admin/{kind}", f"/admin/{kind}/new", f"/admin/{kind}/history"):
            assert browser.get(path).status_code == wanted, path
        assert browser.post(f"/admin/{kind}/new").status_code == (422 if kind in may else 403)
        assert browser.post(f"/admin/{kind}/999/remove").status_code == (404 if kind in may else 403)
    assert browser.get("/admin/people").status_code == (200 if name == "ada" else 403)
    assert ('href="/admin/"' in browser.get("/desk/").text) == bool(may)
    assert events(app) == before


def test_what_does_not_exist_is_not_found(edda: Browser) -> None:
    for path in ("/admin/nothing", "/admin/slogans/999", "/admin/slogans/999/history", "/admin/links/2147483648"):
        assert edda.get(path).status_code == 404, path
    for path in ("/admin/undo/999999", "/admin/undo/1", "/admin/links/999/move", "/admin/links/999"):
        assert edda.post(path, to="up").status_code == 404, path


# --- forms


def test_a_change_is_with_readers_at_once(edda: Browser, client: FlaskClient) -> None:
    assert "Việc gì lợi cho dân" not in client.get("/").text
    answer = edda.post("/admin/slogans/new", valid_from="2016-05-01", text="Việc gì lợi cho dân", save="x")
    assert answer.status_code == 302
    assert "Việc gì lợi cho dân" in client.get("/").text


def test_each_fault_stands_next_to_its_field_and_nothing_typed_is_lost(app: Flask, edda: Browser, made: Any) -> None:
    group, before = made("link-groups", name="Trung ương"), events(app)
    answer = edda.post(f"/admin/links/new?in={group}", name="", url="javascript:alert(1)", group_id=str(group))
    page = html.fromstring(answer.text)
    assert answer.status_code == 422
    for name in ("name", "url"):
        (field,) = page.xpath("//form//input[@name=$name]", name=name)
        assert field.get("aria-invalid") == "true"
        assert page.get_element_by_id(f"{name}-error") is not None
        assert page.xpath("//div[@role='alert']//a[@href=$href]", href=f"#{name}")
    assert page.xpath("//input[@name='url']/@value") == ["javascript:alert(1)"]
    assert 'href="javascript' not in answer.text
    assert events(app) == before


def test_hostile_words_are_words(edda: Browser, client: FlaskClient) -> None:
    hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> {{ 7*7 }} %(name)s %s"
    answer = edda.post("/admin/slogans/new", valid_from="2016-05-01", text=hostile, save="x")
    assert answer.status_code == 302
    for page in (edda.get("/admin/slogans"), edda.get("/admin/slogans/history"), client.get("/")):
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "{{ 7*7 }} %(name)s %s" in html.fromstring(page.text).text_content()
    for field in ("text", "valid_from"):
        usual = {"valid_from": "2017-01-01", "text": "x"}
        assert edda.post("/admin/slogans/new", **usual | {field: "ă" * 10_000}).status_code == 422
    assert edda.post("/admin/slogans/new", valid_from="2018-01-01", text="a\0b").status_code == 400


def test_what_a_form_does_not_ask_for_is_not_looked_at(app: Flask, edda: Browser) -> None:
    with app.app_context():
        section = db.session.query(Section).filter_by(slug="kinh-te").one()
        number, seen = section.id, site.fingerprint(section)
    answer = edda.post(f"/admin/sections/{number}", name="Kinh tế mới", slug="khac", id="77", position="9", seen=seen)
    assert answer.status_code == 302
    with app.app_context():
        section = db.session.get_one(Section, number)
        assert (section.slug, section.name, section.position) == ("kinh-te", "Kinh tế mới", 0)


def test_a_double_click_has_one_effect_and_one_answer(app: Flask, edda: Browser) -> None:
    edda.get("/admin/link-groups/new")
    answers = [edda.post("/admin/link-groups/new", name="Trung ương", save="x", once="k") for _ in range(3)]
    assert len({(answer.status_code, answer.location) for answer in answers}) == 1
    with app.app_context():
        assert db.session.query(LinkGroup).count() == 1


def test_a_stale_form_is_refused_with_both_shown_and_goes_on_from_there(
    app: Flask, edda: Browser, browse: Browse, cast: dict[str, Person], made: Any
) -> None:
    path = f"/admin/link-groups/{made('link-groups', name='Một')}"
    petra, seen = browse(cast["petra"]), seen_on(edda, path)
    assert petra.post(path, name="Của Petra", seen=seen).status_code == 302
    answer = edda.post(path, name="Của Edda", seen=seen)
    assert answer.status_code == 409
    page = html.fromstring(answer.text)
    assert "Của Petra" in page.xpath("string(//div[@role='alert'])")
    assert page.xpath("//input[@name='name']/@value") == ["Của Edda"]
    fresh = page.xpath("//form[.//input[@name='name']]//input[@name='seen']/@value")[0]
    assert edda.post(f"{path}/remove", seen=seen).status_code == 409
    assert edda.post(path, name="Của Edda", seen=fresh).status_code == 302
    with app.app_context():
        assert db.session.query(LinkGroup).one().name == "Của Edda"


PREVIEWED: dict[str, tuple[dict[str, str], str]] = {
    "sections": ({"name": "Chuyển đổi số"}, ".section__head"),
    "slogans": ({"valid_from": "2020-01-01", "text": "Xem trước khẩu hiệu"}, ".masthead__slogan"),
    "link-groups": ({"name": "Trung ương"}, ".empty"),
    "slideshows": ({"title": "Mùa gặt"}, ".empty"),
    "blocks": ({"kind": "list", "title": "Đáng đọc", "number_shown": "3"}, ".empty"),
    "outages": (
        {
            "shown_from": "2026-01-01T10:00",
            "begins_at": "2099-01-01T10:00",
            "ends_at": "2099-01-01T11:00",
            "text": "Bảo trì máy chủ",
        },
        ".announcement",
    ),
    "archive": ({"valid_from": "2099-01-01", "text": "Xã đã sáp nhập"}, ".announcement--archive"),
}


@pytest.mark.parametrize("name", PREVIEWED)
def test_a_preview_shows_it_and_changes_nothing(name: str, app: Flask, edda: Browser, ada: Browser) -> None:
    given, selector = PREVIEWED[name]
    before = events(app)
    answer = (edda if name in BOARDS else ada).post(f"/admin/{name}/new", **given, preview="x")
    assert answer.status_code == 200
    (preview,) = html.fromstring(answer.text).cssselect(".preview")
    assert preview.cssselect(selector)
    if selector != ".empty":
        assert list(given.values())[-1] in preview.text_content()
    assert events(app) == before


def test_an_imprint_and_a_link_are_previewed_as_readers_see_them(ada: Browser, edda: Browser, made: Any) -> None:
    page = ada.page("/admin/imprints/1")
    values = {
        field.get("name"): field.get("value") or field.text or ""
        for field in page.xpath("//form//*[self::input or self::textarea][@name]")
        if field.get("name") not in ("save", "preview", "csrf_token", "once")
    }
    preview = html.fromstring(ada.post("/admin/imprints/1", **values | {"phone": "0123 456"}, preview="x").text)
    assert "0123 456" in preview.cssselect(".preview .imprint")[0].text_content()
    group = made("link-groups", name="Trung ương")
    sent = {"name": "Cổng", "url": "https://cong.example/", "group_id": str(group), "preview": "x"}
    preview = html.fromstring(edda.post("/admin/links/new", **sent).text)
    assert preview.cssselect(".preview a[href='https://cong.example/']")


def test_a_picture_is_sent_along_previewed_and_kept(app: Flask, edda: Browser, client: FlaskClient, made: Any) -> None:
    show = made("slideshows", title="Mùa gặt", on_home=True)
    words = {"alt": "Cánh đồng", "caption": "Gặt sớm", "credit": "Hoài An", "slideshow_id": str(show)}
    previewed = edda.post("/admin/slides/new", **words, asset_id_file=picture(), preview="x")
    page = html.fromstring(previewed.text)
    assert "Gặt sớm" in page.cssselect(".preview .slide")[0].text_content()
    (chosen,) = page.xpath("//select[@name='asset_id']/option[@selected]/@value")
    answer = edda.post("/admin/slides/new", **words, asset_id=chosen, save="x")
    assert answer.location == f"/admin/slideshows/{show}"
    assert edda.get(f"/anh/{chosen}/480.webp").status_code == 200
    again = edda.post("/admin/slides/new", **words | {"caption": "Khác"}, asset_id_file=(io.BytesIO(b"x"), "x.png"))
    assert again.status_code == 422
    assert html.fromstring(again.text).get_element_by_id("asset_id_file-error") is not None
    with app.app_context():
        assert db.session.query(Slide).one().asset_id == chosen


def test_a_picture_that_is_not_there_cannot_be_chosen(app: Flask, edda: Browser, made: Any) -> None:
    show = made("slideshows", title="Mùa gặt")
    for asset in ("0" * 64, "../../etc/passwd", ""):
        sent = {"alt": "x", "caption": "x", "slideshow_id": str(show), "asset_id": asset}
        assert edda.post("/admin/slides/new", **sent).status_code == 422


# --- order, removal, history, undo


def test_buttons_put_rows_in_order(app: Flask, edda: Browser, made: Any) -> None:
    first, second = made("link-groups", name="Một"), made("link-groups", name="Hai")
    page = edda.page("/admin/link-groups")
    assert page.xpath("//button[@name='to'][@value='up']/@formaction")[1] == f"/admin/link-groups/{second}/move"
    assert edda.post(f"/admin/link-groups/{second}/move", to="up").status_code == 302
    assert edda.post(f"/admin/link-groups/{second}/move", to="sideways").status_code == 400
    titles = [link.text for link in edda.page("/admin/link-groups").cssselect(".line__title a")]
    assert titles == ["Hai", "Một"]
    assert edda.post(f"/admin/link-groups/{first}/move", to="down").status_code == 302


def test_a_section_with_texts_is_not_removed_and_the_answer_says_why(
    app: Flask, edda: Browser, cast: dict[str, Person], make_edition: Any
) -> None:
    make_edition("published", author=cast["nora"], section="kinh-te")
    with app.app_context():
        number = db.session.query(Section).filter_by(slug="kinh-te").one().id
    path = f"/admin/sections/{number}"
    answer = edda.post(f"{path}/remove", seen=seen_on(edda, path))
    assert answer.status_code == 409
    assert html.fromstring(answer.text).cssselect("[role=alert]")
    assert edda.get(path).status_code == 200


def test_the_history_says_who_and_what_and_one_click_undoes_it(app: Flask, edda: Browser, made: Any) -> None:
    path = f"/admin/link-groups/{made('link-groups', name='Một')}"
    edda.post(path, name="Hai", seen=seen_on(edda, path))
    page = edda.page(f"{path}/history")
    act = page.cssselect(".act")[0]
    assert "Lê Thị Edda" in act.text_content()
    assert (act.cssselect("del")[0].text, act.cssselect("ins")[0].text) == ("Một", "Hai")
    undo = act.xpath(".//button/@formaction")[0]
    assert edda.post(undo, once="k").status_code == 302
    assert edda.post(undo, once="k").status_code == 302, "a double click"
    with app.app_context():
        assert db.session.query(LinkGroup).one().name == "Một"
        assert record.verify().finding is None
    answer = edda.post(undo)
    assert answer.status_code == 409, "it no longer fits"
    assert "Một" in answer.text


def test_what_was_removed_is_put_back_from_the_history(app: Flask, edda: Browser, made: Any) -> None:
    group = made("link-groups", name="Trung ương")
    made("links", name="Cổng", url="https://cong.example/", group_id=group)
    path = f"/admin/link-groups/{group}"
    assert edda.post(f"{path}/remove", seen=seen_on(edda, path)).status_code == 302
    assert edda.get(path).status_code == 404
    undo = edda.page("/admin/link-groups/history").xpath("//button/@formaction")[0]
    assert edda.post(undo).status_code == 302
    with app.app_context():
        assert db.session.query(Link).one().group_id == group


def test_what_another_may_undo_is_no_way_round_the_wall(app: Flask, ada: Browser, edda: Browser, made: Any) -> None:
    made("redirects", source="/cu", target="/moi")
    with app.app_context():
        number = db.session.query(Event.sequence).filter_by(action="site-added").scalar()
    assert edda.post(f"/admin/undo/{number}").status_code == 403
    assert ada.post(f"/admin/undo/{number}").status_code == 302


def test_a_block_without_a_heading_bears_its_section_s_name(app: Flask, edda: Browser) -> None:
    with app.app_context():
        section = db.session.query(Section).filter_by(slug="van-hoa").one().id
    sent = {"kind": "list", "section_id": str(section), "number_shown": "4", "save": "x"}
    assert edda.post("/admin/blocks/new", **sent).status_code == 302
    assert edda.page("/admin/blocks").cssselect(".line__title a")[0].text == "Văn hóa"
    with app.app_context():
        assert db.session.query(HomeBlock).one().section_id == section


# --- old addresses


def test_a_table_of_old_addresses_leads_there(ada: Browser, client: FlaskClient) -> None:
    file = (io.BytesIO("old,new\n/a.aspx?id=1,/chuyen-muc/kinh-te\n".encode("utf-8-sig")), "x.csv")
    assert ada.post("/admin/redirects/import", file=file).status_code == 302
    assert client.get("/a.aspx?id=1").location == "/chuyen-muc/kinh-te"
    answer = ada.post("/admin/redirects/import", text="/b,/c\n/d,javascript:x")
    page = html.fromstring(answer.text)
    assert answer.status_code == 200
    assert page.xpath("//textarea")[0].text.strip() == "/d,javascript:x"
    for bad in ({"text": ""}, {"file": (io.BytesIO(b"\xff\xfe/a"), "x.csv")}, {"file": (io.BytesIO(b"a\0"), "x.csv")}):
        assert ada.post("/admin/redirects/import", **bad).status_code == 422


# --- people


def test_a_person_is_added_assigned_and_told_by_mail(app: Flask, ada: Browser) -> None:
    sent = {"email": "moi@khetrang.example", "name": "Người Mới", "role": "reporter", "section": "van-hoa"}
    answers = [ada.post("/admin/people/new", **sent, once="k") for _ in range(2)]
    assert {answer.status_code for answer in answers} == {302}
    path = answers[0].location
    assert answers[1].location == path
    assert ada.post(f"{path}/assign", role="editor", section="").status_code == 302
    assert ada.post(f"{path}/unassign", role="reporter", section="van-hoa").status_code == 302
    assert ada.post(f"{path}/mail-reset").status_code == 302
    with app.app_context():
        person = db.session.query(User).filter_by(email="moi@khetrang.example").one()
        assert [(a.role, a.section_id) for a in person.assignments] == [("editor", None)]
        assert "/account/reset/" in db.session.query(Message).filter_by(recipient=person.email).one().body
    assert len(ada.page(path).cssselect(".history li")) == 4


@pytest.mark.parametrize(
    "wrong",
    [{"email": "không"}, {"email": "nora@khetrang.example"}, {"name": " "}, {"role": "king"}, {"section": "nowhere"}],
)
def test_a_wrong_account_is_refused_with_its_reason(wrong: dict[str, str], app: Flask, ada: Browser) -> None:
    sent = {"email": "moi@khetrang.example", "name": "Người Mới", "role": "reporter", "section": ""} | wrong
    before = events(app)
    answer = ada.post("/admin/people/new", **sent)
    assert answer.status_code == 422
    assert html.fromstring(answer.text).cssselect("[role=alert]")
    assert events(app) == before


def test_the_last_head_stays(app: Flask, ada: Browser, cast: dict[str, Person]) -> None:
    assert ada.post(f"/admin/people/{cast['paul'].id}/deactivate").status_code == 302
    answer = ada.post(f"/admin/people/{cast['petra'].id}/deactivate")
    assert answer.status_code == 409
    assert ada.post(f"/admin/people/{cast['petra'].id}/unassign", role="head", section="").status_code == 409
    assert ada.post(f"/admin/people/{cast['paul'].id}/mail-reset").status_code == 409
    assert ada.post(f"/admin/people/{cast['paul'].id}/reactivate").status_code == 302
    assert ada.post(f"/admin/people/{cast['ada'].id}/deactivate").status_code == 409, "nobody locks themselves out"


@pytest.mark.parametrize("name", ["nora", "edda", "petra", "kim"])
def test_people_are_for_administrators(name: str, app: Flask, browse: Browse, cast: dict[str, Person]) -> None:
    browser, before = browse(cast[name]), events(app)
    other = f"/admin/people/{cast['omar'].id}"
    assert browser.get(other).status_code == 403
    for act in ("assign", "unassign", "deactivate", "reactivate", "mail-reset"):
        assert browser.post(f"{other}/{act}", role="head", section="").status_code == 403
    assert events(app) == before

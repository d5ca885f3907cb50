"""The desk against what no honest browser sends: a clear refusal with the right status, nothing half done."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from lxml import html
from PIL import Image
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse

from editorial.db import db, writing
from editorial.models import Asset, Edition, Revision, User
from editorial.workflow import State
from tests.conftest import Browser
from tests.factories import Made, Person
from tests.web.test_desk import TYPED, Store, words_of

Browse = Callable[[Person], Browser]
Make = Callable[..., Made]
Cast = dict[str, Person]
one_database = pytest.mark.parametrize("kind", ["sqlite"])  # for what is drawn, whatever it was read from


@pytest.fixture
def store(app: Flask) -> Store:
    return Store(app)


def picture(colour: str = "teal") -> BytesIO:
    file = BytesIO()
    Image.new("RGB", (640, 480), colour).save(file, "PNG")
    file.seek(0)
    return file


def post_plainly(browser: Browser, path: str, **fields: str) -> TestResponse:
    """Send a form without files, as a browser does when the form has no place for any."""
    return browser.client.post(
        path, data=urlencode({"csrf_token": browser.token} | fields), content_type="application/x-www-form-urlencoded"
    )


def test_a_body_of_ten_megabytes_is_too_large(cast: Cast, browse: Browse, store: Store) -> None:
    answer = post_plainly(browse(cast["nora"]), "/desk/write", **(TYPED | {"body": "lúa " * 2_500_000}))
    assert answer.status_code == 413
    assert store.count(Edition) == 0


def test_a_body_that_fits_the_request_and_no_article_comes_back_with_the_reason(
    cast: Cast, browse: Browse, store: Store
) -> None:
    nora = browse(cast["nora"])
    for body in ("<b>" * 200_000, "lúa " * 110_000):
        answer = post_plainly(nora, "/desk/write", **(TYPED | {"body": body}))
        assert answer.status_code == 422
        assert html.fromstring(answer.text).xpath("//*[@id='body']/@aria-invalid") == ["true"]
        assert TYPED["title"] in answer.text
    assert store.count(Edition) == 0


def test_control_characters_and_decomposed_letters_become_the_text_they_look_like(
    cast: Cast, browse: Browse, store: Store
) -> None:
    nora = browse(cast["nora"])
    nora.post(
        "/desk/write",
        **(TYPED | {"title": "Đươ\u0300ng \u200bliên\x07 â\u0301p\u202e thông xe", "lede": "Ô\u0323 \x1b[31mđỏ"}),
    )
    text = store.edition().head.manuscript
    assert text.title == "Đường liên ấp thông xe"
    assert text.lede == "Ộ [31mđỏ"


def test_a_title_of_nothing_but_spaces_is_no_title(cast: Cast, browse: Browse, store: Store) -> None:
    answer = browse(cast["nora"]).post("/desk/write", **(TYPED | {"title": " \t\u00a0\u200b\u3000 "}), submit="x")
    assert answer.status_code == 422
    assert html.fromstring(answer.text).xpath("//*[@id='title']/@aria-invalid") == ["true"]
    assert store.edition().state is State.DRAFT


def test_numbers_that_no_edition_can_have_are_not_found(cast: Cast, browse: Browse) -> None:
    petra = browse(cast["petra"])
    for number in (str(2**31), str(2**63), "1" + "0" * 40, "-1", "0", "1.0", "0x1", "١", "%00", "1%00"):
        path = f"/desk/editions/{number}"
        answers = [petra.get(path + tail) for tail in ("", "/write", "/compare")]
        answers += [petra.post(path + tail, seen="0" * 64, **TYPED) for tail in ("/publish", "/write")]
        answers += [petra.post(f"/desk/articles/{number}/change")]
        assert {answer.status_code for answer in answers} <= {400, 404}, number


def test_an_unknown_transition_is_not_found_and_the_clocks_are_not_for_people(
    cast: Cast, browse: Browse, make_edition: Make, store: Store
) -> None:
    edition = make_edition("scheduled", author=cast["nora"])
    petra = browse(cast["petra"])
    for verb in ("approve", "release", "hold-back", "supersede", "PUBLISH", "publish/", "delete", "%2e%2e", "write%00"):
        assert petra.post(f"/desk/editions/{edition.id}/{verb}", seen=edition.digest).status_code in (400, 404)
    assert store.edition(edition.id).state is State.SCHEDULED


def test_reading_changes_nothing_and_a_method_in_disguise_is_not_honoured(
    cast: Cast, browse: Browse, make_edition: Make, store: Store
) -> None:
    edition = make_edition("review", author=cast["nora"])
    petra = browse(cast["petra"])
    path = f"/desk/editions/{edition.id}/publish"
    disguised = {"X-HTTP-Method-Override": "POST", "X-Method-Override": "POST"}
    answer = petra.get(f"{path}?_method=POST&seen={edition.digest}", headers=disguised)
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert petra.client.head(path).status_code == 405
    assert store.edition(edition.id).state is State.REVIEW


def test_a_wrong_token_changes_nothing_and_gives_the_text_back(
    cast: Cast, browse: Browse, make_edition: Make, store: Store
) -> None:
    edition = make_edition("review", author=cast["nora"])
    petra, nora = browse(cast["petra"]), browse(cast["nora"])
    for token in ("", "falsch", "IjAi.x.y"):
        answer = petra.post(f"/desk/editions/{edition.id}/publish", seen=edition.digest, csrf_token=token)
        assert answer.status_code == 400
        answer = nora.post("/desk/write", **TYPED, csrf_token=token)
        assert answer.status_code == 400
    assert store.edition(edition.id).state is State.REVIEW
    assert store.count(Edition) == 1
    # The page that brings the text back has a good token: one click, and it is saved.
    form = html.fromstring(answer.text).xpath("//form[contains(@class, 'sheet')]")[0]
    assert "Con đường dài 2,4 km." in form.xpath(".//textarea[@name='body']")[0].text
    fresh = form.xpath(".//input[@name='csrf_token']/@value")[0]
    assert nora.post(form.action, **TYPED, csrf_token=fresh).status_code == 302
    assert store.count(Edition) == 2


def test_a_session_that_ended_while_somebody_wrote_loses_nothing(
    cast: Cast, browse: Browse, make_edition: Make, store: Store
) -> None:
    edition = make_edition("draft", author=cast["nora"])
    nora = browse(cast["nora"])
    nora.client.delete_cookie(nora.client.application.config["SESSION_COOKIE_NAME"], domain="localhost")
    for token in (nora.token, nora_token_of_a_visitor(nora)):
        answer = nora.post(f"/desk/editions/{edition.id}/write", seen=edition.digest, **TYPED, csrf_token=token)
        assert answer.status_code in (400, 401)
        page = html.fromstring(answer.text)
        assert "Con đường dài 2,4 km." in page.xpath("//textarea[@name='body']")[0].text
        assert page.xpath("//a[@target='_blank' and contains(@href, '/account/sign-in')]")
    nora.sign_in(cast["nora"])
    form = page.xpath("//form[contains(@class, 'sheet')]")[0]
    seen = form.xpath(".//input[@name='seen']/@value")[0]
    assert nora.post(form.action, seen=seen, **TYPED).status_code == 302
    assert store.edition(edition.id).head.title == TYPED["title"]


def nora_token_of_a_visitor(browser: Browser) -> str:
    browser.get("/account/sign-in")
    return browser.token


def test_a_page_of_another_site_gets_no_text_to_show(cast: Cast, browse: Browse) -> None:
    nora = browse(cast["nora"])
    answer = nora.client.post(
        "/desk/write", data=TYPED, headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    )
    assert answer.status_code in (400, 403)
    assert "Con đường dài" not in answer.text


def test_a_nul_in_any_field_is_no_failure_of_ours(cast: Cast, browse: Browse, make_edition: Make) -> None:
    edition = make_edition("draft", author=cast["nora"])
    nora = browse(cast["nora"])
    for field in ("title", "body", "section", "byline", "seen", "once", "cover_asset", "reason", "change_note"):
        fields = TYPED | {"seen": edition.digest, field: "a\0b"}
        for tail in ("write", "drop"):
            assert nora.post(f"/desk/editions/{edition.id}/{tail}", **fields).status_code == 400


def test_odd_shapes_of_a_form_are_no_failure_of_ours(
    cast: Cast, browse: Browse, make_edition: Make, store: Store
) -> None:
    edition = make_edition("draft", author=cast["nora"])
    nora = browse(cast["nora"])
    path = f"/desk/editions/{edition.id}"
    texts = ("title", "body", "section", "seen", "once", "cover_asset", "reason")
    shapes: list[dict[str, Any]] = [
        {"title": [TYPED["title"], "zwei"], "section": ["kinh-te", "van-hoa"]},
        {"title[]": "x", "title[0]": "y", "cover_remove": ["", "y"]},
        {"cover": "keine Datei", "cover_asset": "../../etc/passwd", "cover_alt": "Ruộng"},
        {"section": "không-có", "genre": "không-có"},
        {"byline": "\n" * 900 + "a\n" * 900},
        {"release_date": ["2030-01-01", "x"], "release_time": "99:99", "reason": "x" * 100_000},
        {},  # files where texts belong
    ]
    for shape in shapes:
        for tail in ("/write", "/submit", "/drop", "/restore"):
            body: MultiDict[str, Any] = MultiDict({"csrf_token": nora.token, "seen": edition.digest} | shape)
            for name in texts if shape is shapes[-1] else ():
                body[name] = FileStorage(BytesIO(b"x"), filename="x.txt")
            answer = nora.client.post(path + tail, data=body, content_type="multipart/form-data")
            assert answer.status_code in (302, 400, 403, 409, 422), (shape, tail)


def test_a_body_that_is_no_form_is_no_failure_of_ours(
    cast: Cast, browse: Browse, make_edition: Make, store: Store
) -> None:
    edition = make_edition("review", author=cast["nora"])
    petra = browse(cast["petra"])
    for kind, body in [
        ("application/json", b'{"seen": ["x"], "reason": {"a": 1}}'),
        ("application/json", b"\xff\xfe{"),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
        ("application/x-www-form-urlencoded", b"seen=%ff%fe&reason=%c0%80"),
        ("text/plain", b"\x00" * 1000),
    ]:
        answer = petra.client.post(
            f"/desk/editions/{edition.id}/publish", data=body, content_type=kind, headers={"X-CSRFToken": petra.token}
        )
        assert answer.status_code in (400, 409), kind
    assert store.edition(edition.id).state is State.REVIEW


def test_what_is_no_picture_is_refused_next_to_its_field_and_all_else_stays(
    cast: Cast, browse: Browse, store: Store
) -> None:
    nora = browse(cast["nora"])
    words = {"cover_alt": "Con đường mới", "cover_caption": "Ngày thông xe", "cover_credit": "Minh Thư"}
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
    for data, name in (
        (svg, "đường.svg"),
        (b"", "trống.jpg"),
        (b"GIF89a" + b"\0" * 50, "x.gif"),
        (b"\xff\xd8\xff\xe0", "../x.jpg"),
    ):
        answer = nora.post("/desk/write", **TYPED, **words, cover=(BytesIO(data), name))
        page = html.fromstring(answer.text)
        assert answer.status_code == 422
        assert page.xpath("//*[@id='cover-error']")
        assert page.xpath("//input[@name='cover_alt']/@value") == ["Con đường mới"]
        assert "Con đường dài 2,4 km." in page.xpath("//textarea[@name='body']")[0].text
    assert (store.count(Edition), store.count(Asset)) == (0, 0)


def test_an_uploaded_picture_stays_chosen_when_another_field_fails(cast: Cast, browse: Browse, store: Store) -> None:
    nora = browse(cast["nora"])
    words = {"cover_alt": "Con đường mới", "cover_caption": "Ngày thông xe", "cover_credit": "Minh Thư"}
    answer = nora.post("/desk/write", **(TYPED | {"title": "ă" * 201}), **words, cover=(picture(), "đường.png"))
    assert answer.status_code == 422
    asset = html.fromstring(answer.text).xpath("//input[@name='cover_asset']/@value")[0]
    assert nora.post("/desk/write", **TYPED, **words, cover_asset=asset).status_code == 302
    cover = store.edition().head.manuscript.cover
    assert cover is not None
    assert (cover.asset, cover.alt) == (asset, "Con đường mới")
    path = f"/desk/editions/{store.edition().id}"
    assert f"/anh/{asset}/" in nora.get(path).text
    assert nora.get(f"/anh/{asset}/480.webp").status_code == 200
    # Another picture takes its place; to take it out is a choice of its own.
    seen = store.edition().head.digest
    nora.post(f"{path}/write", seen=seen, **TYPED, **words, cover_asset=asset, cover=(picture("red"), "khác.png"))
    other = store.edition().head.manuscript.cover
    assert other is not None
    assert other.asset != asset
    compared = nora.get(f"{path}/compare").text
    assert f"/anh/{asset}/" in compared
    assert f"/anh/{other.asset}/" in compared
    seen = store.edition().head.digest
    nora.post(f"{path}/write", seen=seen, **TYPED, **words, cover_asset=other.asset, cover_remove="y")
    assert store.edition().head.manuscript.cover is None


def test_words_about_a_picture_that_was_never_chosen_are_not_lost_silently(
    cast: Cast, browse: Browse, store: Store
) -> None:
    answer = browse(cast["nora"]).post("/desk/write", **TYPED, cover_caption="Ngày thông xe")
    assert answer.status_code == 422
    assert "Ngày thông xe" in answer.text
    answer = browse(cast["nora"]).post("/desk/write", **TYPED, cover_asset="0" * 64, cover_caption="Ngày thông xe")
    assert answer.status_code == 422
    assert store.count(Edition) == 0


def test_a_picture_sent_twice_is_stored_once(cast: Cast, browse: Browse, store: Store) -> None:
    nora = browse(cast["nora"])
    for _ in range(2):
        answer = nora.post("/desk/write", **TYPED, cover=(picture(), "đường.png"), once="một lần")
        assert answer.status_code == 302
    assert (store.count(Edition), store.count(Asset), store.count(Revision)) == (1, 1, 1)
    # The back button, and another picture: that is no repetition.
    answer = nora.post("/desk/write", **TYPED, cover=(picture("red"), "khác.png"), once="một lần")
    assert answer.status_code == 302
    assert (store.count(Edition), store.count(Asset), store.count(Revision)) == (1, 2, 2)


# Payloads

PAYLOADS = [
    "<script>alert('xss')</script>",
    "\"><img src=x onerror=alert('xss')>",
    "'-alert('xss')-'",
    "</title><svg onload=alert('xss')>",
    "</textarea><script>alert('xss')</script>",
    "{{ 7*7 }}{% raw %}",
    "%(title)s %s %(x",
    "javascript:alert('xss')",
]
LINES = ("title", "lede", "byline", "source_name", "cover_alt", "cover_caption", "cover_credit", "change_note")


def dangers_in(text: str) -> list[str]:
    """What a browser would run: scripts, handlers, and addresses that are code."""
    tree = html.fromstring(text)
    found = [
        html.tostring(e, encoding="unicode")[:80]
        for e in tree.xpath("//script[not(@type='application/ld+json')] | //svg | //iframe")
    ]
    found += [str(a) for a in tree.xpath("//@*[starts-with(name(), 'on')]")]
    found += [
        str(a) for a in tree.xpath("//@href | //@src | //@action") if str(a).strip().lower().startswith("javascript")
    ]
    return found + [str(a) for a in tree.xpath("//img/@src") if str(a) == "x"]


@one_database
@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_in_any_field_is_shown_and_never_run(
    payload: str, cast: Cast, browse: Browse, make_edition: Make, store: Store
) -> None:
    nora, petra, edda = browse(cast["nora"]), browse(cast["petra"]), browse(cast["edda"])
    live = make_edition("published", author=cast["nora"])
    nora.post(f"/desk/articles/{live.article_id}/change")
    path = f"/desk/editions/{store.edition().id}"
    seen = store.edition().head.digest
    body = f"{payload}\n\n<p onclick=alert(1)>{payload}</p><b>x</b>"
    texts = TYPED | dict.fromkeys(LINES, payload) | {"body": body, "source_url": "https://nguon.example/"}
    answers = [
        nora.post(
            f"{path}/write", seen=seen, **texts, cover=(picture(), payload.replace('"', "%22") + ".png"), save="x"
        )
    ]
    assert answers[0].status_code == 302
    seen = store.edition().head.digest
    texts["cover_asset"] = store.edition().head.cover_asset or ""
    answers.append(nora.post(f"{path}/submit", seen=seen, reason=payload, follow_redirects=True))
    answers.append(nora.get(path))  # with the flash
    answers.append(petra.post(f"{path}/write", seen="0" * 64, **(texts | {"title": f"2{payload}"})))
    assert answers[-1].status_code == 409
    answers.append(petra.post(f"{path}/publish", seen="0" * 64, reason=payload))
    assert answers[-1].status_code == 409
    answers.append(petra.get(f"/desk/queue?text={payload}&section={payload}&order={payload}"))
    answers += [edda.get(page) for page in ("/desk/", "/desk/queue", path, f"{path}/write", f"{path}/compare")]
    answers.append(edda.post(f"{path}/write", **(texts | {"title": payload * 50, "source_url": payload})))
    assert answers[-1].status_code == 422
    answers.append(nora.post(f"{path}/write", **texts))
    assert answers[-1].status_code == 409
    answers.append(nora.post("/desk/write", **texts, csrf_token="x"))
    assert answers[-1].status_code == 400
    answers.append(edda.post(f"{path}/return", seen=seen, reason=f"Vì {payload}"))
    answers += [nora.get(page) for page in ("/desk/", path, f"{path}/write")]
    assert f"Vì {payload}" in words_of(answers[-2])
    for answer in answers:
        assert answer.status_code < 500
        assert dangers_in(answer.text) == []


def test_a_payload_in_the_name_of_a_person_is_shown_and_never_run(
    cast: Cast, browse: Browse, make_edition: Make, app: Flask
) -> None:
    with app.app_context(), writing():
        db.session.get_one(User, cast["nora"].id).name = PAYLOADS[1]
        db.session.commit()
    edition = make_edition("review", author=cast["nora"])
    petra, nora = browse(cast["petra"]), browse(cast["nora"])
    nora.post(f"/desk/editions/{edition.id}/recall", seen=edition.digest)
    for page in (petra.get("/desk/queue"), petra.get(f"/desk/editions/{edition.id}"), nora.get("/desk/")):
        assert dangers_in(page.text) == []

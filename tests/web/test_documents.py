"""The register for readers and on the desk: what is seen, what is sent, what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import func, select

from editorial import articles, documents, register, storage
from editorial.db import db, writing
from editorial.models import Document, DocumentVersion, Edition, Event, User
from editorial.paper import Kind
from tests.conftest import Browser
from tests.factories import Made, Person
from tests.papers import DOCX, ODT, PDF, make_document

Cast = dict[str, Person]
Browse = Callable[[Person], Browser]
ABSTRACT = "Kế hoạch cấp nước sạch thôn Vân Ổ"
NAME = "Ke hoach nuoc sach Van O.pdf"
TYPED = {
    "kind": "plan",
    "number": "52/KH-UBND",
    "issuer": "Ủy ban nhân dân xã Khe Trăng",
    "signer": "Phạm Thị Petra",
    "signer_position": "Chủ tịch",
    "issued_on": "2026-03-05",
    "effective_on": "",
    "expires_on": "",
    "abstract": ABSTRACT,
    "field": "Nông nghiệp",
    "replaces": "",
    "seen": "0",
}


@pytest.fixture
def make(app: Flask, cast: Cast) -> Callable[..., int]:
    """A document in a state, entered by Edda and let out by Petra; its number in the register."""

    def made(state: str, by: str = "edda", **parts: Any) -> int:
        with app.app_context(), writing():
            usual = {"number": "52/KH-UBND", "kind": Kind.PLAN, "abstract": ABSTRACT}
            return make_document(state, by=cast[by], approver=cast["petra"], **(usual | parts)).id

    return made


def sent(*files: tuple[bytes, str]) -> dict[str, Any]:
    return {"upload": [(BytesIO(data), name) for data, name in files]}


def address_of(app: Flask, number: int) -> tuple[str, str]:
    """Where its page would be, and its file."""
    with app.app_context():
        document = db.session.get_one(Document, number)
        facts = document.newest.facts
        return f"/van-ban/{number}/{document.slug}", f"/van-ban/{number}/tep/{facts.files[0].digest}"


def counts(app: Flask) -> tuple[int, int, int]:
    """Versions, events and stored files."""
    with app.app_context():
        versions = db.session.scalar(select(func.count()).select_from(DocumentVersion)) or 0
        events = db.session.scalar(select(func.count()).select_from(Event)) or 0
        return versions, events, len(list(storage.of(app.extensions["editorial"]).names()))


# --- readers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["draft", "published", "withdrawn"])
def test_every_exit_follows_the_state(
    state: str, app: Flask, client: FlaskClient, make: Callable[..., int], publish_article: Callable[..., Made]
) -> None:
    text = publish_article("<p>Thực hiện Kế hoạch số 52/KH-UBND của xã.</p>")
    number = make(state)
    with app.app_context():
        digest = db.session.get_one(Document, number).newest.facts.files[0].digest
    page = f"/van-ban/{number}/52-kh-ubnd-ke-hoach-cap-nuoc-sach-thon-van-o"
    article = f"/tin/{text.article_id}/{text.slug}"
    told = [path for path in ("/van-ban", "/en/van-ban", "/van-ban?q=nuoc+sach") if ABSTRACT in client.get(path).text]
    answers = [
        client.get(path).status_code
        for path in (page, f"/van-ban/{number}", f"/en{page}", f"/van-ban/{number}/tep/{digest}")
    ]
    if state == "published":
        assert len(told) == 3
        assert answers == [200, 301, 200, 200]
        assert f'<a href="{page}">52/KH-UBND</a>' in client.get(article).text
        assert f"http://localhost{page}" in client.get("/sitemap.xml").text
    else:
        assert told == []
        assert answers == [404] * 4
        assert "/van-ban/" not in client.get(article).text
        assert "/van-ban/" not in client.get("/sitemap.xml").text


def test_what_is_no_document_cannot_be_told_from_a_draft(client: FlaskClient, make: Callable[..., int]) -> None:
    def seen(number: object) -> tuple[int, str]:
        answer = client.get(f"/van-ban/{number}/x")
        return answer.status_code, answer.text.partition("<main")[2]

    draft = seen(make("draft"))
    assert draft[0] == 404
    for number in (99, 0, 2**31, 2**63, "9" * 40, -1, "x", "1.5"):
        assert seen(number) == draft, number
    for digest in ("0" * 64, "x", "0" * 63, "..%2F..%2Fetc", "A" * 64):
        assert client.get(f"/van-ban/1/tep/{digest}").status_code == 404


def test_a_withdrawn_document_is_gone_at_once_with_its_file(
    app: Flask, cast: Cast, client: FlaskClient, make: Callable[..., int]
) -> None:
    number = make("published")
    page, file = address_of(app, number)
    kept = client.get(file)
    assert (client.get(page).status_code, kept.status_code) == (200, 200)
    with app.app_context(), writing():
        petra = db.session.get_one(User, cast["petra"].id)
        documents.withdraw(db.session.get_one(Document, number), by=petra, seen=1, reason="Nhầm.")
    assert [client.get(path).status_code for path in (page, file)] == [404, 404]
    again = client.get(file, headers={"If-None-Match": kept.headers["ETag"]})
    assert again.status_code == 404, "not even who holds it is told that it is still good"


def test_readers_keep_the_approved_version_while_a_change_waits(
    app: Flask, cast: Cast, client: FlaskClient, make: Callable[..., int]
) -> None:
    number = make("published")
    page, file = address_of(app, number)
    with app.app_context(), writing():
        edda = db.session.get_one(User, cast["edda"].id)
        document = db.session.get_one(Document, number)
        received = documents.receive([("mới.docx", DOCX)])
        documents.store(received)
        new = (received[0].file,)
        changed = replace(document.newest.facts, abstract="Bản mới của kế hoạch", files=new)
        documents.change(document, changed, by=edda, seen=1)
    new_file = f"/van-ban/{number}/tep/{new[0].digest}"
    for path in (page, "/van-ban", "/van-ban?q=ban+moi"):
        assert "Bản mới" not in client.get(path).text
    assert [client.get(path).status_code for path in (file, new_file)] == [200, 404]
    with app.app_context(), writing():
        document = db.session.get_one(Document, number)
        documents.publish(document, by=db.session.get_one(User, cast["petra"].id), seen=2)
    assert "Bản mới" in client.get(page).text
    assert [client.get(path).status_code for path in (file, new_file)] == [404, 200]


def test_a_file_is_a_download_and_nothing_else(app: Flask, client: FlaskClient, cast: Cast) -> None:
    with app.app_context(), writing():
        received = documents.receive([('Kế hoạch "nước sạch".html', PDF), ("b.odt", ODT)])
        documents.store(received)
        files = tuple(each.file for each in received)
        number = make_document("published", by=cast["edda"], approver=cast["petra"], files=files).id
    for file, kind in zip(files, ("application/pdf", "application/vnd.oasis.opendocument.text"), strict=True):
        got = client.get(f"/van-ban/{number}/tep/{file.digest}")
        assert got.status_code == 200
        assert got.content_type == kind
        assert got.headers["X-Content-Type-Options"] == "nosniff"
        assert got.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert got.headers["Content-Disposition"].startswith("attachment; ")
        again = client.get(f"/van-ban/{number}/tep/{file.digest}", headers={"If-None-Match": got.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    told = client.get(f"/van-ban/{number}/tep/{files[0].digest}").headers["Content-Disposition"]
    assert told == (
        'attachment; filename="ke-hoach-nuoc-sach.pdf"; '
        "filename*=UTF-8''K%E1%BA%BF%20ho%E1%BA%A1ch%20n%C6%B0%E1%BB%9Bc%20s%E1%BA%A1ch.pdf"
    )


def test_the_page_says_all_there_is_to_say(
    app: Flask, client: FlaskClient, make: Callable[..., int], publish_article: Callable[..., Made]
) -> None:
    old = make("published", number="7/KH-UBND", abstract="Kế hoạch cũ", issued_on=date(2020, 2, 1))
    number = make("published", replaces=(old,), expires_on=date(2027, 1, 1))
    text = publish_article("<p>Theo 52/KH-UBND &amp; 7/KH-UBND, ngày 05/03/2026.</p>")
    page, file = address_of(app, number)
    got = client.get(page)
    tree = html.fromstring(got.text)
    (facts,) = tree.xpath("//dl[@class='document__facts']")
    said = {row.findtext("dt"): " ".join(row.find("dd").text_content().split()) for row in facts.iter("div")}
    assert "52/KH-UBND" in said.values()
    assert "Phạm Thị Petra, Chủ tịch" in said.values()
    assert {"05/03/2026", "01/01/2027"} <= set(said.values())
    assert tree.xpath(f"//a[@href='{file}'][@download]")
    assert tree.xpath(f"//a[@href='/tin/{text.article_id}/{text.slug}']")
    assert tree.xpath(f"//a[contains(@href, '/van-ban/{old}/')]")
    assert tree.xpath("//link[@rel='canonical']/@href") == [f"http://localhost{page}"]
    (script,) = tree.xpath("//script[@type='application/ld+json']")
    graph = json.loads(script.text)["@graph"]
    (law,) = [node for node in graph if node["@type"] == "Legislation"]
    assert law["legislationIdentifier"] == "52/KH-UBND"
    assert law["legislationLegalForce"].endswith("/InForce")
    assert law["encoding"][0]["contentUrl"] == f"http://localhost{file}"
    replaced = client.get(f"/van-ban/{old}", follow_redirects=True).text
    assert f'href="{page}"' in replaced, "the old one leads to the new one"
    english = client.get(f"/en{page}").text
    assert "Issued by" in english
    assert f"http://localhost{page}" in english, "its canonical address is the Vietnamese one"


def test_hostile_words_in_facts_stay_words(client: FlaskClient, make: Callable[..., int]) -> None:
    words = '</script><script>alert(1)</script><img src=x onerror=alert(1)> " & {{ 7*7 }}'
    number = make("published", abstract=words, signer=words[:100], issuer=words, field=words)
    for path in ("/van-ban", f"/van-ban/{number}", "/van-ban?q=%3Cscript%3Ealert"):
        got = client.get(path, follow_redirects=True).text
        assert "<script>alert" not in got
        assert "<img src=x" not in got


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("trang=1000000000", 404),
        ("trang=0", 404),
        ("trang=x", 404),
        ("trang=٢", 404),
        ("trang=2", 404),
        ("q=" + "x" * 5000, 200),
        ("q=%27%20OR%201%3D1--&nam=0000&loai=x&co-quan=%25", 200),
        ("q=%F0%9F%98%80%E2%80%8B&nam=999999999999999999999", 200),
        ("q=%00", 400),
        ("con-hieu-luc=1&con-hieu-luc=1&q=a&q=b", 200),
    ],
)
def test_odd_questions_get_clear_answers(
    query: str, status: int, client: FlaskClient, make: Callable[..., int]
) -> None:
    make("published")
    assert client.get(f"/van-ban?{query}").status_code == status


def test_the_list_is_paged_newest_first(app: Flask, cast: Cast, client: FlaskClient) -> None:
    with app.app_context(), writing():
        for n in range(1, register.PER_PAGE + 3):
            made: dict[str, Any] = {"number": f"{n}/QĐ-UBND", "issued_on": date(2026, 1, n)}
            make_document("published", by=cast["edda"], approver=cast["petra"], **made)

    def numbers(path: str) -> list[str]:
        return html.fromstring(client.get(path).text).xpath("//b[@class='document-line__number']/text()")

    first, second = numbers("/van-ban?q=QD"), numbers("/van-ban?q=QD&trang=2")
    assert [int(number.split("/")[0]) for number in first + second] == list(range(register.PER_PAGE + 2, 0, -1))
    assert len(second) == 2
    assert 'rel="next"' in client.get("/van-ban").text


def test_a_number_of_two_documents_leads_to_both(
    client: FlaskClient, make: Callable[..., int], publish_article: Callable[..., Made]
) -> None:
    make("published")
    make("published", issuer="Ủy ban nhân dân tỉnh Lam Giang")
    text = publish_article("<p>Theo 52/KH-UBND.</p>")
    assert '<a href="/van-ban?q=52/KH-UBND">52/KH-UBND</a>' in client.get(f"/tin/{text.article_id}/{text.slug}").text


@pytest.fixture
def publish_article(app: Flask, cast: Cast, make_edition: Callable[..., Made]) -> Callable[..., Made]:
    """An article with this body, let out by the real act."""

    def publish(body: str) -> Made:
        made = make_edition("review", author=cast["nora"], body=body)
        with app.app_context(), writing():
            edition = db.session.get_one(Edition, made.id)
            articles.move(edition, "publish", by=db.session.get_one(User, cast["petra"].id), seen=made.digest)
            return replace(made, slug=edition.article.slug)

    return publish


# --- the desk ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["nora", "kim", "ada"])
def test_the_register_is_for_those_who_keep_it(name: str, cast: Cast, browse: Browse, make: Callable[..., int]) -> None:
    number = make("draft")
    person = browse(cast[name])
    assert "/desk/documents" not in person.get("/desk/").text
    for path in ("", "/new", f"/{number}", f"/{number}/edit", f"/{number}/files/{'0' * 64}"):
        answer = person.get(f"/desk/documents{path}")
        assert answer.status_code == 403, path
        assert ABSTRACT not in answer.text
    for path in ("/new", f"/{number}/edit", f"/{number}/publish", f"/{number}/withdraw", f"/{number}/reopen"):
        assert person.post(f"/desk/documents{path}", **TYPED).status_code == 403


def test_from_the_empty_form_to_the_reader(app: Flask, cast: Cast, browse: Browse, client: FlaskClient) -> None:
    edda, petra = browse(cast["edda"]), browse(cast["petra"])
    edda.get("/desk/documents/new")
    answer = edda.post("/desk/documents/new", **TYPED, **sent((PDF, NAME), (DOCX, "phu-luc.docx")))
    assert answer.status_code == 302, answer.text
    place = answer.location
    assert edda.buttons(place, "act") == set(), "who prepared it does not let it out"
    assert petra.buttons(place, "act") == {"publish"}
    assert petra.page(place).xpath("//a[@download]/@href")
    assert petra.get(petra.page(place).xpath("//a[@download]/@href")[0]).data == PDF
    assert client.get("/van-ban/1").status_code == 404
    answer = petra.post(f"{place}/publish", seen="1")
    assert answer.status_code == 302
    assert ABSTRACT in client.get("/van-ban/1", follow_redirects=True).text
    answer = petra.post(f"{place}/withdraw", seen="1", reason="")
    assert answer.status_code == 422
    answer = petra.post(f"{place}/withdraw", seen="1", reason="Có sai sót ở phụ lục.")
    assert answer.status_code == 302
    assert client.get("/van-ban/1").status_code == 404
    assert "Có sai sót ở phụ lục." in edda.get(place).text
    assert edda.buttons(place, "act") == {"reopen"}
    assert edda.post(f"{place}/reopen", seen="1").status_code == 302
    history = edda.page(place).xpath("//ol[@class='history']/li")
    assert len(history) == 4
    for state, shown in (("draft", True), ("published", False), ("withdrawn", False), ("", True), ("x", True)):
        assert ("52/KH-UBND" in edda.get(f"/desk/documents?state={state}").text) is shown


def test_all_faults_are_told_at_once_beside_their_fields(app: Flask, cast: Cast, browse: Browse) -> None:
    edda = browse(cast["edda"])
    before = counts(app)
    wrong = {
        "kind": "x",
        "number": "không",
        "signer": " ",
        "issued_on": "2026-02-30",
        "expires_on": "hôm qua",
        "replaces": "99/QĐ-UBND",
        "abstract": "x" * 1501,
    }
    answer = edda.post("/desk/documents/new", **(TYPED | wrong), **sent((b"<html>", "a.pdf")))
    assert answer.status_code == 422
    blamed = {error.get("id") for error in html.fromstring(answer.text).find_class("field__error")}
    assert blamed == {f"{name}-error" for name in (*wrong, "upload")}
    assert "x" * 1501 in answer.text, "what was typed comes back"
    assert counts(app) == before


@pytest.mark.parametrize(
    ("parts", "files"),
    [
        ({"number": "12/KH-UBND (MẬT)"}, ()),
        ({"abstract": "Tuyệt mật: kế hoạch"}, ((PDF, "a.pdf"),)),
        ({}, ((PDF, "TOI MAT.pdf"),)),
        ({}, ((PDF, "sạch.pdf"), (PDF, "Độ MẬT.pdf"))),
    ],
)
def test_nothing_of_a_secret_is_stored(
    parts: dict[str, str], files: tuple[tuple[bytes, str], ...], app: Flask, cast: Cast, browse: Browse
) -> None:
    edda = browse(cast["edda"])
    before = counts(app)
    assert edda.post("/desk/documents/new", **(TYPED | parts), **sent(*files)).status_code == 422
    assert counts(app) == before


@pytest.mark.parametrize("data", [b"", b"<html><script>", PDF + b"<script>", DOCX[:-3], b"GIF89a" + PDF])
def test_hostile_files_are_refused_whatever_they_are_called(
    data: bytes, app: Flask, cast: Cast, browse: Browse
) -> None:
    edda = browse(cast["edda"])
    before = counts(app)
    for name in ("a.pdf", "b.docx", "../../c.odt", "d.pdf.html"):
        assert edda.post("/desk/documents/new", **TYPED, **sent((data, name))).status_code == 422
    assert counts(app) == before


def test_the_same_form_sent_twice_counts_once(app: Flask, cast: Cast, browse: Browse) -> None:
    edda = browse(cast["edda"])
    answers = [edda.post("/desk/documents/new", **TYPED, once="a", **sent((PDF, NAME))) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].location == answers[1].location
    assert counts(app)[0] == 1
    petra = browse(cast["petra"])
    again = [petra.post(f"{answers[0].location}/publish", seen="1", once="b") for _ in range(2)]
    assert [answer.status_code for answer in again] == [302, 302]


def test_a_stale_change_is_refused_and_both_are_shown(
    app: Flask, cast: Cast, browse: Browse, make: Callable[..., int]
) -> None:
    number = make("draft")
    edda, petra = browse(cast["edda"]), browse(cast["petra"])
    place = f"/desk/documents/{number}"
    assert petra.post(f"{place}/edit", **(TYPED | {"seen": "1", "signer": "Người thứ nhất"})).status_code == 302
    stale = edda.post(f"{place}/edit", **(TYPED | {"seen": "1", "signer": "Người thứ hai"}))
    assert stale.status_code == 409
    assert "Người thứ nhất" in stale.text
    assert "Người thứ hai" in stale.text
    (seen,) = html.fromstring(stale.text).xpath("//input[@name='seen']/@value")
    assert edda.post(f"{place}/edit", **(TYPED | {"seen": seen, "signer": "Người thứ hai"})).status_code == 302
    paul = browse(cast["paul"])
    assert paul.post(f"{place}/publish", seen="2").status_code == 409
    assert paul.post(f"{place}/publish", seen="x").status_code == 409
    assert paul.post(f"{place}/publish", seen="3").status_code == 302
    assert paul.post(f"{place}/publish", seen="3").status_code == 409
    assert paul.post(f"{place}/reopen", seen="3").status_code == 409


def test_files_are_added_and_taken_out(app: Flask, cast: Cast, browse: Browse, make: Callable[..., int]) -> None:
    number = make("draft")
    edda = browse(cast["edda"])
    place = f"/desk/documents/{number}"
    (first,) = edda.page(f"{place}/edit").xpath("//input[@name='remove']/@value")
    added = edda.post(f"{place}/edit", **(TYPED | {"seen": "1"}), **sent((DOCX, "b.docx"), (DOCX, "again.docx")))
    assert added.status_code == 302, added.text
    assert len(edda.page(f"{place}/edit").xpath("//input[@name='remove']")) == 2, "the same file is there once"
    assert edda.post(f"{place}/edit", **(TYPED | {"seen": "2", "remove": first})).status_code == 302
    assert first not in edda.page(f"{place}/edit").xpath("//input[@name='remove']/@value")
    assert edda.get(f"{place}/files/{first}").status_code == 200, "an older version keeps it"
    assert edda.get(f"{place}/files/{'0' * 64}").status_code == 404


def test_what_a_document_replaces_is_named_by_number_or_entry(
    cast: Cast, browse: Browse, make: Callable[..., int]
) -> None:
    old = make("published", number="7/KH-UBND")
    twin = make("draft", number="7/KH-UBND", issuer="Hội đồng nhân dân xã")
    edda = browse(cast["edda"])
    unclear = edda.post("/desk/documents/new", **(TYPED | {"replaces": "07/KH-UBND"}))
    assert unclear.status_code == 422
    assert f"#{old}" in unclear.text
    assert f"#{twin}" in unclear.text
    answer = edda.post("/desk/documents/new", **(TYPED | {"replaces": f"07/KH-UBND (#{old})\n\n"}))
    assert answer.status_code == 302
    assert (
        edda.page(f"{answer.location}/edit").xpath("string(//textarea[@name='replaces'])").strip()
        == f"7/KH-UBND (#{old})"
    )

"""Readers rate and report, and the desk answers: what a person sees, and what bots, floods and strangers get."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from selenium.webdriver.support.wait import WebDriverWait
from werkzeug.test import TestResponse

from editorial import articles
from editorial.db import at, db, writing
from editorial.feedback import ratings, reports
from editorial.feedback.ratings import Votes
from editorial.models import Archive, Edition, Message, Report, ReportState, User
from editorial.web.public import feedback, report_form
from tests.browsers import Window
from tests.conftest import Browser
from tests.factories import Made, Person

Cast = dict[str, Person]
Make = Callable[..., Made]
Browse = Callable[[Person], Browser]
FRIDAY = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
MEANWHILE = timedelta(seconds=30)
one_database = pytest.mark.parametrize("kind", ["sqlite"])  # for what no database sees


@pytest.fixture
def published(cast: Cast, make_edition: Make) -> Made:
    return make_edition("published", author=cast["nora"])


@pytest.fixture(autouse=True)
def _friday() -> Iterator[None]:
    with at(FRIDAY):
        yield


def votes(app: Flask, made: Made) -> Votes:
    with app.app_context():
        return ratings.of_article(made.article_id)


def stored(app: Flask) -> list[Report]:
    with app.app_context():
        found = db.session.query(Report).order_by(Report.id).all()
        db.session.expunge_all()
        return found


def vote(client: FlaskClient, made: Made, level: str = "good", **options: Any) -> TestResponse:
    return client.post(f"/tin/{made.article_id}/danh-gia", data={"level": level}, **options)


def words(answer: TestResponse) -> str:
    return re.sub(r"\s+", " ", html.fromstring(answer.text).xpath("//main")[0].text_content()).strip()


class Reader:
    """Somebody who opens the form, writes for half a minute, and sends it."""

    def __init__(self, app: Flask, path: str) -> None:
        self.client, self.path = app.test_client(), path
        self.fields: dict[str, str] = {}
        self.open()

    def open(self, query: str = "") -> TestResponse:
        return self._read(self.client.get(self.path + query))

    def send(self, after: timedelta = MEANWHILE, **typed: str) -> TestResponse:
        given = self.fields | {"message": "Ấp Thượng chứ không phải ấp Trung."} | typed
        with at(FRIDAY + after):
            return self._read(self.client.post(self.path, data=given))

    def _read(self, answer: TestResponse) -> TestResponse:
        if answer.status_code != 303:
            form = html.fromstring(answer.text).xpath("//main//form")
            if form:
                self.fields = {name: value or "" for name, value in form[0].form_values()}
        return answer


@pytest.fixture
def reader(app: Flask, published: Made) -> Reader:
    return Reader(app, f"/tin/{published.article_id}/bao-loi")


# --- ratings ----------------------------------------------------------------------------------------------------------


def test_one_click_rates_and_leads_back_with_thanks(app: Flask, client: FlaskClient, published: Made) -> None:
    address = f"/tin/{published.article_id}/{published.slug}"
    page = client.get(address)
    assert feedback.COOKIE not in page.headers.get("Set-Cookie", "")
    tree = html.fromstring(page.text)
    (form,) = tree.xpath("//form[contains(@action, '/danh-gia')]")
    assert not form.xpath(".//input"), "a page for everybody can hold no key of anybody"
    assert [button.text_content().strip() for button in form.xpath(".//button")] == [
        "Hài lòng",
        "Bình thường",
        "Chưa hài lòng",
    ]
    for button, expected in zip(form.xpath(".//button"), (Votes(good=1), Votes(fair=1), Votes(poor=1)), strict=True):
        answer = client.post(form.get("action"), data={button.get("name"): button.get("value")})
        assert (answer.status_code, answer.location) == (303, f"{address}#cam-on")
        assert votes(app, published) == expected, "who clicks again changes their vote"
    assert tree.xpath("//*[@id='cam-on']")[0].text_content().startswith("Cảm ơn")


def test_readers_do_not_see_the_numbers(client: FlaskClient, published: Made) -> None:
    before = client.get(f"/tin/{published.article_id}/{published.slug}").text
    vote(client, published)
    assert client.get(f"/tin/{published.article_id}/{published.slug}").text == before


def test_two_readers_in_one_office_are_two(app: Flask, published: Made) -> None:
    for _ in range(2):
        vote(app.test_client(), published)
    assert votes(app, published) == Votes(good=2)


def test_the_cookie_is_short_closed_and_random(app: Flask, client: FlaskClient, published: Made) -> None:
    line = vote(client, published).headers["Set-Cookie"]
    assert re.match(rf"{feedback.COOKIE}=[A-Za-z0-9_-]{{22}};", line)
    assert {"HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"} <= set(line.split("; "))
    assert "session" not in line
    assert vote(app.test_client(), published).headers["Set-Cookie"] != line


@pytest.mark.parametrize("forged", ["x", "x" * 4000, "' OR 1=1 --", "ấp", "A" * 23])
def test_a_cookie_that_is_not_ours_is_replaced(app: Flask, published: Made, forged: str) -> None:
    client = app.test_client()
    answer = client.post(
        f"/tin/{published.article_id}/danh-gia",
        data={"level": "good"},
        headers={"Cookie": f"{feedback.COOKIE}={forged}".encode().decode("latin-1")},
    )
    assert answer.status_code == 303
    assert re.search(r"=[A-Za-z0-9_-]{22};", answer.headers["Set-Cookie"])
    assert votes(app, published) == Votes(good=1)


@pytest.mark.parametrize("level", ["", "best", "GOOD", "good\nfair", "1"])
def test_an_unknown_level_is_refused(app: Flask, client: FlaskClient, published: Made, level: str) -> None:
    assert vote(client, published, level).status_code == 400
    assert votes(app, published) == Votes()


@pytest.mark.parametrize("state", ["draft", "review", "scheduled"])
def test_a_hidden_article_answers_like_none(
    app: Flask, client: FlaskClient, cast: Cast, make_edition: Make, state: str
) -> None:
    number = make_edition(state, author=cast["nora"]).article_id
    for path in ("danh-gia", "bao-loi", "bao-loi/da-gui"):
        ask = client.post if path == "danh-gia" else client.get
        hidden, unknown = (ask(f"/tin/{each}/{path}", data={"level": "good"}) for each in (number, 987654321))
        assert (hidden.status_code, unknown.status_code) == (404, 404)
        assert hidden.text.replace(f"/tin/{number}/", "/tin/987654321/") == unknown.text
    assert client.post(f"/tin/{'9' * 30}/danh-gia", data={"level": "good"}).status_code == 404


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_another_sites_page_can_send_neither(
    app: Flask, client: FlaskClient, published: Made, headers: dict[str, str]
) -> None:
    assert vote(client, published, headers=headers).status_code == 403
    for path in (f"/tin/{published.article_id}/bao-loi", "/gop-y"):
        assert client.post(path, data={"message": "Có lỗi ở đây."}, headers=headers).status_code == 403
    assert votes(app, published) == Votes()
    assert stored(app) == []


def test_a_reader_who_clicks_on_and_on_locks_nobody_else_out(app: Flask, published: Made) -> None:
    clicking, neighbour = app.test_client(), app.test_client()
    given = [vote(clicking, published).status_code for _ in range(62)]
    assert given[:60].count(303) == 60
    assert given[-1] == 429
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert vote(neighbour, published, environ_overrides=elsewhere).status_code == 303


@one_database
def test_a_flood_of_strangers_from_one_address_ends(app: Flask, published: Made) -> None:
    statuses = [vote(app.test_client(), published).status_code for _ in range(61)]
    assert statuses.count(303) == 60
    refused = vote(app.test_client(), published)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert "thử lại" in words(refused)
    assert votes(app, published).total == 60
    other = vote(app.test_client(), published, environ_overrides={"REMOTE_ADDR": "2001:db8::1"})
    assert other.status_code == 303


# --- reports ----------------------------------------------------------------------------------------------------------


def test_an_error_is_reported_without_a_script(app: Flask, reader: Reader, published: Made) -> None:
    page = reader.client.get(f"/tin/{published.article_id}/{published.slug}")
    assert html.fromstring(page.text).xpath(f"//a[@href='{reader.path}']")
    sent = reader.send(passage="những thửa ruộng cuối cùng", contact="lan@doc.example")
    assert (sent.status_code, sent.location) == (303, f"{reader.path}/da-gui")
    thanks = reader.client.get(sent.location)
    assert "ngày 05 tháng 12 năm 2026" in words(thanks)
    (report,) = stored(app)
    assert (report.edition_id, report.block, report.contact) == (published.id, 0, "lan@doc.example")
    assert "Set-Cookie" not in sent.headers
    assert sent.headers["Cache-Control"] == "no-store"


def test_the_form_says_why_it_asks_and_is_kept_by_nobody(reader: Reader) -> None:
    page = reader.open("?doan=" + "th%E1%BB%ADa%20ru%E1%BB%99ng")
    assert page.headers["Cache-Control"] == "no-store"
    assert reader.fields["passage"].strip() == "thửa ruộng"
    said = words(page)
    assert "30 ngày" in said
    assert "15 ngày" in said
    assert not html.fromstring(page.text).xpath("//input[@name='csrf_token']")


def test_a_word_to_the_board(app: Flask, published: Made) -> None:
    reader = Reader(app, "/gop-y")
    assert "passage" not in reader.fields
    sent = reader.send(message="Xin mở thêm mục hỏi đáp.", passage="không ai hỏi")
    assert sent.location == "/gop-y/da-gui"
    (report,) = stored(app)
    assert (report.article_id, report.edition_id, report.passage, report.language) == (None, None, "", "vi")


def test_in_english_the_report_knows_its_language(app: Flask, published: Made) -> None:
    reader = Reader(app, f"/en/tin/{published.article_id}/bao-loi")
    assert reader.send(message="The hamlet is called Thượng.").location == f"{reader.path}/da-gui"
    assert stored(app)[0].language == "en"


def test_the_same_form_twice_is_one_report_and_another_text_is_another(app: Flask, reader: Reader) -> None:
    first = dict(reader.fields)
    assert [reader.send().status_code for _ in range(2)] == [303, 303]
    assert len(stored(app)) == 1
    reader.fields = first
    assert reader.send(message="Còn một lỗi nữa ở cuối bài.").status_code == 303
    assert len(stored(app)) == 2


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"message": " \u200b\n"}, "vài từ"),
        ({"message": "x" * 100_000}, "100000"),
        ({"passage": "x" * 1001}, "1001"),
        ({"message": "http://a.example https://b.example www.c.example"}, "liên kết"),
        ({"contact": "không phải thư"}, "không phải địa chỉ"),
        ({"contact": "a@b.example\r\nBcc: c@d.example"}, "không phải địa chỉ"),
        ({"contact": "a" * 300 + "@b.example"}, "255"),
        ({"website": "https://spam.example"}, "để trống"),
        ({"drawn": ""}, "quá lâu"),
        ({"drawn": "x" * 500}, "quá lâu"),
    ],
)
def test_what_cannot_be_taken_comes_back_with_the_reason(
    app: Flask, reader: Reader, typed: dict[str, str], said: str
) -> None:
    passage = typed.get("passage", "những thửa ruộng cuối cùng")
    answer = reader.send(MEANWHILE, **({"passage": passage} | typed))
    assert answer.status_code == 422
    assert said in words(answer)
    assert reader.fields["passage"].strip() == passage
    if "\u200b" not in typed.get("message", ""):
        assert reader.fields["message"].strip() == typed.get("message", "Ấp Thượng chứ không phải ấp Trung.")
    assert stored(app) == []
    mended = {"message": "Ấp Thượng.", "passage": "ruộng", "contact": "", "website": ""}
    assert reader.send(2 * MEANWHILE, **mended).status_code == 303


def test_who_is_too_quick_or_too_late_is_asked_again(app: Flask, reader: Reader) -> None:
    assert reader.send(after=report_form.QUICKEST - timedelta(seconds=1)).status_code == 422
    assert reader.send(after=report_form.QUICKEST).status_code == 303
    reader.open()
    assert reader.send(after=report_form.LONGEST + timedelta(seconds=1)).status_code == 422
    assert reader.send(after=report_form.LONGEST + MEANWHILE).status_code == 303
    assert len(stored(app)) == 2


def test_a_note_from_the_future_is_none(app: Flask, reader: Reader) -> None:
    assert reader.send(after=-timedelta(hours=1)).status_code == 422
    assert stored(app) == []


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script> & {{ 7*7 }} %(x)s",
        "' OR 1=1; DROP TABLE report; --",
        "\ud800 \x1b[31m \u202e đảo ngược \x07",
        "=HYPERLINK(1)\t+\r\n.\r\nBcc: a@b.example",
        "\u0301" * 2000 + " dấu",
    ],
)
def test_hostile_text_is_text(
    app: Flask, reader: Reader, cast: Cast, browse: Browse, published: Made, text: str
) -> None:
    data = reader.fields | {"message": f"Xem: {text}", "passage": text[:900], "contact": "lan@doc.example"}
    encoded = {name: value.encode("utf-8", "surrogatepass") for name, value in data.items()}
    with at(FRIDAY + MEANWHILE):
        assert reader.client.post(reader.path, data=encoded).status_code == 303
    edda = browse(cast["edda"])
    (report,) = stored(app)
    page = edda.get(f"/desk/reports/{report.id}")
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert edda.get("/desk/reports").status_code == 200
    answer = edda.post(f"/desk/reports/{report.id}/answer", seen=1, answer=f"Đã xem: {text.replace(chr(0xD800), '')}")
    assert answer.status_code == 302


def test_a_nul_and_a_huge_body_are_refused(app: Flask, reader: Reader) -> None:
    assert reader.send(message="Sai\0 rồi nhé").status_code == 400
    assert reader.send(message="x" * (3 * 2**20)).status_code == 413
    assert stored(app) == []


@one_database
def test_a_flood_of_reports_ends_and_the_text_comes_back(app: Flask, reader: Reader) -> None:
    for number in range(20):
        reader.open()
        assert reader.send(message=f"Lỗi thứ {number} trong bài").status_code == 303
    reader.open()
    refused = reader.send(message="Thêm một lỗi nữa")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert reader.fields["message"].strip() == "Thêm một lỗi nữa"
    assert len(stored(app)) == 20


@one_database
def test_faulty_forms_do_not_count_as_reports(app: Flask, reader: Reader) -> None:
    for _ in range(25):
        assert reader.send(message="").status_code == 422
    assert reader.send().status_code == 303


def test_an_archive_says_that_nobody_reads(app: Flask, client: FlaskClient, published: Made) -> None:
    with app.app_context(), writing():
        db.session.add(Archive(valid_from=date(2020, 1, 1), text="Đơn vị đã sáp nhập."))
        db.session.commit()
    page = client.get(f"/tin/{published.article_id}/{published.slug}")
    assert "danh-gia" not in page.text
    assert "lưu trữ" in words(client.get("/gop-y"))
    assert vote(client, published).status_code == 403


@pytest.mark.parametrize("root", ["", "/en"])
def test_the_pages_about_it_answer(client: FlaskClient, published: Made, root: str) -> None:
    for path in ("/gop-y", "/gop-y/quy-trinh", "/gop-y/da-gui"):
        page = client.get(root + path)
        assert page.status_code == 200
        assert html.fromstring(page.text).get("lang") == ("en" if root else "vi")
    assert html.fromstring(client.get(f"{root}/gop-y").text).xpath(f"//main//a[@href='{root}/gop-y/quy-trinh']")


# --- the desk ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def report_id(app: Flask, published: Made) -> int:
    with app.app_context(), writing():
        report = reports.file(
            article_id=published.article_id,
            message="Ấp Thượng chứ không phải ấp Trung.",
            passage="những thửa ruộng",
            contact="lan@doc.example",
        )
        assert report is not None
        return report.id


@pytest.mark.parametrize(
    ("name", "read", "decide"),
    [
        ("nora", 200, 403),
        ("omar", 404, 404),
        ("edda", 200, 302),
        ("petra", 200, 302),
        ("kim", 404, 404),
        ("ada", 404, 404),
    ],
)
def test_who_sees_a_report(cast: Cast, browse: Browse, report_id: int, name: str, read: int, decide: int) -> None:
    browser = browse(cast[name])
    assert browser.get(f"/desk/reports/{report_id}").status_code == read
    offered = browser.get("/desk/reports")
    assert offered.status_code == (403 if name == "ada" else 200)
    assert (f"/desk/reports/{report_id}" in offered.text) == (read == 200)
    answer = browser.post(f"/desk/reports/{report_id}/answer", seen=1, answer="Đã kiểm tra.")
    assert answer.status_code == decide


def test_the_desk_shows_the_passage_in_its_place_and_counts_what_waits(
    cast: Cast, browse: Browse, report_id: int
) -> None:
    edda = browse(cast["edda"])
    page = html.fromstring(edda.get(f"/desk/reports/{report_id}").text)
    assert page.xpath("//mark")[0].text_content() == "những thửa ruộng"
    assert "gặt xong những thửa ruộng cuối cùng" in re.sub(r"\s+", " ", page.xpath("//mark/..")[0].text_content())
    assert "lan@doc.example" not in edda.get(f"/desk/reports/{report_id}").text
    assert page.xpath("//nav//a[@href='/desk/reports']/span[@class='deskbar__count']")[0].text_content().startswith("1")
    with at(FRIDAY + timedelta(days=16)):
        overdue = browse(cast["edda"])
        assert "Quá hạn" in overdue.get("/desk/reports").text
        assert "Quá hạn" in overdue.get(f"/desk/reports/{report_id}").text


def test_an_answer_reaches_the_reader_by_mail(app: Flask, cast: Cast, browse: Browse, report_id: int) -> None:
    edda = browse(cast["edda"])
    missing = edda.post(f"/desk/reports/{report_id}/reject", seen=1, answer="  ")
    assert missing.status_code == 422
    assert "Hãy viết câu trả lời" in missing.text
    answer = edda.post(f"/desk/reports/{report_id}/reject", seen=1, answer="Ấp Trung là đúng.\nXem nghị quyết.")
    assert answer.location == f"/desk/reports/{report_id}"
    done = edda.get(answer.location)
    assert "Không phải lỗi" in words(done)
    assert edda.buttons(answer.location, "way") == set()
    assert not html.fromstring(done.text).xpath("//form[@class='move']")
    with app.app_context():
        (mail,) = db.session.query(Message)
        assert mail.recipient == "lan@doc.example"
        assert mail.subject == "Trả lời phản ánh của bạn về bài “Khe Trăng gặt xong vụ đông xuân”"
        for said in ("ngày 20 tháng 11 năm 2026", "> những thửa ruộng", "Ấp Trung là đúng.\nXem nghị quyết.", "http"):
            assert said in mail.body
        assert "&" not in mail.body
        assert "\n\n\n" not in mail.body


def test_the_mail_speaks_the_readers_language(app: Flask, cast: Cast, browse: Browse, published: Made) -> None:
    with app.app_context(), writing():
        report = reports.file(article_id=None, message="Nice “site” & more", contact="a@b.example", language="en")
        assert report is not None
        number = report.id
    browse(cast["edda"]).post(f"/desk/reports/{number}/answer", seen=1, answer="Thanks & bye")
    with app.app_context():
        (mail,) = db.session.query(Message)
        assert mail.subject == "About your message"
        assert "20 November 2026" in mail.body
        assert "> Nice “site” & more" in mail.body
        assert "Thanks & bye" in mail.body
        assert "Khe Trang Commune Portal" in mail.body


def test_a_colleague_who_was_faster_is_told_and_keeps_the_words(
    app: Flask, cast: Cast, browse: Browse, report_id: int
) -> None:
    edda, petra = browse(cast["edda"]), browse(cast["petra"])
    for each in (edda, petra):
        each.get(f"/desk/reports/{report_id}")
    assert edda.post(f"/desk/reports/{report_id}/discard", seen=1).status_code == 302
    assert petra.post(f"/desk/reports/{report_id}/restore", seen=2).status_code == 302
    stale = edda.post(f"/desk/reports/{report_id}/answer", seen=1, answer="Lời của Edda")
    assert stale.status_code == 409
    assert "Đồng nghiệp" in words(stale)
    assert "Lời của Edda" in stale.text
    assert html.fromstring(stale.text).xpath("//form[contains(@action, '/answer')]//input[@name='seen']/@value") == [
        "3"
    ]
    assert stored(app)[0].state is ReportState.OPEN
    assert petra.post(f"/desk/reports/{report_id}/answer", seen=3, answer="Lời của Petra").status_code == 302
    assert edda.post(f"/desk/reports/{report_id}/reject", seen=3, answer="Muộn rồi").status_code == 409
    assert stored(app)[0].answer == "Lời của Petra"


def test_the_same_decision_sent_twice_is_one(app: Flask, cast: Cast, browse: Browse, report_id: int) -> None:
    edda = browse(cast["edda"])
    fields = {"seen": 1, "answer": "Đã kiểm tra.", "once": "a form"}
    answers = [edda.post(f"/desk/reports/{report_id}/answer", **fields) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].location == answers[1].location
    with app.app_context():
        assert db.session.query(Message).count() == 1


@pytest.mark.parametrize("seen", ["", "x", "9" * 30, "-1"])
def test_a_version_that_is_none_decides_nothing(
    app: Flask, cast: Cast, browse: Browse, report_id: int, seen: str
) -> None:
    answer = browse(cast["edda"]).post(f"/desk/reports/{report_id}/answer", seen=seen, answer="Đã kiểm tra.")
    assert answer.status_code in (409, 422)
    assert stored(app)[0].state is ReportState.OPEN


def test_from_the_report_to_the_correction_and_back(
    app: Flask, cast: Cast, browse: Browse, published: Made, report_id: int
) -> None:
    edda = browse(cast["edda"])
    page = edda.page(f"/desk/reports/{report_id}")
    (form,) = page.xpath("//form[contains(@action, '/change')]")
    begun = edda.post(form.get("action"), kind=form.xpath(".//button")[0].get("value"))
    assert re.fullmatch(r"/desk/editions/\d+/write", begun.location)
    number = int(begun.location.split("/")[3])
    assert "đính chính" not in " ".join(edda.buttons(f"/desk/reports/{report_id}", "way"))
    assert edda.page(f"/desk/reports/{report_id}").xpath(f"//a[@href='/desk/editions/{number}']")
    assert edda.post(f"/desk/reports/{report_id}/correct", seen=1).status_code == 403
    with app.app_context(), writing():
        person = {name: db.session.get_one(User, cast[name].id) for name in ("edda", "petra")}
        edition = db.session.get_one(Edition, number)
        text = edition.head.manuscript
        body = text.body.replace("những thửa ruộng", "các thửa ruộng")
        parts = {name: getattr(text, name) for name in text.__dataclass_fields__}
        articles.save(
            edition, type(text)(**parts | {"body": body}), by=person["edda"], seen=text.digest, change_note="Sửa tên."
        )
        articles.move(edition, "submit", by=person["edda"], seen=edition.head.digest)
        articles.move(edition, "publish", by=person["petra"], seen=edition.head.digest)
    assert "không còn đoạn này" in words(edda.get(f"/desk/reports/{report_id}"))
    assert edda.post(f"/desk/reports/{report_id}/correct", seen=1).status_code == 302
    assert "1.1" in words(edda.get(f"/desk/reports/{report_id}"))
    with app.app_context():
        assert "phiên bản 1.1" in db.session.query(Message).one().body


def test_the_desk_sees_ratings(client: FlaskClient, cast: Cast, browse: Browse, published: Made) -> None:
    vote(client, published, "poor")
    edda = browse(cast["edda"])
    numbers = edda.page("/desk/ratings").xpath("//td[@class='table__number']")
    assert [cell.text_content() for cell in numbers] == ["0", "0", "1"]
    assert edda.get("/desk/ratings?page=2").status_code == 404
    assert browse(cast["ada"]).get("/desk/ratings").status_code == 403


@pytest.mark.parametrize("query", ["?page=0", "?page=2", "?page=99999999999", "?state=closed&page=2"])
def test_pages_that_are_not_there(cast: Cast, browse: Browse, report_id: int, query: str) -> None:
    assert browse(cast["edda"]).get(f"/desk/reports{query}").status_code == 404


def test_an_unknown_report_is_not_found(cast: Cast, browse: Browse) -> None:
    edda = browse(cast["edda"])
    for number in ("987654321", "9" * 30):
        assert edda.get(f"/desk/reports/{number}").status_code == 404
        assert edda.post(f"/desk/reports/{number}/answer", seen=1, answer="Không").status_code == 404


# --- in a browser -----------------------------------------------------------------------------------------------------


def test_a_selection_goes_along_to_the_form_and_thanks_follow_a_click(window: Window) -> None:
    window.go("/")
    window.press(".teaser__title a")
    article = window.path
    assert not window.find("#cam-on").is_displayed()
    window.press('.rating button[value="fair"]')
    assert window.path == f"{article}#cam-on"
    assert window.find("#cam-on").is_displayed()
    window.driver.execute_script("getSelection().selectAllChildren(document.querySelector('.prose p'))")
    WebDriverWait(window.driver, 20).until(lambda _: window.find(".report__follower").is_displayed())
    marked = window.driver.execute_script("return getSelection().toString().trim()")
    window.press(".report__follower")
    assert window.find("textarea[name=passage]").get_attribute("value") == marked[:600].strip()
    assert window.complaints() == []

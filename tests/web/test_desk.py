"""The desk over HTTP: what is offered is what is accepted, nothing is lost, nothing happens twice, nothing leaks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import event, func, select

from editorial import db as database
from editorial import vietnamese, workflow
from editorial.db import db
from editorial.models import Article, Edition, Event, Revision
from editorial.workflow import State
from tests.conftest import Browser
from tests.factories import Made, Person, text_of

Browse = Callable[[Person], Browser]
Make = Callable[..., Made]
Cast = dict[str, Person]

TYPED = {
    "title": "Đường liên ấp thông xe",
    "lede": "Sáng 20/11, đường liên ấp Trung – Gò Sim thông xe. Bà con đi lại nhanh hơn mười phút.",
    "body": "Con đường dài 2,4 km.\n\nKinh phí do dân và xã cùng góp.",
    "section": "kinh-te",
    "genre": "news",
    "byline": "Hoài An\nMinh Thư",
}


def in_a_day() -> dict[str, str]:
    soon = vietnamese.local(database.now() + timedelta(days=1))
    return {"release_date": f"{soon:%Y-%m-%d}", "release_time": f"{soon:%H:%M}"}


class Store:
    """What lies in the database, looked up beside the browsers and each time anew."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def count(self, entity: Any) -> int:
        with self.app.app_context():
            return db.session.scalar(select(func.count()).select_from(entity)) or 0

    def acts(self) -> list[str]:
        """What is on record about editions, in order; signing in is there too, and not meant."""
        with self.app.app_context():
            query = select(Event.action).where(Event.subject.startswith("edition:")).order_by(Event.sequence)
            return list(db.session.scalars(query))

    def edition(self, edition_id: int | None = None) -> Edition:
        """The edition of this number, or the newest, with what hangs on it."""
        with self.app.app_context():
            number = edition_id or db.session.scalar(select(func.max(Edition.id))) or 0
            edition = db.session.get_one(Edition, number)
            loaded = edition.head.manuscript, edition.article.slug, edition.submitter_id
            assert loaded
            db.session.expunge_all()
            return edition


@pytest.fixture
def store(app: Flask) -> Store:
    return Store(app)


def words_of(answer: Any) -> str:
    return " ".join(html.fromstring(answer.text).text_content().split())


@pytest.mark.parametrize("who", ["nora", "omar", "edda", "petra", "paul", "kim", "ada"])
def test_the_desk_offers_exactly_what_it_accepts(who: str, cast: Cast, browse: Browse, make_edition: Make) -> None:
    page = browse(cast[who])
    for state in State:
        edition = make_edition(state, author=cast["nora"])
        offered, accepted = page.buttons(f"/desk/editions/{edition.id}", name="move"), set()
        for verb in workflow.NAMES:
            edition = make_edition(state, author=cast["nora"])
            answer = page.post(
                f"/desk/editions/{edition.id}/{verb}", seen=edition.digest, reason="Vì thế.", **in_a_day()
            )
            assert answer.status_code in (302, 403, 404, 409)
            if answer.status_code == 302:
                accepted.add(verb)
        assert offered == accepted, state


def test_a_head_who_mended_the_text_is_told_why_another_has_to_approve(
    cast: Cast, browse: Browse, make_edition: Make
) -> None:
    edition = make_edition("review", author=cast["nora"])
    petra = browse(cast["petra"])
    path = f"/desk/editions/{edition.id}"
    petra.post(f"{path}/write", seen=edition.digest, **(TYPED | {"title": "Đường liên ấp đã thông xe"}))
    assert petra.buttons(path, "move") == {"return"}
    assert "another person has to decide" in words_of(petra.get(f"{path}?lang=en"))
    assert {"publish", "schedule", "return"} == browse(cast["paul"]).buttons(path, "move")


def test_writing_submitting_and_approving_end_on_the_public_page(cast: Cast, browse: Browse, store: Store) -> None:
    nora, petra = browse(cast["nora"]), browse(cast["petra"])
    answer = nora.post("/desk/write", **TYPED, submit="x")
    assert answer.status_code == 302
    path = answer.location
    page = petra.page(path)
    seen = page.xpath("//form[contains(@action, 'publish')]//input[@name='seen']/@value")[0]
    assert petra.post(f"{path}/publish", seen=seen).status_code == 302
    article = store.edition().article
    public = nora.get(f"/tin/{article.id}/{article.slug}").text
    for shown in ("Đường liên ấp thông xe", "Con đường dài 2,4 km.", "Hoài An", "Minh Thư"):
        assert shown in public
    history = words_of(petra.get(f"{path}?lang=en"))
    for done in ("Nguyễn Thị Nora started the article", "Nguyễn Thị Nora submitted", "Phạm Thị Petra published"):
        assert done in history


def test_a_half_finished_draft_saves(cast: Cast, browse: Browse, store: Store) -> None:
    nora = browse(cast["nora"])
    answer = nora.post("/desk/write", title="Chỉ mới có tên", save="x")
    assert answer.status_code == 302
    page = nora.page(answer.location)
    assert page.xpath("//textarea[@name='title']")[0].text.strip() == "Chỉ mới có tên"
    assert store.count(Edition) == 1


def test_submitting_names_all_that_is_missing_next_to_each_field_and_saves_the_draft(
    cast: Cast, browse: Browse, store: Store
) -> None:
    nora = browse(cast["nora"])
    answer = nora.post("/desk/write", title="Chỉ mới có tên", submit="x")
    page = html.fromstring(answer.text)
    assert answer.status_code == 422
    linked = {link.removeprefix("#") for link in page.xpath("//*[@role='alert']//a/@href")}
    assert linked == {"lede", "body", "section", "genre", "byline"}
    for field in linked:
        assert page.xpath("//*[@id=$id]/@aria-invalid", id=field) == ["true"]
        assert page.xpath("//*[@id=$id]", id=f"{field}-error")[0].text_content().strip()
    edition = store.edition()
    assert (edition.state, edition.head.title) == (State.DRAFT, "Chỉ mới có tên")
    # The page goes on with the draft that it has saved: one more click, one article.
    action, seen = (
        page.xpath("//form[contains(@class, 'sheet')]/@action")[0],
        page.xpath("//input[@name='seen']/@value")[0],
    )
    assert nora.post(action, seen=seen, **TYPED, submit="x").status_code == 302
    assert store.count(Edition) == 1
    assert store.edition(edition.id).state is State.REVIEW


def test_a_draft_that_is_submitted_from_its_page_says_what_is_missing(
    cast: Cast, browse: Browse, make_edition: Make
) -> None:
    edition = make_edition("draft", author=cast["nora"], lede="", bylines=[])
    answer = browse(cast["nora"]).post(f"/desk/editions/{edition.id}/submit", seen=edition.digest)
    page = html.fromstring(answer.text)
    assert answer.status_code == 422
    assert {link.removeprefix("#") for link in page.xpath("//*[@role='alert']//a/@href")} == {"lede", "byline"}


def test_what_is_too_long_even_for_a_draft_is_refused_and_stays_on_screen(
    cast: Cast, browse: Browse, store: Store
) -> None:
    answer = browse(cast["nora"]).post(
        "/desk/write", **(TYPED | {"title": "ă" * 201, "source_url": "javascript:alert(1)"})
    )
    page = html.fromstring(answer.text)
    assert answer.status_code == 422
    assert set(page.xpath("//*[@role='alert']//a/@href")) == {"#title", "#source_url"}
    assert page.xpath("//textarea[@name='title']")[0].text.strip() == "ă" * 201
    assert TYPED["lede"] in answer.text
    assert store.count(Edition) == 0


def test_a_save_that_changes_nothing_makes_no_revision_and_no_event(
    cast: Cast, browse: Browse, make_edition: Make, store: Store
) -> None:
    edition = make_edition("draft", author=cast["nora"])
    nora = browse(cast["nora"])
    page = nora.page(f"/desk/editions/{edition.id}/write")
    fields = {
        field.name: field.value or ""
        for field in page.xpath("//form[contains(@class, 'sheet')]")[0].inputs
        if field.name
    }
    for name in ("csrf_token", "once", "submit", "cover"):
        fields.pop(name, None)
    assert nora.post(f"/desk/editions/{edition.id}/write", **fields).status_code == 302
    assert (store.count(Revision), store.acts()) == (1, [])


def test_a_stale_save_is_refused_and_shows_both_texts_then_one_click_carries_on(
    cast: Cast, browse: Browse, make_edition: Make, store: Store
) -> None:
    edition = make_edition("draft", author=cast["nora"])
    path = f"/desk/editions/{edition.id}/write"
    nora, edda = browse(cast["nora"]), browse(cast["edda"])
    theirs, mine = TYPED | {"body": "Bản của biên tập viên."}, TYPED | {"body": "Bản của phóng viên."}
    assert edda.post(path, seen=edition.digest, **theirs).status_code == 302
    answer = nora.post(path, seen=edition.digest, **mine)
    assert answer.status_code == 409
    assert "Bản của biên tập viên." in words_of(answer)
    assert "Lê Thị Edda" in words_of(answer)
    page = html.fromstring(answer.text)
    form = page.xpath("//form[contains(@class, 'sheet')]")[0]
    assert form.xpath(".//textarea[@name='body']")[0].text.strip() == "Bản của phóng viên."
    assert store.edition(edition.id).head.manuscript.body == "<p>Bản của biên tập viên.</p>"
    seen = form.xpath(".//input[@name='seen']/@value")[0]
    assert nora.post(form.action, seen=seen, **mine).status_code == 302
    assert store.edition(edition.id).head.manuscript.body == "<p>Bản của phóng viên.</p>"
    assert store.count(Revision) == 3


def test_a_stale_decision_is_refused_and_shows_both_texts_then_one_click_carries_on(
    cast: Cast, browse: Browse, make_edition: Make, store: Store
) -> None:
    edition = make_edition("review", author=cast["nora"], body="<p>Năng suất sáu tấn.</p>")
    path = f"/desk/editions/{edition.id}"
    petra, edda = browse(cast["petra"]), browse(cast["edda"])
    edda.post(f"{path}/write", seen=edition.digest, **(TYPED | {"body": "Năng suất bảy tấn."}))
    answer = petra.post(f"{path}/return", seen=edition.digest, reason="Xem lại số liệu.")
    assert answer.status_code == 409
    shown = words_of(answer)
    assert "Năng suất sáu tấn." in shown
    assert "Năng suất bảy tấn." in shown
    assert store.edition(edition.id).state is State.REVIEW
    form = html.fromstring(answer.text).xpath("//form[contains(@action, '/return')]")[0]
    assert form.xpath(".//textarea[@name='reason']")[0].text.strip() == "Xem lại số liệu."
    seen = form.xpath(".//input[@name='seen']/@value")[0]
    assert petra.post(f"{path}/return", seen=seen, reason="Xem lại số liệu.").status_code == 302
    assert store.edition(edition.id).state is State.DRAFT


def test_nobody_decides_without_the_text_that_stands_there(cast: Cast, browse: Browse, make_edition: Make) -> None:
    edition = make_edition("review", author=cast["nora"])
    petra = browse(cast["petra"])
    for seen in ("", "0" * 64, "không phải mã", "x" * 5000):
        assert petra.post(f"/desk/editions/{edition.id}/publish", seen=seen).status_code == 409
    assert petra.post(f"/desk/editions/{edition.id}/publish").status_code == 409


def test_two_heads_decide_at_once_and_the_second_is_told(
    cast: Cast, browse: Browse, make_edition: Make, store: Store
) -> None:
    edition = make_edition("review", author=cast["nora"])
    petra, paul = browse(cast["petra"]), browse(cast["paul"])
    path = f"/desk/editions/{edition.id}"
    assert petra.post(f"{path}/publish", seen=edition.digest).status_code == 302
    answer = paul.post(f"{path}/return", seen=edition.digest, reason="Chưa được.")
    assert answer.status_code == 409
    assert "Phạm Thị Petra" in words_of(answer)
    assert store.edition(edition.id).state is State.PUBLISHED


def test_a_return_without_a_reason_and_a_time_in_the_past_are_said_next_to_the_field(
    cast: Cast, browse: Browse, make_edition: Make, store: Store
) -> None:
    edition = make_edition("review", author=cast["nora"])
    petra, path = browse(cast["petra"]), f"/desk/editions/{edition.id}"
    past = {"release_date": "2020-02-02", "release_time": "08:00"}
    for verb, field, given in [
        ("return", "return-reason", {"reason": "  \u200b\n "}),
        ("return", "return-reason", {"reason": "ạ" * 4001}),
        ("schedule", "schedule-release-date", past),
        ("schedule", "schedule-release-date", {}),
        ("schedule", "schedule-release-date", {"release_date": "2026-02-31", "release_time": "25:61"}),
    ]:
        answer = petra.post(f"{path}/{verb}", seen=edition.digest, **given)
        page = html.fromstring(answer.text)
        assert answer.status_code == 422
        assert page.xpath("//*[@id=$id]", id=f"{field}-error"), (verb, given)
        assert page.xpath("//details[@open]//*[@id=$id]", id=field)
    assert store.edition(edition.id).state is State.REVIEW


def test_a_schedule_shows_its_zone_and_is_kept_to_the_minute(
    cast: Cast, browse: Browse, make_edition: Make, store: Store
) -> None:
    edition = make_edition("review", author=cast["nora"])
    petra, path, when = browse(cast["petra"]), f"/desk/editions/{edition.id}", in_a_day()
    assert "GMT+7" in petra.get(path).text
    assert petra.post(f"{path}/schedule", seen=edition.digest, **when).status_code == 302
    release_at = store.edition(edition.id).release_at
    assert release_at is not None
    assert f"{vietnamese.local(release_at):%Y-%m-%d %H:%M}" == f"{when['release_date']} {when['release_time']}"
    assert f"{when['release_time']}" in words_of(petra.get(path))


def test_the_same_form_sent_twice_has_one_effect_and_the_same_answer(
    cast: Cast, browse: Browse, make_edition: Make, store: Store
) -> None:
    edda, petra = browse(cast["edda"]), browse(cast["petra"])
    acts = []
    for verb in ("publish", "schedule", "return", "endorse"):
        edition, person = make_edition("review", author=cast["nora"]), edda if verb == "endorse" else petra
        path = f"/desk/editions/{edition.id}"
        fields = {"seen": edition.digest, "reason": "Vì thế.", "once": verb} | in_a_day()
        first, second = (person.post(f"{path}/{verb}", **fields) for _ in range(2))
        assert (first.status_code, first.location) == (second.status_code, second.location) == (302, path)
        flashes = html.fromstring(person.get(path).text).xpath("//*[contains(@class, 'flash--')]/text()")
        assert len(flashes) == 2
        assert flashes[0] == flashes[1]
        acts.append(verb)
        assert store.acts() == acts


def test_the_same_new_article_sent_twice_is_one_article(cast: Cast, browse: Browse, store: Store) -> None:
    nora = browse(cast["nora"])
    for number, button in enumerate(("save", "submit"), start=1):
        first, second = (nora.post("/desk/write", **TYPED, **{button: "x"}, once=button) for _ in range(2))
        assert (first.status_code, first.location) == (second.status_code, second.location)
        assert first.status_code == 302
        assert (store.count(Article), store.count(Revision)) == (number, number)


def test_the_back_button_and_other_words_change_the_same_article_and_lose_nothing(
    cast: Cast, browse: Browse, store: Store
) -> None:
    nora = browse(cast["nora"])
    nora.post("/desk/write", **TYPED, once="một lần")
    answer = nora.post("/desk/write", **(TYPED | {"title": "Tên đã sửa"}), once="một lần")
    assert answer.status_code == 302
    edition = store.edition()
    assert edition.head.title == "Tên đã sửa"
    # The same back button after somebody else has gone on: both texts, not one silently.
    browse(cast["edda"]).post(
        f"/desk/editions/{edition.id}/write", seen=edition.head.digest, **(TYPED | {"title": "Tên của Edda"})
    )
    answer = nora.post("/desk/write", **(TYPED | {"title": "Tên thứ ba"}), once="một lần")
    assert answer.status_code == 409
    assert "Tên của Edda" in answer.text
    assert "Tên thứ ba" in answer.text
    assert store.count(Article) == 1


def test_the_same_save_sent_twice_is_one_revision(cast: Cast, browse: Browse, make_edition: Make, store: Store) -> None:
    edition = make_edition("draft", author=cast["nora"])
    nora, path = browse(cast["nora"]), f"/desk/editions/{edition.id}/write"
    for _ in range(2):
        assert nora.post(path, seen=edition.digest, **TYPED, once="một lần").status_code == 302
    assert store.count(Revision) == 2
    assert nora.post(path, seen=edition.digest, **(TYPED | {"title": "Khác"}), once="một lần").status_code == 409


def test_a_one_time_key_is_one_persons(cast: Cast, browse: Browse, store: Store) -> None:
    for who in ("nora", "omar"):
        browse(cast[who]).post("/desk/write", **TYPED, once="một lần")
    assert store.count(Article) == 2


def test_what_is_not_theirs_is_not_found_anywhere(cast: Cast, browse: Browse, make_edition: Make, store: Store) -> None:
    edition = make_edition("draft", author=cast["nora"])
    unknown = edition.id + 1000
    for who in ("omar", "ada"):
        page = browse(cast[who])
        for tail in ("", "/write", "/compare", f"/compare?a={edition.revision_id}&b={edition.revision_id}"):
            foreign, nothing = (
                page.get(f"/desk/editions/{edition.id}{tail}"),
                page.get(f"/desk/editions/{unknown}{tail}"),
            )
            assert foreign.status_code == nothing.status_code == 404
            assert foreign.text.replace(f"editions/{edition.id}", "") == nothing.text.replace(f"editions/{unknown}", "")
        for verb in (*workflow.NAMES, "write"):
            answer = page.post(f"/desk/editions/{edition.id}/{verb}", seen=edition.digest, reason="Vì thế.", **TYPED)
            assert answer.status_code == 404
            assert "Khe Trăng gặt xong" not in answer.text
        assert page.post(f"/desk/articles/{edition.article_id}/change").status_code == 404
    assert store.edition(edition.id).state is State.DRAFT
    assert store.count(Revision) == 1


def test_a_text_that_is_refused_as_not_found_comes_back_to_its_writer(
    cast: Cast, browse: Browse, make_edition: Make
) -> None:
    edition = make_edition("draft", author=cast["nora"])
    answer = browse(cast["omar"]).post(f"/desk/editions/{edition.id}/write", **TYPED)
    assert answer.status_code == 404
    assert "Con đường dài 2,4 km." in answer.text


def test_revisions_are_looked_up_through_their_edition(cast: Cast, browse: Browse, make_edition: Make) -> None:
    mine = make_edition("draft", author=cast["nora"])
    other = make_edition("draft", author=cast["omar"], body="<p>Chuyện kín.</p>")
    nora = browse(cast["nora"])
    for number in (other.revision_id, 2**31 - 1, 2**63, 10**30, -1, 0):
        answer = nora.get(f"/desk/editions/{mine.id}/compare?a={mine.revision_id}&b={number}")
        assert answer.status_code == 404
        assert "Chuyện kín" not in answer.text


def test_a_change_keeps_the_published_text_and_compares_with_it(
    cast: Cast, browse: Browse, make_edition: Make, store: Store
) -> None:
    live = make_edition("published", author=cast["nora"])
    nora, petra = browse(cast["nora"]), browse(cast["petra"])
    assert nora.buttons(f"/desk/editions/{live.id}", "kind") == {"update", "correction"}
    answer = nora.post(f"/desk/articles/{live.article_id}/change", kind="correction", once="một lần")
    again = nora.post(f"/desk/articles/{live.article_id}/change", kind="correction", once="một lần")
    assert answer.status_code == 302
    assert answer.location == again.location
    edition = store.edition()
    path = f"/desk/editions/{edition.id}"
    assert answer.location == f"{path}/write"
    refused = nora.post(f"{path}/write", seen=edition.head.digest, **TYPED, submit="x")
    assert refused.status_code == 422
    assert html.fromstring(refused.text).xpath("//*[@id='change_note']/@aria-invalid") == ["true"]
    fields = TYPED | {"change_note": "Sửa số liệu.", "seen": store.edition(edition.id).head.digest}
    assert nora.post(f"{path}/write", **fields, submit="x").status_code == 302
    shown = words_of(petra.get(f"{path}/compare"))
    assert "Khe Trăng gặt xong vụ đông xuân" in shown
    assert "Đường liên ấp thông xe" in shown
    public = f"/tin/{live.article_id}/{live.slug}"
    assert "Khe Trăng gặt xong vụ đông xuân" in petra.get(public).text
    petra.post(f"{path}/publish", seen=store.edition(edition.id).head.digest)
    assert "Đường liên ấp thông xe" in petra.get(public).text
    assert store.edition(edition.id).number == "1.1"


def test_keywords_that_are_not_sent_outlive_a_save(
    cast: Cast, browse: Browse, make_edition: Make, store: Store
) -> None:
    edition = make_edition("draft", author=cast["nora"], tags=["lúa", "đông xuân"])
    browse(cast["nora"]).post(f"/desk/editions/{edition.id}/write", seen=edition.digest, **TYPED)
    assert store.edition(edition.id).head.manuscript.tags == ("lúa", "đông xuân")


def test_only_the_listed_fields_are_bound(cast: Cast, browse: Browse, make_edition: Make, store: Store) -> None:
    edition = make_edition("draft", author=cast["nora"])
    smuggled = {
        "id": "1", "state": "published", "author": str(cast["petra"].id), "author_id": str(cast["petra"].id),
        "opened_by_id": str(cast["petra"].id), "role": "head", "kind": "update", "lane": "fix", "version": "99",
        "published_at": "2020-01-01", "number": "9.9", "major": "9", "release_at": "2020-01-01T00:00",
        "created_at": "2001-01-01", "digest": "0" * 64, "waiting_since": "2001-01-01", "head_id": "1",
    }  # fmt: skip
    nora = browse(cast["nora"])
    nora.post(f"/desk/editions/{edition.id}/write", seen=edition.digest, **TYPED, **smuggled)
    after = store.edition(edition.id)
    assert (after.state, after.opened_by_id, after.kind, after.lane) == (State.DRAFT, cast["nora"].id, "first", "main")
    assert (after.published_at, after.number, after.release_at, after.waiting_since) == (None, "", None, None)
    assert after.head.author_id == cast["nora"].id
    assert after.head.created_at.year > 2020
    nora.post(f"/desk/editions/{edition.id}/submit", seen=after.head.digest, **smuggled, by=str(cast["petra"].id))
    assert store.edition(edition.id).submitter_id == cast["nora"].id


def test_my_desk_puts_first_what_waits_for_me(cast: Cast, browse: Browse, make_edition: Make) -> None:
    back = make_edition("review", author=cast["nora"], title="Bài bị trả")
    make_edition("draft", author=cast["nora"], title="Bản thảo của tôi")
    make_edition("published", author=cast["nora"], title="Bài đã đăng")
    petra = browse(cast["petra"])
    petra.post(f"/desk/editions/{back.id}/return", seen=back.digest, reason="Thiếu số liệu năm trước.")
    shown = words_of(browse(cast["nora"]).get("/desk/"))
    assert shown.index("Bài bị trả") < shown.index("Bản thảo của tôi") < shown.index("Bài đã đăng")
    assert "Thiếu số liệu năm trước." in shown
    assert "Phạm Thị Petra" in shown
    make_edition("review", author=cast["omar"], title="Bài đang chờ")
    assert "Bài đang chờ" in words_of(petra.get("/desk/"))


def test_the_queue_is_for_those_who_review(cast: Cast, browse: Browse, make_edition: Make) -> None:
    make_edition("review", author=cast["nora"], title="Bài kinh tế")
    make_edition("review", author=cast["nora"], title="Bài văn hóa", section="van-hoa")
    assert browse(cast["nora"]).get("/desk/queue").status_code == 403
    assert browse(cast["ada"]).get("/desk/queue").status_code == 403
    kim = words_of(browse(cast["kim"]).get("/desk/queue"))
    assert "Bài văn hóa" in kim
    assert "Bài kinh tế" not in kim
    petra = browse(cast["petra"])
    found = words_of(petra.get("/desk/queue?text=VAN+HOA&order=author&kind=first"))
    assert "Bài văn hóa" in found
    assert "Bài kinh tế" not in found
    for query in ("page=0", "page=2", "page=99999999999999999999", "page=-1"):
        assert petra.get(f"/desk/queue?{query}").status_code == 404
    for query in ("page=x", "order=x", "kind=x", "section=không-có", "text=%25_'%22"):
        assert petra.get(f"/desk/queue?{query}").status_code == 200


def test_whoever_may_not_write_is_told_before_typing(cast: Cast, browse: Browse, make_edition: Make) -> None:
    edition = make_edition("scheduled", author=cast["nora"])
    assert browse(cast["nora"]).get(f"/desk/editions/{edition.id}/write").status_code == 409
    ada = browse(cast["ada"])
    assert ada.get("/desk/write").status_code == 403
    answer = ada.post("/desk/write", **TYPED)
    assert answer.status_code == 403
    assert "Con đường dài 2,4 km." in answer.text


def test_a_text_saved_too_late_comes_back(cast: Cast, browse: Browse, make_edition: Make, store: Store) -> None:
    edition = make_edition("review", author=cast["nora"])
    answer = browse(cast["nora"]).post(f"/desk/editions/{edition.id}/write", seen=edition.digest, **TYPED)
    assert answer.status_code == 409
    page = html.fromstring(answer.text)
    assert "Con đường dài 2,4 km." in page.xpath("//textarea[@name='body']")[0].text
    assert store.edition(edition.id).head.digest == edition.digest == text_of().digest


def at_once(*posts: Callable[[], Any]) -> list[Any]:
    """What each answers when all are sent in the same moment."""
    barrier = threading.Barrier(len(posts))

    def send(post: Callable[[], Any]) -> Any:
        barrier.wait()
        return post()

    with ThreadPoolExecutor(len(posts)) as pool:
        return list(pool.map(send, posts))


def twin(browser: Browser) -> Browser:
    """Another window of the same browser."""
    other = Browser(browser.client.application.test_client())
    name = browser.client.application.config["SESSION_COOKIE_NAME"]
    cookie = browser.client.get_cookie(name)
    assert cookie is not None
    other.client.set_cookie(name, cookie.value)
    other.token = browser.token
    return other


def test_a_form_that_is_sent_four_times_in_one_moment_has_one_effect(
    cast: Cast, browse: Browse, make_edition: Make, store: Store
) -> None:
    edition = make_edition("review", author=cast["nora"])
    nora, petra = browse(cast["nora"]), browse(cast["petra"])
    path = f"/desk/editions/{edition.id}"
    windows = [twin(petra) for _ in range(4)]
    answers = at_once(*(partial(w.post, f"{path}/publish", seen=edition.digest, once="một lần") for w in windows))
    assert [(answer.status_code, answer.location) for answer in answers] == [(302, path)] * 4
    assert store.acts() == ["publish"]
    windows = [twin(nora) for _ in range(4)]
    answers = at_once(*(partial(w.post, "/desk/write", **TYPED, submit="x", once="hai lần") for w in windows))
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.location for answer in answers}) == 1
    assert store.count(Article) == 2
    assert store.acts() == ["publish", "started", "submit"]


def test_two_heads_who_decide_in_one_moment_take_one_decision(
    cast: Cast, browse: Browse, make_edition: Make, store: Store
) -> None:
    petra, paul = browse(cast["petra"]), browse(cast["paul"])
    for _ in range(5):
        edition = make_edition("review", author=cast["nora"])
        path = f"/desk/editions/{edition.id}"
        answers = at_once(
            partial(petra.post, f"{path}/publish", seen=edition.digest),
            partial(paul.post, f"{path}/return", seen=edition.digest, reason="Chưa được."),
        )
        assert sorted(answer.status_code for answer in answers) == [302, 409]
        decided = State.PUBLISHED if answers[0].status_code == 302 else State.DRAFT
        assert store.edition(edition.id).state is decided


def test_a_form_that_comes_again_between_its_save_and_its_submission_has_one_effect(
    cast: Cast, browse: Browse, store: Store
) -> None:
    nora = browse(cast["nora"])
    other = twin(nora)
    meanwhile: list[Any] = []

    def cut_in(_: Any) -> None:
        if not meanwhile:
            meanwhile.append("sent")
            with ThreadPoolExecutor(1) as pool:
                send = partial(other.post, "/desk/write", **TYPED, submit="x", once="một lần")
                meanwhile.append(pool.submit(send).result())

    event.listen(db.session, "after_commit", cut_in)
    answer = nora.post("/desk/write", **TYPED, submit="x", once="một lần")
    event.remove(db.session, "after_commit", cut_in)
    assert (answer.status_code, answer.location) == (meanwhile[1].status_code, meanwhile[1].location)
    assert answer.status_code == 302
    assert store.acts() == ["started", "submit"]

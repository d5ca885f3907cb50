"""Refusals and failures: a page in the person's language with the right status, no internals, and a line in the log."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, abort, make_response
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import Forbidden, TooManyRequests, Unauthorized

from editorial.db import db
from editorial.web import errors
from tests.conftest import Browser
from tests.factories import Made, Person
from tests.web.test_desk import TYPED, words_of

Browse = Callable[[Person], Browser]
Make = Callable[..., Made]
Cast = dict[str, Person]
one_database = pytest.mark.parametrize("kind", ["sqlite"])  # for what is said, whatever failed
SECRET = "Bản thảo chưa ai được đọc"


@pytest.fixture
def breaks(app: Flask) -> Callable[[Exception], None]:
    """Have the desk's writing page fail as it does in production, where nothing is propagated."""

    def breaks(failure: Exception) -> None:
        def fail(**_: Any) -> Any:
            raise failure

        app.config["PROPAGATE_EXCEPTIONS"] = False
        app.view_functions["desk.write_new"] = fail

    return breaks


@one_database
def test_every_status_has_a_page_in_both_languages_without_internals(app: Flask) -> None:
    for status in (400, 401, 403, 404, 405, 409, 413, 415, 418, 429, 500, 503):
        check_page(app, status)


def check_page(app: Flask, status: int) -> None:
    with app.test_request_context("/"):
        vietnamese = make_response(errors.in_words(_refusal(status)))
    with app.test_request_context("/", environ_overrides={"editorial.language": "en"}):
        english = make_response(errors.in_words(_refusal(status)))
    for answer, language in ((vietnamese, "vi"), (english, "en")):
        assert answer.status_code == status
        page = html.fromstring(answer.get_data(as_text=True))
        assert page.get("lang") == language
        assert page.xpath("//h1")[0].text_content().strip()
        assert "Werkzeug" not in answer.get_data(as_text=True)


def _refusal(status: int) -> Any:
    try:
        abort(status)
    except Exception as refusal:
        return refusal


@one_database
def test_headers_that_belong_to_a_refusal_stay_with_it(app: Flask, client: FlaskClient) -> None:
    answer = client.post("/robots.txt")
    assert answer.status_code in (400, 405)
    with app.test_request_context("/"):
        limited = make_response(errors.in_words(TooManyRequests(retry_after=30)))
    assert limited.headers["Retry-After"] == "30"


@one_database
def test_a_failure_has_a_reference_that_is_in_the_log_and_the_log_holds_no_text(
    cast: Cast, browse: Browse, breaks: Callable[[Exception], None], caplog: pytest.LogCaptureFixture
) -> None:
    nora = browse(cast["nora"])
    breaks(RuntimeError(f"could not store “{SECRET}”\nsecond line"))
    with caplog.at_level(logging.ERROR):
        answer = nora.get("/desk/write")
    assert answer.status_code == 500
    reference = re.search(r"\b[0-9a-f]{8}\b", words_of(answer))
    assert reference
    line = next(record.getMessage() for record in caplog.records if reference[0] in record.getMessage())
    assert "RuntimeError" in line
    assert "\n" not in line
    assert SECRET not in caplog.text
    assert SECRET not in answer.text
    assert "Traceback" not in answer.text
    assert "RuntimeError" not in answer.text


@one_database
@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (RuntimeError("x"), 500),
        (OperationalError("SELECT 1", {"text": SECRET}, Exception("database is locked")), 503),
        (StaleDataError("x"), 409),
    ],
)
def test_a_text_comes_back_from_every_failure(
    failure: Exception,
    status: int,
    cast: Cast,
    browse: Browse,
    breaks: Callable[[Exception], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    nora = browse(cast["nora"])
    breaks(failure)
    answer = nora.post("/desk/write", **TYPED)
    assert answer.status_code == status
    assert "Con đường dài 2,4 km." in html.fromstring(answer.text).xpath("//textarea[@name='body']")[0].text
    assert SECRET not in caplog.text


@one_database
def test_when_the_database_is_gone_there_is_still_a_page_and_the_text(
    app: Flask, cast: Cast, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    nora = browse(cast["nora"])

    def gone(*_: Any, **__: Any) -> None:
        raise OperationalError("SELECT 1", {}, Exception("unable to open database file"))

    app.config["PROPAGATE_EXCEPTIONS"] = False
    with monkeypatch.context() as patch:
        patch.setattr(db.session, "execute", gone)
        patch.setattr(db.session, "scalars", gone)
        patch.setattr(db.session, "scalar", gone)
        patch.setattr(db.session, "get", gone)
        answer = nora.client.post("/desk/write", data=TYPED | {"csrf_token": nora.token, "title": "<b>Đậm</b>"})
    assert answer.status_code in (500, 503)
    assert "Con đường dài 2,4 km." in answer.text
    assert "<b>Đậm" not in answer.text


@one_database
def test_a_host_that_is_not_ours_and_letters_that_are_none_are_refused(client: FlaskClient) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/?q=%ff%fe").status_code in (200, 400)
    assert client.get("/desk/%ff").status_code in (302, 400, 404)


@one_database
def test_the_refusal_names_nobody_and_no_text(cast: Cast, browse: Browse, make_edition: Make) -> None:
    edition = make_edition("draft", author=cast["nora"], title=SECRET)
    for who in ("omar", "ada"):
        for path in (f"/desk/editions/{edition.id}", f"/desk/editions/{edition.id}/compare"):
            answer = browse(cast[who]).get(path)
            assert SECRET not in answer.text
            assert cast["nora"].name not in answer.text


def test_who_is_not_signed_in_is_shown_where(app: Flask) -> None:
    with app.test_request_context("/desk/queue"):
        assert 'href="/account/sign-in"' in make_response(errors.in_words(Unauthorized())).get_data(as_text=True)
        assert 'href="/account/sign-in"' not in make_response(errors.in_words(Forbidden())).get_data(as_text=True)

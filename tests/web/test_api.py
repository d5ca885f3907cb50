"""The read API: everything its document promises, in the form it promises, and nothing that readers may not see."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator, FormatChecker
from PIL import Image
from werkzeug.test import TestResponse

from editorial import articles, assets
from editorial.db import LARGEST_ID, at, db, writing
from editorial.manuscript import Picture
from editorial.models import Edition, User
from editorial.web.api import contract
from tests.conftest import Browser
from tests.factories import Made, Person

Cast = dict[str, Person]
Make = Callable[..., Made]
Browse = Callable[[Person], Browser]
FRIDAY = datetime(2016, 2, 26, 1, 5, tzinfo=UTC)  # 08:05 in Vietnam
SITE = "http://localhost"


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    return dict(client.get("/api/v1/openapi.json").get_json())


@pytest.fixture
def published(app: Flask, cast: Cast, make_edition: Make) -> Made:
    """An article with all that an article can have."""
    file = BytesIO()
    Image.new("RGB", (1280, 800), (20, 90, 60)).save(file, "PNG")
    file.seek(0)
    with app.app_context():
        prepared = assets.prepare(file, "ruong.png")
        with writing():
            asset = assets.keep(prepared, by=db.session.get_one(User, cast["nora"].id)).id
    cover = Picture(asset, "Ruộng lúa chín", "Ruộng ở ấp Trung", "Ảnh: Hoài An")
    with at(FRIDAY):
        return make_edition("published", author=cast["nora"], cover=cover, tags=["lúa"], bylines=["Hoài An"])


def fits(document: dict[str, Any], schema: str, answer: Any) -> None:
    """Raises what is wrong with an answer, by the schema in the document itself."""
    whole = {"$ref": f"#/components/schemas/{schema}", "components": document["components"]}
    Draft202012Validator(whole, format_checker=FormatChecker()).validate(answer)


def refusal(document: dict[str, Any], got: TestResponse, status: int) -> dict[str, Any]:
    assert got.status_code == status
    assert got.content_type == "application/problem+json; charset=utf-8"
    said = json.loads(got.data)
    fits(document, "Problem", said)
    assert said["status"] == status
    return dict(said)


# --- the document -----------------------------------------------------------------------------------------------------


def test_every_documented_path_answers_as_documented(
    client: FlaskClient, document: dict[str, Any], published: Made
) -> None:
    root = document["servers"][0]["url"].removeprefix(SITE)
    assert document["openapi"].startswith("3.1")
    walked = 0
    for path, operations in document["paths"].items():
        (operation,) = operations.values()
        got = client.get(root + path.replace("{article_id}", str(published.article_id)))
        described = operation["responses"][str(got.status_code)]
        assert got.content_type == "application/json"
        schema = described["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        fits(document, schema, got.get_json())
        walked += 1
    assert walked == len(contract.OPERATIONS) >= 5


def test_every_route_is_documented(app: Flask, document: dict[str, Any]) -> None:
    rules = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.")}
    paths = {"/api/v1" + path.replace("{article_id}", "<int:article_id>") for path in document["paths"]}
    assert rules == paths


def test_the_schemas_are_schemas_and_all_of_them_are_used(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    referred = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(document)))
    assert referred == set(schemas)
    names = [operation["get"]["operationId"] for operation in document["paths"].values()]
    assert len(names) == len(set(names))
    for path, operation in document["paths"].items():
        asked = {each["name"] for each in operation["get"]["parameters"] if each["in"] == "path"}
        assert asked == set(re.findall(r"\{(\w+)\}", path))


def test_a_schema_refuses_what_does_not_fit(document: dict[str, Any], client: FlaskClient, published: Made) -> None:
    """The test above can fail: times in another zone, keys that nobody promised, keys that are missing."""
    good = client.get(f"/api/v1/articles/{published.article_id}").get_json()
    for bad in (
        good | {"published_at": "2016-02-26T01:05:00Z"},
        good | {"more": 1},
        {key: value for key, value in good.items() if key != "credit"},
        good | {"genre": "poem"},
    ):
        with pytest.raises(Exception, match="Failed validating"):
            fits(document, "Article", bad)


# --- answers ----------------------------------------------------------------------------------------------------------


def test_an_article_is_told_whole(client: FlaskClient, published: Made) -> None:
    got = client.get(f"/api/v1/articles/{published.article_id}")
    article = got.get_json()
    place = f"{SITE}/tin/{published.article_id}/{published.slug}"
    assert article["url"] == article["links"]["html"] == place
    assert got.headers["Link"] == f'<{place}>; rel="canonical"'
    assert (article["published_at"], article["version"]) == ("2016-02-26T08:05:00+07:00", "1.0")
    assert article["body_html"].startswith("<p>Sáng nay, bà con ấp Trung")
    assert article["body_text"].startswith("Sáng nay, bà con ấp Trung")
    assert article["section"] == {"slug": "kinh-te", "name": "Kinh tế"}
    assert article["digest"] == published.digest
    assert article["credit"]["vi"]["line"].startswith("Tác giả: Hoài An. Nguồn: Trang thông tin điện tử xã Khe Trăng")
    assert article["credit"]["en"]["line"].startswith("By Hoài An. Source: Khe Trang Commune Portal")
    assert article["credit"]["vi"]["line"].endswith(place)
    sizes = [(each["width"], each["height"]) for each in article["picture"]["renditions"]]
    assert sizes == [(480, 300), (960, 600), (1280, 800)]
    for each, size in zip(article["picture"]["renditions"], sizes, strict=True):
        assert Image.open(BytesIO(client.get(each["url"].removeprefix(SITE)).data)).size == size
    for name, link in article["links"].items():
        assert client.get(link.removeprefix(SITE)).status_code == 200, name


def test_a_change_is_told(
    app: Flask, cast: Cast, client: FlaskClient, document: dict[str, Any], published: Made, make_update: Make
) -> None:
    path = f"/api/v1/articles/{published.article_id}"
    kept = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": kept}).status_code == 304
    with at(FRIDAY + timedelta(days=2)):
        change = make_update(published, author=cast["nora"], state="review", title="Tựa mới")
        assert client.get(path, headers={"If-None-Match": kept}).status_code == 304, "it is not out yet"
        with app.app_context(), writing():
            petra = db.session.get_one(User, cast["petra"].id)
            articles.move(db.session.get_one(Edition, change.id), "publish", by=petra, seen=change.digest)
    got = client.get(path, headers={"If-None-Match": kept})
    article = got.get_json()
    fits(document, "Article", article)
    assert (got.status_code, article["title"], article["version"], article["updated"]) == (200, "Tựa mới", "2.0", True)
    assert article["changed_at"] == "2016-02-28T08:05:00+07:00"
    assert "cập nhật lúc 08:05, ngày 28/02/2016" in article["credit"]["vi"]["line"]


def walked(client: FlaskClient, path: str) -> list[str]:
    """The titles of a list, by following it to its end."""
    told = []
    following: str | None = path
    while following:
        got = client.get(following.removeprefix(SITE))
        assert got.status_code == 200, (following, got.text)
        answer = got.get_json()
        told += [item["title"] for item in answer["items"]]
        following = answer["next"]
        assert (following is None) == ("Link" not in got.headers)
        if following:
            assert got.headers["Link"] == f'<{following}>; rel="next"'
    return told


@pytest.fixture
def five(cast: Cast, make_edition: Make) -> list[str]:
    """The titles of five articles, newest first; two came out at the same moment."""
    for number, hours in enumerate((0, 1, 1, 24, 30)):
        with at(FRIDAY + timedelta(hours=hours)):
            section = "van-hoa" if number % 2 else "kinh-te"
            make_edition("published", author=cast["nora"], title=f"Bài {number}", section=section)
    return ["Bài 4", "Bài 3", "Bài 2", "Bài 1", "Bài 0"]


@pytest.mark.parametrize("limit", [1, 2, 5, 100])
def test_a_list_is_walked_to_its_end(limit: int, client: FlaskClient, five: list[str]) -> None:
    assert walked(client, f"/api/v1/articles?limit={limit}") == five


def test_a_list_is_narrowed_by_section_and_time(client: FlaskClient, five: list[str]) -> None:
    assert walked(client, "/api/v1/articles?section=van-hoa&limit=1") == ["Bài 3", "Bài 1"]
    assert walked(client, "/api/v1/articles?section=cai-cach") == []
    for since in ("2016-02-27", "2016-02-27T00:00:00%2B07:00", "2016-02-27T00:00:00+07:00", "2016-02-26T17:00:00Z"):
        assert walked(client, f"/api/v1/articles?since={since}&limit=1") == ["Bài 4", "Bài 3"], since
    assert walked(client, "/api/v1/articles?since=2016-02-26T09:05:00.000001%2B07:00") == ["Bài 4", "Bài 3"]


def test_sections_are_told_in_order(client: FlaskClient) -> None:
    items = client.get("/api/v1/sections").get_json()["items"]
    assert [item["name"] for item in items] == ["Kinh tế", "Văn hóa", "Cải cách hành chính"]
    for item in items:
        for place in (item["url"], item["articles"], *item["feeds"].values()):
            assert client.get(place.removeprefix(SITE)).status_code == 200, place


def test_the_imprint_is_told_in_both_languages(client: FlaskClient) -> None:
    imprint = client.get("/api/v1/imprint").get_json()
    assert imprint["valid_from"] == "2015-01-01"
    assert imprint["vi"]["owner"] == "Ủy ban nhân dân xã Khe Trăng"
    assert imprint["en"]["owner"] == "People's Committee of Khe Trang Commune"


# --- for any program, and the same for all ----------------------------------------------------------------------------


def test_any_page_may_read_it_and_none_may_write(client: FlaskClient, published: Made) -> None:
    elsewhere = {"Origin": "https://elsewhere.example"}
    for path in ("/api/v1/articles", f"/api/v1/articles/{published.article_id}", "/api/v1/articles/999", "/api/v1/x"):
        got = client.get(path, headers=elsewhere)
        assert got.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in got.headers
    asked = client.options("/api/v1/articles", headers=elsewhere | {"Access-Control-Request-Method": "GET"})
    assert asked.status_code == 200
    assert asked.headers["Access-Control-Allow-Methods"] == "GET, HEAD"
    for path in ("/", "/tin-moi.json", f"/tin/{published.article_id}/{published.slug}", "/account/sign-in"):
        assert "Access-Control-Allow-Origin" not in client.get(path, headers=elsewhere).headers, path


def test_who_asks_makes_no_difference(client: FlaskClient, cast: Cast, browse: Browse, make_edition: Make) -> None:
    """Not even the author of a draft is told of it here."""
    make_edition("published", author=cast["nora"])
    draft = make_edition("draft", author=cast["nora"])
    nora = browse(cast["nora"])
    for path in ("/api/v1/articles", f"/api/v1/articles/{draft.article_id}", "/en/api/v1/articles"):
        theirs, ours = nora.get(path), client.get(path)
        assert (theirs.status_code, theirs.data) == (ours.status_code, ours.data)
        assert theirs.headers.get("ETag") == ours.headers.get("ETag")


def test_it_is_kept_and_asked_for_anew(client: FlaskClient, published: Made) -> None:
    for path in ("articles", f"articles/{published.article_id}", "sections", "imprint", "openapi.json"):
        got = client.get(f"/api/v1/{path}")
        assert set(got.headers["Cache-Control"].split(", ")) == {"public", "no-cache"}
        again = client.get(f"/api/v1/{path}", headers={"If-None-Match": got.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert client.get(f"/api/v1/{path}", headers={"If-None-Match": '"stale"'}).data == got.data
        head = client.head(f"/api/v1/{path}")
        assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", got.headers["ETag"])


# --- bad input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "101"}, "limit"),
        ({"limit": "-1"}, "limit"),
        ({"limit": "9" * 5000}, "limit"),
        ({"limit": "٥"}, "limit"),
        ({"limit": "1e1"}, "limit"),
        ({"limit": ""}, "limit"),
        ({"section": "khong-co"}, "section"),
        ({"section": "' OR 1=1 --"}, "section"),
        ({"section": "x" * 5000}, "section"),
        ({"since": "2016-02-30"}, "since"),
        ({"since": "2016-02-26T08:05:00"}, "since"),
        ({"since": "0001-01-01T00:00:00+14:00"}, "since"),
        ({"since": "9999-12-31T23:59:59-14:00"}, "since"),
        ({"since": "2016-02-26T25:00:00Z"}, "since"),
        ({"since": "hôm qua"}, "since"),
        ({"after": "1"}, "after"),
        ({"after": "1-9999999999999999999"}, "after"),
        ({"after": "9" * 400 + "-1"}, "after"),
        ({"after": "-1-1"}, "after"),
        ({"sectoin": "kinh-te"}, "sectoin"),
        ({"limit": ["1", "2"]}, "limit"),
    ],
)
def test_a_query_that_makes_no_sense_is_told_so(
    query: dict[str, Any], wrong: str, client: FlaskClient, document: dict[str, Any]
) -> None:
    said = refusal(document, client.get("/api/v1/articles", query_string=query), 400)
    assert [error["parameter"] for error in said["errors"]] == [wrong]


@pytest.mark.parametrize("after", ["0-1", "99999999999999999-1", f"0-{LARGEST_ID}"])
def test_a_walk_may_begin_anywhere(after: str, client: FlaskClient, five: list[str]) -> None:
    told = walked(client, f"/api/v1/articles?after={after}")
    assert told in ([], five)


def test_a_refusal_is_a_problem_in_the_language_of_the_asker(
    client: FlaskClient, document: dict[str, Any], cast: Cast, make_edition: Make
) -> None:
    draft = make_edition("draft", author=cast["nora"])
    vietnamese = refusal(document, client.get("/api/v1/articles/999"), 404)
    english = refusal(document, client.get("/en/api/v1/articles/999"), 404)
    assert english["title"] == "There is nothing here"
    assert vietnamese["title"] not in ("", english["title"])
    for number in (draft.article_id, 0, 2**63, "9" * 40, "x", "1.5", -1):
        said = refusal(document, client.get(f"/api/v1/articles/{number}"), 404)
        assert {**said, "instance": ""} == {**vietnamese, "instance": ""}, number
    refusal(document, client.get("/api/v1/nothing"), 404)
    refusal(document, client.get("/api/v2/articles"), 404)
    refusal(document, client.get("/api/v1/%00"), 400)
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        got = client.open("/api/v1/articles", method=method)
        assert "GET" in got.headers["Allow"]
        refusal(document, got, 405)


def test_a_site_that_was_not_set_up_says_so(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), writing():
        db.session.execute(db.text("DELETE FROM imprint"))
        db.session.commit()
    document = client.get("/api/v1/openapi.json").get_json()
    assert document["info"]["title"] == "localhost"
    refusal(document, client.get("/api/v1/imprint"), 404)
    assert client.get("/.well-known/security.txt").status_code == 404


def test_a_failure_of_ours_is_a_problem_too(app: Flask, client: FlaskClient, document: dict[str, Any]) -> None:
    def rename(old: str, new: str) -> None:
        with app.app_context(), writing():
            db.session.execute(db.text(f"ALTER TABLE {old} RENAME TO {new}"))
            db.session.commit()

    app.testing = False
    rename("article", "elsewhere")
    try:
        got = client.get("/api/v1/articles")
    finally:
        rename("elsewhere", "article")
    assert got.status_code in (500, 503)
    assert "article" not in got.text.replace("/api/v1/articles", "")
    refusal(document, got, got.status_code)

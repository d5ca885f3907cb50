"""Every route there is: behind the wall or open on purpose, with a token for what changes, quiet when it is only read.

A new route is walked as soon as it is registered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import event
from werkzeug.routing import Rule

from editorial import record, workflow
from editorial.db import db, is_writing, writing
from editorial.feedback import reports
from tests.conftest import Browser
from tests.factories import Made, Person

Browse = Callable[[Person], Browser]
Addresses = Callable[[Rule], list[str]]

PRIVATE = ("/desk", "/account", "/admin")
OPEN = {  # private addresses that anybody may ask for, each for its reason
    "account.sign_in": "it is the way in",
    "account.sign_out": "who is out already has nothing left to guard",
    "account.forgot": "who forgot the password cannot sign in",
    "account.reset": "its token is the key",
}
NO_SESSION = "its form stands in a page that is the same for all readers, who have no session; nobody is asked for"
EXEMPT: dict[str, str] = {  # routes that change something without a token, each for its reason
    "look": "it sets a cookie to one of the known looks and nothing else, and readers have no session for a token",
    "feedback.rate": NO_SESSION,
    "feedback.report": NO_SESSION,
    "feedback.write": NO_SESSION,
}
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


@pytest.fixture
def rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))


@pytest.fixture
def addresses(app: Flask, cast: dict[str, Person], make_edition: Callable[..., Made]) -> Addresses:
    """Where a rule is tried: on a text in review and on a published one, and with each transition's name."""
    texts = [make_edition(state, author=cast["nora"]) for state in ("review", "published")]
    with app.app_context(), writing():
        report = reports.file(article_id=texts[1].article_id, message="Sai tên ấp.")
        assert report is not None
        known: dict[str, Any] = {"report_id": report.id, "way": "answer"}
    known |= {"digest": "0" * 64, "document_id": 1}
    known |= {"asset_id": "0" * 64, "width": 480, "part": 1, "token": "no-such-token", "filename": "css/site.css"}
    known |= {"topic_id": 1, "year": "2026", "month": "11", "day": "23"}
    known |= {"form": "atom", "stamp": "0" * 16}
    known |= {"kind_name": "sections", "row_id": 1, "sequence": 1, "person_id": cast["nora"].id, "act": "assign"}

    def of(rule: Rule) -> list[str]:
        found = []
        for text in texts:
            for name in workflow.NAMES:
                ours = {
                    "edition_id": text.id,
                    "article_id": text.article_id,
                    "slug": text.slug or "kinh-te",
                    "name": name,
                }
                given = known | ours
                asked = rule.arguments - set(rule.defaults or ())
                assert asked <= given.keys(), f"say here what {asked - given.keys()} of {rule.rule} can be"
                found.append(app.url_map.bind("localhost").build(rule.endpoint, {key: given[key] for key in asked}))
        return list(dict.fromkeys(found))

    return of


def changing(rules: list[Rule]) -> list[tuple[Rule, str]]:
    return [(rule, method) for rule in rules for method in sorted((rule.methods or set()) & UNSAFE)]


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """What is asked of the database meanwhile; a transaction that takes the writer's place counts as a statement."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(" ".join(statement.split()))

    def begin(_connection: Any) -> None:
        if is_writing():
            asked.append("BEGIN, to write")

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "begin", begin)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)
        event.remove(engine, "begin", begin)


def writes(asked: list[str]) -> list[str]:
    return [statement for statement in asked if statement != "BEGIN" and not statement.startswith("SELECT ")]


def test_the_exceptions_are_routes_that_exist(rules: list[Rule]) -> None:
    endpoints = {rule.endpoint for rule in rules}
    assert set(OPEN) | set(EXEMPT) <= endpoints


def test_what_is_private_lies_under_a_private_address(rules: list[Rule]) -> None:
    for rule in rules:
        blueprint = rule.endpoint.partition(".")[0]
        assert rule.rule.startswith(PRIVATE) == (blueprint in ("desk", "account", "admin")), rule


def test_nobody_gets_behind_the_wall_without_signing_in(app: Flask, rules: list[Rule], addresses: Addresses) -> None:
    visitor = Browser(app.test_client())
    walked = 0
    for rule in rules:
        if not rule.rule.startswith(PRIVATE) or rule.endpoint in OPEN:
            continue
        for path in addresses(rule):
            visitor.get("/account/sign-in")
            for method in sorted((rule.methods or set()) - {"OPTIONS"}):
                fields = {"csrf_token": visitor.token} if method in UNSAFE else {}
                answer = visitor.client.open(path, method=method, data=fields)
                walked += 1
                if method in UNSAFE:
                    assert answer.status_code == 401, (method, path)
                else:
                    assert answer.status_code == 302, (method, path)
                    wall = urlsplit(answer.location)
                    assert wall.path == "/account/sign-in"
                    assert parse_qs(wall.query)["next"] == [path]
    assert walked > 10


def test_the_wall_tells_nothing_of_what_is_behind_it(app: Flask, rules: list[Rule], addresses: Addresses) -> None:
    """The same answer whether a text exists or not, and no question to the database."""
    client = app.test_client()
    for rule in rules:
        if "edition_id" not in rule.arguments or "GET" not in (rule.methods or set()):
            continue
        for path in addresses(rule):
            elsewhere = re.sub(r"/\d+", "/987654321", path)
            with statements(app) as asked:
                there, nowhere = client.get(path), client.get(elsewhere)
            assert not asked
            assert there.status_code == nowhere.status_code
            assert there.text.replace(path, elsewhere) == nowhere.text


def test_nothing_changes_without_the_token(
    app: Flask, rules: list[Rule], addresses: Addresses, browse: Browse, cast: dict[str, Person]
) -> None:
    petra = browse(cast["petra"])
    walked = 0
    for rule, method in changing(rules):
        if rule.endpoint in EXEMPT:
            continue
        for path in addresses(rule):
            with statements(app) as asked:
                bare = petra.client.open(path, method=method)
                forged = petra.client.open(path, method=method, data={"csrf_token": "x" * 40, "once": "a", "seen": "b"})
            assert (bare.status_code, forged.status_code) == (400, 400), (method, path)
            assert not writes(asked), "a refused form neither writes nor takes the writer's place"
            walked += 1
    assert walked > len(workflow.NAMES)
    assert petra.get("/desk/").status_code == 200, "nor was anybody signed out"


def test_nothing_changes_when_another_site_sends_it(
    app: Flask, rules: list[Rule], addresses: Addresses, browse: Browse, cast: dict[str, Person]
) -> None:
    petra = browse(cast["petra"])
    for rule, method in changing(rules):
        for path in addresses(rule):
            for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
                with statements(app) as asked:
                    fields = {"csrf_token": petra.token}
                    answer = petra.client.open(path, method=method, data=fields, headers=headers)
                assert answer.status_code == 403, (method, path)
                assert not writes(asked)


@pytest.mark.parametrize("name", ["petra", "ada", "nora", ""])
def test_reading_changes_nothing(
    app: Flask, rules: list[Rule], addresses: Addresses, browse: Browse, cast: dict[str, Person], name: str
) -> None:
    browser = browse(cast[name]) if name else Browser(app.test_client())
    with app.app_context():
        before = record.verify()
    walked = 0
    for rule in rules:
        for method in sorted((rule.methods or set()) - UNSAFE):
            for path in addresses(rule):
                with statements(app) as asked, browser.client.open(path, method=method) as answer:
                    assert answer.status_code < 500, (method, path)
                assert not writes(asked), (method, path)
                walked += answer.status_code == 200
    assert walked > 10
    with app.app_context():
        assert record.verify() == before


def test_no_route_is_left_of_the_engines_own_pages(rules: list[Rule]) -> None:
    """Flask-Security brings some thirty; those of its features that are not ours do not exist."""
    assert not [rule for rule in rules if rule.endpoint.startswith("security.")]
    ours = {rule.rule for rule in rules if rule.endpoint.startswith("account.")}
    assert ours == {f"/account/{page}" for page in ("sign-in", "sign-out", "forgot", "reset/<token>", "change")}

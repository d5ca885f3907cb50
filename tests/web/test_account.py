"""Signing in and out, and passwords, as people at a browser meet them."""

from __future__ import annotations

import hmac
import logging
import re
import threading
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from passlib.context import CryptContext  # type: ignore[import-untyped]
from sqlalchemy import event
from werkzeug.test import TestResponse

from editorial import accounts, outbox, passwords, record
from editorial import db as database
from editorial.db import db, writing
from editorial.models import Event, Message, SignIn, User
from editorial.workflow import Role
from tests.conftest import Browser
from tests.factories import PASSWORD, Made, Person

Browse = Callable[[Person], Browser]
NEW = "Sông Hậu chảy qua bốn ấp"
WRONG = "không phải mật khẩu này"


@pytest.fixture
def nora(cast: dict[str, Person]) -> Person:
    return cast["nora"]


@pytest.fixture
def visitor(app: Flask) -> Browser:
    return Browser(app.test_client())


def try_to_sign_in(browser: Browser, email: str, password: str = PASSWORD) -> TestResponse:
    browser.get("/account/sign-in")
    return browser.post("/account/sign-in", email=email, password=password)


def is_in(browser: Browser) -> bool:
    return browser.get("/account/change").status_code == 200


def letters(app: Flask) -> list[EmailMessage]:
    """The mails that came, oldest first."""
    settings = app.extensions["editorial"]
    with app.app_context():
        outbox.deliver_due(settings)
        keys = db.session.scalars(db.select(Message.key).order_by(Message.id)).all()
    return [message_from_bytes((settings.mail / f"{key}.eml").read_bytes(), policy=default) for key in keys]


def link_mailed(app: Flask, browser: Browser, person: Person) -> str:
    """The path of the link that a person gets who has forgotten the password."""
    browser.get("/account/forgot")
    assert browser.post("/account/forgot", email=person.email).status_code == 302
    found = re.search(r"\shttp://localhost(/account/reset/\S+)\s", letters(app)[-1].get_content())
    assert found
    return found[1]


# Signing in


@pytest.mark.parametrize("typed", ["nora@khetrang.example", "NORA@KheTrang.Example", "  nora@khetrang.example "])
def test_the_right_password_leads_to_the_desk(visitor: Browser, nora: Person, typed: str) -> None:
    answer = try_to_sign_in(visitor, typed)
    assert (answer.status_code, answer.location) == (302, "/desk/")
    assert is_in(visitor)


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(app: Flask, nora: Person) -> None:
    def answer(email: str) -> tuple[int, str]:
        browser = Browser(app.test_client())
        got = try_to_sign_in(browser, email, WRONG)
        page = re.sub(r'name="csrf_token"[^>]*>', "", got.text)
        return got.status_code, page.replace(email, "")

    known = answer(nora.email)
    assert known == answer("nobody@khetrang.example")
    assert known[0] == 422
    with app.app_context(), writing():
        accounts.deactivate(db.session.get_one(User, nora.id), by=None)
    assert answer(nora.email) == known, "nor does it tell that an account is closed"


def test_the_password_is_compared_for_everybody(app: Flask, nora: Person) -> None:
    """What takes the time is done alike for an address that nobody has: otherwise a clock tells them apart."""
    compared: list[str] = []
    probe(app, compared, lambda: None)
    for email in (nora.email, "nobody@khetrang.example"):
        try_to_sign_in(Browser(app.test_client()), email, WRONG)
    assert compared.count("verify") == 2


def test_only_the_very_password_opens(visitor: Browser, nora: Person) -> None:
    for password in ("", " ", PASSWORD + " ", PASSWORD[:-1], PASSWORD.upper(), "x" * 129, "x" * 100_000, "\x00"):
        assert try_to_sign_in(visitor, nora.email, password).status_code in (400, 422), password
        assert not is_in(visitor)


def test_what_only_looks_like_an_address_opens_nothing(visitor: Browser, nora: Person) -> None:
    dotless = "n\N{LATIN SMALL LETTER DOTLESS I}na@khetrang.example"
    for email in (dotless, "nora", "", "x" * 5000, "nora@khetrang.example\nBcc:x"):
        assert try_to_sign_in(visitor, email).status_code == 422, email


def test_a_missing_field_is_asked_for(visitor: Browser) -> None:
    answer = try_to_sign_in(visitor, "", "")
    assert answer.status_code == 422
    assert 'href="#email"' in answer.text
    assert 'href="#password"' in answer.text


def test_the_password_is_never_sent_back(visitor: Browser, nora: Person) -> None:
    assert WRONG not in try_to_sign_in(visitor, nora.email, WRONG).text


def test_who_is_signed_in_is_not_asked_again(browse: Browse, nora: Person) -> None:
    answer = browse(nora).get("/account/sign-in?next=/desk/queue")
    assert (answer.status_code, answer.location) == (302, "/desk/queue")


def test_the_language_of_the_person_is_the_language_of_the_desk(app: Flask, visitor: Browser, nora: Person) -> None:
    with app.app_context(), writing():
        db.session.get_one(User, nora.id).language = "en"
        db.session.commit()
    assert '<html lang="vi"' in visitor.get("/account/sign-in").text
    try_to_sign_in(visitor, nora.email)
    assert '<html lang="en"' in visitor.get("/account/change").text


def test_signing_in_and_out_and_refusals_are_logged_without_secrets(
    visitor: Browser, nora: Person, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    try_to_sign_in(visitor, nora.email, WRONG)
    try_to_sign_in(visitor, "mật khẩu gõ nhầm ô\r\nforged line")
    try_to_sign_in(visitor, nora.email)
    lines = [entry.getMessage() for entry in caplog.records]
    refused = [line for line in lines if line.startswith("sign-in refused")]
    assert refused == [
        f"sign-in refused: account {nora.id}, from 127.0.0.1",
        "sign-in refused: account unknown, from 127.0.0.1",
    ]
    told = "\n".join(lines)
    assert f"signed in: account {nora.id}" in told
    for secret in (WRONG, PASSWORD, nora.email, "gõ nhầm", visitor.token):
        assert secret not in told
    visitor.get("/account/change")
    visitor.post("/account/sign-out")
    with app.app_context():
        acts = db.session.scalars(db.select(Event.action).order_by(Event.sequence)).all()
        assert acts == ["signed-in", "signed-out"]
        assert record.verify().finding is None


# Sessions


def cookie_of(client: FlaskClient) -> str:
    cookie = client.get_cookie("editorial")
    return cookie.value if cookie else ""


def test_a_planted_session_is_worth_nothing_after_signing_in(app: Flask, nora: Person) -> None:
    attacker, victim = app.test_client(), Browser(app.test_client())
    planted = Browser(attacker)
    planted.get("/account/sign-in")
    victim.client.set_cookie("editorial", cookie_of(attacker))
    try_to_sign_in(victim, nora.email)
    assert is_in(victim)
    assert not is_in(planted)
    known_token = planted.token
    assert victim.client.post("/account/sign-out", data={"csrf_token": known_token}).status_code == 400
    assert is_in(victim), "the token of the planted session does nothing in the new one"


def test_signing_out_ends_what_a_copied_cookie_could_do(app: Flask, browse: Browse, nora: Person) -> None:
    browser = browse(nora)
    copy = Browser(app.test_client())
    copy.client.set_cookie("editorial", cookie_of(browser.client))
    assert is_in(copy)
    assert browser.post("/account/sign-out").status_code == 302
    assert not is_in(browser)
    copy.client.set_cookie("editorial", cookie_of(copy.client))
    assert not is_in(copy)


def test_signing_out_is_asked_for_by_a_form(browse: Browse, nora: Person) -> None:
    browser = browse(nora)
    assert browser.get("/account/sign-out").status_code == 405
    assert browser.client.post("/account/sign-out").status_code == 400
    assert is_in(browser)


def test_signing_out_in_one_browser_leaves_the_other(browse: Browse, nora: Person) -> None:
    office, phone = browse(nora), browse(nora)
    office.post("/account/sign-out")
    assert not is_in(office)
    assert is_in(phone)


def test_signing_in_as_another_person_ends_the_first(app: Flask, browse: Browse, cast: dict[str, Person]) -> None:
    browser = browse(cast["nora"])
    former = cookie_of(browser.client)
    browser.get("/account/change")
    browser.post("/account/sign-in", email=cast["petra"].email, password=PASSWORD)
    copy = Browser(app.test_client())
    copy.client.set_cookie("editorial", former)
    assert not is_in(copy)
    with app.app_context():
        assert db.session.scalars(db.select(SignIn.user_id)).all() == [cast["petra"].id]


def test_a_sign_in_ends_after_a_long_day_however_busy(browse: Browse, nora: Person) -> None:
    browser, began = browse(nora), database.now()
    for hours in (5, 10, 13.9):
        with database.at(began + timedelta(hours=hours)):
            assert is_in(browser)
    with database.at(began + accounts.LONGEST_SIGN_IN + timedelta(minutes=1)):
        assert not is_in(browser)


def test_a_closed_account_is_out_with_the_next_request(app: Flask, browse: Browse, nora: Person) -> None:
    browser = browse(nora)
    with app.app_context(), writing():
        accounts.deactivate(db.session.get_one(User, nora.id), by=None)
    assert browser.get("/desk/").status_code == 302
    assert browser.post("/desk/write", title="Một dòng").status_code in (400, 401)


def test_an_account_that_was_closed_in_the_database_itself_is_out_too(app: Flask, browse: Browse, nora: Person) -> None:
    browser = browse(nora)
    with app.app_context(), writing():
        db.session.get_one(User, nora.id).active = False
        db.session.commit()
    assert not is_in(browser)


def test_a_role_that_was_taken_is_gone_with_the_next_request(
    app: Flask, browse: Browse, cast: dict[str, Person], make_edition: Callable[..., Made]
) -> None:
    waiting = make_edition("review", author=cast["nora"])
    petra = browse(cast["petra"])
    assert petra.get(f"/desk/editions/{waiting.id}").status_code == 200
    with app.app_context(), writing():
        accounts.unassign(db.session.get_one(User, cast["petra"].id), Role.HEAD, by=None)
    assert petra.post(f"/desk/editions/{waiting.id}/publish", seen=waiting.digest).status_code == 404
    assert petra.get(f"/desk/editions/{waiting.id}").status_code == 404


def test_a_damaged_or_invented_cookie_signs_nobody_in(app: Flask, browse: Browse, nora: Person) -> None:
    good = cookie_of(browse(nora).client)
    payload, rest = good.split(".", 1)
    for forged in (good[:-3] + "AAA", payload + "x." + rest, "." + good, "x", "a" * 9000, ""):
        client = app.test_client(use_cookies=False)
        for name in ("editorial", "__Host-editorial", ""):
            answer = client.get("/account/change", headers={"Cookie": f"{name}={forged}"})
            assert answer.status_code == 302


@pytest.mark.parametrize("carrier", ["query", "header", "remember", "basic"])
def test_a_session_is_the_only_way_in(app: Flask, nora: Person, carrier: str) -> None:
    """Flask-Security and Flask-Login know other ways; none of them is open here."""
    with app.test_request_context(), writing():
        person = db.session.get_one(User, nora.id)
        token, named = str(person.get_auth_token()), person.fs_uniquifier
    client = app.test_client()
    ways: dict[str, dict[str, Any]] = {
        "query": {"query_string": {"auth_token": token}},
        "header": {"headers": {"Authentication-Token": token}},
        "basic": {"auth": (nora.email, PASSWORD)},
        "remember": {},
    }
    if carrier == "remember":
        signed = hmac.new(app.extensions["editorial"].secret_key.encode(), named.encode(), "sha512").hexdigest()
        client.set_cookie("remember_token", f"{named}|{signed}")
    assert client.get("/desk/", **ways[carrier]).status_code == 302


# A forgotten password


def test_a_forgotten_password_is_set_by_way_of_a_mail(
    app: Flask, browse: Browse, visitor: Browser, nora: Person
) -> None:
    elsewhere = browse(nora)
    link = link_mailed(app, visitor, nora)
    assert visitor.get(link).status_code == 200
    answer = visitor.post(link, password=NEW, password_confirm=NEW)
    assert (answer.status_code, answer.location) == (302, "/account/sign-in")
    assert not is_in(visitor), "the link alone signs nobody in"
    assert not is_in(elsewhere), "whoever was in, is out"
    assert try_to_sign_in(visitor, nora.email).status_code == 422
    assert try_to_sign_in(visitor, nora.email, NEW).status_code == 302
    assert [mail["To"] for mail in letters(app)] == [nora.email, nora.email], "and the person is told"


def test_a_link_is_good_once(app: Flask, visitor: Browser, nora: Person) -> None:
    link = link_mailed(app, visitor, nora)
    other = link_mailed(app, visitor, nora)
    visitor.get(link)
    visitor.post(link, password=NEW, password_confirm=NEW)
    for void in (link, other):
        assert visitor.get(void).location == "/account/forgot"
        visitor.get("/account/forgot")
        assert visitor.post(void, password=PASSWORD, password_confirm=PASSWORD).location == "/account/forgot"
    assert try_to_sign_in(visitor, nora.email, NEW).status_code == 302


def test_of_two_who_use_a_link_at_once_one_succeeds(app: Flask, visitor: Browser, nora: Person) -> None:
    link = link_mailed(app, visitor, nora)
    chosen = [f"{NEW} lần thứ {number}" for number in range(4)]
    together, answers = threading.Barrier(len(chosen)), {}

    def use(password: str) -> None:
        browser = Browser(app.test_client())
        browser.get(link)
        together.wait(20)
        answers[password] = browser.post(link, password=password, password_confirm=password).location

    threads = [threading.Thread(target=use, args=(password,)) for password in chosen]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (set_,) = [password for password, location in answers.items() if location == "/account/sign-in"]
    assert try_to_sign_in(visitor, nora.email, set_).status_code == 302


def test_a_link_grows_too_old(app: Flask, visitor: Browser, nora: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = 1_800_000_000
    monkeypatch.setattr("itsdangerous.timed.TimestampSigner.get_timestamp", lambda _: moment)
    link = link_mailed(app, visitor, nora)
    moment += 2 * 3600 - 60
    assert visitor.get(link).status_code == 200
    moment += 120
    assert visitor.get(link).location == "/account/forgot"


def test_a_link_ends_with_the_password_and_the_account_it_was_for(
    app: Flask, visitor: Browser, cast: dict[str, Person]
) -> None:
    nora, omar = link_mailed(app, visitor, cast["nora"]), link_mailed(app, visitor, cast["omar"])
    with app.app_context(), writing():
        accounts.set_password(db.session.get_one(User, cast["nora"].id), NEW, by=None)
        accounts.deactivate(db.session.get_one(User, cast["omar"].id), by=None)
    assert visitor.get(nora).location == "/account/forgot"
    assert visitor.get(omar).location == "/account/forgot"


def test_a_damaged_link_opens_nothing(app: Flask, visitor: Browser, browse: Browse, nora: Person) -> None:
    token = link_mailed(app, visitor, nora).rsplit("/", 1)[1]
    with app.app_context():
        for_another_purpose = app.extensions["security"].confirm_serializer
        other = for_another_purpose.dumps([db.session.get_one(User, nora.id).fs_uniquifier])
    for damaged in (token[:-2], "x" + token, cookie_of(browse(nora).client), "..", other):
        answer = visitor.get(f"/account/reset/{damaged}")
        assert answer.status_code == 404 or answer.location == "/account/forgot", damaged


def test_a_password_that_will_not_do_is_refused_beside_its_field(app: Flask, visitor: Browser, nora: Person) -> None:
    unfit = [("1234567", "1234567"), ("password", "password"), (NEW, NEW + "x"), (NEW, ""), ("", ""), ("x" * 129,) * 2]
    link = link_mailed(app, visitor, nora)
    visitor.get(link)
    for password, again in unfit:
        answer = visitor.post(link, password=password, password_confirm=again)
        assert answer.status_code == 422, password
        assert 'aria-invalid="true"' in answer.text
    answer = visitor.post(link, password=NEW, password_confirm=NEW)
    assert answer.location == "/account/sign-in", "the link is good still"


def test_an_unknown_address_gets_the_same_answer_and_no_mail(app: Flask, nora: Person) -> None:
    def answer(email: str) -> tuple[str, str, list[str]]:
        browser, done = Browser(app.test_client()), []
        browser.get("/account/forgot")

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            done.append(" ".join(statement.split()[:3]))

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        event.listen(engine, "commit", commits := lambda _: done.append("COMMIT"))
        location = browser.post("/account/forgot", email=email).location or ""
        event.remove(engine, "before_cursor_execute", note)
        event.remove(engine, "commit", commits)
        return location, browser.get("/account/forgot").text.replace(browser.token, ""), done

    known, unknown = answer(nora.email), answer("nobody@khetrang.example")
    assert known[:2] == unknown[:2]
    assert known[2].count("COMMIT") == unknown[2].count("COMMIT") == 1, "the disk is waited for alike"
    assert [step for step in known[2] if step.startswith("INSERT")] == [
        step for step in unknown[2] if step.startswith("INSERT")
    ]
    assert [mail["To"] for mail in letters(app)] == [nora.email]


@pytest.mark.parametrize("email", ["nora@KHETRANG.example", "nora@\N{FULLWIDTH LATIN SMALL LETTER K}hetrang.example"])
def test_a_link_goes_to_the_stored_address_only(app: Flask, visitor: Browser, nora: Person, email: str) -> None:
    visitor.get("/account/forgot")
    visitor.post("/account/forgot", email=email)
    assert [mail["To"] for mail in letters(app)] == [nora.email]


def test_what_only_looks_like_an_address_gets_no_link(app: Flask, visitor: Browser, nora: Person) -> None:
    visitor.get("/account/forgot")
    for email in (
        "n\N{LATIN SMALL LETTER O WITH STROKE}ra@khetrang.example",
        "nor\N{CYRILLIC SMALL LETTER A}@khetrang.example",
        "nora@khetrang.example, omar@khetrang.example",
        "nora@khetrang.example\r\nBcc: omar@khetrang.example",
    ):
        assert visitor.post("/account/forgot", email=email).status_code == 302
    assert letters(app) == []


def test_the_pages_and_mails_speak_english_too(app: Flask, visitor: Browser, nora: Person) -> None:
    visitor.get("/account/forgot?lang=en")
    visitor.post("/account/forgot", email=nora.email)
    (mail,) = letters(app)
    assert mail["Subject"] == "Set a new password"
    assert nora.name in mail.get_content()


# Changing the password


def change(browser: Browser, password: str, new: str, again: str | None = None) -> TestResponse:
    browser.get("/account/change")
    fields = {"password": password, "new_password": new, "new_password_confirm": new if again is None else again}
    return browser.post("/account/change", **fields)


def test_a_changed_password_ends_all_other_sessions_and_renews_this_one(
    app: Flask, browse: Browse, nora: Person
) -> None:
    here, there = browse(nora), browse(nora)
    copy = Browser(app.test_client())
    copy.client.set_cookie("editorial", cookie_of(here.client))
    answer = change(here, PASSWORD, NEW)
    assert (answer.status_code, answer.location) == (302, "/desk/")
    assert is_in(here)
    assert not is_in(there)
    assert not is_in(copy), "this browser's own session is a new one"
    assert try_to_sign_in(Browser(app.test_client()), nora.email, NEW).status_code == 302
    assert [mail["To"] for mail in letters(app)] == [nora.email]


def test_a_change_that_is_refused_changes_nothing(browse: Browse, nora: Person) -> None:
    browser = browse(nora)
    refused = [(WRONG, NEW, NEW), ("", NEW, NEW), (PASSWORD, "12345678", "12345678"), (PASSWORD, NEW, WRONG)]
    for password, new, again in [*refused, (PASSWORD, "", "")]:
        answer = change(browser, password, new, again)
        assert answer.status_code == 422, (password, new, again)
        assert 'aria-invalid="true"' in answer.text
    assert change(browser, PASSWORD, NEW).status_code == 302


def test_nobody_else_changes_a_password(visitor: Browser) -> None:
    visitor.get("/account/sign-in")
    assert visitor.get("/account/change").status_code == 302
    assert (
        visitor.post("/account/change", password=PASSWORD, new_password=NEW, new_password_confirm=NEW).status_code
        == 401
    )


# Guessing: counted in memory, whichever database there is

on_one_database = pytest.mark.parametrize("kind", ["sqlite"])


def guess(browser: Browser, email: str, times: int, password: str = WRONG) -> list[int]:
    browser.get("/account/sign-in")
    return [browser.post("/account/sign-in", email=email, password=password).status_code for _ in range(times)]


@on_one_database
def test_guessing_is_stopped_for_the_account_and_for_nobody_else(
    app: Flask, visitor: Browser, cast: dict[str, Person]
) -> None:
    assert guess(visitor, cast["nora"].email, 10) == [422] * 10
    refused = visitor.post("/account/sign-in", email=cast["nora"].email.upper(), password=PASSWORD)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 15 * 60 + 1  # rounded up
    assert guess(visitor, cast["nora"].email, 100) == [429] * 100
    assert try_to_sign_in(visitor, cast["omar"].email).status_code == 302, "the same address, another person"


@on_one_database
def test_guessing_is_stopped_for_the_address_whatever_account_it_names(app: Flask, cast: dict[str, Person]) -> None:
    guesser = Browser(app.test_client())
    guesser.get("/account/sign-in")
    tried = [guess(guesser, f"person{number}@khetrang.example", 10, "x" * 600) for number in range(10)]
    assert tried == [[422] * 10] * 10
    assert guess(guesser, cast["omar"].email, 1, PASSWORD) == [429]
    elsewhere = Browser(app.test_client())
    elsewhere.client.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    assert try_to_sign_in(elsewhere, cast["omar"].email).status_code == 302


@on_one_database
def test_a_whole_network_counts_as_one_address(app: Flask, cast: dict[str, Person]) -> None:
    for number in range(10):
        browser = Browser(app.test_client())
        browser.client.environ_base["REMOTE_ADDR"] = f"2001:db8:1:2::{number:x}"
        guess(browser, f"person{number}@khetrang.example", 10, "x" * 600)
    browser = Browser(app.test_client())
    browser.client.environ_base["REMOTE_ADDR"] = "2001:db8:1:2:ffff::1"
    assert guess(browser, cast["omar"].email, 1, PASSWORD) == [429]
    browser.client.environ_base["REMOTE_ADDR"] = "2001:db8:1:3::1"
    assert guess(browser, cast["omar"].email, 1, PASSWORD) == [302]


@on_one_database
def test_signing_in_rightly_is_never_too_often(app: Flask, nora: Person) -> None:
    for _ in range(11):
        assert try_to_sign_in(Browser(app.test_client()), nora.email).status_code == 302


@on_one_database
def test_guessing_the_present_password_is_stopped_too(browse: Browse, nora: Person) -> None:
    browser = browse(nora)
    for _ in range(3):
        assert change(browser, PASSWORD, "12345678").status_code == 422, "a new one that is weak is no guess"
    assert [change(browser, WRONG, NEW).status_code for _ in range(11)] == [422] * 10 + [429]


@on_one_database
def test_nobody_is_flooded_with_mails(app: Flask, visitor: Browser, cast: dict[str, Person]) -> None:
    visitor.get("/account/forgot")
    asked = [visitor.post("/account/forgot", email=cast["nora"].email).status_code for _ in range(6)]
    assert asked == [302] * 5 + [429]
    assert len(letters(app)) == 5
    assert visitor.post("/account/forgot", email=cast["omar"].email).status_code == 302


# What others have to wait for


def probe(app: Flask, hashed: list[str], meanwhile: Callable[[], None]) -> None:
    """Have `meanwhile` done each time that a password is hashed or compared; the hashing itself stays what it is."""
    context = app.extensions["security"].pwd_context

    class Probe(CryptContext):
        def hash(self, *args: Any, **options: Any) -> str:
            hashed.append("hash")
            meanwhile()
            return str(super().hash(*args, **options))

        def verify(self, *args: Any, **options: Any) -> bool:
            hashed.append("verify")
            meanwhile()
            return bool(super().verify(*args, **options))

    app.extensions["security"].pwd_context = Probe(**context.to_dict())


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/account/sign-in", None), ("/account/change", "/account/change"), ("/account/reset/", "/account/forgot")],
)
def test_an_account_that_is_closed_while_a_password_is_hashed_stays_as_it_is(
    app: Flask, browse: Browse, visitor: Browser, nora: Person, path: str, expected: str | None
) -> None:
    """Reading ends before the hashing, so each page looks again before it writes."""
    browser = browse(nora) if "change" in path else visitor
    path = link_mailed(app, visitor, nora) if "reset" in path else path
    browser.get(path)
    closed: list[int] = []

    def close() -> None:
        if not closed:
            closed.append(nora.id)
            with app.app_context(), writing():
                accounts.deactivate(db.session.get_one(User, nora.id), by=None)

    def in_between() -> None:
        other = threading.Thread(target=close)
        other.start()
        other.join()

    probe(app, [], in_between)
    new = {"new_password": NEW, "new_password_confirm": NEW}
    password = NEW if "reset" in path else PASSWORD
    answer = browser.post(path, email=nora.email, password=password, password_confirm=password, **new)
    assert closed
    assert answer.location == expected
    assert not is_in(browser)
    with app.app_context():
        acts = db.session.scalars(db.select(Event.action).order_by(Event.sequence)).all()
        assert acts[-1] == "deactivated"


def test_who_only_guesses_never_takes_the_writers_place(app: Flask, visitor: Browser, nora: Person) -> None:
    link, began = link_mailed(app, visitor, nora), []
    with app.app_context():
        engine = db.engine
    note = lambda _: began.append(database.is_writing())  # noqa: E731
    event.listen(engine, "begin", note)
    try_to_sign_in(visitor, nora.email, WRONG)
    try_to_sign_in(visitor, "nobody@khetrang.example", WRONG)
    visitor.get(link)
    visitor.post(link, password="12345678", password_confirm="12345678")
    event.remove(engine, "begin", note)
    assert began
    assert not any(began)


def test_nobody_waits_while_a_password_is_hashed(app: Flask, visitor: Browser, nora: Person) -> None:
    link = link_mailed(app, visitor, nora)
    hashed: list[str] = []
    passwords._nobodys.cache_clear()

    def write() -> None:
        with app.app_context(), writing():
            outbox.post("omar@khetrang.example", "Meanwhile", "Somebody else writes.")
            db.session.commit()

    def meanwhile() -> None:
        other = threading.Thread(target=write)
        other.start()
        other.join(10)
        assert not other.is_alive(), "the writer's place is held while a password is hashed"

    probe(app, hashed, meanwhile)
    try_to_sign_in(visitor, "nobody@khetrang.example", WRONG)
    try_to_sign_in(visitor, nora.email, WRONG)
    visitor.get(link)
    assert visitor.post(link, password=NEW, password_confirm=NEW).location == "/account/sign-in"
    assert try_to_sign_in(visitor, nora.email, NEW).status_code == 302
    assert change(visitor, NEW, PASSWORD).status_code == 302
    assert hashed.count("verify") >= 4
    assert hashed.count("hash") >= 2
    with app.app_context():
        waiting = db.session.scalar(db.select(db.func.count()).where(Message.recipient == "omar@khetrang.example"))
        assert waiting == len(hashed)

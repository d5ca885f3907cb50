"""What holds for every request, whichever page it asks for."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from flask_login import current_user
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from editorial import outbox
from editorial.app import create_app
from editorial.config import Settings, SettingsError
from editorial.db import LARGEST_ID, db, writing
from editorial.models import Message
from editorial.web import access
from tests.conftest import Browser
from tests.factories import PASSWORD, Person

Browse = Callable[[Person], Browser]

# For what is decided before any database is asked, or by none.
on_one_database = pytest.mark.parametrize("kind", ["sqlite"])


@pytest.fixture
def set_up(app: Flask) -> Iterator[Callable[..., Flask]]:
    """`set_up(site_url=…)`: another application on the same database, with other settings."""
    made: list[Flask] = []

    def set_up(**others: Any) -> Flask:
        settings: Settings = app.extensions["editorial"]
        made.append(create_app(replace(settings, **others)))
        made[-1].testing = True
        return made[-1]

    yield set_up
    for one in made:
        with one.app_context():
            db.session.remove()
            db.engine.dispose()


def sign_in(client: FlaskClient, person: Person, **options: Any) -> TestResponse:
    """By the form, with its token, as any browser would."""
    page = client.get("/account/sign-in", **options)
    fields = {"email": person.email, "password": PASSWORD, "csrf_token": token_in(page)}
    return client.post("/account/sign-in", data=fields, **options)


def token_in(page: TestResponse) -> str:
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


# Headers


@on_one_database
@pytest.mark.parametrize(
    "path", ["/", "/account/sign-in", "/desk/", "/nothing/here", "/static/css/site.css", "/healthz", "/robots.txt"]
)
def test_every_answer_is_sealed(client: FlaskClient, path: str) -> None:
    with client.get(path) as answer:
        headers = answer.headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin", "the address of a draft or of a reset is told to no other site"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Permissions-Policy" in headers
    assert "Access-Control-Allow-Origin" not in headers
    assert "Strict-Transport-Security" not in headers, "over plain HTTP it would only be ignored"


@on_one_database
def test_over_https_the_browser_is_told_to_stay_there(set_up: Callable[..., Flask], cast: dict[str, Person]) -> None:
    client = set_up(site_url="https://khetrang.example").test_client()
    there = {"base_url": "https://khetrang.example"}
    answer = sign_in(client, cast["nora"], **there)
    assert answer.status_code == 302
    assert int(re.findall(r"max-age=(\d+)", answer.headers["Strict-Transport-Security"])[0]) >= 365 * 24 * 3600
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


@on_one_database
def test_no_script_reads_the_cookie_and_it_ends_with_the_browser(client: FlaskClient, cast: dict[str, Person]) -> None:
    attributes = set(sign_in(client, cast["nora"]).headers["Set-Cookie"].split("; ")[1:])
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= attributes
    assert not any(attribute.startswith(("Expires", "Max-Age", "Domain")) for attribute in attributes)


@on_one_database
@pytest.mark.parametrize("path", ["/account/change", "/account/sign-in", "/desk/", "/", "/nothing/here"])
def test_what_somebody_signed_in_sees_is_kept_by_no_cache(path: str, browse: Browse, cast: dict[str, Person]) -> None:
    headers = browse(cast["nora"]).get(path).headers
    assert "no-store" in headers["Cache-Control"]
    assert "Cookie" in headers["Vary"]


@on_one_database
def test_a_picture_or_a_style_sheet_carries_no_cookie(browse: Browse, cast: dict[str, Person]) -> None:
    with browse(cast["nora"]).get("/static/css/site.css") as answer:
        assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


@on_one_database
def test_a_reader_gets_no_cookie(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.get("/").headers


@on_one_database
def test_a_new_page_is_born_private_for_who_is_signed_in(app: Flask, browse: Browse, cast: dict[str, Person]) -> None:
    app.add_url_rule("/new", view_func=lambda: f"Hello {current_user.is_authenticated}")
    seen = browse(cast["nora"]).get("/new")
    assert seen.text == "Hello True"
    assert seen.headers["Cache-Control"] == "no-store"
    assert "Cookie" in seen.headers["Vary"]
    assert "no-store" not in app.test_client().get("/new").headers.get("Cache-Control", "")


@on_one_database
def test_a_number_in_any_address_is_one_that_the_database_can_hold(app: Flask) -> None:
    app.add_url_rule("/new/<int:number>", view_func=lambda number: f"Number {number}")
    client = app.test_client()
    for taken in ("0", "7", str(LARGEST_ID)):
        assert client.get(f"/new/{taken}").text == f"Number {taken}"
    for refused in (str(LARGEST_ID + 1), "9" * 30, "9" * 5000, "-1", "+1", "1.0", "1_0", "١٢٣", "٣", "０"):
        assert client.get(f"/new/{refused}").status_code == 404, refused


# Hosts and proxies


@on_one_database
def test_the_site_answers_to_its_own_name_only(client: FlaskClient) -> None:
    foreign = ["evil.example", "localhost.evil.example", "evil.example:80", "localhost@evil.example", "a b", "*", ""]
    for host in foreign:
        answer = client.get("/account/sign-in", headers={"Host": host})
        assert answer.status_code == 400, host
        assert not host or host not in answer.text


@on_one_database
def test_in_earnest_this_machines_own_names_are_none_of_the_sites(set_up: Callable[..., Flask]) -> None:
    client = set_up(site_url="https://khetrang.example").test_client()
    assert client.get("/healthz", base_url="https://khetrang.example").status_code == 200
    assert client.get("/healthz", base_url="https://khetrang.example:8443").status_code == 200
    assert client.get("/healthz", base_url="http://localhost").status_code == 400
    demo = set_up(site_url="https://khetrang.example", demo=True).test_client()
    assert demo.get("/healthz", base_url="http://127.0.0.1:8000").status_code == 200


@on_one_database
def test_nobody_speaks_for_a_proxy_that_is_not_there(client: FlaskClient, cast: dict[str, Person], app: Flask) -> None:
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    assert client.get("/account/sign-in", headers=forged).status_code == 200
    page = client.get("/account/forgot", headers=forged)
    fields = {"email": cast["nora"].email, "csrf_token": token_in(page)}
    client.post("/account/forgot", data=fields, headers=forged)
    with app.app_context():
        (message,) = db.session.query(Message)
        assert "http://localhost/account/reset/" in message.body
        assert "evil" not in message.body


@on_one_database
def test_a_proxy_of_ours_tells_who_asks(set_up: Callable[..., Flask], cast: dict[str, Person]) -> None:
    client = set_up(site_url="https://khetrang.example", proxies=1).test_client()
    told = {
        "X-Forwarded-Host": "khetrang.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "6.6.6.6, 203.0.113.9",
    }
    with client:
        answer = client.get("/account/sign-in", base_url="http://10.0.0.7:8000", headers=told)
        assert answer.status_code == 200
        assert (request.remote_addr, request.scheme, request.host) == ("203.0.113.9", "https", "khetrang.example")
    evil = told | {"X-Forwarded-Host": "evil.example"}
    assert client.get("/account/sign-in", base_url="http://10.0.0.7:8000", headers=evil).status_code == 400


@on_one_database
@pytest.mark.parametrize("others", [{"redis_url": "rediss:secret@cache"}, {"smtp_url": "smpt://secret@mail.example"}])
def test_a_setting_that_cannot_work_is_refused_at_the_start(
    set_up: Callable[..., Flask], others: dict[str, str]
) -> None:
    with pytest.raises(SettingsError) as refusal:
        set_up(**others)
    assert str(refusal.value).startswith(f"EDITORIAL_{next(iter(others)).upper()} has to ")
    assert "secret" not in str(refusal.value)


# Forms from elsewhere


@on_one_database
def test_a_form_counts_only_when_one_of_our_pages_sent_it(app: Flask, cast: dict[str, Person]) -> None:
    ours: list[dict[str, str]] = [{}, {"Origin": "http://localhost"}]
    ours += [{"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}]
    foreign = [{"Origin": origin} for origin in ("http://evil.example", "http://localhost.evil.example", "null", "")]
    foreign += [{"Origin": "http://localhost:8001"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}]
    foreign += [{"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}]
    for headers in ours + foreign:
        client = app.test_client()
        token = token_in(client.get("/account/sign-in"))
        fields = {"email": cast["nora"].email, "password": PASSWORD, "csrf_token": token}
        answer = client.post("/account/sign-in", data=fields, headers=headers)
        assert answer.status_code == (302 if headers in ours else 403), headers


@on_one_database
def test_a_form_needs_the_token_of_its_own_session(app: Flask, client: FlaskClient, cast: dict[str, Person]) -> None:
    token = token_in(client.get("/account/sign-in"))
    anothers = token_in(app.test_client().get("/account/sign-in"))
    damaged = token[:-2] + ("AA" if token[-2:] != "AA" else "BB")
    for wrong in ("", "0", anothers, damaged):
        fields = {"email": cast["nora"].email, "password": PASSWORD, "csrf_token": wrong}
        answer = client.post("/account/sign-in", data=fields, headers={"X-CSRFToken": wrong})
        assert answer.status_code == 400, wrong
    assert client.get("/desk/").status_code == 302, "nobody was signed in"


@on_one_database
def test_json_is_no_way_round_the_token(client: FlaskClient, cast: dict[str, Person]) -> None:
    answer = client.post("/account/sign-in", json={"email": cast["nora"].email, "password": PASSWORD})
    assert answer.status_code == 400


# Bodies


PLAIN = "application/x-www-form-urlencoded"
IN_PARTS = "multipart/form-data; boundary=XXX"
PART = 'Content-Disposition: form-data; name="{}"'


def in_parts(heads_and_bodies: Iterable[tuple[str, bytes]]) -> bytes:
    parts = (b"--XXX\r\n" + head.encode() + b"\r\n\r\n" + body + b"\r\n" for head, body in heads_and_bodies)
    return b"".join(parts) + b"--XXX--\r\n"


def answer_to(client: FlaskClient, content_type: str, **fields: str) -> int:
    fields = {"email": "nora@khetrang.example", "csrf_token": token_in(client.get("/account/sign-in"))} | fields
    if content_type == PLAIN:
        body = urlencode(fields).encode()
    else:
        body = in_parts((PART.format(name), value.encode()) for name, value in fields.items())
    return client.post("/account/sign-in", data=body, content_type=content_type).status_code


@on_one_database
@pytest.mark.parametrize("content_type", [PLAIN, IN_PARTS])
def test_a_field_of_ten_megabytes_is_too_large(client: FlaskClient, content_type: str) -> None:
    assert answer_to(client, content_type, password="a" * 10_000_000) == 413


@on_one_database
@pytest.mark.parametrize(("content_type", "characters"), [(PLAIN, 500_000), (IN_PARTS, 1_000_000)])
def test_a_long_text_is_not(client: FlaskClient, content_type: str, characters: int) -> None:
    assert answer_to(client, content_type, password="x", body=("Một đoạn văn. " * characters)[:characters]) == 422


@on_one_database
@pytest.mark.parametrize("content_type", [PLAIN, IN_PARTS])
def test_twenty_thousand_fields_are_too_many(client: FlaskClient, content_type: str) -> None:
    assert answer_to(client, content_type, **{f"field{number}": "" for number in range(20_000)}) == 413


@on_one_database
def test_a_file_larger_than_any_picture_is_refused(client: FlaskClient) -> None:
    token = token_in(client.get("/account/sign-in")).encode()
    head = PART.format("cover") + '; filename="a.jpg"\r\nContent-Type: image/jpeg'
    body = in_parts([(PART.format("csrf_token"), token), (head, b"\0" * access.LARGEST_REQUEST)])
    assert client.post("/account/sign-in", data=body, content_type=IN_PARTS).status_code == 413


@on_one_database
def test_a_body_that_does_not_say_its_length_is_bounded_too(client: FlaskClient) -> None:
    body = b"password=" + b"a" * (access.LARGEST_FORM + 1)
    answer = client.post(
        "/account/sign-in",
        input_stream=io.BytesIO(body),
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": ""},
        headers={"Transfer-Encoding": "chunked"},
        content_type=PLAIN,
    )
    assert answer.status_code == 413


class SlowBody(io.BytesIO):
    """A body during whose arrival somebody else wants to write."""

    def __init__(self, body: bytes, meanwhile: Callable[[], None]) -> None:
        super().__init__(body)
        self.meanwhile = meanwhile

    def read(self, *amount: Any) -> bytes:
        self.meanwhile()
        return super().read(*amount)

    def readinto(self, place: Any) -> int:
        self.meanwhile()
        return super().readinto(place)


def test_a_slow_sender_holds_nobody_up(app: Flask, browse: Browse, cast: dict[str, Person]) -> None:
    browser, wrote = browse(cast["nora"]), []

    def write() -> None:
        with app.app_context(), writing():
            outbox.post("omar@khetrang.example", "Meanwhile", "Somebody else writes.")
            db.session.commit()
        wrote.append(True)

    def meanwhile() -> None:
        if not wrote:
            other = threading.Thread(target=write)
            other.start()
            other.join(10)
            assert wrote, "the request holds the writer's place while its body arrives"

    body = f"csrf_token={browser.token}".encode()
    kind = {"content_length": len(body), "content_type": PLAIN}
    answer = browser.client.post("/account/sign-out", input_stream=SlowBody(body, meanwhile), **kind)
    assert answer.status_code == 302
    assert wrote


# Input that no page sends


HOSTILE = ["\0", "%00", "%0d%0aSet-Cookie:x=1", "%ff%fe", "%c0%af", "%ed%a0%80", "../" * 12, "%2e%2e%2f" * 12]
HOSTILE += ["'; DROP TABLE user; --", "{{7*7}}", "${jndi:ldap://x}", "\N{RIGHT-TO-LEFT OVERRIDE}", "١٢٣", "-1", "1e9"]
HOSTILE += [str(LARGEST_ID), str(LARGEST_ID + 1), "9" * 30, "9" * 5000, "a" * 9000]
TYPED: list[str | bytes] = [
    "\0",
    "a\0b",
    "\ud800",
    "\x1b[31m",
    "\N{RIGHT-TO-LEFT OVERRIDE}",
    "a" * 100_000,
    b"\xff\xfe",
    "1' OR 1=1",
]
PLACES = [
    "/tin/{}/x",
    "/chuyen-muc/{}",
    "/chuyen-muc/kinh-te?trang={}",
    "/anh/{}/480.webp",
    "/desk/editions/{}",
    "/desk/queue?section={0}&kind={0}&order={0}&text={0}&trang={0}",
    "/desk/editions/{0}/compare?a={0}&b={0}",
    "/account/reset/{}",
    "/account/sign-in?next={}",
    "/static/{}",
    "/{}",
    "/?lang={}",
    "/account/sign-in?lang={0}&{0}={0}&lang[]={0}",
]


@pytest.mark.parametrize("place", PLACES)
def test_no_address_breaks_anything(browse: Browse, cast: dict[str, Person], place: str) -> None:
    browser = browse(cast["petra"])
    for hostile in HOSTILE:
        answer = browser.client.get(place.format(hostile))
        assert answer.status_code < 500, (place, hostile)
        assert "Set-Cookie:x=1" not in str(answer.headers)


@pytest.mark.parametrize("path", ["/account/sign-in", "/account/forgot", "/account/sign-out"])
def test_no_field_breaks_anything(client: FlaskClient, path: str) -> None:
    field = b'--XXX\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    for hostile in TYPED:
        token = token_in(client.get("/account/sign-in")).encode()
        value = hostile if isinstance(hostile, bytes) else hostile.encode("utf-8", "surrogatepass")
        for name in (b"email", b"password", b"next", value):
            body = field % (b"csrf_token", token) + field % (name, value) + b"--XXX--\r\n"
            assert client.post(path, data=body, content_type=IN_PARTS).status_code < 500, (name, hostile)


@on_one_database
def test_a_nul_in_a_form_is_refused_in_words(client: FlaskClient) -> None:
    assert answer_to(client, PLAIN, password="a\0b") == 400


@on_one_database
def test_other_methods_are_not_served(client: FlaskClient) -> None:
    for method in ("PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"):
        for path in ("/", "/account/sign-in", "/desk/", "/static/css/site.css"):
            assert client.open(path, method=method).status_code == 405, (method, path)


@on_one_database
def test_a_get_stays_a_get(browse: Browse, cast: dict[str, Person]) -> None:
    browser = browse(cast["nora"])
    ways: list[dict[str, Any]] = [
        {"headers": {"X-HTTP-Method-Override": "POST"}},
        {"query_string": {"_method": "POST"}},
    ]
    for way in ways:
        assert browser.client.get("/account/sign-out", **way).status_code == 405
        assert browser.get("/desk/").status_code == 200


# Where signing in leads to


AWAY = ["//evil.example", "///evil.example", "////evil.example/x", "/\\evil.example", "\\\\evil.example"]
AWAY += ["/\t/evil.example", "/\n/evil.example", "\t//evil.example", " //evil.example", "\x19//evil.example"]
AWAY += [
    "https://evil.example",
    "HTTPS:evil.example",
    "https:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
]
AWAY += ["evil.example", "localhost@evil.example", "http://localhost@evil.example", "http://localhost/desk/"]
AWAY += ["?x", ""]


@on_one_database
def test_signing_in_leads_nowhere_else(app: Flask, cast: dict[str, Person]) -> None:
    for address in AWAY:
        client, asked = app.test_client(), {"query_string": {"next": address}}
        page = client.get("/account/sign-in", **asked)
        fields = {"email": cast["nora"].email, "password": PASSWORD, "csrf_token": token_in(page), "next": address}
        assert client.post("/account/sign-in", data=fields, **asked).location == "/desk/", address
        assert client.get("/account/sign-in", **asked).location == "/desk/", "nor does the page lead there afterwards"


@on_one_database
def test_after_signing_in_people_are_where_they_wanted_to_be(app: Flask, cast: dict[str, Person]) -> None:
    searched = "/desk/queue?section=van-hoa&text=m%C3%B9a%20v%E1%BB%A5"
    for path in ("/desk/queue", searched, "/en/desk/queue", "/desk/editions/7"):
        client = app.test_client()
        wall = client.get(path)
        assert wall.status_code == 302
        assert urlsplit(wall.location).path.endswith("/account/sign-in")
        page = client.get(wall.location)
        form = re.search(r'<form[^>]* action="([^"]+)"', page.text)
        assert form
        fields = {"email": cast["petra"].email, "password": PASSWORD, "csrf_token": token_in(page)}
        answer = client.post(form[1].replace("&amp;", "&"), data=fields)
        assert (answer.status_code, answer.location) == (302, path)


def as_a_browser_reads_it(address: str) -> str:
    """What the URL standard does before it looks for a host: drop tabs and ends of lines, trim, read \\ as /."""
    address = address.strip("".join(map(chr, range(33))))
    return re.sub(r"[\t\r\n]", "", address).replace("\\", "/")


@given(st.text(st.sampled_from("/\\:.@?#%ex2fF\t\n\r \0\x19\x7f-") | st.characters(), max_size=20))
def test_what_counts_as_local_stays_here_in_any_browser(address: str) -> None:
    found = access.local(address)
    if found is not None:
        assert found == address
        there = urljoin("https://here.example/account/sign-in", as_a_browser_reads_it(found))
        assert there.startswith("https://here.example/")


@given(st.lists(st.text("abcxyz0123456789-_", min_size=1, max_size=8), min_size=1, max_size=4), st.booleans())
def test_a_plain_path_counts_as_local(parts: list[str], asked: bool) -> None:
    path = "/" + "/".join(parts) + ("?a=1&b=2" if asked else "")
    assert access.local(path) == path


# Sessions


@on_one_database
def test_a_session_left_alone_ends(
    client: FlaskClient, cast: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = pinned(monkeypatch)
    sign_in(client, cast["nora"])
    moment.later(access.IDLE - timedelta(minutes=1))
    assert client.get("/desk/").status_code == 200, "looking at a page begins the time anew"
    moment.later(timedelta(minutes=50))
    assert client.get("/desk/").status_code == 200
    moment.later(access.IDLE + timedelta(minutes=1))
    assert client.get("/desk/").status_code == 302


class Pinned:
    """The clock by which signed values age, which is not the database's."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def later(self, by: timedelta) -> None:
        self.now += by.total_seconds()


def pinned(monkeypatch: pytest.MonkeyPatch) -> Pinned:
    clock = Pinned()
    monkeypatch.setattr("itsdangerous.timed.TimestampSigner.get_timestamp", lambda _: int(clock.now))
    return clock


def test_keys_are_changed_without_signing_anybody_out(
    set_up: Callable[..., Flask], app: Flask, cast: dict[str, Person]
) -> None:
    old = app.extensions["editorial"].secret_key
    new = "a-new-key-of-many-random-characters-0123"
    client = app.test_client()
    sign_in(client, cast["nora"])
    cookie = client.get_cookie("editorial")
    assert cookie is not None

    changed = set_up(secret_key=new, old_secret_keys=(old,)).test_client()
    changed.set_cookie("editorial", cookie.value)
    assert changed.get("/desk/").status_code == 200
    fresh = changed.get_cookie("editorial")
    assert fresh is not None

    only_new = set_up(secret_key=new).test_client()
    only_new.set_cookie("editorial", cookie.value)
    assert only_new.get("/desk/").status_code == 302, "without the old key its cookie is worth nothing"
    only_new.set_cookie("editorial", fresh.value)
    assert only_new.get("/desk/").status_code == 200, "what is sent now is signed with the new key"


@on_one_database
def test_links_are_signed_with_the_new_key(set_up: Callable[..., Flask], app: Flask, cast: dict[str, Person]) -> None:
    new = "a-new-key-of-many-random-characters-0123"
    changed = set_up(secret_key=new, old_secret_keys=(app.extensions["editorial"].secret_key,))
    client = changed.test_client()
    page = client.get("/account/forgot")
    client.post("/account/forgot", data={"email": cast["nora"].email, "csrf_token": token_in(page)})
    with changed.app_context():
        link = re.search(r"http://localhost(\S+)", db.session.query(Message.body).scalar() or "")
    assert link
    assert set_up(secret_key=new).test_client().get(link[1]).status_code == 200
    assert app.test_client().get(link[1]).status_code == 302

"""A board of one's own for every test, on both databases, and a browser for each of its people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from editorial.app import create_app, remember_templates
from editorial.config import Settings
from editorial.db import db, writing
from editorial.tables import upgrade
from editorial.web import page_cache
from tests import factories
from tests.factories import PASSWORD, Made, Person

if TYPE_CHECKING:  # a plugin is loaded by its name below, and only by it
    from tests.databases import FreshDatabase, Kind

pytest_plugins = ["tests.databases", "tests.browsers", "tests.skips"]

SECRET = "chỉ dùng trong kiểm thử: " + "0123456789abcdef" * 2


def settings_for(url: str, folder: Path, **others: Any) -> Settings:
    given = {"site_url": "http://localhost", "secret_key": SECRET, "media_url": f"file://{folder / 'media'}"} | others
    return Settings(instance=folder, database_url=url, **given)


def prepare_board(url: str) -> None:
    app = create_app(settings_for(url, Path("/nonexistent")))
    with app.app_context():
        upgrade()
        with writing():
            factories.fill_board()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> Kind:
    return request.param


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the applications of all tests keep their compiled templates."""
    return tmp_path_factory.mktemp("templates") / "cache"


@pytest.fixture
def app(kind: Kind, fresh_database: FreshDatabase, tmp_path: Path, compiled: Path) -> Iterator[Flask]:
    app = create_app(settings_for(fresh_database(kind, prepare_board), tmp_path))
    app.testing = True
    remember_templates(app, compiled)
    page_cache.of(app).capacity = 0  # factories write no events, by which it would know that pages are old
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def other(app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """Another process of the same site."""
    other = create_app(settings_for(app.config["SQLALCHEMY_DATABASE_URI"], tmp_path))
    yield other
    with other.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def cast(app: Flask) -> dict[str, Person]:
    """The people by name: nora and omar report, edda edits, petra and paul head all sections, kim one, ada keeps the
    system.
    """
    with app.app_context():
        return factories.people()


@pytest.fixture
def context(app: Flask) -> Iterator[None]:
    """An application context in a writing transaction, for tests that call acts and not pages."""
    with app.app_context(), writing():
        yield
        db.session.rollback()


@pytest.fixture
def make_edition(app: Flask) -> Callable[..., Made]:
    """An edition put directly into a state: `make_edition("review", author=cast["nora"], title="…")`."""

    def make(*args: Any, **parts: Any) -> Made:
        with app.app_context(), writing():
            return factories.make_edition(*args, **parts)

    return make


@pytest.fixture
def make_update(app: Flask) -> Callable[..., Made]:
    """A change of a published article, on its way: `make_update(published, author=…, state="review")`."""

    def make(*args: Any, **parts: Any) -> Made:
        with app.app_context(), writing():
            return factories.make_update(*args, **parts)

    return make


class Browser:
    """A person at a browser: keeps cookies, and sends a form's token and one-time key as the page would."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.token = ""
        self.forms_sent = 0

    def sign_in(self, person: Person, password: str = PASSWORD) -> Self:
        self.get("/account/sign-in")
        answer = self.post("/account/sign-in", email=person.email, password=password)
        assert answer.status_code == 302, answer.text
        self.get("/desk/")
        return self

    def get(self, path: str, **options: Any) -> TestResponse:
        return self._read(self.client.get(path, **options))

    def post(self, path: str, **fields: Any) -> TestResponse:
        """Send a form; `once` is fresh each time unless given, as it is on a page loaded anew."""
        self.forms_sent += 1
        usual = {"csrf_token": self.token, "once": f"form-{id(self)}-{self.forms_sent}"}
        return self._read(self.client.post(path, data=usual | fields, content_type="multipart/form-data"))

    def buttons(self, path: str, name: str) -> set[str]:
        """The values of the page's buttons of that name."""
        return {b.get("value", "") for b in self.page(path).xpath("//button[@name=$name]", name=name)}

    def page(self, path: str) -> Any:
        """The page as a tree, after following redirects."""
        return html.fromstring(self.get(path, follow_redirects=True).text)

    def _read(self, answer: TestResponse) -> TestResponse:
        if "html" in answer.content_type and (
            found := re.search(r'name="csrf_token"[^>]* value="([^"]+)"', answer.text)
        ):
            self.token = found[1]
        return answer


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def browse(app: Flask) -> Callable[[Person], Browser]:
    """`browse(cast["petra"])` is a browser in which that person has signed in."""
    return lambda person: Browser(app.test_client()).sign_in(person)

"""Alive and ready are two questions; the second is answered part by part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import make_url, text

from editorial import db as database
from editorial.db import db, writing
from tests.factories import Made, Person

Make = Callable[..., Made]
WELL = {"database": "ok", "releases": "ok", "sqlite": "ok", "storage": "ok"}


def ready(client: FlaskClient) -> tuple[int, dict[str, str]]:
    got = client.get("/readyz")
    assert got.headers["Cache-Control"] == "no-store"
    assert got.json is not None
    assert got.json["status"] == ("ok" if got.status_code == 200 else "failing")
    return got.status_code, got.json["checks"]


def test_a_site_that_works_is_ready(client: FlaskClient) -> None:
    assert ready(client) == (200, WELL)
    assert client.get("/healthz").json == {"status": "ok", "checks": {}}


@pytest.fixture
def disorder(app: Flask) -> Iterator[None]:
    """A database that is there, and lacks a table."""
    rename(app, "article", "gone")
    yield
    rename(app, "gone", "article")


def rename(app: Flask, old: str, new: str) -> None:
    with app.app_context(), writing():
        db.session.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))
        db.session.commit()


@pytest.mark.usefixtures("disorder")
def test_a_database_that_fails_is_named_and_kills_no_process(client: FlaskClient) -> None:
    assert ready(client) == (503, WELL | {"database": "failing"})
    assert client.get("/healthz").status_code == 200


def test_a_database_that_was_started_anew_is_found_again(
    app: Flask, client: FlaskClient, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL: each connection of the pool is dead then, and says so only when it is asked."""
    if kind == "sqlite":
        return
    assert client.get("/").status_code == 200
    monkeypatch.setattr(database, "IDLE_SECONDS", 0)
    with app.app_context():
        ours = db.session.scalar(text("SELECT pg_backend_pid()"))
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"]).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as other:
        assert other.execute("SELECT pg_terminate_backend(%s)", (ours,)).fetchone() == (True,)
    assert client.get("/").status_code == 200


def test_pictures_that_cannot_be_kept_are_named(client: FlaskClient, tmp_path: Path) -> None:
    (tmp_path / "media").write_text("a file where the folder should be")
    assert ready(client) == (503, WELL | {"storage": "failing"})


def test_a_release_that_nobody_does_is_named(client: FlaskClient, cast: dict[str, Person], make_edition: Make) -> None:
    make_edition("scheduled", author=cast["nora"], released_in=timedelta(seconds=-30))
    assert ready(client) == (200, WELL), "the clock of the jobs may be at it"
    make_edition("scheduled", author=cast["nora"], released_in=timedelta(seconds=-90))
    assert ready(client) == (503, WELL | {"releases": "failing"})


@pytest.mark.usefixtures("disorder")
def test_no_check_says_more_than_its_name(client: FlaskClient) -> None:
    answer = client.get("/readyz").text
    for word in ("gone", "SELECT", "Error", "sqlite://", "postgresql", "Traceback"):
        assert word not in answer

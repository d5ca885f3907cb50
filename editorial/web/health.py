"""Whether this process runs, and whether it can do its work: for whoever watches it, in words without secrets."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from editorial import jobs, storage
from editorial.db import db, sqlite_is_safe
from editorial.models import Article
from editorial.web import settings

health = Blueprint("health", __name__)


@health.get("/healthz")
def alive() -> ResponseReturnValue:
    """The process answers. It asks no database, so that a database's trouble does not get every process killed."""
    return _answer({}, True)


@health.get("/readyz")
def ready() -> ResponseReturnValue:
    """Every part that a request needs answers; 503 names those that do not."""
    checks = {name: _holds(name, check) for name, check in CHECKS.items()}
    return _answer(checks, all(checks.values()))


def _database() -> bool:
    db.session.execute(select(Article.id).limit(1)).all()
    return True


def _storage() -> bool:
    return storage.of(settings()).is_writable()


def _releases() -> bool:
    return not jobs.overdue()


def _sqlite() -> bool:
    return db.engine.dialect.name != "sqlite" or sqlite_is_safe()


CHECKS: dict[str, Callable[[], bool]] = {
    "database": _database,
    "storage": _storage,
    "releases": _releases,
    "sqlite": _sqlite,
}


def _holds(name: str, check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception as error:  # whatever it is, the answer is “not ready”, and the log says why
        current_app.logger.error("readiness: the check of the %s failed: %s", name, type(error).__name__)
        db.session.rollback()  # so that what failed here does not fail the next check
        return False


def _answer(checks: dict[str, bool], well: bool) -> Response:
    answer = jsonify(
        status="ok" if well else "failing", checks={name: "ok" if held else "failing" for name, held in checks.items()}
    )
    answer.status_code = 200 if well else 503
    answer.cache_control.no_store = True
    return answer

"""The tables that migrations make are the ones the models describe, and the way back leaves nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import inspect

from editorial import tables
from editorial.app import create_app
from editorial.db import db
from editorial.tables import downgrade, upgrade
from tests.conftest import settings_for
from tests.databases import FreshDatabase, Kind


def leave_empty(url: str) -> None:
    """A database without a single table."""


@pytest.fixture
def bare(kind: Kind, fresh_database: FreshDatabase, tmp_path: Path) -> Flask:
    return create_app(settings_for(fresh_database(kind, leave_empty), tmp_path))


def is_described(name: str | None, kind: str, _parents: object) -> bool:
    """Each database builds the tokens of the search in its own way, SQLite with tables of its own beside them."""
    return kind != "table" or not str(name).startswith("search_tokens")


def checks() -> set[tuple[str, str]]:
    inspector = inspect(db.engine)
    return {(t, str(c["name"])) for t in inspector.get_table_names() for c in inspector.get_check_constraints(t)}


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")  # of SQLite
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
def test_up_the_migrations_make_what_the_models_describe_and_down_they_remove_it(bare: Flask) -> None:
    with bare.app_context():
        upgrade()
        with db.engine.connect() as connection:
            differences = compare_metadata(
                MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_described}),
                db.metadata,
            )
        assert differences == []
        migrated = checks()
        downgrade("base")
        assert inspect(db.engine).get_table_names() == ["alembic_version"]
        db.create_all()
        assert migrated == checks(), "a CHECK of the models is missing in the migrations, or the other way round"
        db.engine.dispose()


def test_going_up_twice_is_going_up_once(bare: Flask) -> None:
    with bare.app_context():
        upgrade()
        upgrade()
        downgrade("base")
        upgrade()
        assert "edition" in inspect(db.engine).get_table_names()
        db.engine.dispose()


def test_serving_knows_the_newest_migration_without_loading_any(bare: Flask) -> None:
    assert tables.newest() == ScriptDirectory(str(tables.MIGRATIONS)).get_current_head()
    with bare.app_context():
        assert tables.present() is None
        upgrade()
        assert tables.present() == tables.newest()
        db.engine.dispose()

"""The tables of an instance's database: made and brought up to date by Alembic, and looked at before serving.

Alembic is imported where tables are changed: serving asks for the newest migration's name alone, and loading all of
Alembic for that would be a tenth of its start.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from editorial.db import db

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).resolve().parent / "migrations"


def upgrade(to: str = "head") -> None:
    """Bring the tables up to date: all of it or nothing."""
    from alembic import command

    command.upgrade(_configured(), to)
    db.session.rollback()  # what was read before may be from other tables


def downgrade(to: str) -> None:
    """Take migrations back, down to the one named; “base” leaves no table."""
    from alembic import command

    command.downgrade(_configured(), to)
    db.session.rollback()


def newest() -> str:
    """The number of the newest migration, with which its file's name begins."""
    return max(path.name for path in (MIGRATIONS / "versions").glob("[0-9]*.py")).partition("_")[0]


def present() -> str | None:
    """The number of the migration that the database stands at; None where there was none yet."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        number: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return number


def _configured() -> Config:
    from alembic.config import Config

    config = Config(str(MIGRATIONS / "alembic.ini"))
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config

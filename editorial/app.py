"""The wiring: one application out of its parts."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from editorial import config, models
from editorial.config import Settings, SettingsError
from editorial.db import db, engine_options, migrate, sqlite_is_safe
from editorial.web import access, account, desk, errors, frame, health, language, public, rendering

PACKAGE = Path(__file__).resolve().parent
MIGRATIONS = PACKAGE / "migrations"


def create_app(settings: Settings | None = None) -> Flask:
    """The application of one instance. Raises SettingsError when it must not start as it is set up."""
    settings = settings or config.load()
    if not sqlite_is_safe():
        raise SettingsError("The bundled SQLite is older than 3.51.3 and can corrupt a database: install the locked requirements.")
    if not (language.TRANSLATIONS / "vi/LC_MESSAGES/messages.mo").exists():
        raise SettingsError("The Vietnamese catalogue is not compiled: run “make env”.")
    app = Flask(
        __name__,
        instance_path=str(settings.instance),
        template_folder=str(_beside("templates")),
        static_folder=str(_beside("static")),
    )
    app.extensions["editorial"] = settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.old_secret_keys),
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
    )
    models.Article  # noqa: B018  the tables are known from here on
    db.init_app(app)
    migrate.init_app(app, db, directory=str(MIGRATIONS))
    for part in (language, rendering, access, account, frame, errors):
        part.init_app(app)
    app.register_blueprint(public.public)
    app.register_blueprint(desk.desk, url_prefix="/desk")
    app.register_blueprint(health.health)
    return app


def _beside(name: str) -> Path:
    """The folder in a checkout (beside the package) or in an installed wheel (inside it)."""
    inside = PACKAGE / name
    return inside if inside.exists() else PACKAGE.parent / name

"""The wiring: one application out of its parts."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.exc import OperationalError

from editorial import accounts, config, models, tables
from editorial.config import Settings, SettingsError
from editorial.db import db, engine_options, sqlite_is_safe
from editorial.web import (
    access,
    account,
    admin,
    api,
    desk,
    errors,
    frame,
    health,
    language,
    look,
    page_cache,
    papers,
    public,
    rendering,
    visits,
)

PACKAGE = Path(__file__).resolve().parent

A_YEAR = 365 * 24 * 3600  # seconds: a static file's address bears its fingerprint, so what it names never changes


def create_app(settings: Settings | None = None) -> Flask:
    """The application of one instance. Raises SettingsError when it must not start as it is set up."""
    settings = settings or config.load()
    if not sqlite_is_safe():
        raise SettingsError(
            "The bundled SQLite is older than 3.51.3 and can corrupt a database: install the locked requirements."
        )
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
        SEND_FILE_MAX_AGE_DEFAULT=A_YEAR,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
    )
    remember_templates(app, settings.instance / "cache")
    models.Article  # noqa: B018  the tables are known from here on
    db.init_app(app)
    for part in (language, look, rendering, papers, visits, page_cache, access, account, frame, errors):
        part.init_app(app)
    app.register_blueprint(public.public)
    app.register_blueprint(api.api)
    app.register_blueprint(public.feedback.feedback)
    app.register_blueprint(desk.desk, url_prefix="/desk")
    app.register_blueprint(admin.admin)
    app.register_blueprint(health.health)
    return app


def remember_templates(app: Flask, folder: Path) -> None:
    """Keep compiled templates for the next start, each under the fingerprint of its text."""
    if folder.parent.is_dir():
        folder.mkdir(mode=0o700, exist_ok=True)
        app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(folder))


def start(settings: Settings | None = None) -> Flask:
    """The application, for serving. Raises SettingsError also when the database does not fit: old tables, demo
    accounts.

    No connection stays open behind, so that a server may fork after this.
    """
    app = create_app(settings)
    with app.app_context():
        try:
            _check_database(app.extensions["editorial"])
        finally:
            db.session.remove()
            db.engine.dispose()
    return app


def _check_database(settings: Settings) -> None:
    try:
        present = tables.present()
    except OperationalError as error:
        raise SettingsError(f"The database does not answer: {error.orig}.") from error
    if present != tables.newest():
        raise SettingsError("The tables are not up to date: run “editorial init”.")
    if not settings.demo and accounts.has_demo_accounts():
        raise SettingsError(
            "This database holds the demo's accounts, whose password is known: it must not serve in earnest."
        )


def _beside(name: str) -> Path:
    """The folder in a checkout (beside the package) or in an installed wheel (inside it)."""
    inside = PACKAGE / name
    return inside if inside.exists() else PACKAGE.parent / name

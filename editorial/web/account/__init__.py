"""Signing in and out, and passwords, on Flask-Security.

Its engine is used throughout: hashing, signed tokens, the people's store, and Flask-Login beneath. Its pages are not:
each of ours ends its reading before it hashes, takes the writer's place only after, and then looks again whether what
it read still holds. A password takes 40 ms to hash, on purpose; nobody else has to wait for that.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Flask, request, session
from flask.typing import ResponseReturnValue
from flask_login import LoginManager
from flask_security import RoleMixin, Security, SQLAlchemyUserDatastore
from limits.errors import ConfigurationError

from editorial import accounts, outbox
from editorial.config import Settings, SettingsError
from editorial.db import db
from editorial.models import User
from editorial.web import access
from editorial.web.throttle import limiter

RESET_WITHIN = timedelta(hours=2)
OPEN = frozenset({"account.sign_in", "account.sign_out", "account.forgot", "account.reset"})  # to who is not signed in

account = Blueprint("account", __name__, url_prefix="/account")


def init_app(app: Flask) -> None:
    """Raises SettingsError when mail, and so a reset, could never reach anybody."""
    settings: Settings = app.extensions["editorial"]
    outbox.check(settings)
    app.config.update(
        # argon2id with OWASP's first parameters (19 MiB, two passes): more memory a sign-in would buy little here.
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_SINGLE_HASH={"argon2"},
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS={
            "argon2__memory_cost": 19 * 1024,
            "argon2__time_cost": 2,
            "argon2__parallelism": 1,
        },
        # Part of a token for a reset: a hash of a hash, which need not be slow to be safe.
        SECURITY_HASHING_SCHEMES=["hex_sha256"],
        SECURITY_DEPRECATED_HASHING_SCHEMES=[],
        SECURITY_RESET_PASSWORD_WITHIN=RESET_WITHIN,
        SECURITY_JOIN_USER_ROLES=False,  # roles are assignments here, which Flask-Security never asks for
        SECURITY_CLI_USERS_NAME=None,
        SECURITY_CLI_ROLES_NAME=None,
        SESSION_PROTECTION=None,  # a telephone changes its address on the way; the sign-in's row is what counts
        RATELIMIT_STORAGE_URI=settings.redis_url or "memory://",
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,  # without Redis, each process counts for itself
        RATELIMIT_KEY_PREFIX="editorial",
    )
    security = Security(app, SQLAlchemyUserDatastore(db, User, RoleMixin), register_blueprint=False)
    _let_in_by_session_only(security.login_manager)
    try:
        limiter.init_app(app)
    except (ConfigurationError, ValueError):  # whose text may hold the address, and with it a password
        sentence = "EDITORIAL_REDIS_URL has to begin with redis:// or rediss://, and needs the package “redis”."
        raise SettingsError(sentence) from None
    _spare_readers(app, security)
    app.register_blueprint(account)


@account.before_request
def wall() -> ResponseReturnValue | None:
    return None if request.endpoint in OPEN else access.sign_in_wall()


def _whose(uniquifier: str) -> User | None:
    return accounts.signed_in(session.get("key", ""), uniquifier)


def _let_in_by_session_only(manager: LoginManager) -> None:
    """Close the ways in that the engine has besides: tokens in addresses or headers, and a “remember me” cookie."""
    manager.user_loader(_whose)
    manager.request_loader(None)
    manager._load_user_from_remember_cookie = lambda cookie: None


def _spare_readers(app: Flask, security: Security) -> None:
    """Take out what would look at the session on every request, for pictures and style sheets too.

    One hook loads the permissions of Flask-Principal, which nothing here asks; another refreshes a “remember me”
    cookie, which is never set. With them each page would vary by cookie, and each file would cost its reader a query.
    The last looks for a limit on every page, where the few views that have one ask for it themselves.
    """
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    app.after_request_funcs[None].remove(security.login_manager._update_remember_cookie)
    app.before_request_funcs[None].remove(limiter._check_request_limit)


from editorial.web.account import views  # noqa: E402

__all__ = ["account", "init_app", "views"]

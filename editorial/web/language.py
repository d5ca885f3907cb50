"""Which language a page speaks: Vietnamese unless English is asked for.

Readers ask by the address (`/en/…` is the same site in English); staff by `?lang=en`, which their session remembers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, has_request_context, request, session
from flask_babel import Babel

LANGUAGES = ("vi", "en")
DEFAULT = "vi"
TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"
ENGLISH_ROOT = "/en"
KEY = "editorial.language"


class EnglishRoot:
    """Moves a leading `/en` from the path to the script's root: routes stay as they are and `url_for` keeps the
    prefix.
    """

    def __init__(self, wsgi: Callable[..., Iterable[bytes]]) -> None:
        self.wsgi = wsgi

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == ENGLISH_ROOT or path.startswith(ENGLISH_ROOT + "/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + ENGLISH_ROOT
            environ["PATH_INFO"] = path.removeprefix(ENGLISH_ROOT)
            environ[KEY] = "en"
        return self.wsgi(environ, start_response)


def init_app(app: Flask) -> None:
    app.wsgi_app = EnglishRoot(app.wsgi_app)  # type: ignore[method-assign]
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Ho_Chi_Minh"
    Babel(app, locale_selector=current, default_locale=DEFAULT)
    app.before_request(_remember)
    app.context_processor(lambda: {"lang": current(), "elsewhere": elsewhere})


def current() -> str:
    """The language of the page being made, as a code of LANGUAGES."""
    if not has_request_context():
        return DEFAULT
    if KEY in request.environ:
        return str(request.environ[KEY])
    if request.path.startswith(STAFF):
        asked = request.args.get("lang") or session.get("lang")
        return asked if asked in LANGUAGES else DEFAULT
    return DEFAULT


def elsewhere() -> tuple[str, str]:
    """The other language's code and the address of this very page in it."""
    other = "vi" if current() == "en" else "en"
    if request.path.startswith(STAFF):
        kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
        return other, f"{request.path}?{urlencode([*kept, ('lang', other)])}"
    outer = request.script_root.removesuffix(ENGLISH_ROOT)
    query = f"?{request.query_string.decode('ascii', 'ignore')}" if request.query_string else ""
    return other, f"{outer}{ENGLISH_ROOT if other == 'en' else ''}{request.path}{query}"


STAFF = ("/desk", "/account", "/admin")


def _remember() -> None:
    asked = request.args.get("lang")
    if asked in LANGUAGES and request.path.startswith(STAFF):
        session["lang"] = asked

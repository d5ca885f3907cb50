"""What templates may call: dates, numbers and words in the page's language, stored text made safe, static addresses."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from flask_babel import gettext
from markupsafe import Markup

from editorial import manuscript, markup, vietnamese
from editorial.web import language


def init_app(app: Flask) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters |= {
        "moment": _spoken(vietnamese.moment),
        "moment_with_zone": _spoken(vietnamese.moment_with_zone),
        "short_date": _spoken(vietnamese.short_date),
        "header_date": _spoken(vietnamese.header_date),
        "formal_date": _spoken(vietnamese.formal_date),
        "number": _spoken(vietnamese.number),
        "iso": iso,
        "words": words,
        "term_slug": manuscript.term_slug,
        "body": body,
    }
    app.jinja_env.globals["static"] = static


def iso(moment: datetime | date) -> str:
    """ISO 8601, a moment with Vietnam's offset: what `datetime` attributes, feeds and structured data carry."""
    if isinstance(moment, datetime):
        return vietnamese.local(moment).isoformat(timespec="seconds")
    return moment.isoformat()


def words(message: str, **values: object) -> str:
    """A message id held in data, in the page's language."""
    return gettext(message, **values) if message else ""


def body(text: str) -> Markup:
    """A stored body, cleaned once more on its way out: what reached the database by another way is no danger here."""
    return Markup(markup.render(text))  # noqa: S704


def static(path: str) -> str:
    """The address of a static file, with its content's fingerprint, outside of any language's root. A wrong name
    raises.
    """
    return f"{current_app.static_url_path}/{path}?v={_fingerprint(current_app.static_folder or '', path)}"


@cache
def _fingerprint(folder: str, path: str) -> str:
    return hashlib.sha256(Path(folder, path).read_bytes()).hexdigest()[:12]


def _spoken(formatter: Callable[..., str]) -> Callable[[Any], str]:
    """A formatter of `vietnamese` with the page's language filled in; nothing stays nothing."""
    return lambda value: "" if value is None else formatter(value, lang=language.current())

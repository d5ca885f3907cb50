"""How a reader wants the site to look: size of text, contrast, light or dark, colours. Kept in one small cookie.

The cookie holds words of WORDS and nothing else, each at most once and in their order; whatever else it holds is the
usual look. So it says nothing of a person, and there are few enough looks for finished pages to be kept for each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from flask import Flask, has_request_context, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.http import parse_cookie
from werkzeug.wrappers import Response

from editorial.web import settings
from editorial.web.access import local, without_token, writes_late
from editorial.words import N_

COOKIE = "editorial-look"
A_YEAR = 365 * 24 * 3600
KEY = "editorial.look"
PLACE = "giao-dien"  # the address, and on each page the id of what sets it

# By what is set: its words, the usual one (which the cookie leaves out) first. They are classes of <html>, too.
WORDS = {
    "size": ("", "small", "large", "larger", "largest"),
    "contrast": ("", "high"),
    "mode": ("", "light", "dark"),
    "theme": ("", "blue", "red", "gold"),
}
SIZES = ("small", "", "large", "larger", "largest")  # from the smallest on
MODE_LABELS = {"": N_("As on my device"), "light": N_("Light"), "dark": N_("Dark")}
THEME_LABELS = {"": N_("Leaf green"), "blue": N_("Sea blue"), "red": N_("Red"), "gold": N_("Gold")}
BARS = {"": "#0d4f4b", "blue": "#0b4a82", "red": "#a3161a", "gold": "#ffcf33"}  # what browsers colour round the page


@dataclass(frozen=True, slots=True)
class Look:
    size: str = ""
    contrast: str = ""
    mode: str = ""
    theme: str = ""

    def __str__(self) -> str:
        """The one way of writing it: "" for the usual look, "large.dark.blue" for another."""
        return ".".join(filter(None, (getattr(self, part.name) for part in fields(self))))

    @property
    def classes(self) -> str:
        return str(self).replace(".", " ")

    @property
    def smaller(self) -> str | None:
        """The next smaller size of text, if there is one."""
        place = SIZES.index(self.size)
        return SIZES[place - 1] if place else None

    @property
    def larger(self) -> str | None:
        place = SIZES.index(self.size) + 1
        return SIZES[place] if place < len(SIZES) else None

    @property
    def bar(self) -> str:
        return "#000000" if self.contrast else BARS[self.theme]


USUAL = Look()


def read(text: str) -> Look:
    """The look that a cookie's text means; the usual one for anything that was not written here."""
    if not text or len(text) > 40:
        return USUAL
    words = text.split(".")
    known = {part: word for part, of_part in WORDS.items() for word in of_part if word and word in words}
    look = Look(**known)
    return look if str(look) == text else USUAL


def key(environ: Mapping[str, Any]) -> str:
    """The look that a request asks for, as a short word for the cache of pages; "" for the usual one."""
    sent = environ.get("HTTP_COOKIE", "")
    return str(read(parse_cookie(sent).get(COOKIE, ""))) if COOKIE in sent else ""


def here() -> Look:
    """The look of the page that is being made."""
    return read(key(request.environ)) if has_request_context() else USUAL


def init_app(app: Flask) -> None:
    app.jinja_env.globals |= {"look": here, "mode_labels": MODE_LABELS, "theme_labels": THEME_LABELS}
    app.jinja_env.globals["look_here"] = _here
    app.add_url_rule(f"/{PLACE}", "look", set_look, methods=["POST"])


@without_token
@writes_late()
def set_look() -> ResponseReturnValue:
    """Set one thing, or all of them back, and return to where the reader was.

    It takes no token: the page with the form is kept for everybody, and a token would need a session, which readers
    do not get. It is a POST, so that no robot, preview or prefetch changes anybody's look by following a link. It can
    set this cookie to one of the known looks and can do nothing else, it asks the database nothing, and a form that
    another site sends is refused before.
    """
    look = here()
    for part, words in WORDS.items():
        if (word := request.form.get(part)) is not None and word in words:
            look = replace(look, **{part: word})
    if "usual" in request.form:
        look = USUAL
    back = local(request.form.get("next")) or f"{request.script_root}/"
    answer = redirect(f"{back.partition('#')[0]}#{PLACE}", 303)
    _keep(answer, str(look))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _keep(answer: Response, value: str) -> None:
    """HttpOnly, because no script of ours needs it; without a value the cookie goes."""
    secure = settings().secure
    if value:
        answer.set_cookie(COOKIE, value, max_age=A_YEAR, path="/", secure=secure, httponly=True, samesite="Lax")
    else:
        answer.delete_cookie(COOKIE, path="/", secure=secure, httponly=True, samesite="Lax")


def _here() -> str:
    """The path of this very page, for coming back to it; the home page for an answer to a form."""
    if request.method not in ("GET", "HEAD"):
        return f"{request.script_root}/"
    query = f"?{request.query_string.decode('ascii', 'ignore')}" if request.query_string else ""
    return f"{request.script_root}{request.path}{query}"

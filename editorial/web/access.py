"""Who gets in, and how: by place, for every route there is or will be, before any view is asked.

A request is taken in like this: its host is one of ours; its body is bounded and read to the end; it was sent by one
of our own pages, with its token. Then, and only then, is the database touched, in transactions that take the writer's
place at once if the method says that something will change. So no slow sender and no refused form holds anybody up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from flask_wtf import CSRFProtect
from werkzeug.exceptions import BadRequest, Forbidden, RequestEntityTooLarge, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from editorial import db
from editorial.config import Settings
from editorial.web import settings as settings_in_force

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
PRIVATE = frozenset({"desk", "account", "admin"})  # blueprints whose pages belong to one person
LOOPBACK = ("localhost", "127.0.0.1")

LARGEST_REQUEST = 12 * 2**20  # a picture as a camera makes it, and the form around it
LARGEST_FORM = 2 * 2**20  # all that is not a file
MOST_FIELDS = 200
IDLE = timedelta(hours=12)

HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "object-src 'none'",
        )
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
A_YEAR = (
    "max-age=31536000"  # sent with HTTPS only, and for this host alone: the commune's other sites are not ours to bind
)

View = TypeVar("View", bound=Callable[..., Any])
csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    settings: Settings = app.extensions["editorial"]
    app.config.update(
        TRUSTED_HOSTS=_hosts(settings),
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        MAX_FORM_PARTS=MOST_FIELDS,
        # A tuple, because Flask-Security would sign with the last key of a list, which is an old one.
        SECRET_KEY_FALLBACKS=settings.old_secret_keys,
        SESSION_COOKIE_NAME="__Host-editorial" if settings.secure else "editorial",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        PERMANENT_SESSION_LIFETIME=IDLE,  # from the last page on; accounts.LONGEST_SIGN_IN limits the whole
        WTF_CSRF_TIME_LIMIT=None,  # a form is good for as long as the session that it was drawn in
        WTF_CSRF_SSL_STRICT=False,  # _comes_from_us asks more than a referrer, and works for browsers that send none
    )
    app.session_interface = Sessions()
    app.url_map.converters["int"] = Id
    if settings.proxies:
        trusted = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=trusted, x_proto=trusted, x_host=trusted)  # type: ignore[method-assign]
    app.before_request(_take_in)
    csrf.init_app(app)
    app.before_request(_let_write)
    app.after_request(_seal)
    app.teardown_request(lambda _: db.may_write(None))


def writes_late(when: Callable[[], bool] = lambda: True) -> Callable[[View], View]:
    """Mark a view that has something slow to do before it writes, or has `when` this request is such a one: then it
    takes the writer's place itself (`db.writing`).
    """

    def mark(view: View) -> View:
        view.writes_late = when  # type: ignore[attr-defined]
        return view

    return mark


def without_token(view: View) -> View:
    """Mark a form of readers, which no token can guard: its page is kept for everybody, and readers have no session.

    So there is nobody in whose name another site could send it, and it must not ask who is signed in. Where it comes
    from is looked at all the same. `tests/web/test_routes.py` names each such view with its reason.
    """
    csrf.exempt(view)
    return view


def sign_in_wall() -> ResponseReturnValue | None:
    """For a blueprint's `before_request`: whoever is not signed in is asked to do so, and then comes back to this page.

    What they sent is refused with 401; nothing is acted on later.
    """
    if current_user.is_authenticated:
        return None
    if request.method not in SAFE:
        abort(401)
    here = quote(request.script_root + request.path)
    if request.query_string:
        here += "?" + quote(request.query_string, safe="%&+,/:;=?@")
    return redirect(url_for("account.sign_in", next=here))


def local(address: str | None) -> str | None:
    """The address, if it is a path on this site and nothing that any browser could take for another site's."""
    if not address or not address.startswith("/") or address.startswith("//"):
        return None
    if "\\" in address or any(character <= " " or character == "\x7f" for character in address):
        return None  # browsers read \ as /, and drop what is not printed before they look at the rest
    parts = urlsplit(address)
    return None if parts.scheme or parts.netloc else address


class Id(IntegerConverter):
    """`<int:…>` in an address: a number that the database can hold, in plain digits. Anything else is a 404."""

    regex = "[0-9]{1,19}"

    def __init__(self, map: Any, *args: Any, **options: Any) -> None:
        super().__init__(map, *args, **({"max": db.LARGEST_ID} | options))


class Sessions(SecureCookieSessionInterface):
    """Begins the idle time anew with every answer that looked at the session, and never sends it with a picture.

    The cookie ends with the browser as well, which on a shared computer is how many people leave.
    """

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        return session.accessed and super().should_set_cookie(app, session)

    def get_expiration_time(self, app: Flask, session: SessionMixin) -> None:
        return None


def _take_in() -> ResponseReturnValue | None:
    if isinstance(request.routing_exception, SecurityError):
        # No page can be drawn here: there is no address of ours that its links could begin with.
        return Response(
            gettext("This site does not answer to that name."), 400, content_type="text/plain; charset=utf-8"
        )
    unsafe = request.method not in SAFE
    if unsafe:
        _read_body()
    _refuse_nul()
    if unsafe and not _comes_from_us():
        raise Forbidden(gettext("This form was sent from another site, so nothing was done."))
    return None


def _let_write() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    late: Callable[[], bool] = getattr(view, "writes_late", lambda: False)
    db.may_write(request.method not in SAFE and view is not None and not late())


def _read_body() -> None:
    """Read the form and its files to the end, within the limits; raises RequestEntityTooLarge."""
    if request.mimetype == "application/x-www-form-urlencoded":
        if (request.content_length or 0) > LARGEST_FORM:
            raise RequestEntityTooLarge
        body = request.get_data(parse_form_data=False)
        if len(body) > LARGEST_FORM or body.count(b"&") >= MOST_FIELDS:
            raise RequestEntityTooLarge
    request.form  # noqa: B018  read here, once, for whoever asks later


def _refuse_nul() -> None:
    """No text holds a NUL, and PostgreSQL takes none: who sends one is not at a keyboard."""
    if "\0" in request.path or _holds_nul(request.args.items(multi=True)) or _holds_nul(request.form.items(multi=True)):
        raise BadRequest(gettext("The request holds a character that cannot be typed."))


def _holds_nul(pairs: Iterable[tuple[str, str]]) -> bool:
    return any("\0" in name or "\0" in value for name, value in pairs)


def _comes_from_us() -> bool:
    """Whether the browser says that one of our own pages sent this; the token is asked for besides.

    Old browsers say nothing. `Host` was compared with our names already, and no page of another site can set it.
    """
    if site := request.headers.get("Sec-Fetch-Site"):
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or origin.partition("://")[2] == request.host


def _seal(response: Response) -> Response:
    """What goes with every answer; a view may set a header itself where it knows better."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if settings_in_force().secure:
        response.headers.setdefault("Strict-Transport-Security", A_YEAR)
    if request.blueprint in PRIVATE or _somebody_is_signed_in():
        response.headers["Cache-Control"] = "no-store"
        response.vary.add("Cookie")
    elif response.status_code >= 400:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _somebody_is_signed_in() -> bool:
    """Whether this request asked who is signed in, and somebody was: looking here must not make every page vary."""
    person = g.get("_login_user")
    return person is not None and person.is_authenticated


def _hosts(settings: Settings) -> list[str]:
    own = urlsplit(settings.site_url).hostname or ""
    return [own, *LOOPBACK] if settings.demo or own in LOOPBACK else [own]

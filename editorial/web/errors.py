"""Every refusal and every failure becomes a page here, in the person's language, with the status that says what it is.

- 403: it is not yours to decide. 409: it was possible a moment ago, or is a matter of the state the text is in.
- 409 as well: the text is another than the one that was read. Both are shown, and there is a way on.
- 422: something is missing or wrong in what was typed; each fault stands next to its field.
- 404: it does not exist, or is not yours to see; nobody can tell which.

Whoever sent a text gets it back with the refusal, whatever the reason: no text is ever lost.
"""

from __future__ import annotations

import secrets
import traceback
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

from flask import Flask, current_app, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import BadRequest, Conflict, Forbidden, HTTPException, InternalServerError, ServiceUnavailable
from werkzeug.wrappers import Response

from editorial import markup, workflow, worklist
from editorial.articles import Stale
from editorial.assets import NotAPicture
from editorial.db import db
from editorial.manuscript import Fault, Incomplete
from editorial.models import Edition
from editorial.web import pages, problems
from editorial.web.forms import ManuscriptForm, MoveForm
from editorial.web.pages import Sheet
from editorial.words import N_
from editorial.workflow import NotAllowed, ReasonMissing, State, TimeWrong

FRAMES_IN_LOG = 12
WORDS = {  # by status: the heading, and what it means for the person
    400: (N_("This request cannot be understood"), N_("Something in it is missing or damaged. Nothing was changed.")),
    401: (N_("You are signed out"), N_("Nothing was saved or decided. Sign in, then do it again.")),
    403: (N_("This is not yours to do"), N_("Nothing was changed.")),
    404: (N_("There is nothing here"), N_("The address is wrong, or what was here is gone or not meant for you.")),
    405: (
        N_("This does not work that way"),
        N_("The address exists, but not for this kind of request. Nothing was changed."),
    ),
    409: (
        N_("Somebody was faster"),
        N_("It was changed while you looked at it. Nothing of yours was saved: look at it again."),
    ),
    413: (N_("This is too large"), N_("What you sent is larger than this site accepts. Nothing was saved.")),
    429: (N_("Too many attempts"), N_("Wait a few minutes, then try again.")),
    500: (
        N_("Something went wrong here"),
        N_("The fault is ours, and it is noted. Look whether your last step took effect before you repeat it."),
    ),
    503: (N_("The site cannot do this right now"), N_("Nothing was saved. Try again in a minute.")),
}
EXPIRED = (
    N_("This form is no longer valid"),
    N_("The page was open for too long, or since another sign-in. Nothing was saved or decided: send it again."),
)


def init_app(app: Flask) -> None:
    handlers: dict[type[Exception], Any] = {
        NotAllowed: not_allowed,
        ReasonMissing: not_answered,
        TimeWrong: not_answered,
        Incomplete: incomplete,
        NotAPicture: not_a_picture,
        markup.TooLarge: not_a_body,
        Stale: stale,
        StaleDataError: overtaken,
        OperationalError: unavailable,
        HTTPException: in_words,
    }
    for kind, handler in handlers.items():
        app.register_error_handler(kind, handler)
    app.log_exception = partial(log, app)  # type: ignore[method-assign]


def not_allowed(refusal: NotAllowed) -> ResponseReturnValue:
    """The edition's page says why, and what is possible instead; a text that came along is given back."""
    sheet = _sheet() if pages.carries_a_text() else None
    edition = sheet.edition if sheet and sheet.edition else pages.edition_here()
    status = 409 if edition and _is_about_the_state(edition) else 403
    message = gettext(refusal.message)
    current_app.logger.info("refused with %s: %s for account %s", status, request.endpoint, current_user.get_id())
    if sheet:
        return pages.write_page(sheet, notice=message, status=status)
    if edition:
        return pages.edition_page(edition, refusal=message, status=status)
    return page(status, gettext(WORDS[status][0]), message)


def not_answered(refusal: NotAllowed) -> ResponseReturnValue:
    """A reason or a time is missing: said next to its field."""
    edition = pages.edition_here()
    assert edition is not None
    assert request.view_args is not None
    form = MoveForm().about(workflow.BY_NAME[request.view_args["name"]])
    field = form.reason if isinstance(refusal, ReasonMissing) else form.release_date
    field.errors = [gettext(refusal.message)]
    return pages.edition_page(edition, tried=form, status=422)


def incomplete(refusal: Incomplete) -> ResponseReturnValue:
    """All faults at once. Where the author can mend them, each next to its field."""
    edition = pages.edition_here()
    if edition and edition.state is not State.DRAFT and not pages.carries_a_text():
        return pages.edition_page(edition, faults=refusal.faults, status=422)
    sheet, notice = _sheet(), ""
    if sheet.saved:
        notice = gettext("The draft is saved. It was not submitted, because something is missing yet.")
    sheet.form.blame(refusal.faults)
    return pages.write_page(sheet, notice=notice, status=422)


def not_a_picture(refusal: NotAPicture) -> ResponseReturnValue:
    return _blamed(Fault("cover", refusal.message, refusal.values))


def not_a_body(refusal: markup.TooLarge) -> ResponseReturnValue:
    return _blamed(Fault("body", refusal.message))


def stale(refusal: Stale) -> ResponseReturnValue:
    """Somebody changed the text meanwhile: both texts, and a form that carries on from here with one click."""
    edition = refusal.edition
    if refusal.mine is not None:
        note = pages.sheet().form.change_note.data or ""
        form = ManuscriptForm.showing(refusal.mine, seen=edition.head.digest, change_note=note)
        return pages.stale_page(Sheet(form, edition), refusal.mine)
    assert request.view_args is not None
    transition = workflow.BY_NAME[request.view_args["name"]]
    tried = MoveForm.for_(transition, seen=edition.head.digest, reason=MoveForm().reason.data or "")
    return pages.edition_page(
        edition, tried=tried, read=worklist.text_seen(edition, refusal.seen), outdated=True, status=409
    )


def overtaken(_error: StaleDataError) -> ResponseReturnValue:
    db.session.rollback()
    return in_words(Conflict())


def unavailable(error: OperationalError) -> ResponseReturnValue:
    """The database is locked for too long, full, or gone. Reading may still work, and the text comes back."""
    log(current_app, (type(error), error, error.__traceback__))
    db.session.rollback()
    return in_words(ServiceUnavailable(retry_after=60))


def in_words(error: HTTPException) -> ResponseReturnValue:
    """What Flask, the gate or a view refused by status alone."""
    if error.response is not None or error.code is None or error.code < 400:
        return error
    heading, usual = WORDS.get(error.code, WORDS[400 if error.code < 500 else 500])
    reference, message = "", gettext(usual)
    if isinstance(error, CSRFError):
        heading, message = EXPIRED[0], gettext(EXPIRED[1])
    elif isinstance(error, InternalServerError):
        db.session.rollback()
        reference = _reference()
    elif type(error) in (BadRequest, Forbidden) and error.description != type(error).description:
        message = str(error.description)  # said by whoever refused, in the person's language
    answer = page(error.code, gettext(heading), message, reference)
    for name, value in error.get_headers():
        if name != "Content-Type":
            answer.headers[name] = value
    return answer


def page(status: int, title: str, message: str, reference: str = "") -> Response:
    """The page of a refusal. A text that came along comes back in a form; with 403 it came from another site's page."""
    if problems.are_asked_for():
        return problems.answer(status, title, message, reference)
    try:
        if pages.carries_a_text() and status != 403:
            return make_response(pages.write_page(_sheet(), notice=f"{title}. {message}", status=status))
        drawn = render_template("errors/page.html", code=status, title=title, message=message, reference=reference)
        return make_response(drawn, status)
    except Exception:  # a page that cannot be drawn either: the database is gone, or a template is at fault
        current_app.logger.error("%s the page of this refusal could not be drawn", reference or _reference())
        return make_response(_bare(title, message, reference), status)


def log(app: Flask, failure: tuple[Any, Any, TracebackType | None]) -> None:
    """One line: the reference that the person gets, the kind of failure, and where. Never a word of anybody's text."""
    kind, error, trace = failure
    cause = f" from {type(error.__cause__).__name__}" if error and error.__cause__ else ""
    frames = traceback.extract_tb(trace)[-FRAMES_IN_LOG:]
    where = " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    app.logger.error(
        "%s %s %s: %s%s at %s", _reference(), request.method, request.endpoint, kind.__name__, cause, where
    )


def _sheet() -> Sheet:
    """The text to go on with: as it was typed, or as it stands in the store when it is there already."""
    sheet = pages.sheet()
    stored = sheet.edition if pages.carries_a_text() else pages.edition_here()
    if stored and (sheet.saved or not pages.carries_a_text()):
        return replace(Sheet.of(stored), saved=True)
    return sheet


def _reference() -> str:
    """The number by which a person and the log speak of the same failure."""
    if "reference" not in g:
        g.reference = secrets.token_hex(4)
    return str(g.reference)


def _is_about_the_state(edition: Edition) -> bool:
    """Whether the refusal is due to the state of the text, and not to who asked."""
    name = (request.view_args or {}).get("name")
    wanted = workflow.BY_NAME[name].source if name else State.DRAFT
    return edition.state is not wanted


def _blamed(fault: Fault) -> ResponseReturnValue:
    sheet = pages.sheet()
    sheet.form.blame([fault])
    return pages.write_page(sheet, status=422)


def _bare(title: str, message: str, reference: str) -> str:
    """A page that needs nothing: no template, no database, nobody signed in."""
    lines = [
        "<!doctype html>",
        '<meta charset="utf-8">',
        f"<title>{escape(title)}</title>",
        f"<h1>{escape(title)}</h1>",
    ]
    lines.append(f"<p>{escape(message)} {escape(reference)}</p>")
    if pages.carries_a_text():
        lines += [
            f"<textarea rows=20 cols=80 readonly>{escape(request.form[part])}</textarea>"
            for part in ("title", "lede", "body")
            if part in request.form
        ]
    return "\n".join(lines)

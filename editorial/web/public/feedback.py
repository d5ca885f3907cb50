"""What readers tell the board: a rating in one click, an error in a passage, a word about the site.

Nobody signs in for it and no page sets a cookie; the one that lets a reader change a rating is set by rating. What
stands here is never kept by a cache: the forms know when they were drawn.
"""

from __future__ import annotations

import re
import secrets

from flask import Blueprint, Response, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_limiter import RateLimitExceeded

from editorial import catalogue, vietnamese
from editorial.catalogue import Story
from editorial.db import now, writing
from editorial.feedback import ratings, reports
from editorial.models import Level
from editorial.web import language, settings
from editorial.web.access import without_token, writes_late
from editorial.web.addresses import address as page_address
from editorial.web.public.head import Head
from editorial.web.public.report_form import ReportForm
from editorial.web.throttle import address, limiter, seconds_to_wait

feedback = Blueprint("feedback", __name__)

COOKIE = "editorial-rating"
VOTER = re.compile(r"[A-Za-z0-9_-]{22}")


@feedback.after_request
def keep_nothing(answer: Response) -> Response:
    answer.cache_control.no_store = True
    return answer


def voter() -> str:
    """The random word that this browser was given when it rated something; empty when it has not."""
    word = request.cookies.get(_cookie(), "")
    return word if VOTER.fullmatch(word) else ""


def here() -> str:
    return f"{address()} {request.path}"


def was_filed(_: Response) -> bool:
    return bool(g.get("filed"))


@feedback.post("/tin/<int:article_id>/danh-gia")
@without_token
@limiter.limit("600 per hour")
@limiter.limit("60 per 12 hours", key_func=here)
@limiter.limit("60 per hour", key_func=voter, exempt_when=lambda: not voter())
def rate(article_id: int) -> ResponseReturnValue:
    """Count a click. The reader's own limit is asked first, and what it refuses counts against nobody else."""
    try:
        level = Level(request.form.get("level", ""))
    except ValueError:
        abort(400)
    word = voter() or secrets.token_urlsafe(16)
    slug = ratings.give(article_id, level, word)
    if slug is None:
        abort(404)
    answer = redirect(url_for("public.article", article_id=article_id, slug=slug, _anchor="cam-on"), 303)
    answer.set_cookie(
        _cookie(), word, max_age=ratings.WINDOW, secure=settings().secure, httponly=True, samesite="Strict"
    )
    return answer


@feedback.route("/tin/<int:article_id>/bao-loi", methods=["GET", "POST"])
@without_token
@writes_late()
@limiter.limit("120 per hour", methods=["POST"])
@limiter.limit("20 per hour; 60 per day", methods=["POST"], deduct_when=was_filed)
def report(article_id: int) -> ResponseReturnValue:
    return _form_or_thanks(_story(article_id))


@feedback.route("/gop-y", methods=["GET", "POST"])
@without_token
@writes_late()
@limiter.limit("120 per hour", methods=["POST"])
@limiter.limit("20 per hour; 60 per day", methods=["POST"], deduct_when=was_filed)
def write() -> ResponseReturnValue:
    return _form_or_thanks(None)


@feedback.get("/tin/<int:article_id>/bao-loi/da-gui")
def reported(article_id: int) -> ResponseReturnValue:
    return render_template("public/report_sent.html", story=_story(article_id), last_day=_last_day())


@feedback.get("/gop-y/da-gui")
def written() -> ResponseReturnValue:
    return render_template("public/report_sent.html", story=None, last_day=_last_day())


@feedback.get("/gop-y/quy-trinh")
def rules() -> ResponseReturnValue:
    """What happens with reports and ratings, and how long it takes."""
    head = _head("feedback.rules", gettext("What happens with your report"))
    term = reports.term(vietnamese.local(now()).date())
    hours = int(ratings.WINDOW.total_seconds() // 3600)
    return render_template(
        "public/report_rules.html", head=head, term=term, kept=reports.CONTACT_KEPT.days, hours=hours
    )


@feedback.errorhandler(RateLimitExceeded)
def too_many(_: RateLimitExceeded) -> ResponseReturnValue:
    """Ask for patience; what was written comes back."""
    seconds = seconds_to_wait()
    message = gettext("Much was sent from your network in a short time. Please try again in some minutes.")
    if request.endpoint == "feedback.rate":
        page = render_template("errors/page.html", code=429, title=gettext("Too many attempts"), message=message)
    else:
        form = ReportForm()
        form.form_errors.append(message)
        article_id = (request.view_args or {}).get("article_id")
        page = _form(form, _story(article_id) if article_id is not None else None)
    return page, 429, {"Retry-After": str(seconds)}


def _form_or_thanks(story: Story | None) -> ResponseReturnValue:
    if request.method == "GET":
        form = ReportForm(formdata=None, data={"passage": request.args.get("doan", "")[: reports.PASSAGE_MAX]})
        form.draw()
        return _form(form, story)
    form = ReportForm()
    digest = form.accepts(str(story.article_id) if story else "")
    if digest is None:
        return _form(form, story), 422
    with writing():
        filed = reports.file(
            article_id=story.article_id if story else None,
            passage=form.passage.data if story else "",
            message=form.message.data,
            contact=form.contact.data or "",
            language=language.current(),
            form=digest,
        )
    if filed is None:
        abort(404)
    g.filed = True
    if story is None:
        return redirect(url_for(".written"), 303)
    return redirect(url_for(".reported", article_id=story.article_id), 303)


def _form(form: ReportForm, story: Story | None) -> str:
    term = reports.term(vietnamese.local(now()).date())
    if story is None:
        form.message.label.text = gettext("Your message")
    head = None if story else _head("feedback.write", gettext("Write to the editorial board"))
    return render_template("public/report.html", form=form, story=story, term=term, head=head)


def _story(article_id: int) -> Story:
    story = catalogue.story(article_id, language.current())
    if story is None:
        abort(404)
    return story


def _last_day() -> object:
    return reports.last_day(reports.due(now()))


def _head(endpoint: str, title: str) -> Head:
    both = tuple((code, page_address(endpoint, code)) for code in language.LANGUAGES)
    return Head(title, "", page_address(endpoint, language.current()), alternates=both)


def _cookie() -> str:
    return f"__Host-{COOKIE}" if settings().secure else COOKIE

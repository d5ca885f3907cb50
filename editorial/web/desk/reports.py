"""What readers tell the board, on the desk: their reports with the clock, each with its passage, and their ratings."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, TextAreaField

from editorial import articles, markup, vietnamese, workflow
from editorial.db import now
from editorial.feedback import ratings, reports
from editorial.feedback.reports import Letter, Way
from editorial.models import Edition, Report
from editorial.web import addresses, frame, pages
from editorial.web.desk import answers, once
from editorial.web.desk.blueprint import desk
from editorial.web.forms import AtMost, ChangeForm, Form
from editorial.words import N_
from editorial.workflow import Kind, NotAllowed

FOR_THE_DESK = N_("Reports of readers are for reporters, editors and heads of the board.")


class WayForm(Form):
    """A decision on a report: on which version of it, and what the reader is told."""

    seen = IntegerField()
    answer = TextAreaField(_l("Answer to the reader"), [AtMost(reports.ANSWER_MAX)], render_kw={"rows": 4})

    way: Way

    @classmethod
    def for_(cls, way: Way, seen: int) -> WayForm:
        return cls(formdata=None, data={"seen": seen}).about(way)

    def about(self, way: Way) -> WayForm:
        """Fit it to one way: a page holds several of these forms."""
        self.way = way
        self.answer.flags.required = way.asks_answer
        self.answer.id = self.answer.label.field_id = f"{way.name}-answer"
        return self


@dataclass(frozen=True, slots=True)
class Context:
    """A passage in the text that its reader read: the words before and after it in its block, and the blocks around."""

    above: str
    before: str
    passage: str
    after: str
    below: str
    stands: bool  # readers still find it in the text that is published now


@desk.get("/reports")
def report_list() -> ResponseReturnValue:
    _check_place()
    state = "closed" if request.args.get("state") == "closed" else "open"
    page = reports.listed(pages.me(), state, request.args.get("page", 1, type=int))
    if page is None:
        abort(404)
    return render_template("desk/reports.html", page=page, state=state, report_states=reports.STATE_LABELS)


@desk.get("/reports/<int:report_id>")
def report(report_id: int) -> ResponseReturnValue:
    return _page(_theirs(report_id))


@desk.post(f"/reports/<int:report_id>/<any({', '.join(reports.NAMES)}):way>")
def take_way(report_id: int, way: str) -> ResponseReturnValue:
    report, form = _theirs(report_id), WayForm().about(reports.BY_NAME[way])
    if not form.validate():
        return _page(report, tried=form, status=422)
    try:
        reports.take(
            report,
            way,
            by=pages.me(),
            seen=form.seen.data or 0,
            answer=form.answer.data or "",
            letter=_letter,
            once=once.key(),
        )
    except reports.AnswerMissing as refusal:
        form.answer.errors = [gettext(refusal.message)]
        return _page(report, tried=form, status=422)
    return answers.dealt_with(report_id, way)


@desk.errorhandler(reports.Overtaken)
def overtaken(refusal: reports.Overtaken) -> ResponseReturnValue:
    """The report as it is now; what was written for the reader stays in the form if it may still be sent."""
    report = _theirs((request.view_args or {})["report_id"])
    form = WayForm().about(reports.BY_NAME[(request.view_args or {})["way"]])
    form.seen.data = report.version
    form.seen.raw_data = None
    return _page(report, tried=form, refusal=gettext(refusal.message), status=409)


@desk.get("/ratings")
def rating_list() -> ResponseReturnValue:
    _check_place()
    page = ratings.rated(request.args.get("page", 1, type=int))
    if page is None:
        abort(404)
    return render_template("desk/ratings.html", page=page)


def _check_place() -> None:
    if not reports.has_desk(pages.me()):
        raise NotAllowed(FOR_THE_DESK)


def _theirs(report_id: int) -> Report:
    """The report, if the person may read it; what they may not read is not found."""
    found = reports.report_for(pages.me(), report_id)
    if found is None:
        abort(404)
    return found


def _page(report: Report, *, tried: WayForm | None = None, refusal: str = "", status: int = 200) -> ResponseReturnValue:
    person, live = pages.me(), report.article.live_edition if report.article else None
    ways = reports.ways_for(person, report)
    forms = [tried if tried and tried.way is way else WayForm.for_(way, report.version) for way in ways]
    may_change = report.article is not None and articles.may_change(person, report.article)
    on_its_way = articles.open_edition(report.article) if report.article else None
    page = render_template(
        "desk/report.html",
        report=report,
        article=report.article,
        live=live,
        title=report.edition.head.title if report.edition else "",
        context=_context(report, live),
        forms=forms,
        tried=tried,
        refusal=refusal,
        last_day=reports.last_day(report.due_at),
        is_overdue=report.state == "open" and now() >= report.due_at,
        correct_form=ChangeForm(formdata=None, kind=Kind.CORRECTION) if may_change and not on_its_way else None,
        on_its_way=on_its_way if on_its_way and workflow.may_see(person, on_its_way) else None,
        may_open_article=live is not None and workflow.may_see(person, live),
        correction=reports.correction_of(report),
        votes=ratings.of_article(report.article.id) if report.article else None,
        history=reports.history(report),
        report_states=reports.STATE_LABELS,
        kept=reports.CONTACT_KEPT.days,
    )
    return page, status


def _context(report: Report, live: Edition | None) -> Context | None:
    if not report.passage or report.edition is None:
        return None
    stands = live is not None and reports.stands_there(live.head.manuscript.body, report.passage)
    if report.block is None:
        return Context("", "", report.passage, "", "", stands)
    texts = [block.text for block in markup.blocks(report.edition.head.manuscript.body)]
    text = texts[report.block]
    above = texts[report.block - 1] if report.block else ""
    below = texts[report.block + 1] if report.block + 1 < len(texts) else ""
    words = r"\s+".join(map(re.escape, report.passage.split()))
    found = re.search(words, text, re.IGNORECASE)
    start, end = found.span() if found else (0, len(text))
    return Context(above, text[:start], text[start:end], text[end:], below, stands)


def _letter(report: Report) -> Letter:
    """The mail with the answer, in the language that the reader wrote in."""
    lang = report.language
    imprint = frame.here().imprint_in(lang)
    with force_locale(lang):
        article = report.article
        title = report.edition.head.title if report.edition else ""
        subject = gettext("About your report on “%(title)s”", title=title) if title else gettext("About your message")
        body = render_template(
            "desk/mail/report_answered.txt",
            report=report,
            title=title,
            outlet=imprint.outlet if imprint else frame.here().outlet,
            received=vietnamese.formal_date(vietnamese.local(report.received_at).date(), lang),
            link=addresses.address("public.article", lang, article_id=article.id, slug=article.slug) if article else "",
            rules=addresses.address("feedback.rules", lang),
            kept=reports.CONTACT_KEPT.days,
        )
    return Letter(subject, body)

"""What the desk says when an act is done, and where it leads: in one place, so that a repetition gets the same.

An answer is made of a number and a title alone. Looking at the edition again would take the writer's place once more.
"""

from __future__ import annotations

import json

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from editorial import workflow, worklist
from editorial.feedback import reports
from editorial.models import Event
from editorial.web import pages


def after(event: Event) -> ResponseReturnValue:
    """The answer to the act that this event records."""
    if (number := reports.report_of_event(event)) is not None:
        return dealt_with(number, event.action)
    if event.subject.startswith("document:"):
        return redirect(url_for("desk.document", document_id=worklist.number_in(event.subject)))
    if event.subject.startswith("topic:"):
        return topic_kept(json.loads(event.detail)["name"])
    edition = worklist.edition_for(pages.me(), worklist.number_in(event.subject))
    if edition is None:
        abort(404)
    if event.action in workflow.BY_NAME:
        return moved(edition.id, edition.head.title, event.action)
    if not workflow.may_write(pages.me(), edition):
        return redirect(url_for("desk.edition", edition_id=edition.id))
    return opened(edition.id) if event.action == "opened" else saved(edition.id, edition.head.title)


def saved(number: int, title: str) -> ResponseReturnValue:
    flash(gettext("“%(title)s” is saved.", title=title or gettext("Untitled")), "success")
    return redirect(url_for("desk.write", edition_id=number))


def opened(number: int) -> ResponseReturnValue:
    flash(
        gettext("You are preparing a change. Readers keep the published text until this one is published."), "success"
    )
    return redirect(url_for("desk.write", edition_id=number))


def moved(number: int, title: str, name: str) -> ResponseReturnValue:
    done = gettext(workflow.BY_NAME[name].past)
    flash(gettext("“%(title)s” was %(done)s.", title=title or gettext("Untitled"), done=done), "success")
    return redirect(url_for("desk.edition", edition_id=number))


def topic_kept(name: str) -> ResponseReturnValue:
    flash(gettext("“%(title)s” is saved.", title=name), "success")
    return redirect(url_for("desk.list_topics"))


def dealt_with(report: int, way: str) -> ResponseReturnValue:
    state = gettext(reports.STATE_LABELS[reports.BY_NAME[way].target])
    flash(gettext("Done. The report is now: %(state)s.", state=state), "success")
    return redirect(url_for("desk.report", report_id=report))

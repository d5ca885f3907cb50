"""What the desk says when an act is done, and where it leads: in one place, so that a repetition gets the same."""

from __future__ import annotations

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from editorial import workflow, worklist
from editorial.models import Edition, Event
from editorial.web import pages


def after(event: Event) -> ResponseReturnValue:
    """The answer to the act that this event records."""
    edition = worklist.edition_for(pages.me(), worklist.number_in(event.subject))
    if edition is None:
        abort(404)
    if event.action == "opened":
        return opened(edition)
    return moved(edition, event.action) if event.action in workflow.BY_NAME else saved(edition)


def saved(edition: Edition) -> ResponseReturnValue:
    flash(gettext("“%(title)s” is saved.", title=title_of(edition)), "success")
    return to_writing(edition)


def opened(edition: Edition) -> ResponseReturnValue:
    flash(
        gettext("You are preparing a change. Readers keep the published text until this one is published."), "success"
    )
    return to_writing(edition)


def moved(edition: Edition, name: str) -> ResponseReturnValue:
    done = gettext(workflow.BY_NAME[name].past)
    flash(gettext("“%(title)s” was %(done)s.", title=title_of(edition), done=done), "success")
    return redirect(url_for("desk.edition", edition_id=edition.id))


def to_writing(edition: Edition) -> ResponseReturnValue:
    """Back to the writing page, as long as the text is open there."""
    page = "desk.write" if workflow.may_write(pages.me(), edition) else "desk.edition"
    return redirect(url_for(page, edition_id=edition.id))


def title_of(edition: Edition) -> str:
    return edition.head.title or gettext("Untitled")

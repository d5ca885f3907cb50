"""The desk's place in the application: whatever it serves stands behind the wall, and no form of it works twice."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, request
from flask.blueprints import BlueprintSetupState
from flask_babel import format_timedelta, gettext
from flask_login import current_user

from editorial import db, documents, topics, workflow, worklist
from editorial import manuscript as manuscripts
from editorial.feedback import reports
from editorial.models import Section
from editorial.web import language, pages
from editorial.web.access import sign_in_wall
from editorial.web.desk import once
from editorial.words import N_

desk = Blueprint("desk", __name__)
desk.before_request(sign_in_wall)
desk.before_request(once.answer_again)


BLOCK_LABELS = {
    "p": N_("Paragraph"),
    "h2": N_("Heading"),
    "h3": N_("Subheading"),
    "ul": N_("List"),
    "ol": N_("Numbered list"),
    "blockquote": N_("Quotation"),
    "table": N_("Table"),
    "hr": N_("Dividing line"),
}


@desk.context_processor
def frame() -> dict[str, Any]:
    """What the frame of every desk page asks; the length of the queue is counted only when it does."""
    if not current_user.is_authenticated:
        return {}
    person = pages.me()
    return {
        "here": request.endpoint,
        "roles": [gettext(workflow.ROLE_LABELS[workflow.Role(role)]) for role in person.roles],
        "keeps_register": documents.may_prepare(person),
        "keeps_topics": topics.may_keep(person),
        "may_start": pages.may_start(person),
        "has_queue": worklist.has_queue(person),
        "how_many_wait": lambda: worklist.how_many_wait(person),
        "has_reports": reports.has_desk(person),
        "reports_waiting": lambda: reports.waiting(person),
    }


@desk.record_once
def _teach_templates(setup: BlueprintSetupState) -> None:
    setup.app.jinja_env.globals |= {
        "block_labels": BLOCK_LABELS,
        "genres": manuscripts.GENRES,
        "kind_labels": workflow.KIND_LABELS,
        "state_labels": workflow.STATE_LABELS,
    }
    setup.app.jinja_env.filters |= {"section_label": section_label, "waited": waited}


def section_label(section: Section) -> str:
    """Its name in the page's language; the Vietnamese one when nobody has translated it."""
    return (language.current() == "en" and section.name_en) or section.name


def waited(since: datetime) -> str:
    """How long ago that was, roughly: "3 days"."""
    return format_timedelta(db.now() - since)

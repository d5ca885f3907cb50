"""The desk's place in the application: whatever it serves stands behind the wall, and no form of it works twice."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint
from flask.blueprints import BlueprintSetupState
from flask_babel import format_timedelta

from editorial import db, workflow
from editorial import manuscript as manuscripts
from editorial.models import Section
from editorial.web import deskbar, language
from editorial.web.access import sign_in_wall
from editorial.web.desk import once
from editorial.words import N_

desk = Blueprint("desk", __name__)
desk.before_request(sign_in_wall)
desk.before_request(once.answer_again)
desk.context_processor(deskbar.places)


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

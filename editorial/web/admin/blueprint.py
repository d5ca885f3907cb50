"""The place of the admin pages in the application, and what they say when an act is done."""

from __future__ import annotations

import json

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from editorial import site
from editorial.models import Event
from editorial.site.kinds import BY_TABLE
from editorial.web import deskbar, once, pages
from editorial.web.access import sign_in_wall
from editorial.words import N_
from editorial.workflow import NotAllowed, Role

admin = Blueprint("admin", __name__, url_prefix="/admin")
PAST = {
    "site-added": N_("“%(title)s” is there now."),
    "site-changed": N_("“%(title)s” is saved."),
    "site-removed": N_("“%(title)s” is removed. The history can put it back."),
    "site-moved": N_("The order is saved."),
    "site-undone": N_("It is as it was before."),
    "site-imported": N_("The old addresses are taken in."),
    "person-added": N_("The account is there now. Send a mail, so that a password can be set."),
    "assigned": N_("The assignment is there now."),
    "unassigned": N_("The assignment is taken back."),
    "deactivated": N_("The account is closed."),
    "reactivated": N_("The account is open again."),
    "reset-mailed": N_("A mail with a link is on its way."),
}


ACTS = {
    "site-added": N_("Added"),
    "site-changed": N_("Entry changed"),
    "site-removed": N_("Removed"),
    "site-moved": N_("Order changed"),
    "site-imported": N_("Taken in from a table"),
    "site-undone": N_("Undone"),
    "site": N_("Taken over from a file"),
}


def let_in() -> ResponseReturnValue | None:
    """Whoever manages nothing has no page here. What each may change, the acts know."""
    person = pages.me()
    if not (is_keeper() or any(kind.is_for(person) for kind in site.KINDS.values())):
        raise NotAllowed(N_("This is for administrators, and for editors and heads who are assigned to all sections."))
    return None


def answer_again() -> ResponseReturnValue | None:
    """When this very form is on record already, the answer it got then."""
    event = once.done_already()
    return after(event) if event else None


admin.before_request(sign_in_wall)
admin.before_request(let_in)
admin.before_request(answer_again)
admin.context_processor(deskbar.places)


def is_keeper() -> bool:
    """Whether this person keeps the system: its people, its imprint, its old addresses."""
    return pages.me().has(Role.ADMIN)


def check_keeper() -> None:
    if not is_keeper():
        raise NotAllowed(N_("This is for administrators."))


def done(otherwise: str) -> ResponseReturnValue:
    """The answer to the act that this form has caused; where nothing had to be changed, so it says and goes on."""
    event = once.done_already()
    if event:
        return after(event)
    flash(gettext("Nothing had to be changed."), "success")
    return redirect(otherwise)


def after(event: Event) -> ResponseReturnValue:
    """The answer to the act that this event records: told once, then to where one goes on."""
    if event.action not in PAST:
        abort(404)
    table, _, number = event.subject.partition(":")
    name = ""
    if table in BY_TABLE:
        name = title_in(event)
    flash(gettext(PAST[event.action], title=name), "success")
    if table == "user":
        return redirect(url_for("admin.person", person_id=int(number)))
    kind = BY_TABLE.get(table, site.KINDS["sections"])
    if event.action == "site-undone":
        return redirect(url_for("admin.history", kind_name=(kind.parent or kind).name))
    if kind.parent:
        parent = str(json.loads(event.detail).get("of", "")).partition(":")[2]
        return redirect(url_for("admin.edit", kind_name=kind.parent.name, row_id=int(parent)))
    if kind.children and event.action == "site-added":
        return redirect(url_for("admin.edit", kind_name=kind.name, row_id=int(number)))
    return redirect(url_for("admin.rows", kind_name=kind.name))


def title_in(event: Event) -> str:
    """What the row that the act is about is called: by the act, or as it stands now."""
    table, _, number = event.subject.partition(":")
    kind = BY_TABLE[table]
    for deed in site.changes(event):
        if f"{deed.table}:{deed.number}" == event.subject and deed.name:
            return deed.name
    row = site.find(kind, int(number)) if number.isdecimal() else None
    return title(row) if row is not None else gettext(kind.one)


def title(row: object) -> str:
    """What people call the row, in lists and in messages."""
    kind = site.kind_of(row)
    name = kind.name_of(site.plain(row))
    section = getattr(row, "section", None)
    if not name and section is not None:
        name = section.name
    return name or gettext(kind.one)


@admin.errorhandler(site.Refused)
def refused(refusal: site.Refused) -> ResponseReturnValue:
    """What is asked for by a button alone, and cannot be done: a page that says why, and the way back."""
    faults = [gettext(fault.message, **words_in(fault.values)) for fault in refusal.faults]
    return render_template("admin/refused.html", faults=faults, back=_back()), 409


def words_in(values: object) -> dict[str, object]:
    """The values of a fault; those that are message ids themselves are put into the language of the page."""
    assert isinstance(values, dict)
    return {name: gettext(value) if isinstance(value, str) else value for name, value in values.items()}


def _back() -> str:
    given = request.view_args or {}
    if "kind_name" in given:
        return url_for("admin.rows", kind_name=given["kind_name"])
    return url_for("admin.index")

"""The people of the board: who they are, what they are assigned to, and who said so."""

from __future__ import annotations

import json

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from editorial import accounts, db
from editorial.manuscript import Fault
from editorial.models import Event, User
from editorial.web import frame, letters, once, pages
from editorial.web.admin.blueprint import admin, check_keeper, done
from editorial.web.admin.forms import AdminForm, AssignmentForm, ButtonForm, PersonForm, offer
from editorial.words import N_
from editorial.workflow import ROLE_LABELS, Role

WORDS = {
    "person-added": N_("Account added"),
    "assigned": N_("Assigned"),
    "unassigned": N_("Assignment taken back"),
    "deactivated": N_("Account closed"),
    "reactivated": N_("Account opened again"),
    "reset-mailed": N_("Mail with a link for a new password"),
    "password-set": N_("Password set"),
}


@admin.get("/people")
def people() -> ResponseReturnValue:
    check_keeper()
    found = [(each, duties(each)) for each in accounts.everybody()]
    return render_template("admin/people.html", people=found)


@admin.route("/people/new", methods=["GET", "POST"])
def new_person() -> ResponseReturnValue:
    check_keeper()
    form = offer(PersonForm(), pages.sections())
    if form.is_submitted():
        try:
            role, section = _duty(form)
            accounts.add(
                form.email.data or "",
                form.name.data or "",
                by=pages.me(),
                assignments=[(role, section)],
                unit=form.unit.data or "",
                pen_name=form.pen_name.data or "",
                once=once.key(),
            )
            return done(url_for(".people"))
        except accounts.Refused as refusal:
            form.blame([Fault(_field_of(form), refusal.message, refusal.values)])
    return render_template("admin/new_person.html", form=form), 422 if form.errors else 200


@admin.get("/people/<int:person_id>")
def person(person_id: int) -> ResponseReturnValue:
    return _page(_person(person_id), offer(AssignmentForm(formdata=None), pages.sections()))


@admin.post("/people/<int:person_id>/<any(assign, unassign, deactivate, reactivate):act>")
def change_person(person_id: int, act: str) -> ResponseReturnValue:
    found = _person(person_id)
    form = offer(AssignmentForm(), pages.sections())
    me, key = pages.me(), once.key()
    try:
        if act in ("assign", "unassign"):
            role, section = _duty(form)
            change = accounts.assign if act == "assign" else accounts.unassign
            change(found, role, section, by=me, once=key)
        elif act == "deactivate" and found is me:
            raise accounts.Refused(N_("Nobody closes their own account: another administrator can."))
        else:
            change_account = accounts.deactivate if act == "deactivate" else accounts.reactivate
            change_account(found, by=me, once=key)
    except accounts.Refused as refusal:
        form.blame([Fault("role" if act == "assign" else "", refusal.message, refusal.values)])
        return _page(found, form, status=409)
    return done(url_for(".person", person_id=person_id))


@admin.post("/people/<int:person_id>/mail-reset")
def mail_reset(person_id: int) -> ResponseReturnValue:
    found = _person(person_id)
    try:
        accounts.mail_reset(found, letters.reset(found, found.language), by=pages.me(), once=once.key())
    except accounts.Refused as refusal:
        form = offer(AssignmentForm(formdata=None), pages.sections())
        form.blame([Fault("", refusal.message, refusal.values)])
        return _page(found, form, status=409)
    return done(url_for(".person", person_id=person_id))


def duties(person: User) -> list[tuple[str, str, str]]:
    """What a person is assigned to: role and section as forms send them, and both in words."""
    names = {link.slug: link.label for link in frame.here().sections}
    found = []
    for each in sorted(person.assignments, key=lambda a: (list(Role).index(Role(a.role)), a.section_id or 0)):
        slug = each.section.slug if each.section else ""
        where = names.get(slug, slug) if slug else gettext("All sections")
        found.append((each.role, slug, f"{gettext(ROLE_LABELS[Role(each.role)])}: {where}"))
    return found


def _page(person: User, form: AssignmentForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "admin/person.html",
        person=person,
        duties=duties(person),
        form=form,
        button=ButtonForm.fresh(),
        events=[(event, _told(event)) for event in accounts.history(person)],
    )
    return page, status


def _told(event: Event) -> str:
    detail, names = json.loads(event.detail), {link.slug: link.label for link in frame.here().sections}
    given = detail.get("assignments", [f"{detail['role']}:{detail['section']}"] if "role" in detail else [])
    words = []
    for each in given:
        role, _, slug = each.partition(":")
        words.append(
            f"{gettext(ROLE_LABELS[Role(role)])}: {names.get(slug, slug) if slug else gettext('All sections')}"
        )
    return f"{gettext(WORDS[event.action])}{' – ' if words else ''}{', '.join(words)}"


def _person(person_id: int) -> User:
    check_keeper()
    found = db.db.session.get(User, person_id)
    if found is None:
        abort(404)
    return found


def _duty(form: AdminForm) -> tuple[Role, str]:
    """The role and the section that were chosen. Raises Refused."""
    if form["role"].data not in list(Role):
        raise accounts.Refused(N_("There is no such role."))
    return Role(form["role"].data), form["section"].data or ""


def _field_of(form: PersonForm) -> str:
    """Which field an account was refused for: acts on accounts do not say."""
    if form.role.data not in list(Role):
        return "role"
    return "email" if (form.name.data or "").strip() else "name"

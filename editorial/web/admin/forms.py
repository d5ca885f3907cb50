"""The forms of the admin pages. One for each kind of row is made from its description; acts say what is wrong in it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Self

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, SelectChoice, SelectField, StringField, SubmitField, TextAreaField
from wtforms import Field as FormField

from editorial import site
from editorial.manuscript import Fault
from editorial.site import Field, Kind, Sort
from editorial.web.admin import blueprint, said
from editorial.web.forms import Form
from editorial.workflow import ROLE_LABELS

PICTURE_TYPES = "image/jpeg,image/png,image/webp,image/avif,image/gif"
INPUTS: dict[Sort, dict[str, Any]] = {
    Sort.DAY: {"type": "date"},
    Sort.MOMENT: {"type": "datetime-local"},
    Sort.NUMBER: {"inputmode": "numeric"},
    Sort.WEB: {"inputmode": "url", "autocapitalize": "none", "spellcheck": "false"},
    Sort.PATH: {"autocapitalize": "none", "spellcheck": "false"},
    Sort.TEXT: {"rows": 3},
}


class AdminForm(Form):
    """Takes the faults of an act: each next to its field, the rest above all of them."""

    def blame(self, faults: Sequence[Fault]) -> None:
        for fault in faults:
            message = gettext(fault.message, **blueprint.words_in(fault.values))
            field = self._fields.get(fault.field)
            if field is None or field.type == "HiddenField":
                self.form_errors.append(message)
            else:
                field.errors = [*field.errors, message]


class RowForm(AdminForm):
    """A row of a kind: a field for each that it has, and the fingerprint of the row that it was made from."""

    of: Kind
    seen = HiddenField()
    save = SubmitField(_l("Save"))
    preview = SubmitField(_l("Preview"))

    def asked(self) -> list[FormField]:
        """The fields that people fill in, in order."""
        names = [name for each in self.of.fields for name in (each.name, f"{each.name}_file")]
        return [self[name] for name in names if name in self]

    def given(self) -> dict[str, Any]:
        """What was typed."""
        return {each.name: self[each.name].data for each in self.of.fields if each.name in self}


def row_form(kind: Kind, row: Any = None, **preset: str) -> RowForm:
    """The form for a row, or for a new one: filled with what was sent, else with what stands there."""
    data: dict[str, Any] = {each.name: said.typed(each, each.default) for each in kind.fields} | preset
    if row is not None:
        data = {each.name: said.typed(each, getattr(row, each.name, None)) for each in kind.fields}
        data["seen"] = site.fingerprint(row)
    form = _form_class(kind.name)(data=data)
    for each in kind.fields:
        if each.fixed and row is not None:
            del form[each.name]
            continue
        form[each.name].flags.required = each.required and each.sort is not Sort.PICTURE
        if each.sort in (Sort.ROW, Sort.CHOICE):
            form[each.name].choices = _choices(kind, each, row)
    return form


@cache
def _form_class(name: str) -> type[RowForm]:
    kind = site.KINDS[name]
    fields: dict[str, Any] = {}
    for each in kind.fields:
        words = {"label": _l(each.label), "description": _l(each.hint) if each.hint else ""}
        if each.sort is Sort.PICTURE:
            fields[each.name] = SelectField(_l("A picture that is here already"), validate_choice=False)
            fields[f"{each.name}_file"] = FileField(
                _l("Picture file"),
                description=_l(
                    "A JPEG, PNG, WebP, AVIF or GIF file. Hidden data such as the place of the photograph is removed."
                ),
                render_kw={"accept": PICTURE_TYPES},
            )
        elif each.sort is Sort.FLAG:
            fields[each.name] = BooleanField(**words)
        elif each.sort in (Sort.ROW, Sort.CHOICE):
            fields[each.name] = SelectField(**words, validate_choice=False)
        else:
            kind_of_field = TextAreaField if each.sort is Sort.TEXT else StringField
            fields[each.name] = kind_of_field(**words, render_kw=INPUTS.get(each.sort))
    return type("RowForm", (RowForm,), fields | {"of": kind})


def _choices(kind: Kind, asked: Field, row: Any) -> list[SelectChoice]:
    if asked.sort is Sort.CHOICE:
        return [SelectChoice(str(value), gettext(label)) for value, label in asked.choices.items()]
    found = site.rows(site.KINDS[asked.of])
    if kind.name == asked.of:  # of the same kind: two levels, and not the row itself
        found = [each for each in found if getattr(each, asked.name) is None and each is not row]
    options = [SelectChoice(str(each.id), blueprint.title(each)) for each in found]
    return options if asked.required else [SelectChoice("", gettext("– None –")), *options]


class ButtonForm(Form):
    """A button that says what to do; what is done to a row names the row that was on screen."""

    seen = HiddenField()

    @classmethod
    def fresh(cls, seen: str = "") -> Self:
        return cls(formdata=None, data={"seen": seen})


class ImportForm(AdminForm):
    """A table of old addresses, as text or as a file."""

    text = TextAreaField(
        _l("Lines"),
        description=_l("On each line an old address, a comma and a path of this site, as a spreadsheet saves them."),
        render_kw={"rows": 12, "spellcheck": "false"},
    )
    file = FileField(_l("Or a CSV file"), render_kw={"accept": ".csv,text/csv,text/plain"})


class PersonForm(AdminForm):
    """A new member of the board or of its staff."""

    email = StringField(_l("E-mail"), render_kw={"type": "email", "autocomplete": "off"})
    name = StringField(_l("Name"), description=_l("As it stands in the history."))
    unit = StringField(_l("Unit"))
    pen_name = StringField(_l("Pen name"), description=_l("The byline used by default."))
    role = SelectField(_l("Role"), validate_choice=False)
    section = SelectField(_l("Section"), validate_choice=False)


class AssignmentForm(AdminForm):
    """A role, for one section or for all."""

    role = SelectField(_l("Role"), validate_choice=False)
    section = SelectField(_l("Section"), validate_choice=False)


def offer(form: Any, sections: Sequence[tuple[str, str]]) -> Any:
    """Give the lists of roles and sections to choose from."""
    form.role.choices = [SelectChoice(str(role), gettext(label)) for role, label in ROLE_LABELS.items()]
    everywhere = SelectChoice("", gettext("All sections"))
    form.section.choices = [everywhere, *(SelectChoice(slug, label) for slug, label in sections)]
    return form

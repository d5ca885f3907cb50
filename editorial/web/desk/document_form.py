"""What the pages of the register ask: the facts of a document as its keeper types them, and a decision on it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Self

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import HiddenField, SelectChoice, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.widgets import CheckboxInput

from editorial import documents, paper, register, vietnamese
from editorial.manuscript import Fault
from editorial.models import Document
from editorial.paper import Facts, File, Kind
from editorial.web.forms import Form
from editorial.web.papers import size
from editorial.words import N_

_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})", re.ASCII)  # where a browser has no calendar
_ENTRY = re.compile(r"#([0-9]{1,9})\b", re.ASCII)
DAYS = ("issued_on", "effective_on", "expires_on")
LINES = ("number", "issuer", "signer", "signer_position", "abstract", "field")
AS_DAY = {"type": "date"}


class DocumentForm(Form):
    """Its fields bear the names of `paper.Facts`; `seen` is the version that the person began from."""

    kind = SelectField(_l("Kind of document"), validate_choice=False)
    number = StringField(
        _l("Number and symbol"),
        description=_l("As it is written: 12/2026/QĐ-UBND, 10-NQ/ĐU."),
        render_kw={"autocapitalize": "characters", "spellcheck": "false"},
    )
    issuer = StringField(_l("Issued by"), render_kw={"list": "issuers"})
    signer = StringField(_l("Signed by"))
    signer_position = StringField(
        _l("Position of the signer"), description=_l("For instance Chủ tịch, or KT. Chủ tịch.")
    )
    issued_on = StringField(_l("Issued on"), render_kw=AS_DAY)
    effective_on = StringField(_l("In force from"), description=_l("Empty: from the day of issue."), render_kw=AS_DAY)
    expires_on = StringField(
        _l("No longer in force from"), description=_l("The first day on which it does not hold."), render_kw=AS_DAY
    )
    abstract = TextAreaField(_l("Abstract"), description=_l("Trích yếu, as on the document."), render_kw={"rows": 4})
    field = StringField(
        _l("Field"), description=_l("What it is about, in two or three words."), render_kw={"list": "fields"}
    )
    replaces = TextAreaField(
        _l("Replaces"),
        description=_l("Documents of this register that it takes the place of: their numbers, one on each line."),
        render_kw={"rows": 2, "spellcheck": "false"},
    )
    upload = MultipleFileField(
        _l("Add files"),
        description=_l("PDF, DOCX, XLSX or ODT, at most 11 MB altogether. Readers can only download them."),
        render_kw={"accept": ".pdf,.docx,.xlsx,.odt", "multiple": True},
    )
    remove = SelectMultipleField(_l("Take out"), option_widget=CheckboxInput(), validate_choice=False)
    seen = HiddenField()

    @classmethod
    def of(cls, document: Document) -> Self:
        """The form as a document fills it."""
        facts = document.newest.facts
        replaced = register.of_numbers(facts.replaces)
        typed = {name: getattr(facts, name) for name in LINES}
        days = {name: day.isoformat() for name in DAYS if (day := getattr(facts, name))}
        lines = [f"{replaced[number].newest.number} (#{number})" for number in facts.replaces]
        form = cls(formdata=None, data=typed | days | {"kind": facts.kind, "replaces": "\n".join(lines)})
        form.seen.data = str(document.head)
        return form

    def offer(self, kept: Sequence[File]) -> Self:
        """Give the lists to choose from: `kept` are the files that the document has."""
        for name in ("kind", "issued_on", *paper.NEEDED):
            self[name].flags.required = True
        self.kind.choices = [SelectChoice("", gettext("– Choose –"))] + [
            SelectChoice(str(kind), gettext(label)) for kind, label in paper.KIND_LABELS.items()
        ]
        self.remove.choices = [SelectChoice(file.digest, f"{file.name} ({size(file.size)})") for file in kept]
        return self

    def facts(self, kept: Sequence[File], today: date) -> tuple[Facts, list[Fault]]:
        """What was typed, with the files of `kept` that stay, and what of it means nothing.

        A day or a kind that means nothing is filled in, so that all other faults can be told at the same time.
        """
        found: list[Fault] = []
        removed = set(self.remove.data or ())
        days = {name: self._day(name, found) for name in DAYS}
        if not (self.issued_on.data or "").strip():
            found.append(Fault("issued_on", N_("This cannot be empty.")))
        if self.kind.data not in list(Kind):
            found.append(Fault("kind", N_("Choose what kind of document it is.")))
        facts = Facts(
            kind=Kind(self.kind.data) if self.kind.data in list(Kind) else Kind.OTHER,
            issued_on=days["issued_on"] or today,
            effective_on=days["effective_on"],
            expires_on=days["expires_on"],
            replaces=tuple(self._replaced(found)),
            files=tuple(file for file in kept if file.digest not in removed),
            **{name: self[name].data or "" for name in LINES},
        )
        if facts.effective_on == facts.issued_on:
            facts = replace(facts, effective_on=None)
        return documents.normalised(facts), found

    @property
    def version_seen(self) -> int:
        """The version that the person began from; 0, which none is, when that is not told."""
        return int(self.seen.data) if re.fullmatch(r"[0-9]{1,9}", self.seen.data or "", re.ASCII) else 0

    def blame(self, faults: Sequence[Fault]) -> None:
        """Put each fault next to the field it concerns, once."""
        for fault in faults:
            message = gettext(fault.message, **fault.values)
            field = self._fields[fault.field]
            if message not in field.errors:
                field.errors = [*field.errors, message]

    def _day(self, name: str, found: list[Fault]) -> date | None:
        typed = (self[name].data or "").strip()
        if not typed:
            return None
        parts = _ISO_DAY.fullmatch(typed)
        numbers = [int(part) for part in parts.groups()] if parts else []
        if other := _DAY.fullmatch(typed):
            numbers = [int(part) for part in reversed(other.groups())]
        try:
            return date(*numbers)
        except (TypeError, ValueError):
            found.append(Fault(name, N_("There is no such day. Write it as 05/03/2026.")))
            return None

    def _replaced(self, found: list[Fault]) -> list[int]:
        numbers = []
        for line in filter(None, map(vietnamese.normalise_line, (self.replaces.data or "").splitlines()[:50])):
            by_entry = _ENTRY.search(line)
            known = list(register.of_numbers([int(by_entry[1])])) if by_entry else None
            entries = [entry.id for entry in register.of_number(line)] if known is None else known
            if len(entries) == 1:
                numbers.append(entries[0])
            elif not entries:
                found.append(Fault("replaces", N_("“%(line)s” is not in the register."), {"line": line[:80]}))
            else:
                several = ", ".join(f"#{entry}" for entry in entries[:5])
                message = N_("Several documents have the number “%(line)s”: write which one (%(entries)s).")
                found.append(Fault("replaces", message, {"line": line[:80], "entries": several}))
        return numbers


class DecisionForm(Form):
    """A decision on a document: on which version, and why."""

    seen = HiddenField()
    reason = TextAreaField(_l("Why? It goes on the record."), render_kw={"rows": 3})

    @property
    def version_seen(self) -> int:
        return int(self.seen.data) if re.fullmatch(r"[0-9]{1,9}", self.seen.data or "", re.ASCII) else 0

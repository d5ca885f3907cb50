"""The form by which readers report an error or write to the board: open to everybody, and dull for machines.

It knows its reader by nothing but itself: a signed note says when the page was drawn, so that what comes back within
seconds, or days later, is asked for once more. Whatever is refused, the text comes back.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from itsdangerous import BadSignature, URLSafeSerializer
from wtforms import EmailField, Field, HiddenField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired

from editorial import accounts, vietnamese
from editorial.db import now
from editorial.feedback.reports import MESSAGE_MAX, PASSAGE_MAX
from editorial.web.forms import AtMost, Form

QUICKEST = timedelta(seconds=3)
LONGEST = timedelta(hours=24)
SHORTEST = 5  # characters of a message
MOST_LINKS = 2
SAY_IT = _l("Say in some words what you found.")
LINK = re.compile(r"https?:|www\.", re.IGNORECASE)


def tidy(text: str | None) -> str:
    return vietnamese.normalise(text or "").strip()


class ReportForm(Form):
    """What is wrong, where, and (if the reader likes) where the answer goes."""

    class Meta(Form.Meta):
        csrf = False  # see access.without_token

    once = None
    passage = TextAreaField(_l("The passage"), [AtMost(PASSAGE_MAX)], filters=[tidy], render_kw={"rows": 3})
    message = TextAreaField(
        _l("What is wrong with it?"),
        [InputRequired(SAY_IT), AtMost(MESSAGE_MAX)],
        filters=[tidy],
        render_kw={"rows": 5},
    )
    contact = EmailField(
        _l("Your e-mail address"),
        [AtMost(255)],
        description=_l(
            "Only if you want an answer. It is used for that answer alone, nobody at the desk sees it,"
            " and it is deleted 30 days after the matter is closed. By sending it you agree to this."
        ),
        render_kw={"autocomplete": "email"},
    )
    website = StringField(_l("Leave this field empty"), render_kw={"autocomplete": "off", "tabindex": "-1"})
    drawn = HiddenField()

    def validate_message(self, field: Field) -> None:
        if len(field.data) < SHORTEST:
            raise ValidationError(str(SAY_IT))
        if len(LINK.findall(field.data)) + len(LINK.findall(self.passage.data)) > MOST_LINKS:
            raise ValidationError(gettext("Please leave out links: more than two look like advertising."))

    def validate_contact(self, field: Field) -> None:
        if not (field.data or "").strip():
            return
        try:
            field.data = accounts.normalised(field.data)
        except accounts.Refused as refusal:
            raise ValidationError(gettext(refusal.message)) from refusal

    def accepts(self, subject: str) -> str | None:
        """The digest of what was sent about the subject, when all is well; otherwise None, and the faults are said."""
        well = self.validate()
        drawn = self._read_note()
        if drawn is None:
            self._blame(_l("This page was open for a long time. Please look at your text again, then send it."))
            self.draw()
        elif now().timestamp() - drawn["at"] < QUICKEST.total_seconds():
            self._blame(_l("That was very quick. Please wait some seconds, then send it once more."))
        elif self.website.data:
            self._blame(_l("The field that has to stay empty was filled in, perhaps by your browser. Send it again."))
            self.website.data = ""
        elif well:
            parts = (drawn["note"], subject, self.passage.data, self.message.data, self.contact.data or "")
            return hashlib.sha256(repr(parts).encode()).hexdigest()
        return None

    def draw(self) -> None:
        """Note on the form when it was drawn."""
        self.drawn.data = _notes().dumps({"at": int(now().timestamp()), "note": secrets.token_hex(8)})

    def _read_note(self) -> dict[str, Any] | None:
        try:
            note: dict[str, Any] = _notes().loads(self.drawn.data or "")
        except BadSignature:
            return None
        return note if 0 <= now().timestamp() - note["at"] <= LONGEST.total_seconds() else None

    def _blame(self, message: Any) -> None:
        self.form_errors.append(str(message))


def _notes() -> URLSafeSerializer:
    keys = [
        *(current_app.config["SECRET_KEY_FALLBACKS"] or ()),
        current_app.config["SECRET_KEY"],
    ]  # signs with the last
    return URLSafeSerializer(keys, salt="report form")

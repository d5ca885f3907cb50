"""The one-time key of the desk's forms: what was done already is answered as it was then."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from editorial.web.desk import answers
from editorial.web.once import done_already, form, key

__all__ = ["answer_again", "form", "key"]


def answer_again() -> ResponseReturnValue | None:
    """Before every view: when this very form is on record already, the answer it got then."""
    event = done_already()
    return answers.after(event) if event else None

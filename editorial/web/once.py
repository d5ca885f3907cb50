"""The one-time key: a double click, the back button or a retry after a time-out has one effect and one answer.

A page's form carries a random word. The key on record is made of it and of what was sent, so that

- the same form sent again is found on record and answered again, before any view runs;
- the same form sent with other words (the back button, a sentence added) is no repetition: those words must not vanish.

The first half of a key names the form, the second what was sent with it. Two requests cannot both find nothing: whoever
writes has taken the writer's place before this is asked.
"""

from __future__ import annotations

import hashlib

from flask import request
from flask_login import current_user

from editorial import record
from editorial.db import is_writing
from editorial.models import Event

HALF = 32  # characters: 128 bits


def done_already() -> Event | None:
    """The event of the act that this very form has caused already, with what it sends now.

    Only from the writer's place does it mean anything that there is none: a view that writes late asks again there.
    """
    return record.find(current_user, key() or "") if is_writing() else None


def key(step: str = "") -> str | None:
    """The key of what was sent, for the record; None when there is none. `step` tells two acts of one form apart."""
    if not request.form.get("once"):
        return None
    return form() + _digest(step, request.path, *_sent())


def form() -> str:
    """The half of the key that names the form, whatever was sent with it."""
    return _digest(request.form.get("once", ""))


def _sent() -> list[str]:
    fields = [
        f"{name}={value}"
        for name, value in sorted(request.form.items(multi=True))
        if name not in ("csrf_token", "once")
    ]
    for name, file in sorted(request.files.items(multi=True), key=lambda item: item[0]):
        fields.append(f"{name}={hashlib.sha256(file.stream.read()).hexdigest()}")
        file.stream.seek(0)
    return fields


def _digest(*parts: str) -> str:
    whole = hashlib.sha256()
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        whole.update(len(encoded).to_bytes(8, "big") + encoded)
    return whole.hexdigest()[:HALF]

"""Whom to tell of a weak spot (RFC 9116): the board itself, by the address in its imprint."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from flask import Response, abort
from flask.typing import ResponseReturnValue

from editorial import vietnamese
from editorial.db import now
from editorial.web import frame
from editorial.web.addresses import address
from editorial.web.language import DEFAULT, LANGUAGES
from editorial.web.public.blueprint import public

HOLDS = 6  # months, at most; it is renewed by itself with each month


@public.get("/.well-known/security.txt")
def security() -> ResponseReturnValue:
    """A site without an imprint has nobody to name."""
    site = frame.here()
    if site.fault is not None:
        raise site.fault
    imprint = site.imprint_in(DEFAULT)
    if imprint is None:
        abort(404)
    lines = [
        f"Contact: mailto:{quote(imprint.email, safe='@.+-_')}",
        f"Expires: {_end(vietnamese.local(now())).isoformat(timespec='seconds')}",
        f"Preferred-Languages: {', '.join(LANGUAGES)}",
        f"Canonical: {address('public.security')}",
    ]
    return Response("".join(f"{line}\n" for line in lines), mimetype="text/plain")


def _end(today: datetime) -> datetime:
    """The first of a month, so that the file stays the same for a month and caches may keep it."""
    months = today.month - 1 + HOLDS
    return datetime(today.year + months // 12, months % 12 + 1, 1, tzinfo=vietnamese.ZONE)

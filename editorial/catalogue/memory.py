"""What many pages show alike, read once and remembered until the next act, in each process for itself.

Every act writes an event, and does so in its own transaction: as long as the newest event is the same, what readers
get is the same. So nothing here ever grows old, and nobody has to remember to make it forget.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from flask import current_app
from sqlalchemy import func, select

from editorial.db import db, is_writing
from editorial.models import Event

T = TypeVar("T")
KEY = "editorial.memory"
MOST = 1000  # things remembered at once: sections times languages, and some days at most
_NEWEST = select(func.max(Event.sequence))


def version() -> int:
    """The number of the newest act, asked once in a transaction."""
    known = db.session().info
    if KEY not in known:
        known[KEY] = db.session.connection().execute(_NEWEST).scalar() or 0
    return cast(int, known[KEY])


def remembered(key: Hashable, read: Callable[[], T]) -> T:
    """What `read` gives, which may depend on the public texts and the key alone.

    A transaction that may write reads for itself: what it sees may yet be undone.
    """
    if is_writing():
        return read()
    memory: dict[tuple[int, Hashable], Any] = current_app.extensions.setdefault(KEY, {})
    place = (version(), key)
    if place not in memory:
        if len(memory) >= MOST or any(known != place[0] for known, _ in tuple(memory)):
            memory.clear()
        memory[place] = read()
    return cast(T, memory[place])

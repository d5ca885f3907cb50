"""The bar above the staff pages: where one can go, and how much waits there."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext
from flask_login import current_user

from editorial import documents, site, statistics, topics, worklist
from editorial.feedback import reports
from editorial.web import pages
from editorial.workflow import ROLE_LABELS, Role


def places() -> dict[str, Any]:
    """What the frame of every staff page asks; the length of the queue is counted only when it does."""
    if not current_user.is_authenticated:
        return {}
    person = pages.me()
    return {
        "here": request.endpoint,
        "roles": [gettext(ROLE_LABELS[Role(role)]) for role in person.roles],
        "keeps_register": documents.may_prepare(person),
        "keeps_topics": topics.may_keep(person),
        "may_start": pages.may_start(person),
        "sees_visits": statistics.may_see(person),
        "has_queue": worklist.has_queue(person),
        "how_many_wait": lambda: worklist.how_many_wait(person),
        "has_reports": reports.has_desk(person),
        "reports_waiting": lambda: reports.waiting(person),
        "may_manage": person.has(Role.ADMIN) or any(kind.is_for(person) for kind in site.KINDS.values()),
    }

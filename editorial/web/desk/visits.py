"""How much the site is read, for those who decide what is in it."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from editorial import statistics
from editorial.web import pages
from editorial.web.desk.blueprint import desk
from editorial.words import N_
from editorial.workflow import NotAllowed

DAYS = 30
MOST_READ = 20


@desk.get("/visits")
def visits() -> ResponseReturnValue:
    if not statistics.may_see(pages.me()):
        raise NotAllowed(N_("The numbers of visits are for the editors and the heads of the board."))
    return render_template(
        "desk/visits.html",
        numbers=statistics.numbers(),
        days=statistics.by_day(DAYS),
        months=statistics.by_month(),
        most_read=statistics.titles_most_read(MOST_READ, DAYS),
        span=DAYS,
    )

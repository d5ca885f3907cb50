"""My desk and the queue."""

from __future__ import annotations

from dataclasses import asdict

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from editorial import worklist
from editorial.web import pages
from editorial.web.desk.blueprint import desk
from editorial.web.forms import QueueForm
from editorial.words import N_
from editorial.workflow import NotAllowed
from editorial.worklist import Filters


@desk.get("/")
def home() -> ResponseReturnValue:
    return render_template("desk/home.html", desk=worklist.my_desk(pages.me()))


@desk.get("/queue")
def queue() -> ResponseReturnValue:
    if not worklist.has_queue(pages.me()):
        raise NotAllowed(N_("The queue belongs to the editors and the head of the board."))
    form = QueueForm(request.args).offer(pages.sections())
    page = worklist.queue(pages.me(), form.filters, request.args.get("page", 1, type=int))
    if page is None:
        abort(404)
    asked = {name: value for name, value in asdict(form.filters).items() if value != getattr(Filters(), name)}
    return render_template(
        "desk/queue.html", form=form, page=page, asked=asked, narrowed=bool(asked.keys() - {"order"})
    )

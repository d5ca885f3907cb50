"""The topics: all of them, a new one, and what one of them is called."""

from __future__ import annotations

from flask import abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from editorial import topics
from editorial.models import Topic
from editorial.topics import Unfit
from editorial.web import pages
from editorial.web.desk import answers, once
from editorial.web.desk.blueprint import desk
from editorial.web.forms import TopicForm
from editorial.words import N_
from editorial.workflow import NotAllowed


@desk.get("/topics")
def list_topics() -> ResponseReturnValue:
    _check()
    return _page(TopicForm(formdata=None))


@desk.post("/topics")
def begin_topic() -> ResponseReturnValue:
    _check()
    form = TopicForm()
    if not form.validate():
        return _page(form, status=422)
    try:
        topic = topics.begin(form.words, by=pages.me(), once=once.key())
    except Unfit as refusal:
        return _page(form.blame(refusal.faults), status=422)
    return answers.topic_kept(topic.name)


@desk.route("/topics/<int:topic_id>", methods=["GET", "POST"])
def topic(topic_id: int) -> ResponseReturnValue:
    _check()
    kept, form = topics.numbered(topic_id), TopicForm()
    if kept is None:
        abort(404)
    if not form.is_submitted():
        return _page(TopicForm.showing(kept), kept)
    if not form.validate():
        return _page(form, kept, status=422)
    try:
        topics.rename(kept, form.words, by=pages.me(), once=once.key())
    except Unfit as refusal:
        return _page(form.blame(refusal.faults), kept, status=422)
    return answers.topic_kept(kept.name)


def _check() -> None:
    if not topics.may_keep(pages.me()):
        raise NotAllowed(N_("Topics are kept by the editors and the head of the board."))


def _page(form: TopicForm, topic: Topic | None = None, status: int = 200) -> ResponseReturnValue:
    title = topic.name if topic else gettext("Topics")
    kept = [] if topic else topics.every()
    return render_template("desk/topics.html", form=form, topic=topic, topics=kept, title=title), status

"""The writing page: a first draft, every later one, and the beginning of a change to what is published."""

from __future__ import annotations

from flask import abort, request
from flask.typing import ResponseReturnValue

from editorial import articles, assets, db, workflow, worklist
from editorial.assets import Prepared
from editorial.web import pages
from editorial.web.access import writes_late
from editorial.web.desk import answers, once
from editorial.web.desk.blueprint import desk
from editorial.web.desk.editions import theirs
from editorial.web.forms import ChangeForm, ManuscriptForm
from editorial.web.pages import Sheet
from editorial.words import N_
from editorial.workflow import Kind, NotAllowed

LIGHT = 64 * 1024  # bytes: a form that is read and cleaned within some milliseconds


def is_heavy() -> bool:
    """Whether a picture came along, which has to be redrawn, or a text that others would have to wait for."""
    return (request.content_length or LIGHT) >= LIGHT or any(file.filename for file in request.files.values())


@desk.route("/write", methods=["GET", "POST"])
@writes_late(when=is_heavy)
def write_new() -> ResponseReturnValue:
    if request.method == "POST":
        return _start(pages.sheet())
    if not pages.may_start(pages.me()):
        raise NotAllowed(N_("Starting an article is for reporters, editors and the head of the board."))
    return pages.write_page(Sheet(ManuscriptForm(byline=pages.me().pen_name or pages.me().name)))


@desk.route("/editions/<int:edition_id>/write", methods=["GET", "POST"])
@writes_late(when=is_heavy)
def write(edition_id: int) -> ResponseReturnValue:
    if request.method == "POST":
        return _save(pages.sheet(), edition_id)
    edition = theirs(edition_id)
    if not workflow.may_write(pages.me(), edition):
        raise NotAllowed(N_("The text is not open for writing now."))
    return pages.write_page(Sheet.of(edition))


@desk.post("/articles/<int:article_id>/change")
def change(article_id: int) -> ResponseReturnValue:
    article, form = worklist.article_for(pages.me(), article_id), ChangeForm()
    if article is None:
        abort(404)
    if not form.validate():
        abort(400)
    return answers.opened(articles.change(article, by=pages.me(), kind=Kind(form.kind.data), once=once.key()).id)


def _start(sheet: Sheet) -> ResponseReturnValue:
    """The first save. The form may have been here before, with other words: these belong to the article it started."""
    valid, picture = sheet.form.validate(), _prepared(sheet)
    with db.writing() as anew:
        if anew and (again := once.answer_again()):
            return again
        _keep(picture, sheet)
        if not valid:
            return pages.write_page(sheet, status=422)
        text = sheet.form.manuscript()
        if begun := worklist.edition_started_by(pages.me(), once.form()):
            sheet.edition, seen = begun
            number = sheet.edition.id
            articles.save(sheet.edition, text, by=pages.me(), seen=seen)
        else:
            key = once.key("start") if sheet.form.submit.data else once.key()
            sheet.edition = articles.start(text, by=pages.me(), once=key)
            number = sheet.edition.id
        return _saved(sheet, number, text.title)


def _save(sheet: Sheet, number: int) -> ResponseReturnValue:
    if sheet.form.cover.data:
        sheet.edition = theirs(number)  # nobody has a picture redrawn for a text that is not theirs
    valid, picture = sheet.form.validate(), _prepared(sheet)
    with db.writing() as anew:
        if anew and (again := once.answer_again()):
            return again
        sheet.edition = edition = theirs(number)  # as it is now, and as it stays until this is done
        _keep(picture, sheet)
        if not valid:
            return pages.write_page(sheet, status=422)
        text = sheet.form.manuscript(before=edition.head.manuscript)
        articles.save(
            edition,
            text,
            by=pages.me(),
            seen=sheet.form.seen.data or "",
            change_note=sheet.form.change_note.data if edition.base_edition_id else None,
            once=None if sheet.form.submit.data else once.key(),
        )
        return _saved(sheet, number, text.title)


def _prepared(sheet: Sheet) -> Prepared | None:
    """A picture that came along, redrawn before anything is locked: it takes its time. Raises assets.NotAPicture."""
    upload = sheet.form.cover.data
    return assets.prepare(upload.stream, upload.filename or "") if upload else None


def _keep(picture: Prepared | None, sheet: Sheet) -> None:
    """Store the picture. It stays chosen, whatever becomes of the text."""
    if picture:
        sheet.form.cover_asset.data = assets.keep(picture, by=pages.me()).id


def _saved(sheet: Sheet, number: int, title: str) -> ResponseReturnValue:
    """What follows a save: the answer, or the submission that was asked for with it."""
    sheet.saved = True
    if not sheet.form.submit.data:
        return answers.saved(number, title)
    if again := once.answer_again():  # the save let the writer's place go: the same form may have come in between
        return again
    assert sheet.edition is not None
    articles.move(sheet.edition, "submit", by=pages.me(), seen=sheet.edition.head.digest, once=once.key())
    return answers.moved(number, title, "submit")

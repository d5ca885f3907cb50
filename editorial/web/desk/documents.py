"""The register of documents on the desk: the list, one document with what can be done to it, the form for its facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from editorial import db, documents, paper, register
from editorial.documents import Faulty, Outdated, Received
from editorial.models import Document
from editorial.paper import Facts, File, State
from editorial.web import pages, papers
from editorial.web.access import writes_late
from editorial.web.desk import once
from editorial.web.desk.blueprint import desk
from editorial.web.desk.document_form import DAYS, LINES, DecisionForm, DocumentForm
from editorial.words import N_
from editorial.workflow import NotAllowed

STATES = {
    State.DRAFT: N_("Drafts"),
    State.PUBLISHED: N_("Published documents"),
    State.WITHDRAWN: N_("Withdrawn documents"),
}
STATE_LABELS = {State.DRAFT: N_("Draft"), State.PUBLISHED: N_("Published"), State.WITHDRAWN: N_("Withdrawn")}


@desk.get("/documents")
def document_list() -> ResponseReturnValue:
    _keepers_only()
    asked = request.args.get("state", "")
    state = State(asked) if asked in list(State) else None
    page = register.on_desk(state, request.args.get("page", 1, type=int))
    if page is None:
        abort(404)
    return render_template(
        "desk/documents.html", page=page, state=state, states=STATES, labels=STATE_LABELS, counts=register.counts()
    )


@desk.get("/documents/<int:document_id>")
def document(document_id: int) -> ResponseReturnValue:
    return _page(_theirs(document_id))


@desk.route("/documents/new", methods=["GET", "POST"])
@writes_late()
def document_new() -> ResponseReturnValue:
    _keepers_only()
    if request.method == "POST":
        return _keep(None)
    return _sheet(DocumentForm(formdata=None), None)


@desk.route("/documents/<int:document_id>/edit", methods=["GET", "POST"])
@writes_late()
def document_edit(document_id: int) -> ResponseReturnValue:
    found = _theirs(document_id)
    if request.method == "POST":
        return _keep(document_id)
    if found.state is State.WITHDRAWN:
        return _page(found, notice=gettext(documents.NOT_NOW), status=409)
    return _sheet(DocumentForm.of(found), found)


@desk.post("/documents/<int:document_id>/publish")
def document_publish(document_id: int) -> ResponseReturnValue:
    return _decide(document_id, "publish")


@desk.post("/documents/<int:document_id>/withdraw")
def document_withdraw(document_id: int) -> ResponseReturnValue:
    return _decide(document_id, "withdraw")


@desk.post("/documents/<int:document_id>/reopen")
def document_reopen(document_id: int) -> ResponseReturnValue:
    return _decide(document_id, "reopen")


@desk.get("/documents/<int:document_id>/files/<digest>")
def document_file(document_id: int, digest: str) -> Response:
    """A file of any version, for those who keep the register."""
    return papers.download(register.file_of(_theirs(document_id), digest))


def _decide(document_id: int, name: str) -> ResponseReturnValue:
    found, form = _theirs(document_id), DecisionForm()
    person, seen, key = pages.me(), form.version_seen, once.key()
    try:
        if name == "publish":
            documents.publish(found, by=person, seen=seen, once=key)
        elif name == "withdraw":
            documents.withdraw(found, by=person, seen=seen, reason=form.reason.data or "", once=key)
        else:
            documents.reopen(found, by=person, seen=seen, once=key)
    except Outdated as refusal:
        return _page(found, notice=gettext(refusal.message), status=409)
    except Faulty as refusal:
        said = [gettext(fault.message, **fault.values) for fault in refusal.faults]
        if name == "withdraw":
            form.reason.errors = said
            return _page(found, tried=form, status=422)
        return _page(found, notice=" ".join(said), status=422)
    return redirect(url_for("desk.document", document_id=document_id))


def _keep(document_id: int | None) -> ResponseReturnValue:
    """Everything that is wrong is told at once; only what is right is stored, files first, then the row."""
    form = DocumentForm()
    before = _theirs(document_id) if document_id else None
    kept = before.newest.facts.files if before else ()
    today = register.today()
    facts, faults = form.facts(kept, today)
    received: list[Received] = []
    uploads = [upload for upload in form.upload.data or () if upload and upload.filename]
    try:
        received = documents.receive((upload.filename or "", _read(upload)) for upload in uploads)
    except Faulty as refusal:
        faults += refusal.faults
    facts = documents.normalised(replace(facts, files=(*facts.files, *(each.file for each in received))))
    faults += paper.faults(facts, today)
    if faults:
        form.blame(faults)
        return _sheet(form, before, lost=bool(uploads), status=422)
    documents.store(received)
    with db.writing() as anew:
        if anew and (again := once.answer_again()):
            return again
        return _write(form, facts, document_id, lost=bool(uploads))


def _read(upload: FileStorage) -> bytes:
    """All of it, and back to its beginning: the one-time key is made of it too."""
    data = upload.stream.read()
    upload.stream.seek(0)
    return data


def _write(form: DocumentForm, facts: Facts, document_id: int | None, *, lost: bool) -> ResponseReturnValue:
    found = _theirs(document_id) if document_id else None
    try:
        if found is None:
            found = documents.enter(facts, by=pages.me(), once=once.key())
        else:
            documents.change(found, facts, by=pages.me(), seen=form.version_seen, once=once.key())
    except Faulty as refusal:
        form.blame(refusal.faults)
        return _sheet(form, found, lost=lost, status=422)
    except Outdated as refusal:
        assert found is not None
        if found.state is State.WITHDRAWN:
            return _page(found, notice=gettext(refusal.message), status=409)
        form.seen.data = str(found.head)  # what stands there now is shown: to save again is to decide with open eyes
        return _sheet(form, found, theirs=_differing(facts, found), lost=lost, status=409)
    flash(gettext("“%(number)s” is saved.", number=facts.number), "success")
    return redirect(url_for("desk.document", document_id=found.id))


def _differing(mine: Facts, document: Document) -> list[tuple[str, str]]:
    """What stands there now where it differs from what the person sent: (label, words)."""
    shown = DocumentForm.of(document)
    theirs = document.newest.facts
    lines = [
        (str(shown[name].label.text), str(shown[name].data or ""))
        for name in (*LINES, *DAYS, "replaces")
        if getattr(mine, name) != getattr(theirs, name)
    ]
    if mine.kind != theirs.kind:
        lines.append((str(shown.kind.label.text), gettext(paper.KIND_LABELS[theirs.kind])))
    if mine.files != theirs.files:
        lines.append((gettext("Files"), ", ".join(file.name for file in theirs.files)))
    return lines


def _sheet(
    form: DocumentForm,
    document: Document | None,
    *,
    theirs: Sequence[tuple[str, str]] = (),
    lost: bool = False,
    status: int = 200,
) -> ResponseReturnValue:
    kept: Sequence[File] = document.newest.facts.files if document else ()
    issuers, fields = register.suggestions()
    page = render_template(
        "desk/document_form.html",
        form=form.offer(kept),
        document=document,
        issuers=issuers,
        fields=fields,
        theirs=theirs,
        outdated=status == 409,
        lost=lost,
    )
    return page, status


def _page(
    document: Document, *, notice: str = "", tried: DecisionForm | None = None, status: int = 200
) -> ResponseReturnValue:
    person, newest = pages.me(), document.newest
    page = render_template(
        "desk/document.html",
        document=document,
        newest=newest,
        facts=newest.facts,
        force=paper.force(newest.facts.holds_from, newest.facts.expires_on, register.today()),
        replaced=register.of_numbers(newest.facts.replaces).values(),
        form=tried or DecisionForm(formdata=None),
        tried=tried,
        notice=notice,
        may_publish=documents.may_publish(person, document),
        may_withdraw=documents.may_withdraw(person, document),
        is_mine=person.id in document.preparer_ids,
        labels=STATE_LABELS,
        past=documents.PAST,
        history=register.history(document),
    )
    return page, status


def _theirs(document_id: int) -> Document:
    _keepers_only()
    found = register.document(document_id)
    if found is None:
        abort(404)
    return found


def _keepers_only() -> None:
    if not documents.may_prepare(pages.me()):
        raise NotAllowed(N_("The register of documents is kept by the editors and the head of the board."))

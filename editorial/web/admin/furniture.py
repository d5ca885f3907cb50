"""One set of pages for all kinds of rows: lists with their order, forms with preview, histories with undo."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from editorial import assets, db, site
from editorial.assets import NotAPicture, Prepared
from editorial.manuscript import Fault
from editorial.models import Event
from editorial.site import Kind
from editorial.web import once, pages
from editorial.web.access import writes_late
from editorial.web.admin import blueprint, previews, said
from editorial.web.admin.blueprint import admin, answer_again, done
from editorial.web.admin.forms import ButtonForm, ImportForm, RowForm, row_form

NAMES = ", ".join(f'"{name}"' for name in site.KINDS)  # a hyphen is no part of a bare word there
KIND = f"<any({NAMES}):kind_name>"
LONGEST_CSV = 1_500_000  # bytes


def carries_a_picture() -> bool:
    return any(file.filename for file in request.files.values())


@admin.get("/")
def index() -> ResponseReturnValue:
    person = pages.me()
    kinds = [kind for kind in site.KINDS.values() if kind.is_for(person) and not kind.parent]
    counted = [(kind, len(site.rows(kind))) for kind in kinds]
    return render_template("admin/index.html", kinds=counted, keeps_people=blueprint.is_keeper())


@admin.get(f"/{KIND}")
def rows(kind_name: str) -> ResponseReturnValue:
    kind = theirs(kind_name)
    if kind.parent:
        kind = kind.parent
    return render_template("admin/list.html", kind=kind, list=_list(kind))


@admin.route(f"/{KIND}/new", methods=["GET", "POST"])
@writes_late(when=carries_a_picture)
def new(kind_name: str) -> ResponseReturnValue:
    kind = theirs(kind_name)
    preset = {kind.within: request.args.get("in", "")} if kind.within else {}
    return _filled(kind, None) if request.method == "POST" else _page(row_form(kind, **preset), None)


@admin.route(f"/{KIND}/<int:row_id>", methods=["GET", "POST"])
@writes_late(when=carries_a_picture)
def edit(kind_name: str, row_id: int) -> ResponseReturnValue:
    kind = theirs(kind_name)
    if request.method == "POST":
        return _filled(kind, row_id)
    row = _row(kind, row_id)
    return _page(row_form(kind, row), row)


@admin.post(f"/{KIND}/<int:row_id>/remove")
def remove(kind_name: str, row_id: int) -> ResponseReturnValue:
    kind = theirs(kind_name)
    row = _row(kind, row_id)
    otherwise = _list_of(kind, row)
    try:
        site.remove(row, by=pages.me(), seen=ButtonForm().seen.data or "", once=once.key())
    except site.Stale:
        return _page(_afresh(kind, row), row, theirs=said.row_in_words(kind, row), status=409)
    return done(otherwise)


@admin.post(f"/{KIND}/<int:row_id>/move")
def move(kind_name: str, row_id: int) -> ResponseReturnValue:
    kind = theirs(kind_name)
    row = _row(kind, row_id)
    if request.form.get("to") not in ("up", "down"):
        abort(400)
    otherwise = _list_of(kind, row)
    site.move(row, up=request.form["to"] == "up", by=pages.me(), once=once.key())
    return done(otherwise)


@admin.get(f"/{KIND}/history")
def history(kind_name: str) -> ResponseReturnValue:
    kind = theirs(kind_name)
    return _history(kind.parent or kind, None)


@admin.get(f"/{KIND}/<int:row_id>/history")
def row_history(kind_name: str, row_id: int) -> ResponseReturnValue:
    kind = theirs(kind_name)
    return _history(kind, _row(kind, row_id))


@admin.post("/undo/<int:sequence>")
def undo(sequence: int) -> ResponseReturnValue:
    event = db.db.session.get(Event, sequence)
    if event is None or not event.action.startswith("site"):
        abort(404)
    site.undo(event, by=pages.me(), once=once.key())
    return done(url_for(".index"))


@admin.route("/redirects/import", methods=["GET", "POST"])
def take_redirects() -> ResponseReturnValue:
    theirs("redirects")
    form, report = ImportForm(), None
    if request.method == "POST":
        try:
            text = _text_of(form)
            report = site.take_redirects(text, by=pages.me(), once=once.key())
        except site.Refused as refusal:
            form.blame(refusal.faults)
        else:
            if not report.refused and report.taken:
                return done(url_for(".rows", kind_name="redirects"))
            form = ImportForm(formdata=None, data={"text": "\n".join(line.text for line in report.refused)})
    return render_template("admin/import.html", form=form, report=report), 422 if form.errors else 200


def theirs(kind_name: str) -> Kind:
    """The kind, if the person may manage it. Raises NotAllowed."""
    kind = site.KINDS[kind_name]
    site.check_may(kind, pages.me())
    return kind


def _row(kind: Kind, row_id: int) -> Any:
    row = site.find(kind, row_id)
    if row is None:
        abort(404)
    return row


def _filled(kind: Kind, row_id: int | None) -> ResponseReturnValue:
    """A form that was sent: kept, or shown again with its faults, with its preview, or beside what stands there now."""
    prepared, fault = _prepared(kind)
    with db.writing() as anew:
        if anew and (again := answer_again()):
            return again
        row = _row(kind, row_id) if row_id is not None else None
        form = row_form(kind, row)
        if prepared:
            form["asset_id"].data = assets.keep(prepared, by=pages.me()).id  # it stays chosen, whatever follows
        if fault:
            form.blame([fault])
            return _page(form, row, status=422)
        try:
            if form.preview.data:
                values = kind.read(form.given(), row)
                site.check(kind, values, row)
                return _page(form, row, preview=previews.of(kind, row, values))
            if row is None:
                row = site.add(kind, form.given(), by=pages.me(), once=once.key())
            else:
                site.change(row, form.given(), by=pages.me(), seen=form.seen.data or "", once=once.key())
        except site.Refused as refusal:
            form.blame(refusal.faults)
            return _page(form, row, status=422)
        except site.Stale:
            form.seen.data = site.fingerprint(row)
            return _page(form, row, theirs=said.row_in_words(kind, row), status=409)
        return done(_list_of(kind, row))


def _prepared(kind: Kind) -> tuple[Prepared | None, Fault | None]:
    """A picture that came along, redrawn before anything is locked, or why it is none."""
    file = request.files.get("asset_id_file") if kind.name == "slides" else None
    if file is None or not file.filename:
        return None, None
    try:
        return assets.prepare(file.stream, file.filename), None
    except NotAPicture as refusal:
        return None, Fault("asset_id_file", refusal.message, refusal.values)


def _page(
    form: RowForm,
    row: Any,
    *,
    preview: previews.Preview | None = None,
    theirs: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    kind = form.of
    _offer_pictures(form)
    page = render_template(
        "admin/form.html",
        kind=kind,
        form=form,
        row=row,
        title=blueprint.title(row) if row is not None else "",
        preview=preview,
        theirs=theirs,
        button=ButtonForm.fresh(site.fingerprint(row)) if row is not None else None,
        parts=[_list(child, row) for child in kind.children] if row is not None else [],
        back=_list_of(kind, row, request.args.get("in", "")),
    )
    return page, status


def _offer_pictures(form: RowForm) -> None:
    """The pictures to choose from, the chosen one among them."""
    if "asset_id" not in form:
        return
    field = form["asset_id"]
    found = {asset.id: asset.name or asset.id[:12] for asset in site.pictures(pages.me())}
    if field.data and field.data not in found:
        found = {field.data: gettext("The chosen picture")} | found
    field.choices = [("", gettext("– Choose –")), *found.items()]


def _afresh(kind: Kind, row: Any) -> RowForm:
    """The form of a row as it stands now, whatever the request carries."""
    values = {each.name: said.typed(each, getattr(row, each.name, None)) for each in kind.fields}
    form = row_form(kind, row)
    form.process(formdata=None, data=values | {"seen": site.fingerprint(row)})
    return form


def _list(kind: Kind, parent: Any = None) -> dict[str, Any]:
    """What a list shows: the rows in their order, those of a second level behind the one that they are part of."""
    found = site.rows(kind, **({kind.within: parent.id} if parent is not None else {}))
    lines = []
    for row in found:
        if kind.name == "sections" and row.parent_id is not None:
            continue
        lines.append((row, 1))
        if kind.name == "sections":
            lines += [(each, 2) for each in found if each.parent_id == row.id]
    shown = [
        {
            "row": row,
            "level": level,
            "title": blueprint.title(row),
            "facts": [(kind.field(name), said.shown(kind.field(name), getattr(row, name))) for name in kind.listed],
        }
        for row, level in lines
    ]
    return {"kind": kind, "lines": shown, "parent": parent, "button": ButtonForm.fresh()}


def _list_of(kind: Kind, row: Any = None, within: str = "") -> str:
    """Where one goes on from a row: the page of what it is part of, or the list."""
    if kind.parent is None:
        return url_for(".rows", kind_name=kind.name)
    number = getattr(row, kind.within) if row is not None else int(within) if within.isdecimal() else None
    if number is None or site.find(kind.parent, min(number, db.LARGEST_ID)) is None:
        return url_for(".rows", kind_name=kind.parent.name)
    return url_for(".edit", kind_name=kind.parent.name, row_id=number)


def _history(kind: Kind, row: Any) -> ResponseReturnValue:
    events = site.history(kind, row)
    return render_template(
        "admin/history.html",
        kind=kind,
        row=row,
        title=blueprint.title(row) if row is not None else "",
        events=[(event, said.deeds(event)) for event in events],
        act_labels=blueprint.ACTS,
        button=ButtonForm.fresh(),
    )


def _text_of(form: ImportForm) -> str:
    """The lines that were sent, in a file or typed. Raises Refused."""
    file = form.file.data
    if not file:
        if not (form.text.data or "").strip():
            raise site.Refused(Fault("text", site.NEEDED))
        return str(form.text.data)
    data = file.stream.read(LONGEST_CSV + 1)
    if len(data) > LONGEST_CSV:
        raise site.Refused(Fault("file", site.TOO_LARGE))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise site.Refused(Fault("file", site.NOT_UTF8)) from None
    if "\0" in text:
        raise site.Refused(Fault("file", site.NOT_UTF8))
    return text

"""One edition: its page, the decisions on it, its texts side by side."""

from __future__ import annotations

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from editorial import articles, workflow, worklist
from editorial.models import Edition
from editorial.web import pages
from editorial.web.desk import answers, once
from editorial.web.desk.blueprint import desk
from editorial.web.forms import MoveForm


@desk.get("/editions/<int:edition_id>")
def edition(edition_id: int) -> ResponseReturnValue:
    return pages.edition_page(theirs(edition_id))


@desk.post(f"/editions/<int:edition_id>/<any({', '.join(workflow.NAMES)}):name>")
def move(edition_id: int, name: str) -> ResponseReturnValue:
    edition, form = theirs(edition_id), MoveForm().about(workflow.BY_NAME[name])
    title = edition.head.title
    if not form.validate():
        return pages.edition_page(edition, tried=form, status=422)
    articles.move(
        edition,
        name,
        by=pages.me(),
        seen=form.seen.data or "",
        reason=form.reason.data or "",
        release_at=form.release_at,
        once=once.key(),
    )
    return answers.moved(edition_id, title, name)


@desk.get("/editions/<int:edition_id>/compare")
def compare(edition_id: int) -> ResponseReturnValue:
    """Two of its texts; unless numbered, the present one and the one before it: the live text, or the last but one."""
    edition = theirs(edition_id)
    versions = worklist.revisions(edition)
    before = next((version for version in versions if version.is_base), versions[min(1, len(versions) - 1)])
    old = worklist.revision_of(edition, request.args.get("a", before.id, type=int))
    new = worklist.revision_of(edition, request.args.get("b", edition.head.id, type=int))
    if old is None or new is None:
        abort(404)
    by_id = {version.id: version for version in versions}
    return render_template(
        "desk/compare.html",
        edition=edition,
        versions=versions,
        old=by_id[old.id],
        new=by_id[new.id],
        compared=pages.comparison(old.manuscript, new.manuscript),
    )


def theirs(edition_id: int) -> Edition:
    """The edition, if the person may see it; what they may not see is not found."""
    edition = worklist.edition_for(pages.me(), edition_id)
    if edition is None:
        abort(404)
    return edition

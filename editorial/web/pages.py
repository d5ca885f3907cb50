"""The desk's pages that a view shows and a refusal shows again: an edition, the writing page, two texts compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self, cast

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge

from editorial import articles, compare, topics, workflow, worklist
from editorial import manuscript as manuscripts
from editorial.compare import Change
from editorial.manuscript import Fault, Manuscript, Picture
from editorial.models import Edition, Revision, User
from editorial.web import frame
from editorial.web.forms import ChangeForm, ManuscriptForm, MoveForm
from editorial.words import N_
from editorial.workflow import Kind, Role, Standing, State, Transition

WRITING = ("desk.write_new", "desk.write")  # where the writing page sends a text


@dataclass(slots=True)
class Sheet:
    """The text that hangs on this request: held until the answer, whatever it is, so that no refusal loses it."""

    form: ManuscriptForm
    edition: Edition | None = None
    saved: bool = False  # the text is in the store, whatever happened after

    @classmethod
    def of(cls, edition: Edition) -> Self:
        """What stands there, ready to be written on."""
        head = edition.head
        return cls(ManuscriptForm.showing(head.manuscript, seen=head.digest, change_note=edition.change_note), edition)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two texts: short parts by their label, then the body block by block."""

    parts: list[tuple[str, list[Change]]]
    body: list[Change]
    pictures: tuple[Picture | None, Picture | None] | None  # where they are two

    @property
    def is_empty(self) -> bool:
        return not (self.parts or self.pictures) and all(change.kind == "same" for change in self.body)


def me() -> User:
    """The person who is signed in: the row itself, which can be put into another row."""
    return cast(User, current_user._get_current_object())


def may_start(person: User) -> bool:
    return person.has(Role.REPORTER, Role.EDITOR, Role.HEAD)


def sections() -> list[tuple[str, str]]:
    """The sections to choose from, in the language of the page."""
    return [(section.slug, section.label) for section in frame.here().sections]


def carries_a_text() -> bool:
    """Whether this request was sent by the writing page, so that somebody's text hangs on the answer."""
    try:
        return request.method == "POST" and request.endpoint in WRITING and bool(request.form)
    except RequestEntityTooLarge:
        return False


def sheet() -> Sheet:
    """The text that this request carries."""
    if "sheet" not in g:
        g.sheet = Sheet(ManuscriptForm())
    return cast(Sheet, g.sheet)


def edition_here() -> Edition | None:
    """The edition that this request is about, if the person may see it."""
    number = (request.view_args or {}).get("edition_id", 0)
    return worklist.edition_for(me(), number) if current_user.is_authenticated else None


def write_page(sheet: Sheet, *, notice: str = "", status: int = 200) -> ResponseReturnValue:
    """The writing page around a text. It is sent where it was sent before, or to the edition it belongs to by now."""
    edition = sheet.edition
    back = url_for(request.endpoint or "", **request.view_args or {})
    page = render_template(
        "desk/write.html",
        form=sheet.form.offer(sections(), topics.names()),
        edition=edition,
        action=url_for("desk.write", edition_id=edition.id) if edition else back,
        notice=notice,
        picture_lost=bool(request.files.get("cover")) and not sheet.form.picture,
        is_change=bool(edition.base_edition) if edition else "change_note" in request.form,
        signed_in=current_user.is_authenticated,
        # Text that waits for a decision is mended there, not submitted again.
        may_submit=edition is None or edition.state is State.DRAFT,
    )
    return page, status


def edition_page(
    edition: Edition,
    *,
    tried: MoveForm | None = None,
    refusal: str = "",
    faults: Sequence[Fault] = (),
    read: Revision | None = None,
    outdated: bool = False,
    status: int = 200,
) -> ResponseReturnValue:
    """An edition as readers will see it, its history, and what this person may do with it.

    `tried` is the form of a move that was refused; it takes the place of a fresh one. With `outdated`, what the
    person decided on was another text than this one: `read`, if it is known.
    """
    person, head = me(), edition.head
    ways = [MoveForm.for_(transition, seen=head.digest) for transition in _in_order(workflow.open_to(person, edition))]
    if tried:
        ways = [tried if way.transition is tried.transition else way for way in ways]
    page = render_template(
        "desk/edition.html",
        edition=edition,
        text=head.manuscript,
        ways=ways,
        tried=tried,
        refusal=refusal,
        faults=faults,
        outdated=outdated,
        since_read=comparison(read.manuscript, head.manuscript) if read else None,
        why_not=why_not(person, edition),
        may_write=workflow.may_write(person, edition),
        change_forms=_change_forms(person, edition),
        on_its_way=_on_its_way(person, edition),
        last_returned=_text_last_returned(edition),
        history=worklist.history(edition),
        versions=worklist.revisions(edition),
        round=edition.rounds[-1] if edition.rounds else None,
    )
    return page, status


def stale_page(sheet: Sheet, mine: Manuscript) -> ResponseReturnValue:
    """Both texts: what somebody else saved meanwhile and what this person wanted to save, which stays in a form."""
    assert sheet.edition is not None
    theirs = sheet.edition.head
    page = render_template(
        "desk/stale.html",
        form=sheet.form.offer(sections(), topics.names()),
        edition=sheet.edition,
        theirs=theirs,
        is_change=bool(sheet.edition.base_edition),
        compared=comparison(theirs.manuscript, mine),
    )
    return page, 409


def why_not(person: User, edition: Edition) -> list[str]:
    """Why somebody who decides in this section may not decide on this text, as message ids without repetition."""
    open_ = {transition.name for transition in workflow.open_to(person, edition)}
    roles = {Standing.APPROVER: Role.HEAD, Standing.EDITOR: Role.EDITOR}
    reasons = [
        workflow.why_not(transition.name, person, edition)
        for transition in workflow.TRANSITIONS
        if transition.source is edition.state
        and transition.name not in open_
        and transition.by in roles
        and person.holds(roles[transition.by], edition.section_slug)
    ]
    return list(dict.fromkeys(reasons))


def comparison(old: Manuscript, new: Manuscript) -> Comparison:
    """What differs between two texts, for parts/compare.html."""
    found = []
    for label, before, after in zip(PART_LABELS, _parts(old), _parts(new), strict=True):
        if before != after:
            found.append((gettext(label), compare.compare_lines(before, after)))
    same_picture = (old.cover and old.cover.asset) == (new.cover and new.cover.asset)
    pictures = None if same_picture else (old.cover, new.cover)
    return Comparison(found, compare.compare_blocks(old.body, new.body), pictures)


PART_LABELS = (
    N_("Title"),
    N_("Lede"),
    N_("Section"),
    N_("Genre"),
    N_("Byline"),
    N_("Name of the source"),
    N_("Address of the source"),
    N_("What the picture shows"),
    N_("Caption"),
    N_("Credit"),
    N_("Keywords"),
    N_("Topic"),
)


def _parts(text: Manuscript) -> tuple[str, ...]:
    """What stands beside the body, as people read it, in the order of PART_LABELS."""
    cover = text.cover or Picture("")
    genre = manuscripts.GENRES.get(text.genre, "")
    return (
        text.title,
        text.lede,
        dict(sections()).get(text.section, text.section),
        gettext(genre) if genre else text.genre,
        "\n".join(text.bylines),
        text.source_name,
        text.source_url,
        cover.alt,
        cover.caption,
        cover.credit,
        "\n".join(text.tags),
        dict(topics.names()).get(text.topic, text.topic) if text.topic else "",
    )


def _in_order(transitions: list[Transition]) -> list[Transition]:
    """What carries the text on comes first, what sends it back last."""
    return sorted(transitions, key=lambda t: (t.asks_reason, t.asks_time))


def _change_forms(person: User, edition: Edition) -> list[tuple[ChangeForm, str]]:
    """The kinds of change that this person may begin to what is published, each with the words on its button."""
    if not (edition.is_live and articles.may_change(person, edition.article)) or articles.open_edition(edition.article):
        return []
    labels = {Kind.UPDATE: gettext("Prepare an update"), Kind.CORRECTION: gettext("Correct a mistake")}
    return [(ChangeForm(formdata=None, kind=kind), label) for kind, label in labels.items()]


def _on_its_way(person: User, edition: Edition) -> Edition | None:
    """The change of a published article that is being prepared, if this person may see it."""
    found = articles.open_edition(edition.article) if edition.is_live else None
    return found if found and workflow.may_see(person, found) else None


def _text_last_returned(edition: Edition) -> Revision | None:
    """The text that was returned last, when the present one is another: what a reviewer wants to compare with."""
    digests = [each.digest for each in edition.rounds if each.decision == "return" and each.digest]
    return worklist.text_seen(edition, digests[-1]) if digests and digests[-1] != edition.head.digest else None

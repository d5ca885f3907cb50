"""What there is to manage round the articles, each kind described once: its fields, its order, and who may change it.

Forms, lists, histories, permissions and the acts themselves read these descriptions; adding a field is a line here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, auto
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import String, inspect

from editorial import vietnamese
from editorial.db import LARGEST_ID, Model, db
from editorial.manuscript import Fault
from editorial.models import (
    Archive,
    Asset,
    BlockKind,
    HomeBlock,
    Imprint,
    Link,
    LinkGroup,
    Outage,
    Redirect,
    Section,
    Slide,
    Slideshow,
    Slogan,
    User,
)
from editorial.models.site import MANDATORY
from editorial.vietnamese.wording import YEARS
from editorial.words import N_
from editorial.workflow import Role

TEXT_MAX = 4000  # of a field whose column sets no limit
BOARD = frozenset({Role.EDITOR, Role.HEAD})
SYSTEM = frozenset({Role.ADMIN})

NEEDED = N_("This cannot be empty.")
TOO_LONG = N_("This is %(long)d characters long; at most %(most)d fit.")
NO_DAY = N_("This is not a day of the calendar. Write it like 2026-02-28.")
NO_MOMENT = N_("This is not a moment. Write it like 2026-02-28T17:30.")
NO_ADDRESS = N_("This has to be the whole address of a page on the web, beginning with https:// or http://.")
NO_PATH = N_("This has to be a path of this site, beginning with a single /.")
NO_CHOICE = N_("Not a valid choice.")
BLOCK_KINDS = {
    BlockKind.LEAD: N_("One large, the others beside it"),
    BlockKind.LIST: N_("A list"),
    BlockKind.PICTURES: N_("Pictures"),
    BlockKind.MOST_READ: N_("Most read"),
}


class Refused(Exception):
    """Why this cannot be done: all faults there are, each tied to a field ("" for the whole) and worded for people."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(", ".join(fault.message for fault in faults))
        self.faults = faults


class Sort(Enum):
    """What a field holds, which says how it is typed, read and shown."""

    LINE = auto()
    TEXT = auto()
    NUMBER = auto()
    DAY = auto()
    MOMENT = auto()
    FLAG = auto()
    CHOICE = auto()
    ROW = auto()  # the number of a row of another kind, or of none
    PICTURE = auto()
    WEB = auto()  # an address of another site
    PATH = auto()  # an address of this one


@dataclass(frozen=True, slots=True)
class Field:
    name: str  # of the column
    label: str
    sort: Sort = Sort.LINE
    required: bool = False
    hint: str = ""
    choices: Mapping[Any, str] = field(default_factory=dict)
    of: str = ""  # of a ROW: the name of its kind
    default: Any = None
    fixed: bool = False  # said when the row is made, and never again
    is_column: bool = True  # otherwise it is asked for the record alone


@dataclass(frozen=True, slots=True)
class Kind:
    name: str  # in addresses
    model: type[Any]
    label: str  # of the list
    one: str  # what a row of it is called
    about: str
    fields: tuple[Field, ...]
    title: str  # the field by which people know a row
    by: frozenset[Role] = BOARD
    listed: tuple[str, ...] = ()  # the fields that a list shows besides
    within: str = ""  # the column that names the row it is part of, and which is of the kind `of` its field
    siblings: str = ""  # the column whose equals are put in order among themselves
    is_ordered: bool = False
    newest_first: str = ""  # the column that a list goes by, where people do not put it in order

    @property
    def table(self) -> str:
        return str(self.model.__tablename__)

    @property
    def parent(self) -> Kind | None:
        return KINDS[self.field(self.within).of] if self.within else None

    @property
    def children(self) -> list[Kind]:
        return [kind for kind in KINDS.values() if kind.parent is self]

    def field(self, name: str) -> Field:
        return next(each for each in self.fields if each.name == name)

    def order(self) -> tuple[Any, ...]:
        """How a list goes: as people put it, else the newest first."""
        if self.newest_first:
            return (getattr(self.model, self.newest_first).desc(), self.model.id.desc())
        return (self.model.position, self.model.id) if self.is_ordered else (getattr(self.model, self.title),)

    def is_for(self, person: User) -> bool:
        """Whether this person may change it: for the whole site, so a role for one section is not enough."""
        return person.active and any(a.role in self.by and a.section_id is None for a in person.assignments)

    def most(self, name: str) -> int:
        """How many characters the column holds."""
        column = self.model.__table__.c.get(name)
        length = column.type.length if column is not None and isinstance(column.type, String) else None
        return length or TEXT_MAX

    def read(self, given: Mapping[str, Any], row: Any = None) -> dict[str, Any]:
        """The values of all fields, out of what was typed or is of the right type already. Raises Refused."""
        values: dict[str, Any] = {}
        faults = []
        for each in self.fields:
            if each.fixed and row is not None:
                continue
            try:
                values[each.name] = _read(self, each, given.get(each.name, each.default))
            except _Wrong as wrong:
                faults.append(Fault(each.name, wrong.message, wrong.values))
        if faults:
            raise Refused(*faults)
        return values

    def name_of(self, values: Mapping[str, Any]) -> str:
        return str(values.get(self.title) or "")


class _Wrong(Exception):
    def __init__(self, message: str, **values: object) -> None:
        self.message, self.values = message, values


def _read(kind: Kind, asked: Field, raw: Any) -> Any:
    if isinstance(raw, str):
        raw = vietnamese.normalise(raw).strip() if asked.sort is Sort.TEXT else vietnamese.normalise_line(raw)
    if asked.sort is Sort.FLAG:
        return bool(raw) and raw not in ("false", "0")
    is_text = asked.sort in (Sort.LINE, Sort.TEXT, Sort.WEB, Sort.PATH)
    if raw is None or raw == "":
        if asked.required:
            raise _Wrong(NEEDED)
        return "" if is_text else None
    if is_text and len(raw) > (most := kind.most(asked.name)):
        raise _Wrong(TOO_LONG, long=len(raw), most=most)
    return _READERS[asked.sort](asked, raw) if asked.sort in _READERS else raw


def _number(_asked: Field, raw: Any) -> int:
    text = str(raw)
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise _Wrong(N_("This is not a number."))
    return int(text)


def _day(_asked: Field, raw: Any) -> date:
    try:
        day = raw if isinstance(raw, date) else date.fromisoformat(raw)
    except ValueError:
        raise _Wrong(NO_DAY) from None
    if day.year not in YEARS:
        raise _Wrong(NO_DAY)
    return day


def _moment(_asked: Field, raw: Any) -> datetime:
    moment = raw if isinstance(raw, datetime) else vietnamese.parse_local(raw)
    if moment is None:
        raise _Wrong(NO_MOMENT)
    return moment


def _choice(asked: Field, raw: Any) -> Any:
    for each in asked.choices:
        if each == raw:
            return each
    raise _Wrong(NO_CHOICE)


def _row(asked: Field, raw: Any) -> int:
    text = str(raw)
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else 0
    if not 0 < number <= LARGEST_ID or db.session.get(KINDS[asked.of].model, number) is None:
        raise _Wrong(NO_CHOICE)
    return number


def _picture(_asked: Field, raw: Any) -> str:
    if not isinstance(raw, str) or len(raw) != 64 or db.session.get(Asset, raw) is None:
        raise _Wrong(N_("This picture is not there. Choose another one."))
    return raw


def _web(_asked: Field, raw: str) -> str:
    """http or https, a host, nothing that hides where it leads. Raises _Wrong for any other, `javascript:` first."""
    try:
        parts = urlsplit(raw)
        parts.port  # noqa: B018  raises where it is no number
        host = parts.hostname or ""
    except ValueError:
        raise _Wrong(NO_ADDRESS) from None
    scheme_and_host = raw.lower().startswith(("https://", "http://")) and host.strip(".")
    if not scheme_and_host or "@" in parts.netloc or any(c in raw for c in ' \\"<>'):
        raise _Wrong(NO_ADDRESS)
    return parts.scheme + raw[len(parts.scheme) :]


def _path(_asked: Field, raw: str) -> str:
    if not raw.startswith("/") or raw.startswith("//") or any(c in raw for c in ' \\"<>'):
        raise _Wrong(NO_PATH)
    return raw


_READERS: dict[Sort, Callable[[Field, Any], Any]] = {
    Sort.NUMBER: _number,
    Sort.DAY: _day,
    Sort.MOMENT: _moment,
    Sort.CHOICE: _choice,
    Sort.ROW: _row,
    Sort.PICTURE: _picture,
    Sort.WEB: _web,
    Sort.PATH: _path,
}


def _imprint_fields() -> Iterator[Field]:
    for name, label in (
        ("outlet", N_("Name of the site")),
        ("outlet_en", N_("Name of the site, in English")),
        ("owner", N_("Owner")),
        ("owner_en", N_("Owner, in English")),
        ("responsible", N_("Responsible for the content")),
        ("responsible_position", N_("Position")),
        ("responsible_position_en", N_("Position, in English")),
        ("address", N_("Address")),
        ("address_en", N_("Address, in English")),
        ("phone", N_("Telephone")),
        ("fax", N_("Fax")),
        ("email", N_("E-mail")),
        ("licence", N_("Licence")),
        ("licence_en", N_("Licence, in English")),
        ("notice", N_("What republishers are asked for")),
        ("notice_en", N_("What republishers are asked for, in English")),
    ):
        sort = Sort.TEXT if name.startswith("notice") else Sort.LINE
        yield Field(name, label, sort, required=name in MANDATORY)


FROM = Field("valid_from", N_("Valid from"), Sort.DAY, required=True, hint=N_("Until the next record begins."))
IN_ENGLISH = N_("In English")
KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "sections",
            Section,
            N_("Sections"),
            N_("Section"),
            N_("The menu of the site, in two levels. The address of a section never changes."),
            (
                Field("name", N_("Name"), required=True),
                Field("name_en", N_("Name, in English")),
                Field(
                    "slug",
                    N_("Name in addresses"),
                    fixed=True,
                    hint=N_("Small letters, digits, hyphens. Left empty, it is made from the name. It never changes."),
                ),
                Field(
                    "parent_id",
                    N_("Below"),
                    Sort.ROW,
                    of="sections",
                    hint=N_("The section that it is part of. Without one it stands in the menu itself."),
                ),
                Field("description", N_("Description"), Sort.TEXT),
                Field("description_en", N_("Description, in English"), Sort.TEXT),
                Field(
                    "wants_endorsement",
                    N_("An editor endorses every text before the head decides"),
                    Sort.FLAG,
                ),
            ),
            title="name",
            listed=("slug", "wants_endorsement"),
            siblings="parent_id",
            is_ordered=True,
        ),
        Kind(
            "blocks",
            HomeBlock,
            N_("Home page"),
            N_("Block"),
            N_("The blocks of articles on the home page, in their order."),
            (
                Field("kind", N_("How it looks"), Sort.CHOICE, True, choices=BLOCK_KINDS, default=BlockKind.LIST),
                Field(
                    "section_id",
                    N_("Section"),
                    Sort.ROW,
                    of="sections",
                    hint=N_("Without a section it draws on all of them."),
                ),
                Field("title", N_("Heading"), hint=N_("Left empty, it is the name of the section.")),
                Field("title_en", N_("Heading, in English")),
                Field("number_shown", N_("How many articles"), Sort.NUMBER, True, hint=N_("1 to 20."), default=4),
            ),
            title="title",
            listed=("kind", "section_id", "number_shown"),
            is_ordered=True,
        ),
        Kind(
            "link-groups",
            LinkGroup,
            N_("Links"),
            N_("Group of links"),
            N_("Other sites, in groups with a heading each."),
            (Field("name", N_("Heading"), required=True), Field("name_en", N_("Heading, in English"))),
            title="name",
            is_ordered=True,
        ),
        Kind(
            "links",
            Link,
            N_("Links"),
            N_("Link"),
            "",
            (
                Field("name", N_("Name of the site"), required=True),
                Field("name_en", N_("Name of the site, in English")),
                Field("url", N_("Address"), Sort.WEB, required=True),
                Field("group_id", N_("Group of links"), Sort.ROW, required=True, of="link-groups"),
            ),
            title="name",
            listed=("url",),
            within="group_id",
            siblings="group_id",
            is_ordered=True,
        ),
        Kind(
            "slideshows",
            Slideshow,
            N_("Slideshows"),
            N_("Slideshow"),
            N_("Pictures with captions of their own, under one headline."),
            (
                Field("title", N_("Title"), required=True),
                Field("title_en", N_("Title, in English")),
                Field("on_home", N_("The home page shows it"), Sort.FLAG, default=True),
            ),
            title="title",
            listed=("on_home",),
            is_ordered=True,
        ),
        Kind(
            "slides",
            Slide,
            N_("Pictures"),
            N_("Picture"),
            "",
            (
                Field("asset_id", N_("Picture"), Sort.PICTURE, required=True),
                Field(
                    "alt",
                    N_("What the picture shows"),
                    required=True,
                    hint=N_("For readers who cannot see it. One sentence, without “picture of”."),
                ),
                Field(
                    "caption",
                    N_("Caption"),
                    Sort.TEXT,
                    required=True,
                    hint=N_("Its own: no two pictures of a slideshow say the same."),
                ),
                Field("credit", N_("Credit"), hint=N_("Who made the picture.")),
                Field("url", N_("Leads to"), Sort.PATH, hint=N_("A page of this site, such as /tin/12. May be empty.")),
                Field("slideshow_id", N_("Slideshow"), Sort.ROW, required=True, of="slideshows"),
            ),
            title="caption",
            within="slideshow_id",
            siblings="slideshow_id",
            is_ordered=True,
        ),
        Kind(
            "slogans",
            Slogan,
            N_("Slogans"),
            N_("Slogan"),
            N_("The line under the name of the site, by date."),
            (
                FROM,
                Field("text", N_("Words of the slogan"), required=True),
                Field("text_en", N_("Words of the slogan, in English")),
            ),
            title="text",
            listed=("valid_from",),
            newest_first="valid_from",
        ),
        Kind(
            "outages",
            Outage,
            N_("Outages"),
            N_("Outage"),
            N_("Announced to readers seven working days ahead, with the time of return."),
            (
                Field("shown_from", N_("Announced from"), Sort.MOMENT, required=True),
                Field("begins_at", N_("Begins"), Sort.MOMENT, required=True),
                Field("ends_at", N_("Ends"), Sort.MOMENT, required=True),
                Field("text", N_("What readers are told"), Sort.TEXT, required=True),
                Field("text_en", N_("What readers are told, in English"), Sort.TEXT),
                Field(
                    "reason",
                    N_("Why it cannot be announced earlier"),
                    Sort.TEXT,
                    hint=N_("Only when less than seven working days remain. It goes on the record."),
                    is_column=False,
                ),
            ),
            title="text",
            listed=("begins_at", "ends_at"),
            newest_first="begins_at",
        ),
        Kind(
            "imprints",
            Imprint,
            N_("Imprint"),
            N_("Imprint"),
            N_("Who owns the site and answers for it, by date. An article keeps the imprint of its day."),
            (FROM, *_imprint_fields()),
            title="outlet",
            by=SYSTEM,
            listed=("valid_from", "responsible"),
            newest_first="valid_from",
        ),
        Kind(
            "redirects",
            Redirect,
            N_("Old addresses"),
            N_("Old address"),
            N_("Where the addresses of an older site lead now."),
            (
                Field(
                    "source",
                    N_("Old address"),
                    required=True,
                    hint=N_("Path and query as they were, such as /Default.aspx?tabid=12, without the site's name."),
                ),
                Field("target", N_("Leads to"), Sort.PATH, required=True, hint=N_("A path of this site.")),
                Field("note", N_("Note")),
            ),
            title="source",
            by=SYSTEM,
            listed=("target", "note"),
        ),
        Kind(
            "archive",
            Archive,
            N_("Archive mode"),
            N_("Archive period"),
            N_("The site stands for a unit that is no more: read-only, and labelled so on every page."),
            (
                Field("valid_from", N_("Valid from"), Sort.DAY, required=True),
                Field(
                    "valid_until",
                    N_("Until"),
                    Sort.DAY,
                    hint=N_("The first day on which it is an ordinary site again. Empty: for good."),
                ),
                Field("text", N_("What readers are told"), Sort.TEXT, required=True),
                Field("text_en", N_("What readers are told, in English"), Sort.TEXT),
                Field("successor_url", N_("Address of the successor"), Sort.WEB),
            ),
            title="text",
            by=SYSTEM,
            listed=("valid_from", "valid_until"),
            newest_first="valid_from",
        ),
    )
}
BY_TABLE = {kind.table: kind for kind in KINDS.values()}


def kind_of(row: Any) -> Kind:
    return BY_TABLE[row.__tablename__]


def columns(model: type[Model]) -> dict[str, Any]:
    """The columns by name, without the number of the row."""
    return {column.key: column for column in inspect(model).columns if column.key != "id"}

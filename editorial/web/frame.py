"""What stands round every page: the date of today in Vietnam, the masthead, the sections, the imprint that holds today.

Every template has it as `site`. It is read anew after each act, for each day and language, and shared by all pages:
    site.outlet · site.owner · site.slogan     lines in the page's language; `owner` and `slogan` may be empty
    site.today                                  the header's date line; site.date is the day itself
    site.sections                               catalogue.SectionLink with .slug, .label, .about, each parent before
                                                its children; site.menu: those on top, with .children
    site.trail(section)                         the section and what it stands under, the topmost first
    site.outages · site.archive                 what has to be announced now, in the page's language; None, or in words
    site.websites                               links to other sites in groups
    site.imprint_of(moment)                     the imprint of another day, None when it is that of today
    site.imprint                                ImprintWords, or None on a site that was not set up yet
    site.address                                the site's own absolute address, without a final slash
    site.once("name")                           in a call block: what is the same on all pages is drawn for the first
A frame is drawn round error pages too, so a database that does not answer leaves it bare and never breaks it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from flask import Flask, current_app, has_request_context, request
from sqlalchemy.exc import SQLAlchemyError

from editorial import archive, catalogue, credit, vietnamese
from editorial.catalogue import SectionLink, Signboard, Websites
from editorial.db import now
from editorial.models import Imprint
from editorial.web import language, settings

KEY = "editorial.site"
BARE = Signboard(None, None)


@dataclass(frozen=True, slots=True)
class ImprintWords:
    """An imprint in one language; what nobody has translated stands in Vietnamese."""

    outlet: str
    owner: str
    responsible: str
    responsible_position: str
    address: str
    phone: str
    fax: str
    email: str
    licence: str
    notice: str


@dataclass(frozen=True, slots=True)
class OutageWords:
    """A planned outage in one language."""

    begins_at: datetime
    ends_at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class ArchiveWords:
    """Whose site this was, and where to go on, in one language."""

    text: str
    successor: str  # an address of the web, or empty


@dataclass(frozen=True, slots=True)
class Site:
    """The frame of every page in one language on one day, for as long as the board changes nothing."""

    language: str
    date: date
    sections: list[SectionLink] = field(default_factory=list)
    signboard: Signboard = BARE  # as the database has it, for who needs both languages
    words: dict[str, ImprintWords] = field(default_factory=dict)  # the imprint in each language
    imprints: list[Imprint] = field(default_factory=list)  # of all days, oldest first
    websites: list[Websites] = field(default_factory=list)
    archive: ArchiveWords | None = None
    fault: SQLAlchemyError | None = None  # why the database did not answer
    drawn: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return settings().site_url

    @property
    def today(self) -> str:
        return vietnamese.header_date(self.date, self.language)

    @property
    def sections_for_sure(self) -> list[SectionLink]:
        """For a page about them: while the database does not answer, “there is no such section” would be a lie."""
        if self.fault is not None:
            raise self.fault
        return self.sections

    @property
    def menu(self) -> list[SectionLink]:
        return [section for section in self.sections if section.parent_id is None]

    def trail(self, section: SectionLink) -> list[SectionLink]:
        """The section with the one that it stands under before it, as the menu has them."""
        known = {each.id: each for each in self.sections}
        here = known.get(section.id, section)
        return [known[here.parent_id], here] if here.parent_id in known else [here]

    @property
    def outages(self) -> list[OutageWords]:
        """Those to be announced at this moment: by the clock, so a page asks each time that it is made."""
        english = self.language == "en"
        try:
            found = catalogue.outages(now()) if self.fault is None else []
        except SQLAlchemyError:  # on the page that says so
            found = []
        return [OutageWords(each.begins_at, each.ends_at, (english and each.text_en) or each.text) for each in found]

    def imprint_of(self, moment: datetime) -> ImprintWords | None:
        """Who answered for the site at that moment, unless it is who answers for it today."""
        day, today = vietnamese.local(moment).date(), self.signboard.imprint
        then = next((each for each in reversed(self.imprints) if each.valid_from <= day), None)
        return None if then is None or (today and then.id == today.id) else in_words(then, self.language)

    def imprint_in(self, lang: str) -> ImprintWords | None:
        """The imprint in a language that need not be the page's."""
        return self.words.get(lang)

    @property
    def imprint(self) -> ImprintWords | None:
        return self.words.get(self.language)

    @property
    def slogan(self) -> str:
        return self.slogan_in(self.language)

    def slogan_in(self, lang: str) -> str:
        """The slogan in a language that need not be the page's."""
        slogan = self.signboard.slogan
        return "" if slogan is None else (lang == "en" and slogan.text_en) or slogan.text

    @property
    def outlet(self) -> str:
        return self.imprint.outlet if self.imprint else settings().host

    @property
    def owner(self) -> str:
        return self.imprint.owner if self.imprint else ""

    def once(self, name: str, caller: Callable[[], str]) -> str:
        """What a template's call block draws, drawn once for all pages in this frame: it may use `site` alone."""
        if name not in self.drawn:
            self.drawn[name] = caller()
        return self.drawn[name]


def init_app(app: Flask) -> None:
    app.context_processor(lambda: {"site": here()})


def here() -> Site:
    """The frame of the page that is being made, the same for all pages until the next act."""
    if not has_request_context():
        return _read(language.current(), _today())
    site: Site | None = request.environ.get(KEY)
    if site is None:
        lang, day = language.current(), _today()
        key = (KEY, lang, day, request.script_root)
        site = request.environ[KEY] = _or_bare(lambda: catalogue.remembered(key, lambda: _read(lang, day)), lang, day)
    return site


def _read(lang: str, day: date) -> Site:
    board = catalogue.signboard(day)
    words = {code: in_words(board.imprint, code) for code in language.LANGUAGES} if board.imprint else {}
    return Site(
        lang,
        day,
        catalogue.sections(lang),
        board,
        words,
        imprints=catalogue.imprints(),
        websites=catalogue.websites(lang),
        archive=_archive(lang, day),
    )


def _archive(lang: str, day: date) -> ArchiveWords | None:
    found = archive.in_force(day)
    if found is None:
        return None
    on_the_web = found.successor_url.startswith(("http://", "https://"))
    return ArchiveWords((lang == "en" and found.text_en) or found.text, found.successor_url if on_the_web else "")


def _or_bare(read: Callable[[], Site], lang: str, day: date) -> Site:
    try:
        return read()
    except SQLAlchemyError as error:
        current_app.logger.error("the frame of a page could not be read: %s", type(error).__name__)
        return Site(lang, day, fault=error)


def _today() -> date:
    return vietnamese.local(now()).date()


def in_words(imprint: Imprint, lang: str) -> ImprintWords:
    def said(name: str) -> str:
        return str((lang == "en" and getattr(imprint, f"{name}_en")) or getattr(imprint, name))

    outlet = said("outlet")
    return ImprintWords(
        outlet=outlet,
        owner=said("owner"),
        responsible=imprint.responsible,
        responsible_position=said("responsible_position"),
        address=said("address"),
        phone=imprint.phone,
        fax=imprint.fax,
        email=imprint.email,
        licence=said("licence"),
        notice=credit.notice(imprint, lang, outlet),
    )

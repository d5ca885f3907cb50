"""What stands round every page: the date of today in Vietnam, the masthead, the sections, the imprint that holds today.

Every template has it as `site`, read at most once a request and only when a template asks:
    site.outlet · site.owner · site.slogan     lines in the page's language; `owner` and `slogan` may be empty
    site.today                                  the header's date line; site.date is the day itself
    site.sections                               catalogue.SectionLink with .slug, .label, .about
    site.imprint                                ImprintWords, or None on a site that was not set up yet
    site.address                                the site's own absolute address, without a final slash
A frame is drawn round error pages too, so a database that does not answer leaves it bare and never breaks it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

from flask import Flask, current_app, has_request_context, request
from sqlalchemy.exc import SQLAlchemyError

from editorial import catalogue, credit, vietnamese
from editorial.catalogue import SectionLink, Signboard
from editorial.db import now
from editorial.models import Imprint
from editorial.web import language, settings

T = TypeVar("T")
KEY = "editorial.site"


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


class Site:
    """The frame of one page."""

    def __init__(self) -> None:
        self.language = language.current()
        self.address = settings().site_url

    @cached_property
    def date(self) -> date:
        return vietnamese.local(now()).date()

    @cached_property
    def today(self) -> str:
        return vietnamese.header_date(self.date, self.language)

    @cached_property
    def sections(self) -> list[SectionLink]:
        return _or_bare(lambda: self.sections_for_sure, [])

    @cached_property
    def sections_for_sure(self) -> list[SectionLink]:
        """For a page about them: while the database does not answer, “there is no such section” would be a lie."""
        return catalogue.sections(self.language)

    @cached_property
    def signboard(self) -> Signboard:
        """As the database has it, for who needs both languages."""
        return catalogue.signboard(self.date)

    def imprint_in(self, lang: str) -> ImprintWords | None:
        """The imprint in a language that need not be the page's."""
        imprint = self.signboard.imprint
        return None if imprint is None else in_words(imprint, lang)

    @property
    def imprint(self) -> ImprintWords | None:
        return self._lines[0]

    @property
    def slogan(self) -> str:
        return self._lines[1]

    @property
    def outlet(self) -> str:
        return self.imprint.outlet if self.imprint else settings().host

    @property
    def owner(self) -> str:
        return self.imprint.owner if self.imprint else ""

    @cached_property
    def _lines(self) -> tuple[ImprintWords | None, str]:
        bare: tuple[ImprintWords | None, str] = (None, "")
        return _or_bare(self._read_lines, bare)

    def _read_lines(self) -> tuple[ImprintWords | None, str]:
        slogan = self.signboard.slogan
        line = "" if slogan is None else (self.language == "en" and slogan.text_en) or slogan.text
        return self.imprint_in(self.language), line


def init_app(app: Flask) -> None:
    app.context_processor(lambda: {"site": here()})


def here() -> Site:
    """The frame of the page that is being made; outside of a request, a new one each time."""
    if not has_request_context():
        return Site()
    site: Site = request.environ.setdefault(KEY, Site())
    return site


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


def _or_bare(read: Callable[[], T], bare: T) -> T:
    try:
        return read()
    except SQLAlchemyError as error:
        current_app.logger.error("the frame of a page could not be read: %s", type(error).__name__)
        return bare

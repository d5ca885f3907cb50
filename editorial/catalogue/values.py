"""What the catalogue hands out: frozen values, ready to be shown, that ask the database nothing more."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from editorial.manuscript import Manuscript
from editorial.models import Imprint, Slogan

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SectionLink:
    id: int
    slug: str
    name: str
    name_en: str = ""
    description: str = ""
    description_en: str = ""
    language: str = "vi"

    @property
    def label(self) -> str:
        """Its name in the reader's language; the Vietnamese one when nobody has translated it."""
        return (self.language == "en" and self.name_en) or self.name

    @property
    def about(self) -> str:
        """Its description in the reader's language, as `label`."""
        return (self.language == "en" and self.description_en) or self.description


@dataclass(frozen=True, slots=True)
class Teaser:
    """A published article as lists show it."""

    article_id: int
    slug: str
    title: str
    lede: str
    section: SectionLink | None
    first_published_at: datetime
    changed_at: datetime
    updated: bool  # readers got other words since the first publication
    cover: str | None  # the asset's id
    cover_alt: str


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list, newest first."""

    items: list[T]
    number: int
    pages: int  # at least 1: an empty list has one empty page
    total: int


@dataclass(frozen=True, slots=True)
class Story:
    """A published article with its whole text."""

    article_id: int
    slug: str
    manuscript: Manuscript
    section: SectionLink | None
    first_published_at: datetime
    changed_at: datetime
    updated: bool
    number: str  # of the edition: "2.0"
    words: int
    cover_size: tuple[int, int] | None = None  # width and height in pixels, as stored
    related: list[Teaser] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FrontPage:
    lead: Teaser | None  # the newest of all
    latest: list[Teaser]  # those after it
    by_section: list[
        tuple[SectionLink, list[Teaser]]
    ]  # the newest of each section that has any, in the sections' order


@dataclass(frozen=True, slots=True)
class Address:
    """What a sitemap says of an article."""

    article_id: int
    slug: str
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Signboard:
    """What stands over and under every page on one day. Either is missing on a site that was never set up."""

    imprint: Imprint | None
    slogan: Slogan | None

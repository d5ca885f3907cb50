"""What the catalogue hands out: frozen values, ready to be shown, that ask the database nothing more."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from editorial.manuscript import Manuscript
from editorial.models import BlockKind, Imprint, Slogan

T = TypeVar("T")


class InBothLanguages:
    """What has a name and a description in each language: readers get theirs, or the Vietnamese one if nobody has
    translated it.
    """

    __slots__ = ()
    name: str
    name_en: str
    description: str
    description_en: str
    language: str

    @property
    def label(self) -> str:
        return (self.language == "en" and self.name_en) or self.name

    @property
    def about(self) -> str:
        return (self.language == "en" and self.description_en) or self.description


@dataclass(frozen=True, slots=True)
class SectionLink(InBothLanguages):
    id: int
    slug: str
    name: str
    name_en: str = ""
    description: str = ""
    description_en: str = ""
    language: str = "vi"
    parent_id: int | None = None  # of the section that the menu shows it under; known where all sections are read
    children: tuple[SectionLink, ...] = ()

    @property
    def ids(self) -> list[int]:
        """Its own number and those of its children: whose articles its page shows."""
        return [self.id, *(child.id for child in self.children)]


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
class Block:
    """A block of the home page with the articles that it shows now."""

    kind: BlockKind
    title: str  # in the reader's language; empty when the editors gave none
    section: SectionLink | None  # none: it draws on all
    items: list[Teaser]

    @property
    def is_wide(self) -> bool:
        return self.kind in (BlockKind.LEAD, BlockKind.PICTURES)


@dataclass(frozen=True, slots=True)
class SlideOf:
    """A picture of a slideshow."""

    asset: str
    alt: str
    caption: str
    credit: str
    url: str  # a path of this site, or empty
    size: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Show:
    """A slideshow that the home page shows, with at least one picture."""

    id: int
    title: str
    slides: list[SlideOf]


@dataclass(frozen=True, slots=True)
class Website:
    """A link to another site."""

    id: int
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Websites:
    """Links to other sites under one heading, at least one."""

    name: str
    links: list[Website]


@dataclass(frozen=True, slots=True)
class FrontPage:
    lead: Teaser | None  # the newest of all
    latest: list[Teaser]  # those after it
    blocks: list[Block] = field(default_factory=list)  # those that have anything to show, in the editors' order

    @property
    def rows(self) -> list[list[Block]]:
        """The blocks as they stand on the page: a wide one by itself, the others between them side by side."""
        rows: list[list[Block]] = []
        for block in self.blocks:
            if rows and not block.is_wide and not rows[-1][0].is_wide:
                rows[-1].append(block)
            else:
                rows.append([block])
        return rows


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

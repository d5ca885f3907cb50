"""What stands round the articles and is chosen by the editors: blocks, links, slides, notices, and old addresses."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from editorial.db import Model, UtcDateTime
from editorial.models.pictures import Asset
from editorial.models.site import Section
from editorial.models.words import Word, one_of


class BlockKind(StrEnum):
    """How a block of the home page shows its articles."""

    LEAD = "lead"  # one large, the others as a list beside it
    LIST = "list"
    PICTURES = "pictures"
    MOST_READ = "most-read"


class HomeBlock(Model):
    """A block of the home page below the lead. Without a section it draws on all of them."""

    __tablename__ = "home_block"
    __table_args__ = (
        one_of("kind", BlockKind),
        CheckConstraint("number_shown BETWEEN 1 AND 20", name="shows_some"),
        Index("ix_home_block_order", "position", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[BlockKind] = mapped_column(Word(BlockKind), default=BlockKind.LIST)
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))
    title: Mapped[str] = mapped_column(String(120), default="")  # the section's name when empty
    title_en: Mapped[str] = mapped_column(String(120), default="")
    number_shown: Mapped[int] = mapped_column(default=4)
    position: Mapped[int] = mapped_column(default=0)

    section: Mapped[Section | None] = relationship()


class LinkGroup(Model):
    """A list of links to other sites, under one heading."""

    __tablename__ = "link_group"
    __table_args__ = (CheckConstraint("length(trim(name)) > 0", name="named"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120), default="")
    position: Mapped[int] = mapped_column(default=0)

    links: Mapped[list[Link]] = relationship(
        order_by="Link.position, Link.id", back_populates="group", cascade="all, delete-orphan"
    )


class Link(Model):
    """One address of another site: http or https."""

    __tablename__ = "link"
    __table_args__ = (
        CheckConstraint("length(trim(name)) > 0", name="named"),
        CheckConstraint("url LIKE 'http://%' OR url LIKE 'https://%'", name="leads_to_the_web"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("link_group.id"))
    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200), default="")
    url: Mapped[str] = mapped_column(String(2000))
    position: Mapped[int] = mapped_column(default=0)

    group: Mapped[LinkGroup] = relationship(back_populates="links")


class Slideshow(Model):
    """Pictures with captions of their own, under one headline. The home page shows those that are on."""

    __tablename__ = "slideshow"
    __table_args__ = (CheckConstraint("length(trim(title)) > 0", name="named"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200), default="")
    on_home: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)

    slides: Mapped[list[Slide]] = relationship(
        order_by="Slide.position, Slide.id", back_populates="slideshow", cascade="all, delete-orphan"
    )


class Slide(Model):
    """One picture of a slideshow. Its caption is its own: no two slides of a slideshow say the same."""

    __tablename__ = "slide"
    __table_args__ = (
        CheckConstraint("length(trim(alt)) > 0", name="described"),
        CheckConstraint("length(trim(caption)) > 0", name="captioned"),
        UniqueConstraint("slideshow_id", "caption"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slideshow_id: Mapped[int] = mapped_column(ForeignKey("slideshow.id"))
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"))
    alt: Mapped[str] = mapped_column(String(300))
    caption: Mapped[str] = mapped_column(String(600))
    credit: Mapped[str] = mapped_column(String(300), default="")
    url: Mapped[str] = mapped_column(String(2000), default="")  # where a click leads: a path of this site, or nowhere
    position: Mapped[int] = mapped_column(default=0)

    slideshow: Mapped[Slideshow] = relationship(back_populates="slides")
    asset: Mapped[Asset] = relationship()


class Outage(Model):
    """A planned outage: announced seven working days ahead, with the time of return (Decree 224/2026 Art 13)."""

    __tablename__ = "outage"
    __table_args__ = (
        CheckConstraint("ends_at > begins_at", name="ends_after_it_begins"),
        CheckConstraint("length(trim(text)) > 0", name="explained"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    shown_from: Mapped[datetime] = mapped_column(UtcDateTime)
    begins_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    text: Mapped[str] = mapped_column(String(600))
    text_en: Mapped[str] = mapped_column(String(600), default="")


class Redirect(Model):
    """An address of an older site, path and query as they were, and what it leads to now: a path of this site."""

    __tablename__ = "redirect"
    __table_args__ = (
        CheckConstraint("source LIKE '/%' AND target LIKE '/%' AND target NOT LIKE '//%'", name="stays_on_this_site"),
        Index("ix_redirect_any_case", text("lower(source)")),  # older systems did not tell cases apart
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(1000), unique=True)
    target: Mapped[str] = mapped_column(String(1000))
    note: Mapped[str] = mapped_column(String(300), default="")


class Archive(Model):
    """The day from which the site stands for a unit that is no more: read-only, and labelled so on every page."""

    __tablename__ = "archive"
    __table_args__ = (CheckConstraint("length(trim(text)) > 0", name="explained"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    valid_from: Mapped[date] = mapped_column(unique=True)
    valid_until: Mapped[date | None]  # the first day on which it is an ordinary site again
    text: Mapped[str] = mapped_column(String(600))  # which unit this was, and who goes on with its work
    text_en: Mapped[str] = mapped_column(String(600), default="")
    successor_url: Mapped[str] = mapped_column(String(2000), default="")

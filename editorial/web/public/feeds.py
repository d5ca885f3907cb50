"""The feeds of the newest articles: what one says is gathered here, once; `feed_forms` writes it down in three forms.

A feed is Vietnamese whatever the frame, as the articles are. Each entry names its authors, its source and what
republishers are asked for. Feeds are paged, so that an archive can take in everything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from flask import Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from editorial import assets, catalogue, credit
from editorial.catalogue import SectionLink, Story
from editorial.web import frame, settings
from editorial.web.addresses import address
from editorial.web.credits import credit_of
from editorial.web.language import DEFAULT
from editorial.web.public import feed_forms
from editorial.web.public.blueprint import public
from editorial.web.public.feed_forms import FORMS, Entry, Feed, Image
from editorial.web.rendering import static

ENTRIES = 30
BEFORE_THE_FIRST = datetime(1970, 1, 1, tzinfo=UTC)  # a feed demands a time of change, an empty one too
PAGE_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed to be named in a page's <head>."""

    title: str
    media_type: str
    address: str


@public.get(f"/tin-moi.<any({', '.join(FORMS)}):form>")
def feed(form: str) -> ResponseReturnValue:
    """The newest of all sections."""
    return _answer(form, None)


@public.get(f"/chuyen-muc/<slug>/tin-moi.<any({', '.join(FORMS)}):form>")
def section_feed(slug: str, form: str) -> ResponseReturnValue:
    """The newest of one section."""
    link = next((link for link in frame.here().sections_for_sure if link.slug == slug), None)
    if link is None:
        abort(404)
    return _answer(form, replace(link, language=DEFAULT))


def links(section: SectionLink | None = None) -> list[FeedLink]:
    """The feeds that a page belongs to, those of its section first."""
    site = frame.here()
    found = []
    if section is not None:
        title = f"{section.label} – {site.outlet}"
        found = [FeedLink(title, kind, _address_of(form, section)) for form, (kind, _) in FORMS.items()]
    return found + [FeedLink(site.outlet, kind, _address_of(form, None)) for form, (kind, _) in FORMS.items()]


def _answer(form: str, section: SectionLink | None) -> ResponseReturnValue:
    asked = request.args.get("trang", "1")
    page = None
    if PAGE_NUMBER.fullmatch(asked):
        page = catalogue.stories(int(asked), section.ids if section else (), ENTRIES)
    if page is None:
        abort(404)
    if page.number == 1 and "trang" in request.args:  # one page, one address
        return redirect(url_for(request.endpoint or "", **(request.view_args or {})), 301)
    media_type, write = FORMS[form]
    described = _describe(section, page, {name: _address_of(name, section, page.number) for name in FORMS}, form)
    return Response(write(described), content_type=f"{media_type}; charset=utf-8")


def _describe(section: SectionLink | None, page: catalogue.Page[Story], addresses: dict[str, str], form: str) -> Feed:
    imprint = frame.here().imprint_in(DEFAULT)
    outlet = imprint.outlet if imprint else settings().host

    def neighbour(number: int) -> str:
        return _address_of(form, section, number) if 1 <= number <= page.pages and number != page.number else ""

    return Feed(
        id=_address_of("atom", section),
        title=f"{section.label} – {outlet}" if section else outlet,
        description=(section.about if section else "") or frame.here().slogan_in(DEFAULT) or outlet,
        outlet=outlet,
        owner=imprint.owner if imprint else "",
        email=imprint.email if imprint else "",
        rights=imprint.notice if imprint else credit.notice(None, DEFAULT, outlet),
        page_url=address("public.section", slug=section.slug) if section else address("public.home"),
        main=_address_of(form, None),
        itself=addresses[form],
        icon=settings().site_url + static("icons/apple-touch-icon.png"),
        first=_address_of(form, section) if page.pages > 1 else "",
        previous=neighbour(page.number - 1),
        following=neighbour(page.number + 1),
        last=_address_of(form, section, page.pages) if page.pages > 1 else "",
        updated=max((story.changed_at for story in page.items), default=BEFORE_THE_FIRST),
        entries=[_entry(story) for story in page.items],
    )


def _entry(story: Story) -> Entry:
    """One article. Its permanent address is its id, so a reader's program knows it again after a change."""
    text, given = story.manuscript, credit_of(story, DEFAULT)
    return Entry(
        address=given.address,
        title=text.title,
        summary=text.lede,
        authors=list(text.bylines),
        published=story.first_published_at,
        updated=story.changed_at,
        changed=story.updated,
        version=story.number,
        category=(story.section.slug, story.section.name) if story.section else None,
        tags=list(text.tags),
        rights=given.notice,
        credit=given.line,
        source=(text.source_name, text.source_url) if text.source_name else None,
        image=_image(story),
        data=address("api.article", article_id=story.article_id),
    )


def _image(story: Story) -> Image | None:
    cover = story.manuscript.cover
    if cover is None:
        return None
    width, height = assets.size_of_rendition(story.cover_size, feed_forms.IMAGE_WIDTH)
    return Image(
        address=address("public.picture", asset_id=cover.asset, width=feed_forms.IMAGE_WIDTH),
        media_type="image/webp",
        width=width,
        height=height,
        alt=cover.alt,
        caption=cover.caption,
        credit=cover.credit,
    )


def _address_of(form: str, section: SectionLink | None, number: int = 1) -> str:
    page: dict[str, Any] = {"trang": number} if number > 1 else {}
    if section is None:
        return address("public.feed", form=form, **page)
    return address("public.section_feed", slug=section.slug, form=form, **page)

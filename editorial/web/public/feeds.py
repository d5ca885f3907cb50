"""The Atom feed of the newest articles: each names its authors, its source and what republishers are asked for."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from flask import Response
from flask.typing import ResponseReturnValue
from lxml import etree

from editorial import catalogue, credit
from editorial.catalogue import Story
from editorial.web import frame, settings
from editorial.web.language import DEFAULT
from editorial.web.public.addresses import address
from editorial.web.public.blueprint import public
from editorial.web.public.credits import credit_of
from editorial.web.rendering import iso

ATOM = "http://www.w3.org/2005/Atom"
NAMES: Any = {None: ATOM}  # the default one, for which not all stubs of lxml have a word
ATOM_TYPE = "application/atom+xml"
XML = "http://www.w3.org/XML/1998/namespace"
ENTRIES = 30
BEFORE_THE_FIRST = datetime(1970, 1, 1, tzinfo=UTC)  # Atom demands a time of change, of an empty feed too
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@public.get("/tin-moi.atom")
def atom() -> ResponseReturnValue:
    """The thirty newest, in Vietnamese whatever the frame, as the articles are."""
    imprint, stories = frame.here().imprint_in(DEFAULT), catalogue.newest(ENTRIES)
    outlet = imprint.outlet if imprint else settings().host
    feed = etree.Element(f"{{{ATOM}}}feed", nsmap=NAMES)
    feed.set(f"{{{XML}}}lang", DEFAULT)
    _add(feed, "id", address("public.atom"))
    _add(feed, "title", outlet)
    _add(feed, "updated", iso(max((story.changed_at for story in stories), default=BEFORE_THE_FIRST)))
    _add(feed, "link", rel="self", type=ATOM_TYPE, href=address("public.atom"))
    _add(feed, "link", rel="alternate", type="text/html", href=address("public.home"))
    _add(feed, "rights", imprint.notice if imprint else credit.notice(None, DEFAULT, outlet))
    _author(feed, outlet)
    for story in stories:
        _entry(feed, story)
    return Response(etree.tostring(feed, xml_declaration=True, encoding="utf-8"), mimetype=ATOM_TYPE)


def _entry(feed: etree._Element, story: Story) -> None:
    """One article. Its permanent address is its id, so a reader's program knows it again after a change."""
    text, entry, given = story.manuscript, _add(feed, "entry"), credit_of(story, DEFAULT)
    _add(entry, "id", given.address)
    _add(entry, "title", text.title)
    _add(entry, "link", rel="alternate", type="text/html", hreflang=DEFAULT, href=given.address)
    if text.source_url:
        _add(entry, "link", rel="via", href=text.source_url, title=text.source_name)
    _add(entry, "published", iso(story.first_published_at))
    _add(entry, "updated", iso(story.changed_at))
    for name in text.bylines:
        _author(entry, name)
    if story.section:
        _add(entry, "category", term=story.section.slug, label=story.section.name)
    _add(entry, "rights", f"{given.notice} {given.line}")
    _add(entry, "summary", text.lede, type="text")


def _author(parent: etree._Element, name: str) -> None:
    _add(_add(parent, "author"), "name", name)


def _add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    element = etree.SubElement(
        parent, f"{{{ATOM}}}{name}", {key: NOT_IN_XML.sub("", value) for key, value in attributes.items()}
    )
    if text:
        element.text = NOT_IN_XML.sub("", text)
    return element

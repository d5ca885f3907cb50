"""A feed in three forms: Atom (RFC 4287), RSS 2.0 and JSON Feed 1.1, each with all that its form has a word for.

They know nothing but the values they are given; times carry Vietnam's offset.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from lxml import etree

from editorial import vietnamese
from editorial.web.language import DEFAULT
from editorial.web.rendering import iso

IMAGE_WIDTH = 960
ATOM, HISTORY = "http://www.w3.org/2005/Atom", "http://purl.org/syndication/history/1.0"
DC, TERMS = "http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/"
MEDIA = "http://search.yahoo.com/mrss/"
XML = "http://www.w3.org/XML/1998/namespace"
JSON_FEED = "https://jsonfeed.org/version/1.1"
ATOM_NAMES: Any = {None: ATOM}  # the default one, for which not all stubs of lxml have a word
RSS_NAMES: Any = {"atom": ATOM, "dc": DC, "dcterms": TERMS, "media": MEDIA}
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Image:
    address: str
    media_type: str
    width: int
    height: int
    alt: str
    caption: str
    credit: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as feeds tell of it."""

    address: str  # permanent, and its id
    title: str
    summary: str
    authors: list[str]
    published: datetime
    updated: datetime
    changed: bool  # readers got other words since the first publication
    version: str
    category: tuple[str, str] | None  # the section's slug and name
    tags: list[str]
    rights: str
    credit: str  # the line a republisher prints
    source: tuple[str, str] | None  # where it was taken from: name and address
    image: Image | None
    data: str  # the article in the read API, whole


@dataclass(frozen=True, slots=True)
class Feed:
    """One page of a feed."""

    id: str  # the same in all forms and on all pages
    title: str
    description: str
    outlet: str
    owner: str
    email: str
    rights: str
    page_url: str
    main: str  # the feed of all sections
    itself: str
    icon: str
    first: str  # addresses of other pages; empty where there is none
    previous: str
    following: str
    last: str
    updated: datetime
    entries: list[Entry]

    @property
    def pages(self) -> list[tuple[str, str]]:
        """The other pages as RFC 5005 relates them, each with its address."""
        places = (("first", self.first), ("previous", self.previous), ("next", self.following), ("last", self.last))
        return [(relation, place) for relation, place in places if place]


# --- Atom -------------------------------------------------------------------------------------------------------------


def atom(feed: Feed) -> bytes:
    root = etree.Element(f"{{{ATOM}}}feed", nsmap=ATOM_NAMES)
    root.set(f"{{{XML}}}lang", DEFAULT)
    _add(root, ATOM, "id", feed.id)
    _add(root, ATOM, "title", feed.title)
    _add(root, ATOM, "subtitle", feed.description)
    _add(root, ATOM, "updated", iso(feed.updated))
    _add(root, ATOM, "link", rel="self", type=ATOM_TYPE, href=feed.itself)
    _add(root, ATOM, "link", rel="alternate", type="text/html", href=feed.page_url)
    for relation, place in feed.pages:
        _add(root, ATOM, "link", rel=relation, type=ATOM_TYPE, href=place)
    _add(root, ATOM, "icon", feed.icon)
    _add(root, ATOM, "rights", feed.rights)
    author = _add(root, ATOM, "author")
    _add(author, ATOM, "name", feed.outlet)
    if feed.email:
        _add(author, ATOM, "email", feed.email)
    for entry in feed.entries:
        _atom_entry(root, entry)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def _atom_entry(root: etree._Element, entry: Entry) -> None:
    element = _add(root, ATOM, "entry")
    _add(element, ATOM, "id", entry.address)
    _add(element, ATOM, "title", entry.title)
    _add(element, ATOM, "link", rel="alternate", type="text/html", hreflang=DEFAULT, href=entry.address)
    _add(element, ATOM, "link", rel="alternate", type="application/json", href=entry.data)
    if entry.source:
        _add(element, ATOM, "link", rel="via", href=entry.source[1], title=entry.source[0])
    if entry.image:
        image = {"href": entry.image.address, "type": entry.image.media_type, "title": entry.image.alt}
        _add(element, ATOM, "link", rel="enclosure", **image)
    _add(element, ATOM, "published", iso(entry.published))
    _add(element, ATOM, "updated", iso(entry.updated))
    for name in entry.authors:
        _add(_add(element, ATOM, "author"), ATOM, "name", name)
    if entry.category:
        _add(element, ATOM, "category", term=entry.category[0], label=entry.category[1])
    for tag in entry.tags:
        _add(element, ATOM, "category", term=tag)
    _add(element, ATOM, "rights", f"{entry.rights} {entry.credit}")
    _add(element, ATOM, "summary", entry.summary, type="text")


# --- RSS --------------------------------------------------------------------------------------------------------------


def rss(feed: Feed) -> bytes:
    """Authors are `dc:creator`: the form's own `author` demands an e-mail address, which no author wants there."""
    root = etree.Element("rss", nsmap=RSS_NAMES)
    root.set("version", "2.0")
    channel = _add(root, "", "channel")
    _add(channel, "", "title", feed.title)
    _add(channel, "", "link", feed.page_url)
    _add(channel, "", "description", feed.description)
    _add(channel, "", "language", DEFAULT)
    _add(channel, "", "copyright", feed.rights)
    if feed.email:
        _add(channel, "", "managingEditor", f"{feed.email} ({feed.outlet})")
    if feed.entries:
        _add(channel, "", "lastBuildDate", _rfc822(feed.updated))
    _add(channel, "", "docs", "https://www.rssboard.org/rss-specification")
    _add(channel, ATOM, "link", rel="self", type=RSS_TYPE, href=feed.itself)
    for relation, place in feed.pages:
        _add(channel, ATOM, "link", rel=relation, type=RSS_TYPE, href=place)
    image = _add(channel, "", "image")
    for name, text in (("url", feed.icon), ("title", feed.title), ("link", feed.page_url)):
        _add(image, "", name, text)
    for entry in feed.entries:
        _rss_item(channel, feed, entry)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def _rss_item(channel: etree._Element, feed: Feed, entry: Entry) -> None:
    item = _add(channel, "", "item")
    _add(item, "", "title", entry.title)
    _add(item, "", "link", entry.address)
    _add(item, "", "guid", entry.address, isPermaLink="true")
    _add(item, "", "description", entry.summary)
    _add(item, "", "pubDate", _rfc822(entry.published))
    for name in entry.authors:
        _add(item, DC, "creator", name)
    if entry.category:
        _add(item, "", "category", entry.category[1])
    for tag in entry.tags:
        _add(item, "", "category", tag)
    _add(item, "", "source", feed.outlet, url=feed.main)
    if entry.source:
        _add(item, DC, "source", f"{entry.source[0]}: {entry.source[1]}")
        _add(item, ATOM, "link", rel="via", href=entry.source[1], title=entry.source[0])
    _add(item, DC, "rights", f"{entry.rights} {entry.credit}")
    _add(item, TERMS, "modified", iso(entry.updated))
    if image := entry.image:
        size = {"width": str(image.width), "height": str(image.height)} if image.width else {}
        place = {"url": image.address, "type": image.media_type, "medium": "image"}
        content = _add(item, MEDIA, "content", **place, **size)
        _add(content, MEDIA, "description", image.alt, type="plain")
        if image.caption:
            _add(content, MEDIA, "title", image.caption, type="plain")
        if image.credit:
            _add(content, MEDIA, "credit", image.credit, role="photographer")


def _rfc822(moment: datetime) -> str:
    return format_datetime(vietnamese.local(moment))


# --- JSON Feed --------------------------------------------------------------------------------------------------------


def json_feed(feed: Feed) -> bytes:
    """What the form has no word for stands under `_editorial`, as its extensions do."""
    described = {
        "version": JSON_FEED,
        "title": feed.title,
        "home_page_url": feed.page_url,
        "feed_url": feed.itself,
        "description": feed.description,
        "icon": feed.icon,
        "language": DEFAULT,
        "next_url": feed.following or None,
        "authors": [{"name": feed.outlet, "url": feed.page_url}],
        "_editorial": {"id": feed.id, "rights": feed.rights, "owner": feed.owner or None},
        "items": [_json_item(entry) for entry in feed.entries],
    }
    return json.dumps(_given(described), ensure_ascii=False, separators=(",", ":")).encode()


def _json_item(entry: Entry) -> dict[str, Any]:
    image = entry.image
    shown = {"alt": image.alt, "caption": image.caption, "credit": image.credit} if image else None
    return _given(
        {
            "id": entry.address,
            "url": entry.address,
            "title": entry.title,
            "content_text": entry.summary,
            "summary": entry.summary,
            "image": image and image.address,
            "date_published": iso(entry.published),
            "date_modified": iso(entry.updated),
            "authors": [{"name": name} for name in entry.authors],
            "tags": [*([entry.category[1]] if entry.category else []), *entry.tags],
            "language": DEFAULT,
            "_editorial": _given(
                {
                    "version": entry.version,
                    "rights": entry.rights,
                    "credit": entry.credit,
                    "source": entry.source and {"name": entry.source[0], "url": entry.source[1]},
                    "image": shown,
                    "article": entry.data,
                }
            ),
        }
    )


def _given(parts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in parts.items() if value is not None}


# --- XML --------------------------------------------------------------------------------------------------------------


def _add(parent: etree._Element, space: str, name: str, text: str = "", **attributes: str) -> etree._Element:
    """An element with what XML can hold of the text. Markup stays text."""
    given = {key: NOT_IN_XML.sub("", value) for key, value in attributes.items()}
    element = etree.SubElement(parent, f"{{{space}}}{name}" if space else name, given)
    if text:
        element.text = NOT_IN_XML.sub("", text)
    return element


ATOM_TYPE, RSS_TYPE, JSON_TYPE = "application/atom+xml", "application/rss+xml", "application/feed+json"
FORMS: dict[str, tuple[str, Callable[[Feed], bytes]]] = {  # by what stands behind the dot of the address
    "atom": (ATOM_TYPE, atom),
    "rss": (RSS_TYPE, rss),
    "json": (JSON_TYPE, json_feed),
}

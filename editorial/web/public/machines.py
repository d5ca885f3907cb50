"""What machines ask for: which addresses there are, and where robots have nothing to look for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from flask import Response, abort
from flask.typing import ResponseReturnValue
from lxml import etree

from editorial import catalogue, register
from editorial.web import frame
from editorial.web.addresses import address
from editorial.web.language import ENGLISH_ROOT, STAFF
from editorial.web.public import days, threads
from editorial.web.public.blueprint import public
from editorial.web.rendering import iso

SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
NAMES: Any = {None: SITEMAPS}  # the default one, for which not all stubs of lxml have a word


@public.get("/robots.txt")
def robots() -> ResponseReturnValue:
    closed = [f"Disallow: {root}{place}/" for root in ("", ENGLISH_ROOT) for place in STAFF]
    sitemaps = [f"Sitemap: {address(f'public.{name}')}" for name in ("sitemap", "news_sitemap")]
    lines = ["User-agent: *", *closed, "", *sitemaps, ""]
    return Response("\n".join(lines), mimetype="text/plain")


@public.get("/sitemap.xml")
def sitemap() -> ResponseReturnValue:
    """All addresses, or, when one file would hold too many, the list of the files that do."""
    parts = catalogue.parts_of_addresses()
    if parts == 1:
        return _xml("urlset", "url", _places(1))
    return _xml(
        "sitemapindex", "sitemap", ((address("public.sitemap_part", part=n), None) for n in range(1, parts + 1))
    )


@public.get("/sitemap-<int:part>.xml")
def sitemap_part(part: int) -> ResponseReturnValue:
    if not 1 <= part <= catalogue.parts_of_addresses():
        abort(404)
    return _xml("urlset", "url", _places(part))


def _places(part: int) -> Iterator[tuple[str, datetime | None]]:
    if part == 1:
        yield address("public.home"), None
        for link in frame.here().sections:
            yield address("public.section", slug=link.slug), None
        yield from ((place, None) for place in days.places())
        yield from ((place, None) for place in threads.places())
        yield address("public.documents"), None
        for number, slug, changed_at in register.addresses():
            yield address("public.document", document_id=number, slug=slug), changed_at
    stem = address("public.article", article_id=0, slug="0").removesuffix("0/0")
    for place in catalogue.addresses(part):
        yield f"{stem}{place.article_id}/{place.slug}", place.changed_at


def _xml(root: str, entry: str, places: Iterable[tuple[str, datetime | None]]) -> Response:
    tree = etree.Element(f"{{{SITEMAPS}}}{root}", nsmap=NAMES)
    for location, changed_at in places:
        element = etree.SubElement(tree, f"{{{SITEMAPS}}}{entry}")
        etree.SubElement(element, f"{{{SITEMAPS}}}loc").text = location
        if changed_at:
            etree.SubElement(element, f"{{{SITEMAPS}}}lastmod").text = iso(changed_at)
    return Response(etree.tostring(tree, xml_declaration=True, encoding="utf-8"), mimetype="application/xml")

"""The sitemap for search engines of news: what came out in the last two days, in the form that they want it told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response
from flask.typing import ResponseReturnValue
from lxml import etree

from editorial import catalogue
from editorial.db import now
from editorial.web import frame, settings
from editorial.web.addresses import address
from editorial.web.language import DEFAULT
from editorial.web.public.blueprint import public
from editorial.web.public.feed_forms import NOT_IN_XML
from editorial.web.public.machines import SITEMAPS
from editorial.web.rendering import iso

NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
NAMES: Any = {None: SITEMAPS, "news": NEWS}
IS_NEWS = timedelta(days=2)  # the age up to which search engines take an article for news
MOST = 1000  # in one file, by the same rules


@public.get("/news-sitemap.xml")
def news_sitemap() -> ResponseReturnValue:
    imprint = frame.here().imprint_in(DEFAULT)
    outlet = imprint.outlet if imprint else settings().host
    tree = etree.Element(f"{{{SITEMAPS}}}urlset", nsmap=NAMES)
    for item in catalogue.published_since(now() - IS_NEWS, MOST):
        url = etree.SubElement(tree, f"{{{SITEMAPS}}}url")
        _add(url, SITEMAPS, "loc", address("public.article", article_id=item.article_id, slug=item.slug))
        news = _add(url, NEWS, "news")
        publication = _add(news, NEWS, "publication")
        _add(publication, NEWS, "name", outlet)
        _add(publication, NEWS, "language", DEFAULT)
        _add(news, NEWS, "publication_date", iso(item.first_published_at))
        _add(news, NEWS, "title", item.title)
    return Response(etree.tostring(tree, xml_declaration=True, encoding="utf-8"), mimetype="application/xml")


def _add(parent: etree._Element, space: str, name: str, text: str = "") -> etree._Element:
    element = etree.SubElement(parent, f"{{{space}}}{name}")
    if text:
        element.text = NOT_IN_XML.sub("", text)
    return element

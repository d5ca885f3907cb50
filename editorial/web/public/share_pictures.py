"""The pictures that links to pages without one of their own are shown with: addresses, and the answers behind them.

An address bears a stamp of the words on the picture, so caches elsewhere ask anew when these change; an address with an
old stamp leads to the present one, as long as readers may see the page that it belongs to.
"""

from __future__ import annotations

import re
from typing import Any

from flask import Response, abort, redirect
from flask.typing import ResponseReturnValue

from editorial import catalogue, posters, vietnamese
from editorial.catalogue import SectionLink, Story
from editorial.posters import Words
from editorial.web import frame, language
from editorial.web.addresses import address
from editorial.web.language import DEFAULT
from editorial.web.public.blueprint import public

STAMP = 16  # hexadecimal digits of the digest
STAMPED = re.compile(f"[0-9a-f]{{{STAMP}}}")


@public.get("/anh/chia-se/<int:article_id>-<stamp>.png")
def share_picture(article_id: int, stamp: str) -> ResponseReturnValue:
    """Of an article: there exactly as long as the article is."""
    story = catalogue.story(article_id)
    if story is None:
        abort(404)
    return _answer(of_story(story), stamp, address_of_story(story))


@public.get("/anh/chia-se/chuyen-muc/<slug>/<stamp>.png")
def section_share_picture(slug: str, stamp: str) -> ResponseReturnValue:
    link = next((link for link in frame.here().sections_for_sure if link.slug == slug), None)
    if link is None:
        abort(404)
    return _answer(of_section(link), stamp, address_of_section(link))


@public.get("/anh/chia-se/<stamp>.png")
def site_share_picture(stamp: str) -> ResponseReturnValue:
    """Of the home page, and of all pages that have no other."""
    return _answer(of_site(), stamp, address_of_site())


def of_story(story: Story) -> Words:
    """Vietnamese whatever the frame, as the article is."""
    day = vietnamese.short_date(story.first_published_at)
    return _signed(story.manuscript.title, f"{story.section.name} · {day}" if story.section else day, DEFAULT)


def of_section(link: SectionLink) -> Words:
    return _signed(link.label, link.about, language.current())


def of_site() -> Words:
    site = frame.here()
    return _signed(site.outlet, site.slogan, site.language)


def address_of_story(story: Story) -> str:
    return _address("public.share_picture", of_story(story), DEFAULT, article_id=story.article_id)


def address_of_section(link: SectionLink) -> str:
    return _address("public.section_share_picture", of_section(link), language.current(), slug=link.slug)


def address_of_site() -> str:
    return _address("public.site_share_picture", of_site(), language.current())


def _signed(title: str, above: str, lang: str) -> Words:
    site = frame.here()
    imprint = site.imprint_in(lang)
    if imprint is None:
        return Words(title, above, site.outlet)
    return Words(title, above, imprint.outlet, imprint.owner)


def _address(endpoint: str, words: Words, lang: str, **values: Any) -> str:
    return address(endpoint, lang, stamp=words.digest[:STAMP], **values)


def _answer(words: Words, stamp: str, present: str) -> ResponseReturnValue:
    if not STAMPED.fullmatch(stamp):
        abort(404)
    if stamp != words.digest[:STAMP]:
        return redirect(present)
    answer = Response(posters.picture(words), mimetype="image/png")
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer

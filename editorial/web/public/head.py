"""What a page says of itself in its <head>: to search engines, to caches of links, to those who share it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from editorial.catalogue import SectionLink, Story
from editorial.web import language
from editorial.web.public.addresses import address, address_of

SHARED_PICTURE = 960  # the width of the rendition that is shown with a shared link


@dataclass(frozen=True, slots=True)
class Head:
    """What the frame's template writes into <meta> and <link>.

    `alternates` are (language, address) for hreflang. An article has none: both frames show the same Vietnamese text,
    and its Vietnamese address is the canonical one.
    """

    title: str  # for og:title; the page's own <title> is the template's
    description: str
    canonical: str
    kind: str = "website"  # og:type
    image: str = ""  # absolute; empty when there is none
    image_alt: str = ""
    published: datetime | None = None
    modified: datetime | None = None
    alternates: tuple[tuple[str, str], ...] = ()
    structured: str = ""  # JSON-LD, safe inside a <script>


def of_home(outlet: str, description: str) -> Head:
    return Head(outlet, description, _here("public.home"), alternates=_both("public.home"))


def of_section(link: SectionLink, number: int) -> Head:
    """A further page is a page of its own: it has other articles, so its address keeps its number."""
    values = {"slug": link.slug} | ({"trang": number} if number > 1 else {})
    return Head(link.label, link.about, _here("public.section", **values), alternates=_both("public.section", **values))


def of_story(story: Story, structured: Markup) -> Head:
    text, cover = story.manuscript, story.manuscript.cover
    return Head(
        title=text.title,
        description=text.lede,
        canonical=address_of(story),
        kind="article",
        image=address("public.picture", asset_id=cover.asset, width=SHARED_PICTURE) if cover else "",
        image_alt=cover.alt if cover else "",
        published=story.first_published_at,
        modified=story.changed_at if story.updated else None,
        structured=structured,
    )


def _here(endpoint: str, **values: object) -> str:
    return address(endpoint, language.current(), **values)


def _both(endpoint: str, **values: object) -> tuple[tuple[str, str], ...]:
    return tuple((code, address(endpoint, code, **values)) for code in language.LANGUAGES)

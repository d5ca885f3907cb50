"""What a page says of itself in its <head>: to search engines, to archives, to those who share it.

Every page has one, made by a function here; whatever it does not say is said for it: the site's own share picture, the
feeds, the graph of structured data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from markupsafe import Markup

from editorial import assets, posters
from editorial.catalogue import SectionLink, Story
from editorial.credit import Credit
from editorial.web import frame, language
from editorial.web.addresses import address, address_of
from editorial.web.language import DEFAULT
from editorial.web.public import feeds, share_pictures, structured
from editorial.web.public.feeds import FeedLink

SHARED_PICTURE = 960  # the width of the rendition that is shown with a shared link
HOME = {"vi": "Trang chủ", "en": "Home"}  # of a trail, whose language need not be the frame's


@dataclass(frozen=True, slots=True)
class Image:
    """The picture that a shared link is shown with. An unknown size is (0, 0)."""

    address: str
    media_type: str
    size: tuple[int, int]
    alt: str


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
    image: Image | None = None
    published: datetime | None = None
    modified: datetime | None = None
    alternates: tuple[tuple[str, str], ...] = ()
    trail: tuple[tuple[str, str], ...] = ()  # names and addresses from below the home page to this page
    sort: str = "WebPage"  # of schema.org
    parts: tuple[str, ...] = ()  # addresses of the pages that this one lists
    node: dict[str, Any] = field(default_factory=dict)  # for structured data, where `sort` does not say it all
    section: SectionLink | None = None
    creators: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    source: str = ""
    rights: str = ""
    data: str = ""  # the same in the read API
    indexed: bool = True  # whether search engines may keep it

    @property
    def language(self) -> str:
        """That of the text, which on an article is Vietnamese in either frame."""
        return DEFAULT if self.kind == "article" else language.current()

    @property
    def picture(self) -> Image:
        return self.image or _drawn(share_pictures.address_of_site(), share_pictures.of_site().title)

    @property
    def feeds(self) -> list[FeedLink]:
        return feeds.links(None if self.kind == "article" else self.section)

    @property
    def structured(self) -> Markup:
        """JSON-LD, safe inside a <script>."""
        lang = self.language
        page = self.node or structured.of_page(
            self.sort, self.canonical, self.title, self.description, lang, self.parts
        )
        home = (HOME[lang], address("public.home", lang))
        return structured.graph(page, (home, *self.trail), lang)


def of_home(outlet: str, description: str) -> Head:
    return Head(outlet, description, _here("public.home"), alternates=_both("public.home"))


def of_section(link: SectionLink, number: int, parts: Sequence[str] = ()) -> Head:
    """A further page is a page of its own: it has other articles, so its address keeps its number."""
    values: dict[str, Any] = {"slug": link.slug} | ({"trang": number} if number > 1 else {})
    here = of_page(link.label, link.about, "public.section", **values)
    return replace(
        here,
        sort="CollectionPage",
        parts=tuple(parts),
        section=link,
        image=_drawn(share_pictures.address_of_section(link), link.label),
        trail=_trail(link, language.current()),
        subjects=(link.label,),
    )


def of_page(title: str, description: str, endpoint: str, *, indexed: bool = True, **values: Any) -> Head:
    """Any other page, the same in both languages. `values` are those of its address."""
    return Head(
        title,
        description,
        _here(endpoint, **values),
        alternates=_both(endpoint, **values),
        trail=((title, _here(endpoint, **values)),),
        indexed=indexed,
    )


def of_list(title: str, description: str, endpoint: str, parts: Sequence[str], **values: Any) -> Head:
    """A page that lists articles, whose addresses are `parts`."""
    return replace(of_page(title, description, endpoint, **values), sort="CollectionPage", parts=tuple(parts))


def of_story(story: Story, credit: Credit) -> Head:
    """It wants the Vietnamese credit."""
    text, place = story.manuscript, address_of(story)
    section = _trail(story.section, DEFAULT) if story.section else ()
    drawn = _drawn(share_pictures.address_of_story(story), text.title)
    shown = {
        "@type": "ImageObject",
        "contentUrl": drawn.address,
        "encodingFormat": drawn.media_type,
        "width": posters.WIDTH,
        "height": posters.HEIGHT,
    }
    widest = assets.size_of_rendition(story.cover_size, structured.WIDEST)
    return Head(
        title=text.title,
        description=text.lede,
        canonical=place,
        kind="article",
        image=_cover(story) or drawn,
        published=story.first_published_at,
        modified=story.changed_at if story.updated else None,
        trail=(*section, (text.title, place)),
        node=structured.of_story(story, credit, structured.of_cover(story, *widest) or shown),
        section=story.section,
        creators=text.bylines,
        subjects=(*((story.section.name,) if story.section else ()), *text.tags),
        source=f"{text.source_name}: {text.source_url}" if text.source_name else "",
        rights=credit.notice,
        data=address("api.article", article_id=story.article_id),
    )


def _cover(story: Story) -> Image | None:
    cover = story.manuscript.cover
    if cover is None:
        return None
    place = address("public.picture", asset_id=cover.asset, width=SHARED_PICTURE)
    return Image(place, "image/webp", assets.size_of_rendition(story.cover_size, SHARED_PICTURE), cover.alt)


def _drawn(place: str, words: str) -> Image:
    return Image(place, "image/png", (posters.WIDTH, posters.HEIGHT), words)


def _trail(link: SectionLink, lang: str) -> tuple[tuple[str, str], ...]:
    above = (replace(each, language=lang) for each in frame.here().trail(link))
    return tuple((each.label, address("public.section", lang, slug=each.slug)) for each in above)


def _here(endpoint: str, **values: object) -> str:
    return address(endpoint, language.current(), **values)


def _both(endpoint: str, **values: object) -> tuple[tuple[str, str], ...]:
    return tuple((code, address(endpoint, code, **values)) for code in language.LANGUAGES)

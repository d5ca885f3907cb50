"""How the API words what the catalogue hands out. What each key means, `contract` says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from editorial import assets, markup, vietnamese
from editorial.catalogue import SectionLink, Story, Teaser
from editorial.credit import Credit
from editorial.models import Imprint
from editorial.web import frame
from editorial.web.addresses import address
from editorial.web.credits import credit_of
from editorial.web.language import LANGUAGES
from editorial.web.rendering import iso

Answer = dict[str, Any]
FEEDS = ("atom", "rss", "json")


def place_of(told: Story | Teaser) -> str:
    return address("public.article", article_id=told.article_id, slug=told.slug)


def summary(told: Teaser) -> Answer:
    return _told(told, told.title, told.lede) | {"links": {"self": _data(told)}}


def whole(story: Story) -> Answer:
    text = story.manuscript
    links = {"self": _data(story), "html": place_of(story), "feed": address("public.feed", form="atom")}
    if story.section:
        links["section"] = address("public.section", slug=story.section.slug)
    return _told(story, text.title, text.lede) | {
        "version": story.number,
        "slug": story.slug,
        "language": "vi",
        "genre": text.genre,
        "bylines": list(text.bylines),
        "tags": list(text.tags),
        "topic": text.topic or None,
        "body_html": markup.render(text.body),
        "body_text": markup.to_text(text.body),
        "words": story.words,
        "reading_minutes": vietnamese.reading_minutes(story.words),
        "source": {"name": text.source_name, "url": text.source_url} if text.source_name else None,
        "picture": _picture(story),
        "credit": {code: _credit(credit_of(story, code)) for code in LANGUAGES},
        "digest": text.digest,
        "links": links,
    }


def sections(all_of_them: Sequence[SectionLink]) -> list[Answer]:
    slugs = {link.id: link.slug for link in all_of_them}
    return [
        {
            "slug": link.slug,
            "name": link.name,
            "name_en": link.name_en,
            "description": link.description,
            "description_en": link.description_en,
            "parent": slugs.get(link.parent_id) if link.parent_id else None,
            "url": address("public.section", slug=link.slug),
            "articles": address("api.articles", section=link.slug),
            "feeds": {form: address("public.section_feed", slug=link.slug, form=form) for form in FEEDS},
        }
        for link in all_of_them
    ]


def imprint(found: Imprint) -> Answer:
    words = {code: asdict(frame.in_words(found, code)) for code in LANGUAGES}
    return {"valid_from": iso(found.valid_from), "url": address("public.home"), **words}


def _told(told: Story | Teaser, title: str, lede: str) -> Answer:
    return {
        "id": told.article_id,
        "url": place_of(told),
        "title": title,
        "lede": lede,
        "section": {"slug": told.section.slug, "name": told.section.name} if told.section else None,
        "published_at": iso(told.first_published_at),
        "changed_at": iso(told.changed_at),
        "updated": told.updated,
    }


def _data(told: Story | Teaser) -> str:
    return address("api.article", article_id=told.article_id)


def _picture(story: Story) -> Answer | None:
    cover = story.manuscript.cover
    if cover is None:
        return None
    renditions = []
    for wanted in assets.WIDTHS:
        width, height = assets.size_of_rendition(story.cover_size, wanted)
        place = address("public.picture", asset_id=cover.asset, width=wanted)
        renditions.append({"url": place, "media_type": "image/webp", "width": width, "height": height})
    return {"alt": cover.alt, "caption": cover.caption, "credit": cover.credit, "renditions": renditions}


def _credit(given: Credit) -> Answer:
    names = ("line", "notice", "author", "outlet", "answerable")
    return {name: getattr(given, name) for name in names}

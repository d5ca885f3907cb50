"""What pages are, in the words of schema.org, for search engines and archives: true dates, and the people who answer.

Every page says whose site it is a page of and where it stands in it, as one graph whose parts refer to each other.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from editorial import vietnamese
from editorial.catalogue import Story
from editorial.credit import Credit
from editorial.manuscript import term_slug
from editorial.web import frame, settings
from editorial.web.addresses import address
from editorial.web.frame import ImprintWords
from editorial.web.language import DEFAULT, LANGUAGES
from editorial.web.rendering import iso, static

WIDEST = 1600  # of the renditions a picture has
ENDS_A_SCRIPT = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
Node = dict[str, Any]


def graph(page: Node, trail: Sequence[tuple[str, str]], lang: str) -> Markup:
    """The page with its way from the home page (names and addresses, itself last), its site, and who stands behind it.

    JSON-LD that is safe inside a <script> element.
    """
    imprint = frame.here().imprint_in(lang)
    outlet = imprint.outlet if imprint else settings().host
    nodes = [page, _trail(page["url"], trail), _website(outlet, lang), _outlet(imprint, outlet, lang)]
    if imprint:
        nodes.append(_owner(imprint))
    return in_script({"@context": "https://schema.org", "@graph": [node for node in nodes if node]})


def of_page(kind: str, url: str, name: str, description: str, lang: str, parts: Sequence[str] = ()) -> Node:
    """A page that is no article: `kind` is WebPage or one of its sorts; `parts`, the pages it lists."""
    items = [{"@type": "ListItem", "position": number, "url": part} for number, part in enumerate(parts, 1)]
    return {
        "@type": kind,
        "@id": f"{url}#page",
        "url": url,
        "name": name,
        "description": description,
        "inLanguage": lang,
        "isPartOf": _reference("website"),
        "breadcrumb": {"@id": f"{url}#trail"},
        "mainEntity": {"@type": "ItemList", "itemListElement": items} if items else None,
    }


def of_story(story: Story, credit: Credit, image: Node) -> Node:
    """Vietnamese whatever the frame, as the article is; it wants the Vietnamese credit."""
    text, page_url = story.manuscript, credit.address
    imprint = frame.here().imprint_in(DEFAULT)
    ours = not text.source_name
    return {
        "@type": "NewsArticle",
        "@id": f"{page_url}#article",
        "url": page_url,
        "mainEntityOfPage": {
            "@type": "WebPage",
            "@id": page_url,
            "isPartOf": _reference("website"),
            "breadcrumb": {"@id": f"{page_url}#trail"},
        },
        "isPartOf": _reference("website"),
        "headline": text.title,
        "description": text.lede,
        "articleSection": story.section and story.section.name,
        "keywords": list(text.tags),
        "wordCount": story.words,
        "inLanguage": DEFAULT,
        "isAccessibleForFree": True,
        "datePublished": iso(story.first_published_at),
        "dateModified": iso(story.changed_at),
        "version": story.number,
        "author": [_author(name) for name in text.bylines],
        "publisher": {
            **_reference("outlet"),
            "@type": "NewsMediaOrganization",
            "name": credit.outlet,
            "url": address("public.home"),
        },
        "accountablePerson": imprint and _person(imprint),
        "copyrightHolder": _reference("outlet") if ours else None,
        "copyrightYear": vietnamese.local(story.first_published_at).year if ours else None,
        "copyrightNotice": credit.notice,
        "creditText": credit.line,
        "image": image,
        "isBasedOn": None if ours else {"@type": "CreativeWork", "name": text.source_name, "url": text.source_url},
    }


def of_cover(story: Story, width: int, height: int) -> Node | None:
    """The picture of an article in its widest form, of that size; None when it has none."""
    cover = story.manuscript.cover
    if cover is None:
        return None
    return {
        "@type": "ImageObject",
        "contentUrl": address("public.picture", asset_id=cover.asset, width=WIDEST),
        "encodingFormat": "image/webp",
        "width": width or None,
        "height": height or None,
        "caption": cover.caption,
        "description": cover.alt,
        "creditText": cover.credit,
    }


def in_script(described: Node) -> Markup:
    """JSON without its empty parts, and without any sign that could end the <script> it stands in."""
    return Markup(json.dumps(_filled(described), ensure_ascii=False).translate(ENDS_A_SCRIPT))  # noqa: S704


def _filled(part: Any) -> Any:
    if isinstance(part, dict):
        return {name: kept for name, value in part.items() if (kept := _filled(value)) not in (None, "", [], {})}
    return [_filled(item) for item in part] if isinstance(part, list) else part


def _reference(name: str) -> Node:
    return {"@id": f"{settings().site_url}/#{name}"}


def _trail(url: str, trail: Sequence[tuple[str, str]]) -> Node | None:
    if len(trail) < 2:  # of the home page there is nothing to say
        return None
    steps = [
        {"@type": "ListItem", "position": number, "name": name, "item": place}
        for number, (name, place) in enumerate(trail, 1)
    ]
    return {"@type": "BreadcrumbList", "@id": f"{url}#trail", "itemListElement": steps}


def _website(outlet: str, lang: str) -> Node:
    return {
        **_reference("website"),
        "@type": "WebSite",
        "url": address("public.home"),
        "name": outlet,
        "description": frame.here().slogan_in(lang),
        "inLanguage": list(LANGUAGES),
        "publisher": _reference("outlet"),
        "potentialAction": {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": f"{settings().site_url}/tim-kiem?q={{search_term_string}}",
            },
            "query-input": "required name=search_term_string",
        },
    }


def _outlet(imprint: ImprintWords | None, name: str, lang: str) -> Node:
    icon = settings().site_url + static("icons/apple-touch-icon.png")
    outlet = {
        **_reference("outlet"),
        "@type": "NewsMediaOrganization",
        "name": name,
        "url": address("public.home"),
        "logo": {"@type": "ImageObject", "url": icon, "contentUrl": icon, "width": 180, "height": 180},
    }
    if imprint is None:
        return outlet
    return outlet | {
        "address": imprint.address,
        "telephone": imprint.phone,
        "faxNumber": imprint.fax,
        "email": imprint.email,
        "identifier": imprint.licence,
        "parentOrganization": _reference("owner"),
        "contactPoint": {
            "@type": "ContactPoint",
            "contactType": "Ban biên tập" if lang == DEFAULT else "editorial board",
            "telephone": imprint.phone,
            "email": imprint.email,
            "availableLanguage": list(LANGUAGES),
        },
    }


def _owner(imprint: ImprintWords) -> Node:
    return {
        **_reference("owner"),
        "@type": "GovernmentOrganization",
        "name": imprint.owner,
        "address": imprint.address,
        "subOrganization": _reference("outlet"),
    }


def _author(name: str) -> Node:
    """With the page of what they wrote, where their name makes an address."""
    slug = term_slug(name)
    return {"@type": "Person", "name": name, "url": address("public.author", slug=slug) if slug else None}


def _person(imprint: ImprintWords) -> Node:
    return {"@type": "Person", "name": imprint.responsible, "jobTitle": imprint.responsible_position}

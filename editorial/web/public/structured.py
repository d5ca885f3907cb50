"""An article as schema.org's NewsArticle, for search engines and archives: true dates, and the people who answer."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

from editorial import vietnamese
from editorial.catalogue import Story
from editorial.credit import Credit
from editorial.web import frame, settings
from editorial.web.frame import ImprintWords
from editorial.web.language import DEFAULT
from editorial.web.public.addresses import address
from editorial.web.rendering import iso

WIDEST = 1600  # of the renditions a picture has
ENDS_A_SCRIPT = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def of_story(story: Story, credit: Credit) -> Markup:
    """JSON-LD that is safe inside a <script> element.

    It is Vietnamese whatever the frame, as the article is, and wants the Vietnamese credit.
    """
    text, page_url = story.manuscript, credit.address
    imprint = frame.here().imprint_in(DEFAULT)
    outlet = {"@id": f"{settings().site_url}/#outlet"}
    ours = not text.source_name
    return in_script(
        {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "@id": f"{page_url}#article",
            "url": page_url,
            "mainEntityOfPage": {"@type": "WebPage", "@id": page_url},
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
            "author": [{"@type": "Person", "name": name} for name in text.bylines],
            "publisher": outlet | _outlet(imprint, credit.outlet),
            "accountablePerson": imprint and _person(imprint),
            "copyrightHolder": outlet if ours else None,
            "copyrightYear": vietnamese.local(story.first_published_at).year if ours else None,
            "copyrightNotice": credit.notice,
            "creditText": credit.line,
            "image": _picture(story),
            "isBasedOn": None if ours else {"@type": "CreativeWork", "name": text.source_name, "url": text.source_url},
        }
    )


def in_script(described: dict[str, Any]) -> Markup:
    """JSON without its empty parts, and without any sign that could end the <script> it stands in."""
    return Markup(json.dumps(_filled(described), ensure_ascii=False).translate(ENDS_A_SCRIPT))  # noqa: S704


def _filled(part: Any) -> Any:
    if isinstance(part, dict):
        return {name: kept for name, value in part.items() if (kept := _filled(value)) not in (None, "", [], {})}
    return [_filled(item) for item in part] if isinstance(part, list) else part


def _outlet(imprint: ImprintWords | None, name: str) -> dict[str, Any]:
    outlet = {"@type": "NewsMediaOrganization", "name": name, "url": address("public.home")}
    if imprint is None:
        return outlet
    owner = {"@type": "GovernmentOrganization", "name": imprint.owner}
    return outlet | {
        "address": imprint.address,
        "telephone": imprint.phone,
        "email": imprint.email,
        "parentOrganization": owner,
    }


def _person(imprint: ImprintWords) -> dict[str, Any]:
    return {"@type": "Person", "name": imprint.responsible, "jobTitle": imprint.responsible_position}


def _picture(story: Story) -> dict[str, Any] | None:
    cover = story.manuscript.cover
    if cover is None:
        return None
    return {
        "@type": "ImageObject",
        "contentUrl": address("public.picture", asset_id=cover.asset, width=WIDEST),
        "encodingFormat": "image/webp",
        "caption": cover.caption,
        "description": cover.alt,
        "creditText": cover.credit,
    }

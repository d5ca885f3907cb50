"""What a republisher must print with a published article of this very site."""

from __future__ import annotations

from editorial import credit
from editorial.catalogue import Story
from editorial.credit import Credit
from editorial.web import frame, settings
from editorial.web.addresses import address_of


def credit_of(story: Story, lang: str) -> Credit:
    """With the imprint of today: the outlet that stands behind the address now."""
    return credit.of(
        story.manuscript,
        frame.here().signboard.imprint,
        lang,
        address=address_of(story),
        first_published_at=story.first_published_at,
        changed_at=story.changed_at if story.updated else None,
        site=settings().host,
    )

"""Passing an article on: plain links to where people share, which ask nothing of anybody until they are followed."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from flask_babel import gettext


@dataclass(frozen=True, slots=True)
class Share:
    """One way, by its name."""

    name: str
    address: str


def shares(title: str, page_url: str) -> list[Share]:
    """By the two networks that most people here use, X, and e-mail."""
    for_zalo = base64.b64encode(json.dumps({"url": page_url}).encode()).decode()
    letter = urlencode({"subject": title, "body": f"{title}\n{page_url}"}, quote_via=quote)
    return [
        Share("Facebook", "https://www.facebook.com/sharer/sharer.php?" + urlencode({"u": page_url})),
        Share("Zalo", "https://button-share.zalo.me/share_external?" + urlencode({"d": for_zalo, "shareType": 0})),
        Share("X", "https://x.com/intent/post?" + urlencode({"text": title, "url": page_url}, quote_via=quote)),
        Share(gettext("E-mail"), f"mailto:?{letter}"),
    ]

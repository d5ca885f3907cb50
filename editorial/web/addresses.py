"""Absolute addresses, made of the configured site address alone: the Host that a client claims never gets into one."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from editorial.catalogue import Story
from editorial.web import settings
from editorial.web.language import DEFAULT, ENGLISH_ROOT


def address(endpoint: str, lang: str = DEFAULT, **values: Any) -> str:
    """The address of a page in a language; the Vietnamese one is the permanent one, whatever language asks."""
    path = url_for(endpoint, **values).removeprefix(request.script_root)
    return settings().site_url + (ENGLISH_ROOT if lang == "en" else "") + path


def address_of(story: Story) -> str:
    """The permanent address of an article."""
    return address("public.article", article_id=story.article_id, slug=story.slug)

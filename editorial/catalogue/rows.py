"""From the rows that statements bring to the values that the catalogue hands out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import CursorResult, Row
from sqlalchemy.sql import Executable

from editorial import manuscript as manuscripts
from editorial.catalogue.values import SectionLink, Story, Teaser
from editorial.db import db


def asked(statement: Executable, values: dict[str, Any] | None = None) -> CursorResult[*tuple[Any, ...]]:
    """Columns, straight from the connection: the session would keep books for them, at twice the price."""
    return db.session.connection().execute(statement, values)


def newest_first(rows: Iterable[Row[Any]]) -> list[Row[Any]]:
    return sorted(rows, key=lambda row: (row.first_published_at, row.id), reverse=True)


def teaser(row: Row[Any], language: str) -> Teaser:
    return Teaser(
        article_id=row.id,
        slug=row.slug,
        title=row.title,
        lede=row.lede,
        section=section_link(row, language),
        first_published_at=row.first_published_at,
        changed_at=row.changed_at,
        updated=is_updated(row),
        cover=row.cover_asset,
        cover_alt=row.cover_alt,
    )


def story(row: Row[Any], language: str, related: list[Teaser]) -> Story:
    return Story(
        article_id=row.id,
        slug=row.slug,
        manuscript=manuscripts.read(row.text),
        section=section_link(row, language),
        first_published_at=row.first_published_at,
        changed_at=row.changed_at,
        updated=is_updated(row),
        number=f"{row.major}.{row.minor}",
        words=row.words,
        cover_size=(row.width, row.height) if row.width else None,
        related=related,
    )


def is_updated(row: Row[Any]) -> bool:
    return (row.major, row.minor) > (1, 0)


def section_link(row: Row[Any], language: str) -> SectionLink | None:
    if row.section_id is None:
        return None
    return SectionLink(
        row.section_id,
        row.section_slug,
        row.section_name,
        row.section_name_en,
        row.section_description,
        row.section_description_en,
        language,
    )

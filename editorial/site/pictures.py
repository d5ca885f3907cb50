"""Which stored pictures a slide may show besides one that is sent along."""

from __future__ import annotations

from sqlalchemy import exists, select

from editorial.catalogue.statements import visible
from editorial.db import db
from editorial.models import Article, Asset, Edition, Revision, Slide, User


def pictures(by: User, limit: int = 24) -> list[Asset]:
    """Those that readers see with an article or a slide, and the person's own: the newest."""
    in_articles = (
        select(Revision.cover_asset)
        .join(Edition, Edition.head_id == Revision.id)
        .join(Article, visible())
        .where(Revision.cover_asset.is_not(None))
    )
    known = Asset.id.in_(in_articles) | Asset.id.in_(select(Slide.asset_id)) | (Asset.uploaded_by_id == by.id)
    return list(
        db.session.scalars(select(Asset).where(known).order_by(Asset.uploaded_at.desc(), Asset.id).limit(limit))
    )


def shows(asset_id: str) -> bool:
    """Whether any slide shows this picture."""
    return bool(db.session.scalar(select(exists().where(Slide.asset_id == asset_id))))

"""Pictures: public as long as a published text shows them, otherwise for the staff who may see them and nobody else."""

from __future__ import annotations

from flask import Response, abort
from flask.typing import ResponseReturnValue
from flask_login import current_user

from editorial import assets, catalogue, site, workflow
from editorial.db import db
from editorial.models import Asset
from editorial.web.public.blueprint import public
from editorial.workflow import Role


@public.get("/anh/<asset_id>/<int:width>.webp")
def picture(asset_id: str, width: int) -> ResponseReturnValue:
    data = assets.rendition(asset_id, width) if catalogue.picture_is_public(asset_id) or may_see(asset_id) else None
    if data is None:
        abort(404)
    answer = Response(data, mimetype="image/webp")
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def may_see(asset_id: str) -> bool:
    """Whether the person at the other end, signed in, uploaded the picture, or may see what shows it."""
    if not current_user.is_authenticated or not catalogue.ASSET_ID.fullmatch(asset_id):
        return False
    asset = db.session.get(Asset, asset_id)
    if asset is None:
        return False
    if asset.uploaded_by_id == current_user.id:
        return True
    if current_user.has(Role.EDITOR, Role.HEAD) and site.shows(asset_id):
        return True
    return any(workflow.may_see(current_user, edition) for edition in catalogue.editions_showing(asset_id))

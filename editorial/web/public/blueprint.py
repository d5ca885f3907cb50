"""The blueprint of what readers get, and how long an answer may be kept."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask_login import current_user

public = Blueprint("public", __name__)


@public.after_request
def keep_rightly(answer: Response) -> Response:
    """Any cache may keep a page and has to ask again each time: so a withdrawn text is gone with the next request.

    What somebody signed in gets is nobody else's and is not kept at all. Refusals are `web.access`'s to seal.
    """
    if answer.status_code >= 400:
        return answer
    answer.vary.add("Cookie")
    if current_user.is_authenticated:
        answer.cache_control.no_store = True
        return answer
    answer.cache_control.public = True
    answer.cache_control.no_cache = True
    if answer.status_code == 200:
        answer.add_etag()
        answer.make_conditional(request)
    return answer

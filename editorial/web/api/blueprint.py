"""The blueprint of the read API: answers for anybody and any program, the same for all, asked anew each time."""

from __future__ import annotations

from flask import Blueprint, Response, request

from editorial.web import problems

ROOT = "/api/v1"
api = Blueprint("api", __name__, url_prefix=ROOT)


@api.after_request
def keep_rightly(answer: Response) -> Response:
    """Any cache may keep an answer and has to ask again each time: a withdrawn text is gone with the next request.

    Nothing here asks who is signed in. Pages of other sites may read it; they may not send anything.
    """
    if request.method == "OPTIONS":
        answer.headers["Access-Control-Allow-Methods"] = "GET, HEAD"
        answer.headers["Access-Control-Allow-Headers"] = "If-None-Match"
    if answer.status_code == 200 and request.method in ("GET", "HEAD"):
        answer.cache_control.public = True
        answer.cache_control.no_cache = True
        answer.add_etag()
        answer.make_conditional(request)
    return problems.open_to_all(answer)

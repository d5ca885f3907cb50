"""Links to other sites: the list of all, and the way out to the one that was chosen."""

from __future__ import annotations

import re

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from editorial.web import frame
from editorial.web.public import head
from editorial.web.public.blueprint import public

NUMBER = re.compile(r"[0-9]{1,10}")


@public.get("/lien-ket")
def websites() -> ResponseReturnValue:
    """Without `id` the list. Nobody is ever led to an address that an editor has not entered.

    The way out is a page that goes on by itself: where a form was sent to a site that may only send forms to itself,
    browsers do not follow a redirect.
    """
    groups = frame.here().websites
    if "id" not in request.args:
        described = head.of_page(gettext("Other websites"), "", "public.websites")
        return render_template("public/websites.html", groups=groups, head=described)
    asked = request.args["id"]
    number = int(asked) if NUMBER.fullmatch(asked) else 0
    chosen = next((link for group in groups for link in group.links if link.id == number), None)
    if chosen is None:
        abort(404)
    return render_template("public/leaving.html", website=chosen)

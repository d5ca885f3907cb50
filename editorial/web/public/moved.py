"""Old addresses: what a page of an older site was called, and where it is now.

An address that leads nowhere is looked up in the table of redirects before anybody is told so. Older systems wrote the
same address in several ways: in either case, percent-encoded or not, with the parameters of campaigns behind it.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, unquote, urlencode

from flask import redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import NotFound

from editorial import vietnamese
from editorial.db import db
from editorial.models import Redirect
from editorial.web import errors
from editorial.web.access import SAFE, local
from editorial.web.language import ENGLISH_ROOT, STAFF
from editorial.web.public.blueprint import public

LONGEST = 1000  # characters: longer ones are nobody's
TRACKING = re.compile(r"utm_\w+|fbclid|gclid|dclid|msclkid|zarsrc|mc_[ce]id|_ga|_gl|igshid|srsltid", re.IGNORECASE)
MOST_STEPS = 10  # from one old address to the next


@public.app_errorhandler(NotFound)
def not_found(error: NotFound) -> ResponseReturnValue:
    """To where the page has moved, if it is known; else the page that says that there is nothing here."""
    target = _target()
    if target is None:
        return errors.in_words(error)
    answer = redirect(target, 301)
    answer.cache_control.public = True
    answer.cache_control.no_cache = True  # an editor may mend the table
    return answer


def _target() -> str | None:
    if request.method not in SAFE or request.path.startswith(STAFF):
        return None
    query = request.query_string.decode("utf-8", "replace")
    asked = request.path + (f"?{query}" if query else "")
    if len(asked) > LONGEST:
        return None
    try:
        found = None
        if request.script_root.endswith(ENGLISH_ROOT):  # an older site may have had addresses of its own under /en
            found = moved_to(ENGLISH_ROOT + asked)
        if found is None:
            found = moved_to(asked)
            if found and request.script_root and not found.startswith(f"{ENGLISH_ROOT}/"):
                found = request.script_root + found
    except SQLAlchemyError:  # the page that says so is drawn without a database
        return None
    return found


def moved_to(address: str) -> str | None:
    """Where the address, path and query, leads according to the table; None when it is not there or leads in a circle.

    One step is one redirect: where the target is an old address as well, the browser will ask again.
    """
    first = _look_up(address)
    seen, step = set(spellings(address)), first
    for _ in range(MOST_STEPS):
        if step is None:
            return first
        again = spellings(step)
        if seen & set(again):
            return None
        seen |= set(again)
        step = _look_up(step)
    return None


def _look_up(address: str) -> str | None:
    ways = spellings(address)
    lowered = func.lower(Redirect.source)
    query = select(Redirect.source, Redirect.target).where(
        Redirect.source.in_(ways) | lowered.in_([way.lower() for way in ways])
    )
    found = {row.source: row.target for row in db.session.execute(query)}
    if not found:
        return None
    exact = next((found[way] for way in ways if way in found), None)
    if exact is None:
        by_case = {source.lower(): target for source, target in sorted(found.items())}
        exact = next(by_case[way.lower()] for way in ways if way.lower() in by_case)
    if "\\" in exact or not exact.isprintable():
        return None
    return local(quote(exact, safe="%/?&=+,:;@~#!$'()*.-_"))


def spellings(address: str) -> list[str]:
    """The ways in which the table may have this address, the most likely first: as it was asked, with letters in place
    of percents and the other way round; then the same without the parameters of campaigns, in alphabetic order, and
    without a slash at the end.
    """
    path, _, query = address.partition("?")
    kept = [pair for pair in parse_qsl(query, keep_blank_values=True) if not TRACKING.fullmatch(pair[0])]
    plain = vietnamese.normalise(unquote(path))
    paths = [path, plain, quote(plain, safe="/:@!$&'(),*;+=~.-_")]
    paths += [each.rstrip("/") for each in paths if len(each) > 1 and each.endswith("/")]
    queries = [query, unquote(query)]
    for pairs in (kept, sorted(kept), sorted(kept, reverse=True)):
        queries += [urlencode(pairs), "&".join(f"{name}={value}" for name, value in pairs)]
    ways = [f"{each}?{part}" if part else each for part in queries for each in paths]
    return list(dict.fromkeys(way for way in ways if way.startswith("/")))

"""The views of the read API: each reads its parameters, asks the catalogue, and says what it found."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from editorial import catalogue, vietnamese
from editorial.catalogue import Teaser
from editorial.db import LARGEST_ID
from editorial.web import frame, problems, settings
from editorial.web.addresses import address
from editorial.web.api import answers, contract
from editorial.web.api.blueprint import ROOT, api
from editorial.web.api.contract import Operation
from editorial.web.language import DEFAULT

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9:]{8})(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})")


class Refused(Exception):
    """A query that makes no sense: what is wrong with each parameter, in the language of the asker."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(", ".join(faults))
        self.faults = faults


@api.errorhandler(Refused)
def refused(refusal: Refused) -> ResponseReturnValue:
    detail = gettext("Something in the query is wrong: see “errors”.")
    return problems.answer(400, gettext("This request cannot be understood"), detail, faults=refusal.faults)


def articles() -> ResponseReturnValue:
    asked = _asked("articles")
    limit = asked.get("limit", contract.USUAL)
    found = catalogue.teasers_before(asked.get("after"), limit + 1, asked.get("section", ()), asked.get("since"))
    items, following = found[:limit], None
    if len(found) > limit:
        query = {name: value for name, value in request.args.items() if name != "after"}
        following = f"{address('api.articles')}?{urlencode(query | {'after': _cursor(items[-1])})}"
    answer = _json({"items": [answers.summary(item) for item in items], "next": following})
    if following:
        answer.headers["Link"] = f'<{following}>; rel="next"'
    return answer


def article(article_id: int) -> ResponseReturnValue:
    _asked("article")
    story = catalogue.story(article_id)
    if story is None:
        abort(404)
    answer = _json(answers.whole(story))
    answer.headers["Link"] = f'<{answers.place_of(story)}>; rel="canonical"'
    return answer


def sections() -> ResponseReturnValue:
    _asked("sections")
    return _json({"items": answers.sections(frame.here().sections_for_sure)})


def imprint() -> ResponseReturnValue:
    _asked("imprint")
    site = frame.here()
    if site.fault is not None:
        raise site.fault
    found = site.signboard.imprint
    if found is None:
        abort(404)
    return _json(answers.imprint(found))


def contract_document() -> ResponseReturnValue:
    _asked("contract")
    words = frame.here().imprint_in(DEFAULT)
    return _json(contract.openapi(settings().site_url + ROOT, words.outlet if words else settings().host))


VIEWS: dict[str, Callable[..., ResponseReturnValue]] = {
    "articles": articles,
    "article": article,
    "sections": sections,
    "imprint": imprint,
    "contract": contract_document,
}
for operation in contract.OPERATIONS:
    api.add_url_rule(operation.rule, operation.name, VIEWS[operation.name], methods=["GET"])


def _json(answer: Any) -> Response:
    return Response(json.dumps(answer, ensure_ascii=False, separators=(",", ":")), mimetype="application/json")


# --- what is asked ----------------------------------------------------------------------------------------------------


def _asked(name: str) -> dict[str, Any]:
    """The parameters of the query, read. Raises Refused: a name that nobody knows is a filter that would not filter."""
    operation: Operation = contract.BY_NAME[name]
    read: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for parameter, values in request.args.lists():
        if parameter not in operation.asks:
            faults[parameter[:80]] = gettext("There is no such parameter.")
        elif len(values) > 1:
            faults[parameter] = gettext("It is given more than once.")
        elif (value := READERS[parameter](values[0])) is None:
            faults[parameter] = gettext("This value makes no sense here.")
        else:
            read[parameter] = value
    if faults:
        raise Refused(faults)
    return read


def _section(text: str) -> list[int] | None:
    """The numbers of the section and of those under it."""
    return next((link.ids for link in frame.here().sections_for_sure if link.slug == text), None)


def _since(text: str) -> datetime | None:
    text = text.replace(" ", "+")  # what + means in a query
    if DAY.fullmatch(text):
        return vietnamese.parse_local(f"{text}T00:00")
    if not (match := MOMENT.fullmatch(text)):
        return None
    try:
        moment = datetime.fromisoformat("".join((match[1], "T", match[2], (match[3] or ""), match[4].upper())))
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _limit(text: str) -> int | None:
    number = int(text) if re.fullmatch("[0-9]{1,3}", text) else 0
    return number if 1 <= number <= contract.MOST else None


def _after(text: str) -> tuple[datetime, int] | None:
    if not re.fullmatch(contract.CURSOR, text):
        return None
    moment, number = (int(part) for part in text.split("-"))
    return (EPOCH + moment * MICROSECOND, number) if number <= LARGEST_ID else None


def _cursor(item: Teaser) -> str:
    return f"{(item.first_published_at - EPOCH) // MICROSECOND}-{item.article_id}"


READERS = {"section": _section, "since": _since, "limit": _limit, "after": _after}

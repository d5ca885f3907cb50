"""What the read API promises: one table of operations and one of schemas, from which the routes take their addresses
and their parameters, and the OpenAPI document its whole text.

It is written in English, as programmers expect; what people read in the answers is Vietnamese.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from editorial.db import LARGEST_ID
from editorial.manuscript import GENRES

OPENAPI = "3.1.1"
DIALECT = "https://spec.openapis.org/oas/3.1/dialect/base"
VERSION = "1.0"
MOST = 100  # articles in one answer
USUAL = 20
CURSOR = r"[0-9]{1,17}-[0-9]{1,19}"
SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    place: str  # "query" or "path"
    schema: Schema
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    name: str  # of the view, and its operationId
    path: str  # below the root, in OpenAPI's writing
    summary: str
    description: str
    answer: str  # the name of a schema
    parameters: tuple[Parameter, ...] = ()
    may_be_missing: bool = False

    @property
    def rule(self) -> str:
        """The path in the router's writing."""
        return re.sub(r"\{(\w+)\}", r"<int:\1>", self.path)

    @property
    def asks(self) -> dict[str, Parameter]:
        """The parameters of its query, by name."""
        return {parameter.name: parameter for parameter in self.parameters if parameter.place == "query"}


# --- schemas ----------------------------------------------------------------------------------------------------------


def _object(description: str, required: Schema, optional: Schema | None = None) -> Schema:
    """Every key that is not named optional is always there; no other key ever is."""
    return {
        "type": "object",
        "description": description,
        "properties": required | (optional or {}),
        "required": list(required),
        "additionalProperties": False,
    }


def _list(of: Schema, description: str = "") -> Schema:
    return {"type": "array", "items": of} | ({"description": description} if description else {})


def _text(description: str = "", **more: Any) -> Schema:
    return {"type": "string", **({"description": description} if description else {}), **more}


def _named(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


NUMBER = {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}
COUNT = {"type": "integer", "minimum": 0}
ADDRESS = _text(format="uri")
MOMENT = _text("With Vietnam's offset: 2016-02-26T08:05:00+07:00.", format="date-time", pattern=r"\+07:00$")

_TOLD = {
    "id": NUMBER,
    "url": _text("The permanent address, for people.", format="uri"),
    "title": _text(),
    "lede": _text("Two sentences: what happened, and why it matters."),
    "section": _or_null(_named("SectionName")),
    "published_at": MOMENT,
    "changed_at": MOMENT | {"description": "The last time that readers got other words, with Vietnam's offset."},
    "updated": {"type": "boolean", "description": "Whether readers got other words since the first publication."},
}

SCHEMAS: dict[str, Schema] = {
    "SectionName": _object("A section, as others name it.", {"slug": _text(pattern=f"^{SLUG}$"), "name": _text()}),
    "Section": _object(
        "A section of the site.",
        {
            "slug": _text(pattern=f"^{SLUG}$"),
            "name": _text(),
            "name_en": _text("Empty when nobody has translated it."),
            "description": _text(),
            "description_en": _text(),
            "parent": _or_null(_text("The slug of the section that the menu shows it under.")),
            "url": ADDRESS,
            "articles": _text("Its articles, in this API.", format="uri"),
            "feeds": _object("Its feeds.", {"atom": ADDRESS, "rss": ADDRESS, "json": ADDRESS}),
        },
    ),
    "SectionList": _object("All sections, in the order of the menu.", {"items": _list(_named("Section"))}),
    "Rendition": _object(
        "A picture in one size.",
        {"url": ADDRESS, "media_type": _text(), "width": COUNT, "height": COUNT},
    ),
    "Picture": _object(
        "The picture of an article.",
        {
            "alt": _text("What is to be seen, for those who do not see it."),
            "caption": _text(),
            "credit": _text("Who made it: to be printed with it."),
            "renditions": _list(_named("Rendition"), "From the smallest to the largest."),
        },
    ),
    "Credit": _object(
        "What a republisher prints, in one language.",
        {
            "line": _text("All of it in one printed line."),
            "notice": _text("What is asked of republishers."),
            "author": _text(),
            "outlet": _text(),
            "answerable": _text("Who answers for the content; empty on a site without an imprint."),
        },
    ),
    "Source": _object("Where a text was taken from.", {"name": _text(), "url": _text("As the editors gave it.")}),
    "ArticleLinks": _object(
        "Where else to look.", {"self": ADDRESS, "html": ADDRESS, "feed": ADDRESS}, {"section": ADDRESS}
    ),
    "ArticleSummary": _object("An article, as a list tells of it.", _TOLD | {"links": _object("", {"self": ADDRESS})}),
    "ArticleList": _object(
        "One piece of a list, newest first.",
        {
            "items": _list(_named("ArticleSummary")),
            "next": _or_null(_text("The address of the next piece; null when this is the last.", format="uri")),
        },
    ),
    "Article": _object(
        "A published article, whole.",
        _TOLD
        | {
            "version": _text("Major.minor; it never goes down.", pattern=r"^[0-9]+\.[0-9]+$"),
            "slug": _text(),
            "language": {"const": "vi"},
            "genre": _text(enum=["", *GENRES]),
            "bylines": _list(_text()),
            "tags": _list(_text()),
            "topic": _or_null(_text("The slug of the topic that it belongs to.")),
            "body_html": _text("Paragraphs, headings, lists, quotations, tables and links; nothing that acts."),
            "body_text": _text("The same as plain text."),
            "words": COUNT,
            "reading_minutes": COUNT,
            "source": _or_null(_named("Source")),
            "picture": _or_null(_named("Picture")),
            "credit": _object("In both languages.", {"vi": _named("Credit"), "en": _named("Credit")}),
            "digest": _text("SHA-256 of the approved manuscript.", pattern="^[0-9a-f]{64}$"),
            "links": _named("ArticleLinks"),
        },
    ),
    "ImprintWords": _object(
        "The imprint in one language; what nobody has translated stands in Vietnamese.",
        {
            name: _text()
            for name in (
                "outlet",
                "owner",
                "responsible",
                "responsible_position",
                "address",
                "phone",
                "fax",
                "email",
                "licence",
                "notice",
            )
        },
    ),
    "Imprint": _object(
        "Who owns the site and answers for it today.",
        {
            "valid_from": _text(format="date"),
            "url": ADDRESS,
            "vi": _named("ImprintWords"),
            "en": _named("ImprintWords"),
        },
    ),
    "OpenAPI": {"type": "object", "description": "This document.", "required": ["openapi", "info", "paths"]},
    "Problem": _object(
        "Problem details (RFC 9457), in Vietnamese, or in English below /en.",
        {
            "type": _text(),
            "status": {"type": "integer"},
            "title": _text(),
            "detail": _text(),
            "instance": _text(),
        },
        {
            "reference": _text("By which to report a failure of ours."),
            "errors": _list(_object("What is wrong with a parameter.", {"parameter": _text(), "detail": _text()})),
        },
    ),
}

# --- operations -------------------------------------------------------------------------------------------------------

SECTION = Parameter(
    "section", "query", _text(pattern=f"^{SLUG}$", maxLength=80), "Only of this section and of those under it."
)
SINCE = Parameter(
    "since",
    "query",
    _text(anyOf=[{"format": "date"}, {"format": "date-time"}]),
    "Only articles of which readers got other words from then on. A day begins at midnight in Vietnam; a time needs "
    "its offset. What was withdrawn is not told of: an article that answers 404 is public no more.",
)
AFTER = Parameter("after", "query", _text(pattern=f"^{CURSOR}$"), "Where the last piece ended; `next` has it.")
LIMIT = Parameter(
    "limit", "query", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}, "How many in one answer."
)
ARTICLE = Parameter("article_id", "path", NUMBER, "The number in the article's address.")

OPERATIONS = (
    Operation(
        "articles",
        "/articles",
        "The published articles",
        "Newest first. Following `next` until it is null tells of each article once, whatever is added meanwhile.",
        "ArticleList",
        (SECTION, SINCE, AFTER, LIMIT),
    ),
    Operation(
        "article",
        "/articles/{article_id}",
        "One published article",
        "Everything that readers get, and what a republisher prints.",
        "Article",
        (ARTICLE,),
        may_be_missing=True,
    ),
    Operation("sections", "/sections", "The sections", "In the order of the menu.", "SectionList"),
    Operation(
        "imprint",
        "/imprint",
        "The imprint of today",
        "Who owns the site and answers for it.",
        "Imprint",
        may_be_missing=True,
    ),
    Operation("contract", "/openapi.json", "This document", "The OpenAPI document of this API.", "OpenAPI"),
)
BY_NAME = {operation.name: operation for operation in OPERATIONS}


def openapi(server: str, title: str) -> Schema:
    """The OpenAPI document of a site, whose API begins at the address `server`."""
    return {
        "openapi": OPENAPI,
        "jsonSchemaDialect": DIALECT,
        "info": {
            "title": title,
            "version": VERSION,
            "description": "What readers of this site may see, as data. It is read only, open to programs and to "
            "pages of other sites, and needs no key. Answers bear an ETag: ask with If-None-Match, and 304 means that "
            "nothing changed. Whoever republishes an article prints its credit line.",
        },
        "servers": [{"url": server}],
        "paths": {operation.path: {"get": _described(operation)} for operation in OPERATIONS},
        "components": {
            "schemas": SCHEMAS,
            "headers": {"ETag": {"description": "Of this very answer.", "schema": {"type": "string"}}},
        },
    }


def _described(operation: Operation) -> Schema:
    answers: Schema = {
        "200": {
            "description": SCHEMAS[operation.answer]["description"],
            "headers": {"ETag": {"$ref": "#/components/headers/ETag"}},
            "content": {"application/json": {"schema": _named(operation.answer)}},
        },
        "304": {"description": "It is still what the asker has."},
        "400": _refusal("A parameter that there is not, or a value that makes no sense."),
    }
    if operation.may_be_missing:
        answers["404"] = _refusal("There is no such thing, or readers may not see it.")
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": operation.description,
        "parameters": [
            {
                "name": parameter.name,
                "in": parameter.place,
                "required": parameter.place == "path",
                "description": parameter.description,
                "schema": parameter.schema,
            }
            for parameter in operation.parameters
        ],
        "responses": answers,
    }


def _refusal(description: str) -> Schema:
    return {"description": description, "content": {"application/problem+json": {"schema": _named("Problem")}}}

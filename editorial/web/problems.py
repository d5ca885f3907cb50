"""Refusals for programs: problem details (RFC 9457), where a person would get a page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Response, request

from editorial.web import language

API = "/api/"
MEDIA_TYPE = "application/problem+json"


def are_asked_for() -> bool:
    """Whether whoever asks is a program: by the address alone, so an address that does not exist tells it too."""
    return request.path.startswith(API)


def answer(
    status: int, title: str, detail: str, reference: str = "", faults: Mapping[str, str] | None = None
) -> Response:
    """`faults`: what is wrong with each query parameter. `reference`: by which the log speaks of the same failure."""
    said: dict[str, Any] = {
        "type": "about:blank",
        "status": status,
        "title": title,
        "detail": detail,
        "instance": request.path,
    }
    if reference:
        said["reference"] = reference
    if faults:
        said["errors"] = [{"parameter": name, "detail": fault} for name, fault in faults.items()]
    response = Response(json.dumps(said, ensure_ascii=False), status, content_type=f"{MEDIA_TYPE}; charset=utf-8")
    response.headers["Content-Language"] = language.current()
    return open_to_all(response)


def open_to_all(response: Response) -> Response:
    """Let pages of any site read it: what is public is for everybody, and nothing here depends on who asks."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Link"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response

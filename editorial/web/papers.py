"""What pages of readers and of the desk share about documents: numbers become links, files are handed out."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from flask import Flask, Response, abort, request, url_for
from markupsafe import Markup

from editorial import citations, documents, paper, register, vietnamese
from editorial.markup import linking
from editorial.markup.linking import Place
from editorial.paper import File, Force
from editorial.web import language

TONES = {Force.IN_FORCE: "good", Force.COMING: "calm", Force.EXPIRED: "warn", Force.REPLACED: "warn"}
UNITS = ((2**20, "MB"), (2**10, "KB"))


def init_app(app: Flask) -> None:
    app.jinja_env.filters |= {"cite": cite, "size": size}
    app.jinja_env.globals |= {"paper_kinds": paper.KIND_LABELS, "forces": paper.FORCE_LABELS, "force_tones": TONES}


def cite(body: Markup) -> Markup:
    """A body in which numbers of published documents lead to the register: one look-up, none where there is no number.

    A number that several documents have leads to the list of these.
    """
    found = citations.keys(body.replace("&amp;", "&"))
    known = register.cited(found) if found else {}
    if not known:
        return body

    def places(text: str) -> Iterator[Place]:
        for citation in citations.find(text):
            if entries := known.get(citation.key):
                yield citation.start, citation.end, _address(entries, citation.number)

    return Markup(linking.link(body, places))  # noqa: S704  `body` is cleaned, and its text stays escaped


def size(octets: int) -> str:
    """How large a file is, as people say it: 245 KB, 1,2 MB."""
    for unit, name in UNITS:
        if octets >= unit:
            return (
                f"{vietnamese.number(round(octets / unit, 1 if unit > 2**10 else 0), language.current())}\u00a0{name}"
            )
    return f"{octets}\u00a0B"


def download(file: File | None) -> Response:
    """The file, to be kept and never shown in the page: no browser takes it for anything of ours. None: 404."""
    data = documents.read(file) if file else None
    if file is None or data is None:
        abort(404)
    answer = Response(data, content_type=paper.MEDIA_TYPES[file.form])
    plain = f"{vietnamese.slug(file.name.rpartition('.')[0])}.{file.form}"
    answer.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}"
    )
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["X-Robots-Tag"] = "noarchive"
    answer.set_etag(file.digest)
    answer.make_conditional(request)
    return answer


def _address(entries: list[tuple[int, str]], number: str) -> str:
    if len(entries) > 1:
        return url_for("public.documents", q=number)
    return url_for("public.document", document_id=entries[0][0], slug=entries[0][1])

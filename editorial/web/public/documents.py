"""The register of documents for readers: the list with its search form, a document, its files."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from editorial import paper, register
from editorial.catalogue import Page
from editorial.paper import Force
from editorial.register import Entry, Filters, Line
from editorial.web import papers
from editorial.web.addresses import address
from editorial.web.language import DEFAULT
from editorial.web.public.blueprint import public
from editorial.web.public.head import Head, of_page
from editorial.web.rendering import iso

PAGE_NUMBER = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
IN_FORCE, NOT_IN_FORCE = "https://schema.org/InForce", "https://schema.org/NotInForce"
ASKED = {"text": "q", "kind": "loai", "issuer": "co-quan", "year": "nam", "field": "linh-vuc"}


@public.get("/van-ban")
def documents() -> ResponseReturnValue:
    asked = request.args.get("trang", "1")
    if not PAGE_NUMBER.fullmatch(asked):
        abort(404)
    given = {name: request.args.get(asked_as, "").strip()[:200] for name, asked_as in ASKED.items()}
    filters = Filters(**given, in_force="con-hieu-luc" in request.args)
    found = register.page(filters, int(asked))
    if found is None:
        abort(404)
    kept = {asked_as: given[name] for name, asked_as in ASKED.items() if given[name]}
    if filters.in_force:
        kept["con-hieu-luc"] = "1"
    return render_template(
        "public/documents.html",
        page=found,
        filters=filters,
        kept=kept,
        choices=register.choices(),
        head=_head_of_list(found, narrowed=bool(kept)),
    )


@public.get("/van-ban/<int:document_id>", endpoint="document_by_number", defaults={"slug": ""})
@public.get("/van-ban/<int:document_id>/<slug>")
def document(document_id: int, slug: str) -> ResponseReturnValue:
    entry = register.entry(document_id)
    if entry is None:
        abort(404)
    if request.path != f"/van-ban/{entry.id}/{entry.slug}":  # as a whole: /van-ban/007/… is another address as well
        return redirect(url_for(".document", document_id=entry.id, slug=entry.slug), 301)
    return render_template("public/document.html", entry=entry, facts=entry.facts, head=_head_of(entry))


@public.get("/van-ban/<int:document_id>/tep/<digest>")
def document_file(document_id: int, digest: str) -> Response:
    file = register.public_file(document_id, digest) if DIGEST.fullmatch(digest) else None
    return papers.download(file)


def _head_of_list(page: Page[Line], *, narrowed: bool) -> Head:
    """A list that somebody narrowed down is no page of its own: its canonical address is that of the whole."""
    values: dict[str, Any] = {"trang": page.number} if page.number > 1 and not narrowed else {}
    about = gettext("Documents issued by the commune, and those that concern it.")
    parts = tuple(_address_of(line) for line in page.items)
    here = of_page(gettext("Documents"), about, "public.documents", indexed=not narrowed, **values)
    return replace(here, sort="CollectionPage", parts=parts)


def _head_of(entry: Entry) -> Head:
    """In Vietnamese whatever the frame, as the document is."""
    here = _address_of(entry)
    return Head(
        title=f"{entry.facts.number} – {entry.facts.abstract}",
        description=entry.facts.abstract,
        canonical=here,
        kind="article",
        published=entry.published_at,
        modified=entry.changed_at if entry.changed_at > entry.published_at else None,
        trail=(("Văn bản", address("public.documents")), (entry.facts.number, here)),
        node=_described(entry, here),
        creators=(entry.facts.issuer,),
        subjects=(entry.facts.field,) if entry.facts.field else (),
    )


def _address_of(line: Line | Entry) -> str:
    return address("public.document", document_id=line.id, slug=line.slug)


def _described(entry: Entry, page_url: str) -> dict[str, Any]:
    """Schema.org's Legislation."""
    facts = entry.facts
    replaced = [
        {
            "@type": "Legislation",
            "@id": f"{_address_of(line)}#document",
            "legislationIdentifier": line.number,
            "name": line.abstract,
        }
        for line in entry.replaces
    ]
    return {
        "@type": "Legislation",
        "@id": f"{page_url}#document",
        "url": page_url,
        "mainEntityOfPage": {"@type": "WebPage", "@id": page_url, "breadcrumb": {"@id": f"{page_url}#trail"}},
        "name": facts.abstract,
        "inLanguage": DEFAULT,
        "legislationIdentifier": facts.number,
        "legislationType": paper.KINDS_AS_WRITTEN[facts.kind],
        "legislationDate": iso(facts.issued_on),
        "legislationDateOfApplicability": iso(facts.holds_from),
        "legislationPassedBy": {"@type": "Organization", "name": facts.issuer},
        "author": {"@type": "Person", "name": facts.signer, "jobTitle": facts.signer_position},
        "legislationLegalForce": IN_FORCE if entry.force is Force.IN_FORCE else NOT_IN_FORCE,
        "expires": facts.expires_on and iso(facts.expires_on),
        "about": facts.field,
        "datePublished": iso(entry.published_at),
        "dateModified": iso(entry.changed_at),
        "legislationRepeals": replaced,
        "encoding": [
            {
                "@type": "MediaObject",
                "name": file.name,
                "contentUrl": address("public.document_file", document_id=entry.id, digest=file.digest),
                "encodingFormat": paper.MEDIA_TYPES[file.form],
                "contentSize": f"{file.size} B",
                "sha256": file.digest,
            }
            for file in facts.files
        ],
    }

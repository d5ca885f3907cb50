"""Documents for tests and the files that come with them: small, whole, and made here."""

from __future__ import annotations

import zipfile
from datetime import date
from io import BytesIO
from typing import Any

from editorial import documents
from editorial.db import db
from editorial.models import Document, User
from editorial.paper import Facts, Kind, State
from tests.factories import Person

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"


def archive(*names: str, mimetype: str = "", method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive with these names in it, and first, stored, an OpenDocument's mark when one is given."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", method) as made:
        if mimetype:
            made.writestr("mimetype", mimetype, zipfile.ZIP_STORED)
        for name in names:
            made.writestr(name, f"<{name}/>")
    return file.getvalue()


DOCX = archive("[Content_Types].xml", "word/document.xml")
XLSX = archive("[Content_Types].xml", "xl/workbook.xml")
ODT = archive("content.xml", mimetype="application/vnd.oasis.opendocument.text")


def facts_of(**parts: Any) -> Facts:
    usual: dict[str, Any] = {
        "kind": Kind.DECISION,
        "number": "12/2026/QĐ-UBND",
        "issuer": "Ủy ban nhân dân xã Khe Trăng",
        "signer": "Phạm Thị Petra",
        "signer_position": "Chủ tịch",
        "issued_on": date(2026, 3, 5),
        "abstract": "Quyết định về việc giao chỉ tiêu nước sạch năm 2026",
        "field": "Nông nghiệp",
    }
    return Facts(**(usual | parts))


def make_document(
    state: State | str, *, by: Person, approver: Person | None = None, content: bytes = PDF, **parts: Any
) -> Document:
    """A document brought into the state by the real acts, as those people. Needs a writing context."""
    author = db.session.get_one(User, by.id)
    received = documents.receive([("Văn bản số 12.pdf", content)])
    documents.store(received)
    files = tuple(each.file for each in received)
    document = documents.enter(facts_of(**({"files": files} | parts)), by=author)
    if state != State.DRAFT:
        assert approver is not None
        head = db.session.get_one(User, approver.id)
        documents.publish(document, by=head, seen=document.head)
        if state == State.WITHDRAWN:
            documents.withdraw(document, by=head, seen=document.head, reason="Đăng nhầm bản dự thảo.")
    return document

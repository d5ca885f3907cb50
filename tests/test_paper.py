"""Facts of documents, marks of secrecy, and what files are by what they hold. No database."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editorial import paper
from editorial.paper import Force
from tests.papers import DOCX, ODT, PDF, XLSX, archive, facts_of

TODAY = date(2026, 11, 23)
HTML = b"<!doctype html><script>alert(1)</script>"


@pytest.mark.parametrize(
    ("parts", "fields"),
    [
        ({}, []),
        ({"number": ""}, ["number"]),
        ({"number": "không số"}, ["number"]),
        ({"number": "1" * 81}, ["number"]),
        ({"signer": "", "issuer": "", "abstract": ""}, ["issuer", "signer", "abstract"]),
        ({"issued_on": date(2026, 11, 24)}, ["issued_on"]),
        ({"issued_on": date(1944, 1, 1)}, ["issued_on"]),
        ({"expires_on": date(2026, 3, 5)}, ["expires_on"]),
        ({"effective_on": date(2026, 4, 1), "expires_on": date(2026, 4, 1)}, ["expires_on"]),
        ({"abstract": "x" * 1501, "field": "y" * 81}, ["abstract", "field"]),
        ({"abstract": "TUYỆT MẬT"}, ["abstract"]),
    ],
)
def test_all_faults_are_told_at_once(parts: dict[str, object], fields: list[str]) -> None:
    assert [fault.field for fault in paper.faults(facts_of(**parts), TODAY)] == fields


@pytest.mark.parametrize(
    ("holds_from", "expires_on", "replaced", "worth"),
    [
        (date(2026, 11, 23), None, False, Force.IN_FORCE),
        (date(2026, 11, 24), None, False, Force.COMING),
        (date(2026, 1, 1), date(2026, 11, 24), False, Force.IN_FORCE),
        (date(2026, 1, 1), date(2026, 11, 23), False, Force.EXPIRED),
        (date(2026, 1, 1), None, True, Force.REPLACED),
        (date(2026, 1, 1), date(2026, 2, 1), True, Force.REPLACED),
    ],
)
def test_force_follows_from_the_dates(holds_from: date, expires_on: date | None, replaced: bool, worth: Force) -> None:
    assert paper.force(holds_from, expires_on, TODAY, replaced=replaced) is worth


@pytest.mark.parametrize(
    "text",
    [
        "MẬT",
        "Độ: MẬT",
        "(MẬT)",
        "TỐI MẬT",
        "Tuyệt mật",
        "tuyệt_mật",
        "12/BC-UBND MẬT",
        "TÔ\u0301I MÂ\u0323T",
        "TUYỆT  MẬT",
    ],
)
def test_marks_of_secrecy_are_seen(text: str) -> None:
    assert paper.is_secret(text)
    assert paper.is_secret(text, of_a_file=True)


@pytest.mark.parametrize(
    "name", ["KH_MAT.pdf", "TOI-MAT.pdf", "bao cao tuyet mat.docx", "BC 12 (MAT).pdf", "MẬT_12.pdf"]
)
def test_in_names_of_files_without_accents_too(name: str) -> None:
    assert paper.is_secret(name, of_a_file=True)


@pytest.mark.parametrize(
    "text",
    [
        "bảo vệ bí mật nhà nước",
        "QUY CHẾ BẢO VỆ BÍ MẬT NHÀ NƯỚC",
        "BẢO MẬT THÔNG TIN",
        "đổi mật khẩu",
        "mật ong Khe Trăng",
        "MẬT ONG",
        "mất mùa",
        "tới Mặt trận Tổ quốc",
        "MẶT TRẬN",
        "ho so gui toi mat tran.pdf",
        "GIAY BAO MAT THE.pdf",
    ],
)
def test_and_words_that_are_no_marks_pass(text: str) -> None:
    assert not paper.is_secret(text, of_a_file=True)


@pytest.mark.parametrize(("data", "form"), [(PDF, "pdf"), (DOCX, "docx"), (XLSX, "xlsx"), (ODT, "odt")])
def test_files_are_known_by_what_they_hold(data: bytes, form: str) -> None:
    assert paper.form_of(data) == form


def beheaded() -> bytes:
    """A DOCX whose list of contents lies: it ends in the middle."""
    return DOCX[:-30] + DOCX[-22:]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.4",
        HTML,
        HTML + PDF,  # many readers take it for a PDF, and browsers for a page
        PDF + HTML,
        PDF + DOCX,
        b"\n" + PDF,
        HTML + DOCX,
        DOCX + HTML,
        DOCX[:-4],
        beheaded(),
        b"PK\x03\x04" + b"\0" * 40,
        b"PK\x05\x06" + b"\0" * 18,
        archive("a.txt"),
        archive("[Content_Types].xml"),
        archive("[Content_Types].xml", "word/document.xml", "xl/workbook.xml"),
        archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
        archive("content.xml", mimetype="application/vnd.oasis.opendocument.text-template-x"[:38] + "x"),
        archive("content.xml", mimetype="application/epub+zip"),
        archive("content.xml", "Basic/Standard/x.xml", mimetype=paper.MEDIA_TYPES["odt"]),
        b"MZ\x90\0",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",  # the old .doc
    ],
)
def test_all_else_and_what_is_two_things_at_once_is_nothing(data: bytes) -> None:
    assert paper.form_of(data) is None


def test_a_bomb_is_never_unpacked() -> None:
    """Forty megabytes of nothing, packed into forty kilobytes, cost nothing but their forty kilobytes."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", "<x/>")
        made.writestr("word/document.xml", b"\0" * 40_000_000)
    assert paper.form_of(file.getvalue()) == "docx"


@given(st.binary(max_size=200), st.sampled_from([b"", b"%PDF-", b"PK\x03\x04", PDF[:30], DOCX[:60]]))
def test_no_bytes_break_it(data: bytes, head: bytes) -> None:
    assert paper.form_of(head + data) in (None, *paper.MEDIA_TYPES)


@given(st.integers(0, len(DOCX) - 1), st.integers(0, 255))
def test_nor_does_a_single_wrong_byte(place: int, byte: int) -> None:
    assert paper.form_of(DOCX[:place] + bytes([byte]) + DOCX[place + 1 :]) in (None, "docx")


@pytest.mark.parametrize(
    ("name", "form", "shown"),
    [
        ("Quyết định 12.pdf", "pdf", "Quyết định 12.pdf"),
        ("trang.html", "pdf", "trang.pdf"),
        ("../../etc/passwd", "odt", "passwd.odt"),
        ("C:\\bàn\\QĐ.docx", "docx", "QĐ.docx"),
        ('a"b<c>\r\nX-Evil: 1.pdf', "pdf", "abc X-Evil 1.pdf"),
        ("", "pdf", "van-ban.pdf"),
        (".pdf", "pdf", "van-ban.pdf"),
        ("x" * 500, "pdf", "x" * 120 + ".pdf"),
        ("gpj.\u202efdp.exe", "pdf", "gpj.fdp.pdf"),
    ],
)
def test_names_of_files_are_made_fit_to_be_sent(name: str, form: str, shown: str) -> None:
    assert paper.shown_name(name, form) == shown


@given(st.text(max_size=300))
def test_no_name_breaks_a_header_or_a_column(name: str) -> None:
    shown = paper.shown_name(name, "docx")
    assert shown.endswith(".docx")
    assert 5 < len(shown) <= 130
    assert not set(shown) & set('/\\"\r\n\0<>')

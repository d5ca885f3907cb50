"""What the register says of a document (văn bản): its facts, what is wrong with them, what holds on a day.

Pure. Fields are those of Decree 30/2020 and of the lists that state portals have to keep: kind, number, issuer, signer,
dates, abstract, file.
"""

from __future__ import annotations

import re
import struct
import unicodedata
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from io import BytesIO

from editorial import citations, vietnamese
from editorial.manuscript import Fault
from editorial.words import N_


class Kind(StrEnum):
    LAW = "law"
    ORDINANCE = "ordinance"
    DECREE = "decree"
    CIRCULAR = "circular"
    RESOLUTION = "resolution"
    DECISION = "decision"
    DIRECTIVE = "directive"
    CONCLUSION = "conclusion"
    REGULATION = "regulation"
    PROGRAMME = "programme"
    PLAN = "plan"
    GUIDANCE = "guidance"
    NOTICE = "notice"
    PROPOSAL = "proposal"
    REPORT = "report"
    LETTER = "letter"
    INVITATION = "invitation"
    OTHER = "other"


KIND_LABELS = {
    Kind.LAW: N_("Law"),
    Kind.ORDINANCE: N_("Ordinance"),
    Kind.DECREE: N_("Decree"),
    Kind.CIRCULAR: N_("Circular"),
    Kind.RESOLUTION: N_("Resolution"),
    Kind.DECISION: N_("Decision"),
    Kind.DIRECTIVE: N_("Directive"),
    Kind.CONCLUSION: N_("Conclusion"),
    Kind.REGULATION: N_("Regulation"),
    Kind.PROGRAMME: N_("Programme"),
    Kind.PLAN: N_("Plan"),
    Kind.GUIDANCE: N_("Guidance"),
    Kind.NOTICE: N_("Official notice"),
    Kind.PROPOSAL: N_("Proposal (tờ trình)"),
    Kind.REPORT: N_("Official report"),
    Kind.LETTER: N_("Official letter (công văn)"),
    Kind.INVITATION: N_("Invitation"),
    Kind.OTHER: N_("Other document"),
}

KINDS_AS_WRITTEN = {  # at the head of the document itself, whatever language the page has
    Kind.LAW: "Luật",
    Kind.ORDINANCE: "Pháp lệnh",
    Kind.DECREE: "Nghị định",
    Kind.CIRCULAR: "Thông tư",
    Kind.RESOLUTION: "Nghị quyết",
    Kind.DECISION: "Quyết định",
    Kind.DIRECTIVE: "Chỉ thị",
    Kind.CONCLUSION: "Kết luận",
    Kind.REGULATION: "Quy chế",
    Kind.PROGRAMME: "Chương trình",
    Kind.PLAN: "Kế hoạch",
    Kind.GUIDANCE: "Hướng dẫn",
    Kind.NOTICE: "Thông báo",
    Kind.PROPOSAL: "Tờ trình",
    Kind.REPORT: "Báo cáo",
    Kind.LETTER: "Công văn",
    Kind.INVITATION: "Giấy mời",
    Kind.OTHER: "Văn bản khác",
}


class State(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Force(StrEnum):
    """What a document is worth on a day. Never stored: it follows from the dates and from what replaced it."""

    COMING = "coming"
    IN_FORCE = "in-force"
    EXPIRED = "expired"
    REPLACED = "replaced"


FORCE_LABELS = {
    Force.COMING: N_("Not in force yet"),
    Force.IN_FORCE: N_("In force"),
    Force.EXPIRED: N_("No longer in force"),
    Force.REPLACED: N_("Replaced"),
}

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
}
FILE_MAX = 11 * 2**20  # bytes: what one request can carry, with the form around it
FILES_MAX = 10
LONGEST = {"number": 80, "issuer": 200, "signer": 120, "signer_position": 160, "abstract": 1500, "field": 80}
NEEDED = ("number", "issuer", "signer", "abstract")
SECRET = N_("This bears a mark of state secrecy. Nothing of it was stored: such a document has no place on this site.")


@dataclass(frozen=True, slots=True)
class File:
    """A stored file: named by its content; `name` is what it was called when it came, fit to be shown."""

    digest: str
    form: str  # a key of MEDIA_TYPES
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the register says of a document, as one person left it."""

    kind: Kind
    number: str
    issuer: str
    signer: str
    signer_position: str
    issued_on: date
    abstract: str
    field: str = ""
    effective_on: date | None = None  # None: with the day of issue
    expires_on: date | None = None  # the first day on which it holds no more
    replaces: tuple[int, ...] = ()  # documents of the register, by number
    files: tuple[File, ...] = ()

    @property
    def holds_from(self) -> date:
        return self.effective_on or self.issued_on


def force(holds_from: date, expires_on: date | None, day: date, *, replaced: bool = False) -> Force:
    """What a document is worth on that day; `replaced`: one that holds by then took its place."""
    if replaced:
        return Force.REPLACED
    if expires_on and expires_on <= day:
        return Force.EXPIRED
    return Force.COMING if holds_from > day else Force.IN_FORCE


def faults(facts: Facts, today: date, names: Iterable[str] = ()) -> list[Fault]:
    """All that is wrong with the facts, at once; `names` are those of files that are about to be stored."""
    found = [Fault(name, N_("This cannot be empty.")) for name in NEEDED if not getattr(facts, name)]
    found += [
        Fault(name, N_("This is %(long)d characters long; at most %(most)d fit."), {"long": long, "most": most})
        for name, most in LONGEST.items()
        if (long := len(getattr(facts, name))) > most
    ]
    if facts.number and not re.search(r"[0-9]", facts.number):
        found.append(Fault("number", N_("A number has figures in it, such as 12/2026/QĐ-UBND or 10-NQ/ĐU.")))
    if facts.issued_on > today:
        found.append(Fault("issued_on", N_("This day is still to come.")))
    if facts.issued_on.year < 1945:
        found.append(Fault("issued_on", N_("That was before there was such a document.")))
    if facts.expires_on and facts.expires_on <= facts.holds_from:
        found.append(Fault("expires_on", N_("It cannot end before it begins.")))
    if len(facts.files) > FILES_MAX:
        found.append(Fault("upload", N_("At most %(most)d files fit."), {"most": FILES_MAX}))
    return found + secrets(facts, names)


def secrets(facts: Facts, names: Iterable[str] = ()) -> list[Fault]:
    """Where a mark of state secrecy stands, if one does."""
    found = [Fault(n, SECRET) for n in ("number", "abstract", "issuer", "field") if is_secret(getattr(facts, n))]
    if any(is_secret(name, of_a_file=True) for name in (*names, *(file.name for file in facts.files))):
        found.append(Fault("upload", SECRET))
    return found


_BLANKS = re.compile(r"[\W_]+")
_HIGH = re.compile(r"\b(?:tuyệt|tối) mật\b", re.IGNORECASE)
# MẬT alone is a mark when it stands in capitals, and not in words such as BẢO MẬT, BÍ MẬT, MẬT KHẨU, MẬT ONG.
_MARK = re.compile(r"(?<!\bBẢO )(?<!\bBÍ )(?<!\bCƠ )\bMẬT\b(?! (?:KHẨU|MÃ|ĐỘ|ONG|THIẾT|DANH)\b)")
_BARE_MARK = re.compile(
    r"\b(?:(?:TUYET|TOI) MAT|(?:Tuyet|tuyet|Toi|toi) mat|(?<!BAO )(?<!BI )MAT)\b(?! ?(?i:tran|khau|ma|do)\b)"
)


def is_secret(text: str, *, of_a_file: bool = False) -> bool:
    """Whether MẬT, TỐI MẬT or TUYỆT MẬT stands there as a mark; in a file's name without its accents too."""
    plain = _BLANKS.sub(" ", vietnamese.normalise(text))
    if _HIGH.search(plain) or _MARK.search(plain):
        return True
    return of_a_file and plain.isascii() and _BARE_MARK.search(plain) is not None


def form_of(data: bytes) -> str | None:
    """What the bytes are, by what they hold and never by a name: a key of MEDIA_TYPES, or None.

    A file that is two things at once is none: it has to begin and to end as what it is. Nothing is unpacked.
    """
    if data.startswith(b"%PDF-"):
        end = data.rfind(b"%%EOF")
        return "pdf" if end > 0 and not data[end + 5 :].strip(b"\0\t\n\f\r ") else None
    if data.startswith(b"PK\x03\x04"):
        return _form_of_archive(data)
    return None


def _form_of_archive(data: bytes) -> str | None:
    end = data.rfind(b"PK\x05\x06")
    if end < 0 or len(data) < end + 22 or end + 22 + struct.unpack_from("<H", data, end + 20)[0] != len(data):
        return None
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = {entry.filename for entry in archive.infolist()}
            first = archive.infolist()[0] if names else None
    except (zipfile.BadZipFile, ValueError, struct.error, EOFError, NotImplementedError, OSError):
        return None
    if any(name.lower().endswith("vbaproject.bin") or name.lower().startswith("basic/") for name in names):
        return None  # it brings programs along
    if "[Content_Types].xml" in names:
        found = [form for form, part in (("docx", "word/document.xml"), ("xlsx", "xl/workbook.xml")) if part in names]
        return found[0] if len(found) == 1 else None
    if first and first.filename == "mimetype" and first.compress_type == zipfile.ZIP_STORED:
        kind = MEDIA_TYPES["odt"].encode()
        return "odt" if data[38 : 38 + len(kind)] == kind and "content.xml" in names else None
    return None


def shown_name(name: str, form: str) -> str:
    """A file's name as it can be shown and sent: no folders, nothing hidden, and the ending that its content has."""
    line = vietnamese.normalise_line(re.split(r"[/\\]", name)[-1])
    line = re.sub(r'[<>:"|?*;]', "", line)
    stem = line.rpartition(".")[0] if "." in line else line
    stem = "".join(sign for sign in stem if unicodedata.category(sign)[0] != "C").strip(" .")
    return f"{stem[:120].rstrip(' .') or 'van-ban'}.{form}"


def address(facts: Facts) -> str:
    """The readable part of its address: its kind's letters and number, then what it is about."""
    return vietnamese.slug(f"{facts.number.replace('/', ' ')} {facts.abstract}")


def key(facts: Facts) -> tuple[str, str, int]:
    """By what a document is known: its number, who issued it, and the year, with which numbers begin anew."""
    return citations.key(facts.number), vietnamese.fold(facts.issuer)[:200], facts.issued_on.year

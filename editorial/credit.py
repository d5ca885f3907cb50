"""What a republisher must print: the credit line and the republishing notice, in Vietnamese and in English.

Both languages are always at hand, whatever the language of the page: so the formulas stand here and not among the
translations. The owner's own notice comes from the imprint, word for word but for its sign: it begins with ©. A text
taken from elsewhere is not the owner's to grant: its credit begins with where it came from, and its notice says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from editorial import vietnamese
from editorial.manuscript import Manuscript

LANGUAGES = ("vi", "en")


class Answering(Protocol):
    """An imprint, as far as it is printed with a copy: who publishes, who answers, what is asked of republishers."""

    outlet: str
    outlet_en: str
    owner: str
    owner_en: str
    responsible: str
    responsible_position: str
    responsible_position_en: str
    notice: str
    notice_en: str


@dataclass(frozen=True, slots=True)
class Credit:
    language: str
    line: str  # all of it in one printed line
    notice: str
    author: str  # the bylines as one phrase; empty when there are none
    outlet: str
    moment: str  # of the first publication, with its zone
    updated: str  # of the last change, with its zone; empty when nothing changed
    address: str  # the permanent one
    origin: str  # the source it was taken from; empty for the board's own work
    answerable: str  # who answers for the content: form of address, name, position; empty without an imprint


@dataclass(frozen=True, slots=True)
class Formulas:
    author: str
    source: str
    updated: str
    origin: str
    again: str
    last_joint: str
    notice: str
    notice_elsewhere: str


FORMULAS = {
    "vi": Formulas(
        author="Tác giả: {author}.",
        source="Nguồn: {outlet}, đăng lúc {moment}{updated}: {address}",
        updated="; cập nhật lúc {updated}",
        origin="Nguồn: {origin}.",
        again="Đăng lại trên {outlet} lúc {moment}{updated}: {address}",
        last_joint=" và ",
        notice="Đề nghị ghi rõ nguồn “{outlet}” khi phát hành lại thông tin từ trang này.",
        notice_elsewhere="“{origin}”. Bài này được đăng lại từ nguồn trên; "
        "muốn phát hành lại, đề nghị xin phép và ghi rõ nguồn đó.",
    ),
    "en": Formulas(
        author="By {author}.",
        source="Source: {outlet}, published {moment}{updated}: {address}",
        updated="; updated {updated}",
        origin="Source: {origin}.",
        again="Republished by {outlet} {moment}{updated}: {address}",
        last_joint=" and ",
        notice="Please name “{outlet}” as the source when you republish information from this site.",
        notice_elsewhere="“{origin}”. This article is republished from there; "
        "to republish it, please ask that source and name it.",
    ),
}


def of(
    text: Manuscript,
    imprint: Answering | None,
    language: str,
    *,
    address: str,
    first_published_at: datetime,
    changed_at: datetime | None = None,
    site: str,
) -> Credit:
    """The credit of a published text.

    `changed_at` only when readers got other words since; `site`, the host, names the outlet while there is no imprint.
    """
    outlet = outlet_of(imprint, language) or site
    author = joined(text.bylines, language)
    moment = vietnamese.moment_with_zone(first_published_at, language)
    updated = vietnamese.moment_with_zone(changed_at, language) if changed_at else ""
    return Credit(
        language=language,
        line=credit_line(language, author, outlet, moment, address, updated, text.source_name, text.source_url),
        notice=notice(imprint, language, outlet, text.source_name),
        author=author,
        outlet=outlet,
        moment=moment,
        updated=updated,
        address=address,
        origin=text.source_name,
        answerable=answerable(imprint, language),
    )


def credit_line(
    language: str,
    author: str,
    outlet: str,
    moment: str,
    address: str,
    updated: str = "",
    origin: str = "",
    origin_address: str = "",
) -> str:
    """Who wrote it, who published it, when, and where it stands; before all, where a text from elsewhere comes from."""
    say = FORMULAS[language]
    places = {
        "outlet": outlet,
        "moment": moment,
        "address": address,
        "updated": say.updated.format(updated=updated) if updated else "",
    }
    by = [say.author.format(author=author)] if author else []
    if not origin:
        return " ".join([*by, say.source.format(**places)])
    origin = f"{origin} ({origin_address})" if origin_address else origin
    return " ".join([say.origin.format(origin=origin), *by, say.again.format(**places)])


def notice(imprint: Answering | None, language: str, outlet: str, origin: str = "") -> str:
    """What republishers are asked for, beginning with ©: the owner's words, or a sentence to the same effect."""
    say = FORMULAS[language]
    if origin:
        return "© " + say.notice_elsewhere.format(origin=origin)
    words = imprint and (imprint.notice_en if language == "en" else imprint.notice).strip().lstrip("®© ")
    return "© " + (words or say.notice.format(outlet=outlet))


def answerable(imprint: Answering | None, language: str) -> str:
    """Who answers for the content, with the position."""
    if imprint is None:
        return ""
    position = (language == "en" and imprint.responsible_position_en) or imprint.responsible_position
    return f"{imprint.responsible}, {position}"


def outlet_of(imprint: Answering | None, language: str) -> str:
    if imprint is None:
        return ""
    return (language == "en" and imprint.outlet_en) or imprint.outlet


def joined(names: Sequence[str], language: str) -> str:
    """`A`, `A và B`, `A, B và C`."""
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + FORMULAS[language].last_joint + names[-1]

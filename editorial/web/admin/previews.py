"""What readers would see of values that are not saved: the readers' own templates, given what they are given there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from editorial import catalogue, site
from editorial.catalogue import SectionLink, Websites
from editorial.catalogue.values import Block, Show, SlideOf, Website
from editorial.db import db
from editorial.models import Asset, BlockKind, Imprint
from editorial.site import Kind
from editorial.web import frame, language
from editorial.web.frame import ArchiveWords, OutageWords

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Preview:
    """`shape` names the macro in admin/previews.html that draws it; `shown` is what it is given."""

    shape: str
    shown: Any


@dataclass(frozen=True, slots=True)
class Announced:
    """As much of a site's frame as its announcements need."""

    outages: list[OutageWords]
    archive: ArchiveWords | None


def of(kind: Kind, row: Any, values: Values) -> Preview | None:
    """The preview of a row that holds these values; None where readers see nothing of it as such."""
    make = _MAKERS.get(kind.name)
    return Preview(kind.name, make(row, values)) if make else None


def _words(values: Values, name: str) -> str:
    return str((language.current() == "en" and values.get(f"{name}_en")) or values[name])


def _section(row: Any, values: Values) -> SectionLink:
    lang = language.current()
    parts = {name: values[name] for name in ("name", "name_en", "description", "description_en")}
    return SectionLink(id=row.id if row else 0, slug=row.slug if row else values["slug"], language=lang, **parts)


def _block(_row: Any, values: Values) -> Block:
    site_here = frame.here()
    section = next((link for link in site_here.sections if link.id == values["section_id"]), None)
    if section is None:
        front = catalogue.front_page(site_here.sections)
        items = [front.lead, *front.latest] if front.lead else []
    else:
        found = catalogue.section_page(section.slug, among=site_here.sections)
        items = found[1].items if found else []
    if values["kind"] == BlockKind.PICTURES:
        items = [item for item in items if item.cover] or items
    return Block(values["kind"], _words(values, "title"), section, items[: values["number_shown"]])


def _group(row: Any, values: Values) -> list[Websites]:
    links = [_website(link.id, site.plain(link)) for link in row.links] if row else []
    return [Websites(_words(values, "name"), links)]


def _link(row: Any, values: Values) -> list[Websites]:
    group = site.find(site.KINDS["link-groups"], values["group_id"])
    links = [_website(link.id, site.plain(link)) for link in group.links if link is not row]
    return [Websites(_words(site.plain(group), "name"), [*links, _website(0, values)])]


def _website(number: int, values: Values) -> Website:
    return Website(number, _words(values, "name"), values["url"])


def _show(row: Any, values: Values) -> Show:
    slides = [_slide_of(site.plain(slide)) for slide in row.slides] if row else []
    return Show(row.id if row else 0, _words(values, "title"), slides)


def _slide(_row: Any, values: Values) -> Show:
    show = site.find(site.KINDS["slideshows"], values["slideshow_id"])
    return Show(show.id, _words(site.plain(show), "title"), [_slide_of(values)])


def _slide_of(values: Values) -> SlideOf:
    asset = db.session.get_one(Asset, values["asset_id"])
    words = {name: values[name] for name in ("alt", "caption", "credit", "url")}
    return SlideOf(asset=asset.id, size=(asset.width, asset.height), **words)


def _slogan(_row: Any, values: Values) -> str:
    return _words(values, "text")


def _imprint(_row: Any, values: Values) -> Any:
    return frame.in_words(Imprint(**values), language.current())


def _outage(_row: Any, values: Values) -> Announced:
    return Announced([OutageWords(values["begins_at"], values["ends_at"], _words(values, "text"))], None)


def _archive(_row: Any, values: Values) -> Announced:
    return Announced([], ArchiveWords(_words(values, "text"), values["successor_url"]))


_MAKERS = {
    "sections": _section,
    "blocks": _block,
    "link-groups": _group,
    "links": _link,
    "slideshows": _show,
    "slides": _slide,
    "slogans": _slogan,
    "imprints": _imprint,
    "outages": _outage,
    "archive": _archive,
}

"""What the home page shows and what frames every page: the sections as a tree, the editors' blocks, slides, links,
notices.

What the editors chose is remembered until the next act; the articles in it follow the one rule, `visible`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from editorial.catalogue import statements
from editorial.catalogue.memory import remembered
from editorial.catalogue.rows import asked, newest_first, teaser
from editorial.catalogue.statements import LATEST, NO_SECTION, visible
from editorial.catalogue.values import Block, FrontPage, SectionLink, Show, SlideOf, Teaser, Website, Websites
from editorial.db import LARGEST_ID, db
from editorial.models import (
    Article,
    Asset,
    BlockKind,
    Edition,
    HomeBlock,
    Imprint,
    Link,
    LinkGroup,
    Outage,
    Slide,
    Slideshow,
)

IN_A_BLOCK = 4  # of each section, where the editors have not chosen any blocks
ON_TOP = 3  # with a picture each; these are not told again below
AN_ARTICLE = re.compile(r"(?:/en)?/tin/([0-9]{1,19})(?:/|$)")

MostRead = Callable[[int, int | None], list[int]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What the editors decided about a block of the home page."""

    kind: BlockKind
    section_id: int | None
    title: str
    title_en: str
    number: int


def sections(language: str = "vi") -> list[SectionLink]:
    """All sections in the order the board gave them: each of the menu, and after it those under it.

    The menu has two levels. What lies deeper stands with the section at the top; what runs in a circle, on its own.
    """
    links = [SectionLink(**row._mapping, language=language) for row in asked(statements.sections())]
    by_id = {link.id: link for link in links}
    above = {link.id: _top(link, by_id) for link in links}
    ordered = []
    for top in (link for link in links if above[link.id] == link.id):
        under = [replace(link, parent_id=top.id) for link in links if above[link.id] == top.id and link is not top]
        ordered += [replace(top, parent_id=None, children=tuple(under)), *under]
    return ordered


def _top(link: SectionLink, by_id: dict[int, SectionLink]) -> int:
    """The number of the section that it stands under in the menu, which may be its own."""
    climbed = [link.id]
    while (parent := by_id[climbed[-1]].parent_id) is not None:
        if parent in climbed:
            return link.id
        climbed.append(parent)
    return climbed[-1]


def front_page(among: list[SectionLink] | None = None, most_read: MostRead | None = None) -> FrontPage:
    """The home page, in one query whatever the number of blocks, and one more where a block shows the most read.

    `among`: the sections, where they are at hand. `most_read` gives the numbers of the articles that were read most,
    of one section or of all; without it those blocks are left out.
    """
    among = sections() if among is None else among
    language = among[0].language if among else "vi"
    by_id = {link.id: link for link in among}
    plans = [plan for plan in _plans(among) if plan.section_id is None or plan.section_id in by_id]
    wanted = _wanted(plans, by_id)
    numbers = {section: n for n, section in enumerate(wanted)}
    values = {f"limit_{n}": limit for n, limit in enumerate(wanted.values())}
    values |= {f"section_{n}": section for section, n in numbers.items() if section != NO_SECTION}
    found: dict[int, list[Teaser]] = {}
    for row in newest_first(asked(statements.front(len(wanted) - 1), values)):
        found.setdefault(row.block, []).append(teaser(row, language))
    newest = found.get(0, [])
    read_most = _read_most(plans, most_read, language)
    blocks = []
    for n, plan in enumerate(plans):
        section = by_id[plan.section_id] if plan.section_id is not None else None
        if plan.kind is BlockKind.MOST_READ:
            items = read_most.get(n, [])
        elif section is None:
            items = _chosen(plan, newest[1 + LATEST :], ())
        else:
            of_section = [item for number in section.ids for item in found.get(numbers[number], [])]
            items = _chosen(plan, of_section, newest[:ON_TOP])
        if items:
            title = (language == "en" and plan.title_en) or plan.title
            blocks.append(Block(plan.kind, title, section, items))
    return FrontPage(newest[0] if newest else None, newest[1 : 1 + LATEST], blocks)


def _plans(among: list[SectionLink]) -> list[Plan]:
    """The blocks that the editors chose, or one for each section of the menu as long as they chose none."""
    columns = (HomeBlock.kind, HomeBlock.section_id, HomeBlock.title, HomeBlock.title_en, HomeBlock.number_shown)
    query = select(*columns).order_by(HomeBlock.position, HomeBlock.id)
    chosen = remembered("home blocks", lambda: [Plan(*row) for row in asked(query)])
    return chosen or [Plan(BlockKind.LIST, link.id, "", "", IN_A_BLOCK) for link in among if link.parent_id is None]


def _wanted(plans: list[Plan], by_id: dict[int, SectionLink]) -> dict[int, int]:
    """How many of the newest to read of all (NO_SECTION, always the first) and of each section that a block shows."""
    wanted = {NO_SECTION: 1 + LATEST}
    for plan in plans:
        if plan.kind is BlockKind.MOST_READ:
            continue
        enough = plan.number * (3 if plan.kind is BlockKind.PICTURES else 1)
        if plan.section_id is None:
            wanted[NO_SECTION] = max(wanted[NO_SECTION], 1 + LATEST + enough)
            continue
        for section in by_id[plan.section_id].ids:
            wanted[section] = max(wanted.get(section, 0), ON_TOP + enough)
    return wanted


def _chosen(plan: Plan, found: list[Teaser], told: Iterable[Teaser]) -> list[Teaser]:
    """Those that the block shows: not what stands on top of the page, unless there is nothing else; for pictures,
    those that have one, unless none has.
    """
    above = {item.article_id for item in told}
    fresh = [item for item in found if item.article_id not in above] or found
    if plan.kind is BlockKind.PICTURES:
        fresh = [item for item in fresh if item.cover] or fresh
    fresh.sort(key=lambda item: (item.first_published_at, item.article_id), reverse=True)
    return fresh[: plan.number]


def _read_most(plans: list[Plan], most_read: MostRead | None, language: str) -> dict[int, list[Teaser]]:
    """What the blocks of the most read show, by the place of the block among the plans."""
    if most_read is None:
        return {}
    wanted = {
        n: most_read(plan.number, plan.section_id)[: plan.number]
        for n, plan in enumerate(plans)
        if plan.kind is BlockKind.MOST_READ
    }
    every = sorted({number for numbers in wanted.values() for number in numbers})
    if not every:
        return {}
    rows = asked(statements.teasers_by_number(), {"articles": every})
    public = {row.id: teaser(row, language) for row in rows}
    return {n: [public[number] for number in numbers if number in public] for n, numbers in wanted.items()}


def slideshows(language: str = "vi") -> list[Show]:
    """The slideshows of the home page. A slide that leads to an article of ours is there as long as that is public."""
    return remembered(("slideshows", language), lambda: _slideshows(language))


def _slideshows(language: str) -> list[Show]:
    query = (
        select(
            Slideshow.id,
            Slideshow.title,
            Slideshow.title_en,
            Slide.asset_id,
            Slide.alt,
            Slide.caption,
            Slide.credit,
            Slide.url,
            Asset.width,
            Asset.height,
        )
        .join(Slide, Slide.slideshow_id == Slideshow.id)
        .join(Asset, Asset.id == Slide.asset_id)
        .where(Slideshow.on_home)
        .order_by(Slideshow.position, Slideshow.id, Slide.position, Slide.id)
    )
    rows = asked(query).all()
    led_to = {int(match[1]) for row in rows if (match := AN_ARTICLE.match(row.url))}
    public = _public(led_to)
    shows: dict[int, Show] = {}
    for row in rows:
        if (match := AN_ARTICLE.match(row.url)) and int(match[1]) not in public:
            continue
        title = (language == "en" and row.title_en) or row.title
        slide = SlideOf(row.asset_id, row.alt, row.caption, row.credit, row.url, (row.width, row.height))
        shows.setdefault(row.id, Show(row.id, title, [])).slides.append(slide)
    return list(shows.values())


def _public(numbers: set[int]) -> set[int]:
    """Those of the articles that readers may read."""
    possible = [number for number in numbers if 0 < number <= LARGEST_ID]
    if not possible:
        return set()
    query = select(Article.id).join(Edition, visible()).where(Article.id.in_(possible))
    return set(db.session.connection().execute(query).scalars())


def websites(language: str = "vi") -> list[Websites]:
    """The links to other sites in their groups."""
    return remembered(("websites", language), lambda: _websites(language))


def _websites(language: str) -> list[Websites]:
    query = (
        select(LinkGroup.id.label("group_id"), LinkGroup.name.label("group"), LinkGroup.name_en.label("group_en"))
        .add_columns(Link.id, Link.name, Link.name_en, Link.url)
        .join(Link, Link.group_id == LinkGroup.id)
        .order_by(LinkGroup.position, LinkGroup.id, Link.position, Link.id)
    )
    groups: dict[int, Websites] = {}
    for row in asked(query):
        heading = (language == "en" and row.group_en) or row.group
        name = (language == "en" and row.name_en) or row.name
        groups.setdefault(row.group_id, Websites(heading, [])).links.append(Website(row.id, name, row.url))
    return list(groups.values())


def outages(moment: datetime) -> list[Outage]:
    """The planned outages that are to be announced at this moment: once it is time, and until they are over."""
    known = remembered("outages", _outages)
    return [outage for outage in known if outage.shown_from <= moment < outage.ends_at]


def _outages() -> list[Outage]:
    rows = asked(select(Outage.__table__).order_by(Outage.begins_at, Outage.id))
    return [Outage(**row._mapping) for row in rows]


def imprints() -> list[Imprint]:
    """Every imprint the site ever had, oldest first, in the hands of no session."""
    rows = asked(select(Imprint.__table__).order_by(Imprint.valid_from))
    return [Imprint(**row._mapping) for row in rows]

"""`make bench`, its second part: what readers wait for when the site has grown, with 1,000 articles and with 50,000.

On both databases, over HTTP, one request at a time, past the page cache: a page that has to be made. The two sizes
stand side by side, so that growth shows. Exit code 1 when a limit is exceeded.
"""

from __future__ import annotations

import random
import secrets
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import insert, make_url, select, text

from editorial import manuscript, search, vietnamese
from editorial.app import create_app
from editorial.catalogue import ON_A_PAGE
from editorial.config import Settings
from editorial.db import db, describe, writing
from editorial.models import Article, ArticleStanding, Edition, Revision, Section
from editorial.tables import upgrade
from editorial.workflow import State
from tests import factories
from tests.bench import first_browser, free_port, serving
from tests.databases import start_postgres, temporary_folder

SMALL, LARGE = 1_000, 50_000
LIMITS = {  # milliseconds: the median of pages, the 95th percentile of searches; with LARGE articles
    "home page": 40.0,
    "article page": 25.0,
    "section, page 500": 40.0,
    "search, a word": 30.0,
    "search, a common word": 30.0,
    "search, a phrase": 30.0,
    "search, without marks": 30.0,
    "search, nothing found": 30.0,
}
FIRST = datetime(2010, 1, 1, tzinfo=UTC)
COMMON = "của và các cho trong là được xã bà con nông dân đường thôn ruộng nước năm ngày"
ONSETS = "b c ch d đ g gi h k kh l m n ng nh ph qu r s t th tr v x"
RIMES = (
    "a á à ả ạ an án ang áng ao ào âm ậm ân ấn âu ầu êm ềm ên ến i ì iên iến inh ính o ó oa òa "
    "oi òi ông ống ơ ờ u ú ương ướng"
)
LENGTH = 220  # words of an article
NOT_CACHED = "editorial=stale"  # a session's cookie, of nobody: such a request is answered past the page cache


def words(chance: random.Random, count: int) -> list[str]:
    """Words as they are in a language: few of them make up half of the text, most are rare."""
    common = COMMON.split()
    rare = [_rare(chance) for _ in range(count)]
    return [chance.choice(common) if chance.random() < 0.5 else word for word in rare]


def _rare(chance: random.Random) -> str:
    return chance.choice(ONSETS.split()) + chance.choice(RIMES.split())


@dataclass
class Site:
    """What was filled in: the addresses of some articles, and the section that has the most, with its last page."""

    addresses: list[str]
    section: str
    pages: int


def fill(url: str, folder: Path, count: int) -> Site:
    """A site of so many published articles, a third of them in one section."""
    app = create_app(_settings(url, folder))
    chance = random.Random(7)
    with app.app_context():
        upgrade()
        with writing():
            factories.fill_board()
            nora = factories.people()["nora"]
            sections = dict(db.session.execute(select(Section.slug, Section.id)).all())
            most, addresses, in_it = sorted(sections)[0], [], 0
            for begin in range(0, count, 1000):
                rows = [_rows(n + 1, nora.id, sections, chance) for n in range(begin, min(count, begin + 1000))]
                for table, at in ((Article, 0), (Edition, 1), (Revision, 2)):
                    db.session.execute(insert(table), [row[at] for row in rows])
                in_it += sum(row[0]["section_id"] == sections[most] for row in rows)
                addresses += [f"/tin/{row[0]['id']}/{row[0]['slug']}" for row in rows[:5]]
            _link_heads()
            search.rebuild()
            db.session.commit()
            if db.engine.dialect.name == "postgresql":
                db.session.execute(text("ANALYZE"))
                db.session.commit()
        print(f"\n{describe()}: {count} published")
        db.session.remove()
        db.engine.dispose()
    return Site(addresses, most, -(-in_it // ON_A_PAGE))


def _rows(
    number: int, author: int, sections: dict[str, int], chance: random.Random
) -> tuple[dict[str, object], dict[str, object], dict[str, object]]:
    spoken = words(chance, LENGTH)
    slug = sorted(sections)[0] if number % 4 == 0 else chance.choice(sorted(sections))
    made = manuscript.of(
        title=" ".join(["Khe Trăng", *spoken[:9]]).capitalize(),
        lede=" ".join(spoken[9:35]).capitalize() + ".",
        body="".join(f"<p>{' '.join(spoken[at : at + 46]).capitalize()}.</p>" for at in range(35, LENGTH, 46)),
        section=slug,
        genre="news",
        bylines=["Hoài An"],
    )
    moment = FIRST + timedelta(minutes=97 * number)
    article = {"id": number, "slug": vietnamese.slug(made.title), "section_id": sections[slug], "created_at": moment}
    article |= {"standing": ArticleStanding.NONE}
    edition = {"id": number, "article_id": number, "state": State.PUBLISHED, "major": 1, "minor": 0, "version": 1}
    edition |= {
        "section_id": sections[slug],
        "opened_by_id": author,
        "opened_at": moment,
        "changed_at": moment,
        "published_at": moment,
    }
    revision = {"id": number, "edition_id": number, "author_id": author, "created_at": moment, "digest": made.digest}
    revision |= {"text": manuscript.canonical(made), "title": made.title, "lede": made.lede, "words": made.words}
    return article, edition, revision


def _link_heads() -> None:
    """Close the circles: an edition knows its head, an article its edition, once all of them are there."""
    db.session.execute(text("UPDATE edition SET head_id = id"))
    db.session.execute(
        text(
            "UPDATE article SET standing = 'live', live_edition_id = id, first_published_at = created_at,"
            " changed_at = created_at"
        )
    )


def measure(url: str, folder: Path, site: Site) -> dict[str, list[float]]:
    port, chance = free_port(), random.Random(11)
    asked: dict[str, Callable[[], str]] = {
        "home page": lambda: "/",
        "article page": lambda: chance.choice(site.addresses),
        "section, page 500": lambda: f"/chuyen-muc/{site.section}?trang={min(500, site.pages)}",
        "search, a word": lambda: _query(_rare(chance)),
        "search, a common word": lambda: _query(chance.choice(COMMON.split())),
        "search, a phrase": lambda: _query('"nông dân"'),
        "search, without marks": lambda: _query(vietnamese.fold(" ".join(chance.sample(COMMON.split(), 2)))),
        "search, nothing found": lambda: _query("xyzzy " + secrets.token_hex(3)),
    }
    with serving(url, folder, port) as server:
        reader = first_browser(port, server)
        reader.cookie = NOT_CACHED
        for what, path in asked.items():
            for _ in range(5):
                reader.ask("GET", path(), expect=200)
            for _ in range(60):
                reader.ask("GET", path(), expect=200, what=what)
    return reader.times


def _query(words: str) -> str:
    return f"/tim-kiem?q={quote(words)}"


def report(small: dict[str, list[float]], large: dict[str, list[float]]) -> bool:
    fits = True
    print(f"  {'':24}{f'{SMALL} articles':>16}{f'{LARGE} articles':>18}{'limit':>9}")
    for what, limit in LIMITS.items():
        share = 0.95 if what.startswith("search") else 0.5
        before, now = (sorted(times[what])[int(share * (len(times[what]) - 1))] for times in (small, large))
        fits &= now <= limit
        print(f"  {what:24}{before:16.1f}{now:18.1f}{limit:9.0f} ms{'' if now <= limit else '   OVER'}")
    return fits


def main() -> None:
    fits = True
    with ExitStack() as leaving:
        folder = leaving.enter_context(temporary_folder())
        for kind in ("sqlite", "postgresql"):
            found = []
            for count in (SMALL, LARGE):
                place = folder / f"{kind}-{count}"
                place.mkdir()
                url = f"sqlite:///{place / 'editorial.db'}"
                if kind == "postgresql":
                    postgres = start_postgres(place, {})
                    leaving.callback(postgres.stop)
                    url = make_url(postgres.url).render_as_string(hide_password=False)
                found.append(measure(url, place, fill(url, place, count)))
            fits &= report(*found)
    sys.exit(0 if fits else 1)


def _settings(url: str, folder: Path) -> Settings:
    return Settings(
        instance=folder, secret_key=secrets.token_hex(32), database_url=url, media_url=f"file://{folder}/media"
    )


if __name__ == "__main__":
    main()

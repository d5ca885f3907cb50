"""How fast the readers' search is: `python -m tests.bench_search 50000`, on both databases, the whole page each time.

Made-up texts whose words are as unevenly common as in real ones. Exit code 1 when the 95th percentile is too slow.
"""

from __future__ import annotations

import itertools
import random
import secrets
import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from flask import Flask
from sqlalchemy import insert, make_url, text

from editorial import manuscript as manuscripts
from editorial import search, vietnamese
from editorial.app import create_app
from editorial.config import Settings
from editorial.db import db, describe, writing
from editorial.manuscript import Manuscript
from editorial.models import Article, ArticleStanding, Edition, Revision, Section
from editorial.tables import upgrade
from editorial.workflow import Kind, State
from tests import factories
from tests.bench import processor_time
from tests.databases import start_postgres, temporary_folder

LIMIT = 30.0  # milliseconds, at the 95th percentile
ROUNDS = 6
WORDS, AT_ONCE = 120, 1000  # words in a body; articles at once
ONSETS = "- b c ch d đ g gi h k kh l m n ng nh ph qu r s t th tr v x"
VOWELS = "a ă â e ê i o ô ơ u ư y ai ao ay âu ây eo êu ia iê oa oi ôi ơi ua ui ưa ươ uyê"
CODAS = "- c ch m n ng nh p t"
COMMON = "của và xã người dân nông thôn mới đường nước cán bộ ủy ban hội đồng văn hóa trường học phát triển"
QUERIES = {
    "in nearly every article": ["xã", "nông thôn mới", "cua", "va nguoi dan", "người dân", "của xã"],
    "phrases": ['"nông thôn mới"', '"phát triển nông thôn"', '"xã của"', '"thôn nông dân mới của"'],
    "common together": ["đường nước", "duong nuoc truong hoc", "cán bộ xã phát triển nông thôn"],
    "rare": ["RARE", "RARE RARE", "rare rare", '"RARE RARE"', "xã RARE"],
    "marks that nobody wrote so": ["xá", "ngươi dàn", "cúa"],
    "beginnings": ["nông thôn RA", "ph", "x"],
    "nothing": ["zzzz", "nông thnn", "qqqqq wwwww", "'; DROP TABLE", "xãx"],
    "further pages": ["xã&trang=2", "xã&trang=50", "nông thôn mới&trang=10"],
    "filtered": [
        "xã&chuyen-muc=van-hoa",
        "xã&tu=2020-01-01&den=2020-12-31",
        "RARE&chuyen-muc=kinh-te",
        "xã&den=1999-01-01",
    ],
    "a whole title": ["TITLE"],
}


def vocabulary(chance: random.Random) -> list[str]:
    """Syllables by how common they are, the commonest first."""
    parts = itertools.product(ONSETS.split(), VOWELS.split(), CODAS.split())
    made = sorted({"".join(part).replace("-", "") for part in parts})
    chance.shuffle(made)
    return [*COMMON.split(), *made[:6000]]


def fill(app: Flask, articles: int) -> list[str]:
    """Published articles straight into the tables; returns the queries."""
    chance = random.Random(7)
    known = vocabulary(chance)
    weights = list(itertools.accumulate(1 / (rank + 4) for rank in range(len(known))))
    began = datetime(2012, 1, 1, tzinfo=UTC)
    with writing():
        factories.fill_board()
        person = factories.people()["nora"].id
        sections = db.session.query(Section).all()

        def some(number: int) -> str:
            return " ".join(chance.choices(known, cum_weights=weights, k=number)).capitalize()

        titles = []
        for start in range(1, articles + 1, AT_ONCE):
            rows: list[tuple[dict[str, object], ...]] = []
            for n in range(start, min(articles + 1, start + AT_ONCE)):
                section, moment = sections[n % len(sections)], began + timedelta(hours=2 * n)
                body = "\n".join(f"<p>{some(WORDS // 5)}.</p>" for _ in range(5))
                said = Manuscript(title=some(12), lede=some(35), body=body, section=section.slug)
                titles.append(said.title)
                article = {"id": n, "slug": f"bai-{n}", "section_id": section.id, "created_at": moment}
                article |= {"standing": ArticleStanding.NONE}
                edition = {"id": n, "article_id": n, "kind": Kind.FIRST, "state": State.PUBLISHED, "major": 1}
                edition |= {"minor": 0, "section_id": section.id, "opened_by_id": person, "opened_at": moment}
                edition |= {"changed_at": moment, "published_at": moment}
                revision = {"id": n, "edition_id": n, "author_id": person, "created_at": moment, "digest": said.digest}
                revision |= {
                    "text": manuscripts.canonical(said),
                    "title": said.title,
                    "lede": said.lede,
                    "words": WORDS,
                }
                rows.append((article, edition, revision))
            for model, column in ((Article, 0), (Edition, 1), (Revision, 2)):
                db.session.execute(insert(model), [row[column] for row in rows])
        db.session.execute(text("UPDATE edition SET head_id = id"))
        db.session.execute(
            text(
                "UPDATE article SET live_edition_id = id, standing = 'live', first_published_at = created_at,"
                " changed_at = created_at"
            )
        )
        db.session.commit()
        began_at = time.perf_counter()
        assert search.rebuild() == articles
        print(f"  index of {articles} articles made in {time.perf_counter() - began_at:.0f} s")
    if db.engine.dialect.name == "postgresql":
        db.session.commit()
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")  # as autovacuum does by itself, only later
    return titles


def measure(app: Flask, titles: list[str], server: Path | None) -> bool:
    """Whether the pages come in time. Beside the clock, how long the processes computed: that is the same on a busy
    machine.
    """
    client, chance, every = app.test_client(), random.Random(3), []
    for path in ("/", "/tim-kiem", "/tim-kiem?q=x%C3%A3"):
        client.get(path)
    print(f"  {'':30}{'p50':>8}{'p95':>8}{'computing p50':>16}{'p95':>8}")
    for kind, queries in QUERIES.items():
        took = []
        for number, query in enumerate(queries * ROUNDS):
            title = chance.choice(titles)
            rare = min(title.split(), key=lambda word: sum(word in other for other in titles[:500]))
            asked, _, rest = query.partition("&")
            for name, value in (("RARE", rare), ("rare", vietnamese.fold(rare)), ("TITLE", title)):
                asked = asked.replace(name, value)
            path = f"/tim-kiem?q={quote(asked)}&{rest}&lan={number}"  # another address each time: nothing is kept
            effort, began = computing(server), time.perf_counter()
            answer = client.get(path)
            took.append((1000 * (time.perf_counter() - began), computing(server) - effort))
            assert answer.status_code in (200, 404), (path, answer.status_code)
        every += took
        print(f"  {kind:30}{line(took)}")
    print(f"  {'all':30}{line(every)}   limit {LIMIT:.0f}")
    return at(0.95, [time for time, _ in every]) <= LIMIT


def line(took: list[tuple[float, float]]) -> str:
    times, efforts = ([one[n] for one in took] for n in (0, 1))
    return f"{at(0.5, times):8.1f}{at(0.95, times):8.1f}{at(0.5, efforts):16.1f}{at(0.95, efforts):8.1f}"


def at(share: float, values: list[float]) -> float:
    return sorted(values)[int(share * (len(values) - 1))]


def computing(server: Path | None) -> float:
    """Milliseconds that this process, and those of the database's server, have computed."""
    theirs = processor_time(int((server / "data/postmaster.pid").read_text().split()[0])) if server else 0.0
    return 1000 * time.process_time() + theirs


def main() -> None:
    articles, fits = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000, True
    with ExitStack() as leaving:
        folder = leaving.enter_context(temporary_folder())
        postgres = start_postgres(folder, {})
        leaving.callback(postgres.stop)
        for name, address in (("one", f"sqlite:///{folder / 'one' / 'editorial.db'}"), ("two", postgres.url)):
            (folder / name).mkdir()
            url = make_url(address).render_as_string(hide_password=False)
            app = create_app(settings(url, folder / name))
            with app.app_context():
                upgrade()
                print(f"\n{describe()}")
                titles = fill(app, articles)
                db.session.remove()
            fits &= measure(app, titles, postgres.folder if name == "two" else None)
            with app.app_context():
                db.engine.dispose()
    sys.exit(0 if fits else 1)


def settings(url: str, folder: Path) -> Settings:
    key = secrets.token_hex(32)
    return Settings(instance=folder, database_url=url, secret_key=key, media_url=f"file://{folder}/media")


if __name__ == "__main__":
    main()

"""The demo's own words and pictures hold what the product asks of a board: complete, described, in clean Vietnamese."""

import re
import unicodedata
from collections import Counter
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from PIL import Image

from editorial import manuscript, markup, vietnamese
from editorial.demo import commune, texts

DAY = date(2026, 11, 23)
ARTICLES = texts.articles(DAY)
VERSIONS = [(article, version) for article in ARTICLES for version in article.versions]
VOCABULARY = {
    "p",
    "h2",
    "h3",
    "ul",
    "ol",
    "li",
    "blockquote",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "a",
    "strong",
    "em",
}
each_version = pytest.mark.parametrize(
    ("article", "version"), VERSIONS, ids=[f"{a.slug}.{a.versions.index(v) + 1}" for a, v in VERSIONS]
)


def manuscript_of(version: texts.Version) -> manuscript.Manuscript:
    cover = version.cover
    return manuscript.of(
        title=version.title,
        lede=version.lede,
        body=version.body,
        section=version.section,
        genre=version.genre,
        bylines=version.bylines,
        tags=version.tags,
        source_name=version.source_name,
        source_url=version.source_url,
        cover=cover and manuscript.Picture("0" * 64, cover.alt, cover.caption, cover.credit),
    )


def elements(body: str) -> list[html.HtmlElement]:
    return [*html.fragment_fromstring(body, create_parent="div").iterdescendants()]


def unspaced(body: str) -> str:
    return "".join(html.fragment_fromstring(body, create_parent="div").text_content().split())


def words_of(version: texts.Version) -> list[str]:
    """All that people read of a version, piece by piece."""
    cover = version.cover
    pieces = [
        version.title,
        version.lede,
        version.note,
        version.change,
        version.reason,
        *version.bylines,
        *version.tags,
    ]
    pieces += [cover.alt, cover.caption, cover.credit] if cover else []
    return [*pieces, html.fragment_fromstring(version.body, create_parent="div").text_content()]


@each_version
def test_what_was_handed_in_is_a_complete_manuscript(article: texts.Article, version: texts.Version) -> None:
    text = manuscript_of(version)
    if version.outcome == "draft":
        assert manuscript.limits(text) == []
    else:
        assert manuscript.faults(text) == []
    assert text.section in {section.slug for section in commune.SECTIONS} | {""}
    assert version.bylines


@each_version
def test_bodies_hold_the_vocabulary_and_survive_cleaning(article: texts.Article, version: texts.Version) -> None:
    found = elements(version.body)
    assert {element.tag for element in found} <= VOCABULARY
    assert {name for element in found for name in element.attrib} <= {"href"}
    cleaned = markup.clean(version.body)
    assert Counter(e.tag for e in elements(cleaned)) == Counter(e.tag for e in found)
    assert unspaced(cleaned) == unspaced(version.body)


@each_version
def test_texts_are_clean_vietnamese(article: texts.Article, version: texts.Version) -> None:
    for text in words_of(version):
        assert unicodedata.is_normalized("NFC", text)
        assert not re.search(r"[\"'{}\u00a0\u200b]", text), text
        assert text.count("“") == text.count("”")
        assert not re.search(r" [,.;:!?]|\.\.\.|\s-\s", text), text
        assert vietnamese.normalise(text).split() == text.split()


@each_version
def test_addresses_lead_nowhere_real(article: texts.Article, version: texts.Version) -> None:
    links = [element.get("href") for element in elements(version.body) if element.tag == "a"]
    for link in [*links, version.source_url]:
        host = (urlsplit(link).hostname or link.partition("@")[2]) if link else "nowhere.example"
        assert host.endswith(".example")


def test_published_articles_are_of_an_article_s_length_and_of_every_kind() -> None:
    first = [a.versions[0] for a in ARTICLES if a.versions[0].outcome == "published"]
    assert len(first) == 14
    assert {version.genre for version in first} == set(manuscript.GENRES)
    assert {version.section for version in first} == {section.slug for section in commune.SECTIONS}
    assert all(250 <= manuscript_of(version).words <= 950 for version in first)
    assert sum(bool(version.source_name) for version in first) == 2
    assert all(version.cover for version in first)


def test_every_state_has_its_article() -> None:
    ways = Counter(tuple(v.outcome for v in a.versions) for a in ARTICLES)
    assert ways.pop(("published",)) == 12
    assert ways == {
        ("published", "published"): 1,  # an update that readers have
        ("published", "review"): 1,  # an update they do not have yet
        ("draft",): 2,
        ("review",): 1,
        ("returned", "review"): 1,
        ("returned",): 1,
        ("scheduled",): 1,
        ("dropped",): 1,
    }
    drafts = [manuscript_of(a.versions[0]) for a in ARTICLES if a.versions[0].outcome == "draft"]
    assert sorted(bool(manuscript.faults(text)) for text in drafts) == [False, True]


def test_what_happened_to_a_version_is_explained_and_follows_in_time() -> None:
    for article, version in VERSIONS:
        now = datetime.combine(DAY, datetime.max.time(), vietnamese.ZONE)
        assert (version.at > now) == (version.outcome == "scheduled"), article.slug
        assert bool(version.reason) == (version.outcome in ("returned", "dropped")), article.slug
        assert bool(version.change) == (version.edition == "update"), article.slug
    for article in ARTICLES:
        times = [version.at for version in article.versions]
        assert times == sorted(times)
        assert len({manuscript_of(version).digest for version in article.versions}) == len(times)
    assert any(v.note for a, v in VERSIONS if v.outcome == "review")
    assert {v.author for _, v in VERSIONS} == {"reporter", "reporter2", "editor"}


def test_pictures_are_there_small_and_described() -> None:
    covers = {a.slug: a.versions[0].cover for a in ARTICLES if a.versions[0].cover}
    used = [cover.picture for cover in covers.values() if cover]
    assert sorted(used) == sorted(texts.PICTURES)
    assert len({cover.caption for cover in covers.values() if cover}) == len(covers)
    for cover in covers.values():
        assert cover
        assert len(cover.alt.split()) >= 12
        assert not manuscript.looks_like_file_name(cover.alt)
        assert cover.alt != cover.caption
    for path in texts.PICTURES.values():
        assert path.stat().st_size <= 60_000
        with Image.open(path) as image:
            assert (image.format, image.size) == ("WEBP", (1200, 675))
        drawing = path.with_suffix(".svg").read_text(encoding="utf-8")
        assert 'viewBox="0 0 1200 675"' in drawing
        assert not re.search(r"<(text|image|script|foreignObject)\b", drawing)


def test_the_imprint_follows_the_history_of_the_commune() -> None:
    before, after = commune.IMPRINTS
    assert (before.valid_from.year, after.valid_from) == (2021, date(2025, 7, 1))
    assert "huyện" in before.owner
    assert "huyện" in before.address
    assert "huyện" not in after.owner + after.address + after.notice
    for imprint in commune.IMPRINTS:
        assert imprint.notice.startswith("©")
        assert imprint.email.endswith("@khetrang.example")
        assert imprint.phone.startswith("(0200)")
    assert [slogan.valid_from for slogan in commune.SLOGANS] == [before.valid_from, after.valid_from]
    old = [v for _, v in VERSIONS if v.at.date() < after.valid_from]
    assert old, "no article from the time of the district shows that its imprint is kept"


def test_the_board_has_a_person_for_every_desk() -> None:
    accounts = [person.account for person in commune.PEOPLE]
    assert accounts == ["reporter", "reporter2", "editor", "head", "deputy", "admin"]
    assert len({person.name for person in commune.PEOPLE}) == 6
    pen_names = {person.pen_name for person in commune.PEOPLE if person.account.startswith("reporter")}
    assert pen_names <= {byline for _, v in VERSIONS for byline in v.bylines}
    assert [section.slug for section in commune.SECTIONS if section.wants_endorsement] == ["thong-bao"]
    assert len(commune.SECTIONS) == 7


@settings(max_examples=25, deadline=None)  # every example reads all the files twice
@given(st.dates(date(2025, 8, 1), date(2090, 1, 1)), st.integers(1, 400))
def test_a_later_demo_moves_its_dates_along(day: date, later: int) -> None:
    """Nothing is stale: what is counted from today moves with it, what has a date of its own stays."""

    def news(today: date) -> dict[str, datetime]:
        return {article.slug: article.versions[0].at for article in texts.articles(today)}

    now, then = news(day), news(day + timedelta(days=later))
    moved = Counter((then[slug] - now[slug]).days for slug in now)
    assert moved == {later: len(now) - 2, 0: 2}


def test_dates_inside_a_text_are_counted_from_its_first_day() -> None:
    notice = next(a for a in ARTICLES if a.slug == "lich-kham-suc-khoe-nguoi-cao-tuoi")
    first, update = notice.versions
    assert first.at.date() == date(2026, 11, 14)
    assert "20/11/2026" in first.lede
    assert "25/11/2026" in update.lede
    assert "22/11/2026" in update.change

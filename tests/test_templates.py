"""Templates and the look: every template compiles and keeps the rules of the house; what the pages load stays small.

The rules are read off the sources, so that a new template is under them from its first line.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
import wtforms
from flask import Flask
from jinja2 import Environment, nodes
from lxml import html
from wtforms.validators import InputRequired

from editorial.app import create_app
from editorial.config import Settings
from editorial.web import look
from editorial.web.frame import Site

ROOT = Path(__file__).parent.parent
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"
SOURCES = {path.relative_to(TEMPLATES).as_posix(): path.read_text() for path in sorted(TEMPLATES.rglob("*.html"))}
STYLES = {path.name: path.read_text() for path in sorted((STATIC / "css").glob("*.css"))}
SAME_LINES = 6
STYLE_BUDGET = 20_000  # bytes, all sheets together, gzipped
FONT_BUDGET = 60_000  # bytes, all faces together

every_template = pytest.mark.parametrize("name", SOURCES)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application with a database that nobody ever made: whatever is drawn here is drawn without one."""
    folder = tmp_path_factory.mktemp("instance")
    return create_app(
        Settings(
            instance=folder,
            database_url=f"sqlite:///{folder}/never-made.db",
            site_url="http://localhost",
            secret_key="0123456789abcdef" * 4,
            media_url=f"file://{folder}/media",
        )
    )


@pytest.fixture
def request_context(app: Flask) -> Iterator[None]:
    with app.test_request_context("/"):
        yield


# --- every template


@every_template
def test_it_compiles(app: Flask, name: str) -> None:
    app.jinja_env.get_template(name)


@every_template
def test_a_page_has_a_title(name: str) -> None:
    """A page is what extends something and what nothing extends. The title that base.html demands is not one."""
    extended = {parent for each in SOURCES for parent in parents(each)}
    lineage = list(ancestry(name))
    if name not in extended and len(lineage) > 1:
        assert any("title" in blocks(each) for each in lineage if each != "base.html"), f"{name} has no title"


@every_template
def test_scripts_and_styles_are_files_of_ours(name: str) -> None:
    """What the content security policy forbids would not work; what comes from elsewhere would tell on readers."""
    source = SOURCES[name]
    inline_script = r"<script(?![^>]*\ssrc=)(?![^>]*type=\"application/ld\+json\")"
    for fault in (inline_script, r"<style\b", r"\sstyle\s*=", r"\son[a-z]+\s*=\s*[\"']", r"javascript:"):
        assert not re.search(fault, source, re.IGNORECASE), f"{name}: {fault}"
    assert not re.search(r"\b(?:src|srcset|data|poster|action)\s*=\s*[\"'](?:https?:)?//", source, re.IGNORECASE)
    assert not re.search(r"<link\b[^>]*href\s*=\s*[\"'](?:https?:)?//", source, re.IGNORECASE)


@every_template
def test_nothing_is_called_safe(name: str) -> None:
    """Markup is made in one place, `web/rendering.py: body`, after cleaning."""
    assert not re.search(r"\|\s*safe\b|\bMarkup\(|autoescape\s+false", SOURCES[name])


@every_template
def test_every_picture_says_what_it_shows(name: str) -> None:
    assert not re.search(r"<img\b(?![^>]*\salt=)", SOURCES[name]), name


@every_template
def test_the_static_files_it_names_exist(name: str) -> None:
    for path in re.findall(r"\bstatic\(\s*[\"']([^\"']+)[\"']\s*\)", SOURCES[name]):
        assert (STATIC / path).is_file(), f"{name} names {path}"


def test_no_two_templates_share_a_passage() -> None:
    """Six equal lines are a macro that nobody has written yet. Blank lines and indentation do not count."""
    places: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for name, source in SOURCES.items():
        lines = [line.strip() for line in source.splitlines() if line.strip()]
        for start in range(len(lines) - SAME_LINES + 1):
            places[tuple(lines[start : start + SAME_LINES])].add(name)
    shared = {passage: names for passage, names in places.items() if len(names) > 1}
    assert not shared, "\n\n".join(f"{sorted(names)}:\n" + "\n".join(passage) for passage, names in shared.items())


# --- what a page loads


def test_the_styles_are_small() -> None:
    assert sum(len(gzip.compress(sheet.encode())) for sheet in STYLES.values()) <= STYLE_BUDGET


def test_the_fonts_are_small_and_bring_their_licence() -> None:
    assert sum(path.stat().st_size for path in (STATIC / "fonts").glob("*.woff2")) <= FONT_BUDGET
    assert "SIL OPEN FONT LICENSE" in (STATIC / "fonts/OFL.txt").read_text()


@pytest.mark.parametrize("sheet", STYLES)
def test_a_style_loads_nothing_but_our_files_at_the_address_that_pages_preload(sheet: str) -> None:
    """The fingerprint is the one that `static()` gives: else a font is fetched twice, and kept when it is old."""
    for address in re.findall(r"url\(\s*[\"']?([^\"')]+)", STYLES[sheet]):
        path, _, version = address.partition("?v=")
        file = (STATIC / "css" / path).resolve()
        assert file.is_relative_to(STATIC), address
        assert version == hashlib.sha256(file.read_bytes()).hexdigest()[:12], address
    assert "@import" not in STYLES[sheet]


# --- colours

ON_PAGES = ("paper", "surface", "sunk")
READ = [(ink, on) for ink in ("ink", "muted", "link", "accent", "danger") for on in ON_PAGES] + [
    (tone, f"{tone}-sunk") for tone in ("danger", "good", "warn", "calm")
]
READ += [("ink", f"{tone}-sunk") for tone in ("danger", "good", "warn", "calm")]
READ += [("link", f"{tone}-sunk") for tone in ("danger", "good", "warn", "calm")]
READ += [("on-brand", "brand"), ("on-brand", "brand-strong"), ("on-danger", "danger")]
SEEN = [(edge, on) for edge in ("edge", "focus") for on in ON_PAGES]


SEEN += [("focus-on-brand", on) for on in ("brand", "brand-strong")]
LOOKS = [
    look.Look(contrast=contrast, mode=mode, theme=theme)
    for contrast in look.WORDS["contrast"]
    for mode in ("light", "dark")
    for theme in look.WORDS["theme"]
]


@pytest.mark.parametrize("chosen", LOOKS, ids=str)
def test_every_text_can_be_read_and_every_edge_be_seen(chosen: look.Look) -> None:
    """WCAG 2.2: 4.5 to 1 for text (1.4.3), 7 to 1 where high contrast was asked for (1.4.6); 3 to 1 for the edges of
    fields and for the focus (1.4.11).
    """
    colours = palette(chosen)
    for pairs, least in ((READ, 7.0 if chosen.contrast else 4.5), (SEEN, 3.0)):
        for front, back in pairs:
            ratio = contrast(colours[front], colours[back])
            assert ratio >= least, f"{front} on {back}, {chosen}: {ratio:.2f}"


def test_every_look_is_in_the_sheet() -> None:
    """Each word that the cookie can hold is a class that changes something; without any, the device's mode decides."""
    for of_part in look.WORDS.values():
        for word in filter(None, of_part):
            assert re.search(rf"^  \.{word} {{$", STYLES["site.css"], re.MULTILINE), word
    assert block("@media (prefers-color-scheme: dark) {\n    :root").split() == block(".dark").split()[2:]


# --- forms


class Sheet(wtforms.Form):
    """One field of each kind that `parts/forms.html` tells apart."""

    csrf_token = wtforms.HiddenField(default="a token")
    once = wtforms.HiddenField(default="a key")
    title = wtforms.StringField("Title", [InputRequired("Say what it is about.")], description="A line.")
    genre = wtforms.RadioField("Genre", [InputRequired("Choose one.")], choices=["news", "notice"])
    checked = wtforms.BooleanField("It is checked", [InputRequired("Check it first.")], description="All of it.")


@pytest.fixture
def refused(app: Flask, request_context: None) -> html.HtmlElement:
    form = Sheet()
    form.validate()
    source = """{% from "parts/forms.html" import csrf_and_once, errors_summary, field %}
        <div>{{ errors_summary(form) }}<form>{{ csrf_and_once(form) }}
        {{ field(form.title, autocomplete="off") }}{{ field(form.genre) }}{{ field(form.checked) }}</form></div>"""
    return html.fromstring(app.jinja_env.from_string(source).render(form=form))


def test_every_fault_leads_to_a_field_that_takes_the_focus(refused: html.HtmlElement) -> None:
    summary = refused.cssselect("[role=alert][autofocus][tabindex='-1']")[0]
    targets = [link.get("href") for link in summary.cssselect("a")]
    assert len(targets) == 3
    assert all(refused.cssselect(f"input{target}") for target in targets)


def test_label_hint_and_fault_are_tied_to_the_field(refused: html.HtmlElement) -> None:
    for field in (*refused.cssselect("input[name=title], input[name=checked]"), refused.cssselect("fieldset")[0]):
        told = [words_of(refused.get_element_by_id(each)) for each in field.get("aria-describedby").split()]
        assert any(re.search(r"Say what|Choose one|Check it", words) for words in told), field.get("id")
    for field in refused.cssselect("input:not([type=hidden])"):
        assert refused.cssselect(f"label[for={field.get('id')}]"), field.get("id")
    assert refused.cssselect("input[name=title]")[0].get("aria-invalid") == "true"
    assert refused.cssselect("input[name=title]")[0].get("autocomplete") == "off"


def test_the_hidden_keys_have_no_id_because_a_page_holds_several_forms(refused: html.HtmlElement) -> None:
    assert [(key.get("name"), key.get("id")) for key in refused.cssselect("[type=hidden]")] == [
        ("csrf_token", None),
        ("once", None),
    ]


# --- page numbers and refusals


@pytest.mark.parametrize(
    ("number", "of", "shown"),
    [
        (1, 1, ""),
        (1, 2, "[1] 2 >"),
        (2, 2, "< 1 [2]"),
        (3, 5, "< 1 2 [3] 4 5 >"),
        (5, 12, "< 1 … 3 4 [5] 6 7 … 12 >"),
        (12, 12, "< 1 … 10 11 [12]"),
        (500, 1000, "< 1 … 498 499 [500] 501 502 … 1000 >"),
    ],
)
def test_page_numbers(app: Flask, request_context: None, number: int, of: int, shown: str) -> None:
    source = (
        """{% from "parts/site.html" import pages %}<div>{% call(n) pages(page) %}/list?n={{ n }}{% endcall %}</div>"""
    )
    drawn = html.fromstring(app.jinja_env.from_string(source).render(page=SimpleNamespace(number=number, pages=of)))
    assert " ".join(map(shape, drawn.cssselect("li"))) == shown


@pytest.mark.parametrize("code", [400, 403, 404, 405, 409, 413, 422, 429, 500, 503])
def test_a_refusal_is_drawn_in_a_bare_frame_without_a_database(app: Flask, request_context: None, code: int) -> None:
    template = app.jinja_env.get_template("errors/page.html")
    words = {"title": "A heading", "message": "What to do.", "reference": "ab12", "site": Site("vi", date(2016, 2, 26))}
    drawn = html.fromstring(template.render(code=code, lang="vi", elsewhere=lambda: ("en", "/en/"), **words))
    assert words_of(drawn.cssselect("h1")[0]) == "A heading"
    assert "What to do." in words_of(drawn)
    assert "ab12" in words_of(drawn)
    assert drawn.cssselect("main a[href='/']")


# --- how all this is read


@cache
def parsed(name: str) -> nodes.Template:
    return Environment(autoescape=True, extensions=["jinja2.ext.i18n"]).parse(SOURCES[name])


def parents(name: str) -> list[str]:
    return [str(each.template.as_const()) for each in parsed(name).find_all(nodes.Extends)]


def ancestry(name: str) -> Iterator[str]:
    yield name
    for parent in parents(name):
        yield from ancestry(parent)


def blocks(name: str) -> set[str]:
    return {block.name for block in parsed(name).find_all(nodes.Block)}


def block(selector: str) -> str:
    """What the first rule of this selector declares."""
    return STYLES["site.css"].partition(f"\n  {selector} {{")[2].partition("}")[0]


def palette(chosen: look.Look) -> dict[str, str]:
    """The colours by name, in a look that says whether it is light or dark."""
    found: dict[str, str] = {}
    for selector in (":root", *(f".{word}" for word in (chosen.theme, chosen.contrast) if word)):
        for name, value in re.findall(r"--color-([a-z-]+): ([^;]+);", block(selector)):
            pair = re.fullmatch(r"var\(--if-light, (.+)\) var\(--if-dark, (.+)\)", value)
            found[name] = pair[1 if chosen.mode == "light" else 2] if pair else value
    for name, value in found.items():
        while other := re.fullmatch(r"var\(--color-([a-z-]+)\)", value):
            value = found[other[1]]
        found[name] = value
    return found


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio of two colours written as #rgb or #rrggbb."""
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    parts = (int("".join(pair), 16) / 255 for pair in zip(digits[::2], digits[1::2], strict=True))
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def words_of(element: html.HtmlElement) -> str:
    return "".join(element.itertext()).strip()


def shape(item: html.HtmlElement) -> str:
    """A page number as one sees it: `[3]` where one is, `<` and `>` for the neighbours."""
    link = item.cssselect("a")
    if not link:
        return words_of(item)
    if link[0].get("rel"):
        return {"prev": "<", "next": ">"}[link[0].get("rel")]
    number = link[0].get("href").removeprefix("/list?n=")
    return f"[{number}]" if link[0].get("aria-current") == "page" else number

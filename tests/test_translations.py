"""The Vietnamese catalogue holds every message that code and templates have, each translated, and none besides."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.pofile import read_po

HOUSE = Path(__file__).parents[1]
CATALOGUE = HOUSE / "editorial/translations/vi/LC_MESSAGES/messages.po"
KEYWORDS = parse_keywords(["N_", "_l", "lazy_gettext"])
PLACES = re.compile(r"%\(\w+\)[sd]|%[sd]")


def in_use() -> set[str]:
    """Every message id in the code and in the templates, as `make translations` gathers them."""
    with (HOUSE / "editorial/translations/babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found: set[str] = set()
    for folder in ("editorial", "templates"):
        for _, _, message, *_ in extract_from_dir(
            HOUSE / folder, methods, options, keywords=DEFAULT_KEYWORDS | KEYWORDS, comment_tags=()
        ):
            found.add(message if isinstance(message, str) else message[0])
    return found - {""}


def key(message: Message) -> str:
    return ids_of(message)[0]


def ids_of(message: Message) -> list[str]:
    """The id, or the singular's and the plural's."""
    return [str(message.id)] if isinstance(message.id, str) else [str(one) for one in message.id]


def texts_of(message: Message) -> list[str]:
    """The translation, or each plural form's."""
    if isinstance(message.string, str):
        return [message.string]
    return [str(text) for text in message.string or [""]]


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="vi")


def test_every_message_in_use_is_in_the_catalogue_and_no_other(catalogue: Catalog) -> None:
    used, known = in_use(), {key(message) for message in catalogue if message.id}
    assert used - known == set(), "run “make translations” and translate these"
    assert known - used == set(), "nobody says these any more: run “make translations”"


def test_every_message_is_translated_for_certain(catalogue: Catalog) -> None:
    assert [key(message) for message in catalogue if message.id and (message.fuzzy or not all(texts_of(message)))] == []


def test_a_translation_fills_the_same_places_as_its_message(catalogue: Catalog) -> None:
    for message in catalogue:
        if message.id:
            for text in texts_of(message):
                assert set(PLACES.findall(text)) in [set(PLACES.findall(one)) for one in ids_of(message)], key(message)


def test_vietnamese_is_written_in_composed_letters_and_curly_quotes(catalogue: Catalog) -> None:
    for message in catalogue:
        for text in texts_of(message) if message.id else ():
            assert text == unicodedata.normalize("NFC", text), text
            assert '"' not in text, text

"""Share pictures: what a link to a page without a picture of its own looks like where it is shared.

Drawn from a few words in the site's own faces, the same for the same words, and kept in the store under the digest of
those words: so each is drawn once, and none is ever out of date.
"""

from __future__ import annotations

import hashlib
import json
import threading
import unicodedata
from contextlib import suppress
from dataclasses import astuple, dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from flask import current_app
from PIL import Image, ImageDraw, ImageFont

from editorial import storage

WIDTH, HEIGHT = 1200, 630  # what all that show shared links ask for
LAYOUT = 1  # raised when the drawing changes: what was kept of another layout is not found again
VARIANT = "share.png"
MOST_LETTERS = 300  # of a line of words, before any is measured
MARGIN = 72
BAND = 496  # where the coloured foot begins
PAPER, INK, BRAND, ACCENT, ON_BRAND, GOLD, PALE = (
    "#fdfbf7",
    "#1b2624",
    "#0d4f4b",
    "#a02a4c",
    "#ffffff",
    "#e9c46a",
    "#cfe3df",
)
TITLES = ((72, 3), (62, 4), (54, 4), (46, 5), (42, 6))  # size, and how many lines of it have room; the first that fits
LEADING = 1.2  # of Vietnamese capitals with two marks: Ấ, Ễ
COLOURS = 96  # letters on three grounds need no more, and the file is a third as large
SERIF, SANS, SANS_STRONG = "newsreader-600.woff2", "be-vietnam-pro-400.woff2", "be-vietnam-pro-600.woff2"
EMBLEM = "icons/apple-touch-icon.png"
ELLIPSIS = "…"
_ONE_AT_A_TIME = threading.Lock()  # the faces are not for two threads at once, nor is the processor


@dataclass(frozen=True, slots=True)
class Words:
    """All that stands on a share picture."""

    title: str
    above: str = ""  # the section and the day
    outlet: str = ""
    owner: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of the words and the layout, in hexadecimal."""
        return hashlib.sha256(json.dumps([LAYOUT, *astuple(self)], ensure_ascii=False).encode()).hexdigest()


def picture(words: Words) -> bytes:
    """The picture as PNG: out of the store, or drawn now and kept. A store that takes nothing keeps nobody waiting."""
    store, name = storage.of(current_app.extensions["editorial"]), storage.name_of(words.digest, VARIANT)
    if (kept := store.read(name)) is not None:
        return kept
    drawn = draw(words, Path(current_app.static_folder or ""))
    try:
        store.put(name, drawn)
    except OSError as error:
        current_app.logger.error("a share picture could not be kept: %s", type(error).__name__)
    return drawn


def draw(words: Words, static: Path) -> bytes:
    """`static` is the folder with the faces and the emblem."""
    with _ONE_AT_A_TIME:
        image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
        pen = ImageDraw.Draw(image)
        _foot(image, pen, words, static)
        top = _heading(pen, words, static)
        _title(pen, words, static, top)
        file = BytesIO()
        image.quantize(COLOURS, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
        return file.getvalue()


def _foot(image: Image.Image, pen: ImageDraw.ImageDraw, words: Words, static: Path) -> None:
    """Whose site it is."""
    pen.rectangle((0, BAND, WIDTH, HEIGHT), fill=BRAND)
    pen.rectangle((0, BAND, WIDTH, BAND + 5), fill=GOLD)
    with Image.open(static / EMBLEM) as emblem:
        size = 104
        image.paste(emblem.convert("RGB").resize((size, size), Image.Resampling.LANCZOS), (MARGIN - 12, BAND + 18))
    left = MARGIN + 116
    strong, plain = _face(static, SANS_STRONG, 32), _face(static, SANS, 24)
    room = WIDTH - left - MARGIN
    if words.owner:
        pen.text((left, BAND + 54), _cut(_clean(words.owner, plain), plain, room), PALE, plain, anchor="ls")
        pen.text((left, BAND + 98), _cut(_clean(words.outlet, strong), strong, room), ON_BRAND, strong, anchor="ls")
    else:
        pen.text((left, BAND + 80), _cut(_clean(words.outlet, strong), strong, room), ON_BRAND, strong, anchor="ls")


def _heading(pen: ImageDraw.ImageDraw, words: Words, static: Path) -> int:
    """What stands above the title; gives where the title may begin."""
    pen.rectangle((MARGIN, 64, MARGIN + 72, 70), fill=ACCENT)
    face = _face(static, SANS_STRONG, 28)
    if above := _cut(_clean(words.above, face), face, WIDTH - 2 * MARGIN):
        pen.text((MARGIN, 120), above, ACCENT, face, anchor="ls")
        return 140
    return 96


def _title(pen: ImageDraw.ImageDraw, words: Words, static: Path, top: int) -> None:
    """As large as it has room; the smallest size ends in an ellipsis where even that is not enough."""
    for size, most in TITLES:
        face = _face(static, SERIF, size)
        lines = _lines(_clean(words.title, face), face, WIDTH - 2 * MARGIN)
        if len(lines) <= most:
            lines = _balanced(words.title, face, lines)
            break
    else:
        lines = [*lines[: most - 1], _cut(lines[most - 1] + ELLIPSIS, face, WIDTH - 2 * MARGIN)]
    leading = round(size * LEADING)
    first = top + max(0, (BAND - 20 - top - leading * len(lines)) // 2)
    for number, line in enumerate(lines):
        pen.text((MARGIN, first + leading * number + size), line, INK, face, anchor="ls")


def _lines(text: str, face: ImageFont.FreeTypeFont, room: int) -> list[str]:
    """The text in lines that have room; a word that has none by itself is broken where the line is full."""
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if face.getlength(longer) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        while face.getlength(word) > room:
            part = _longest(word, face, room)
            lines.append(part)
            word = word[len(part) :]
        line = word
    return [*lines, line] if line else lines


def _balanced(text: str, face: ImageFont.FreeTypeFont, lines: list[str]) -> list[str]:
    """As many lines, of about the same length: no last word stands alone."""
    narrow, wide = 0, WIDTH - 2 * MARGIN
    while wide - narrow > 8:
        middle = (narrow + wide) // 2
        tried = _lines(_clean(text, face), face, middle)
        if len(tried) <= len(lines) and all(face.getlength(line) <= middle for line in tried):
            wide, lines = middle, tried
        else:
            narrow = middle
    return lines


def _cut(text: str, face: ImageFont.FreeTypeFont, room: int) -> str:
    if face.getlength(text) <= room:
        return text
    return _longest(text, face, room - int(face.getlength(ELLIPSIS)) - 1).rstrip(" ,.;:–-" + ELLIPSIS) + ELLIPSIS


def _longest(text: str, face: ImageFont.FreeTypeFont, room: int) -> str:
    """The longest beginning that has room, and at least a letter."""
    fits, beyond = 1, len(text) + 1
    while beyond - fits > 1:
        middle = (fits + beyond) // 2
        if face.getlength(text[:middle]) <= room:
            fits = middle
        else:
            beyond = middle
    return text[:fits]


def _clean(text: str, face: ImageFont.FreeTypeFont) -> str:
    """Only letters that the face has: CO₂ becomes CO2, and what has no plainer form is left out."""
    said = []
    for letter in text[:MOST_LETTERS]:
        for plainer in (letter, unicodedata.normalize("NFKC", letter)):
            if all(_has(face, sign) for sign in plainer):
                said.append(plainer)
                break
    return " ".join("".join(said).split())


@cache
def _face(static: Path, name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(static / "fonts" / name, size)


def _has(face: ImageFont.FreeTypeFont, sign: str) -> bool:
    """Whether the face has the letter. It draws one and the same box for all that it has not."""
    if sign.isspace():
        return True
    known: dict[str, bool] = _KNOWN.setdefault((face.path, face.size), {})
    if sign not in known:
        if len(known) > 4000:
            known.clear()
        with suppress(OSError):
            known[sign] = bytes(face.getmask(sign)) != bytes(face.getmask("\uffff"))
    return known.get(sign, False)


_KNOWN: dict[tuple[object, float], dict[str, bool]] = {}

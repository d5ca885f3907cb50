"""Sheets of paper for the demo: a page as an office writes it, as a PDF that can be read, searched and heard.

The page is a picture drawn in the site's own faces, and behind it lies its text, unseen, as behind a good scan.
"""

from __future__ import annotations

import textwrap
import zlib
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

DOTS = 120  # an inch
WIDTH, HEIGHT = 992, 1403  # of A4 at that many dots
LEFT, RIGHT, TOP = 140, 70, 80
SERIF, SANS = "newsreader-600.woff2", "be-vietnam-pro-400.woff2"
POINTS = 72 / DOTS
NATION, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
NOTE = "Văn bản minh họa của bản dùng thử, do phần mềm tạo ra; không có giá trị pháp lý."


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on a page: heads, number and place, title, abstract, paragraphs, and who signed."""

    issuer: str
    number: str
    place_and_day: str
    title: str
    abstract: str
    paragraphs: tuple[str, ...]
    position: str
    signer: str


@dataclass(slots=True)
class _Page:
    image: Image.Image
    pen: ImageDraw.ImageDraw
    static: Path
    lines: list[tuple[int, int, int, str]] = field(default_factory=list)  # left, baseline, size, words

    def write(self, x: int, y: int, words: str, size: int, face: str = SANS, anchor: str = "ls") -> None:
        font = ImageFont.truetype(str(self.static / "fonts" / face), size)
        left = round(self.pen.textbbox((x, y), words, font, anchor=anchor)[0])
        self.pen.text((x, y), words, 0, font, anchor=anchor)
        self.lines.append((left, y, size, words))

    def flow(self, y: int, words: str, size: int, letters: int, leading: int) -> int:
        """A paragraph from the left margin; gives where the next may begin."""
        for line in textwrap.wrap(words, letters):
            self.write(LEFT, y, line, size)
            y += leading
        return y


def pdf(sheet: Sheet, static: Path) -> bytes:
    """The page as a PDF file of some 20 kB; `static` is the folder with the faces."""
    image = Image.new("L", (WIDTH, HEIGHT), 255)
    page = _Page(image, ImageDraw.Draw(image), static)
    quarter, rest = LEFT + 130, 660
    y = TOP
    for line in textwrap.wrap(sheet.issuer.upper(), 20):
        page.write(quarter, y, line, 17, SERIF, "ms")
        y += 24
    page.write(rest, TOP, NATION, 17, SERIF, "ms")
    page.write(rest, TOP + 26, MOTTO, 18, SERIF, "ms")
    page.pen.line((rest - 120, TOP + 38, rest + 120, TOP + 38), 0, 1)
    page.pen.line((quarter - 40, y - 10, quarter + 40, y - 10), 0, 1)
    below = max(y + 24, TOP + 74)
    page.write(quarter, below, f"Số: {sheet.number}", 17, anchor="ms")
    page.write(rest, below, sheet.place_and_day, 17, anchor="ms")
    y = below + 80
    page.write(WIDTH // 2, y, sheet.title.upper(), 25, SERIF, "ms")
    y += 36
    for line in textwrap.wrap(sheet.abstract, 52):
        page.write(WIDTH // 2, y, line, 19, SERIF, "ms")
        y += 28
    y += 32
    for paragraph in sheet.paragraphs:
        y = page.flow(y, paragraph, 18, 86, 30) + 12
    y += 30
    for line in textwrap.wrap(sheet.position.upper(), 30):
        page.write(WIDTH - RIGHT - 180, y, line, 18, SERIF, "ms")
        y += 26
    page.write(WIDTH - RIGHT - 180, y + 110, sheet.signer, 19, SERIF, "ms")
    page.write(WIDTH // 2, HEIGHT - 60, NOTE, 14, anchor="ms")
    return _file(page, f"{sheet.number} - {sheet.abstract}")


def _file(page: _Page, title: str) -> bytes:
    picture = zlib.compress(page.image.point(lambda value: value // 17 * 17).tobytes(), 9)
    width, height = round(WIDTH * POINTS, 2), round(HEIGHT * POINTS, 2)
    text = [f"q {width} 0 0 {height} 0 0 cm /Im Do Q", "BT 3 Tr"]
    for left, y, size, words in page.lines:
        place = f"1 0 0 1 {left * POINTS:.2f} {(HEIGHT - y) * POINTS:.2f} Tm"
        text.append(f"/F {size * POINTS:.2f} Tf {place} <{words.encode('utf-16-be').hex()}> Tj")
    content = "\n".join([*text, "ET"]).encode()
    cmap = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def\n"
        b"1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange <0000> <FFFF> <0000> endbfrange\n"
        b"endcmap CMapName currentdict /CMap defineresource pop end end"
    )
    system = "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
    return _written(
        [
            b"<</Type/Catalog/Pages 2 0 R/Lang(vi)/ViewerPreferences<</DisplayDocTitle true>>>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]/Contents 4 0 R"
            "/Resources<</XObject<</Im 5 0 R>>/Font<</F 6 0 R>>>>>>".encode(),
            _stream(b"", content),
            _stream(
                f"/Type/XObject/Subtype/Image/Width {WIDTH}/Height {HEIGHT}/ColorSpace/DeviceGray"
                "/BitsPerComponent 8/Filter/FlateDecode".encode(),
                picture,
            ),
            b"<</Type/Font/Subtype/Type0/BaseFont/Unseen/Encoding/Identity-H/DescendantFonts[7 0 R]/ToUnicode 8 0 R>>",
            f"<</Type/Font/Subtype/CIDFontType2/BaseFont/Unseen{system}/DW 520/FontDescriptor 9 0 R>>".encode(),
            _stream(b"", cmap),
            b"<</Type/FontDescriptor/FontName/Unseen/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 900"
            b"/Descent -200/CapHeight 700/StemV 80>>",
            f"<</Title<FEFF{title.encode('utf-16-be').hex()}>>>".encode(),
        ]
    )


def _stream(about: bytes, data: bytes) -> bytes:
    return b"<<" + about + b"/Length %d>>stream\n" % len(data) + data + b"\nendstream"


def _written(objects: list[bytes]) -> bytes:
    """The last of the objects says what the document is called, the first is its root."""
    file, places = BytesIO(), []
    file.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    for number, each in enumerate(objects, start=1):
        places.append(file.tell())
        file.write(b"%d 0 obj\n" % number + each + b"\nendobj\n")
    start = file.tell()
    file.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    file.writelines(b"%010d 00000 n \n" % place for place in places)
    file.write(b"trailer<</Size %d/Root 1 0 R/Info %d 0 R>>\n" % (len(objects) + 1, len(objects)))
    file.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return file.getvalue()

"""Pictures from strangers: what is hostile is refused before it costs much, what is kept holds pixels and no more."""

from __future__ import annotations

import hashlib
import json
import struct
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as some
from PIL import ExifTags, Image, ImageCms, ImageDraw

from editorial import assets, record
from editorial.assets import NotAPicture, darkroom
from editorial.db import db, writing
from editorial.models import Asset, Event, User

RED, GREEN, BLUE, WHITE = (200, 30, 30), (20, 160, 60), (30, 40, 200), (255, 255, 255)
DAMAGED = "The picture is damaged or incomplete. Save it again and send it once more."
NOT_READ = "This is not a picture that we can read. JPEG, PNG, WebP, AVIF and GIF are welcome."
TOO_MANY_PIXELS = "The picture has too many pixels: more than %(most)d million, or %(side)d on a side. Save it smaller."
TOO_LARGE_FOR_FORMAT = "The picture is too large for its format. Save it smaller, or as an ordinary JPEG."
MOVES = "The picture moves. Save one of its frames as a still picture."


def encoded(image: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def drawing(width: int = 300, height: int = 200, mode: str = "RGB") -> Image.Image:
    """Red, with a green top left corner by which one sees which way is up."""
    image = Image.new("RGB", (width, height), RED)
    ImageDraw.Draw(image).rectangle((0, 0, width // 3, height // 3), fill=GREEN)
    return image.convert(mode)


def noise(width: int, height: int) -> Image.Image:
    return Image.effect_noise((width, height), 80).convert("RGB")


def develop(data: bytes) -> darkroom.Developed:
    return darkroom.develop(BytesIO(data))


def refusal(data: bytes) -> str:
    with pytest.raises(NotAPicture) as refused:
        develop(data)
    assert refused.value.message % refused.value.values
    return refused.value.message


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def colour(image: Image.Image, at: tuple[float, float] = (0.8, 0.8)) -> tuple[int, ...]:
    """Of the pixel at that part of the width and of the height."""
    found = image.convert("RGB").getpixel((int(image.width * at[0]), int(image.height * at[1])))
    assert isinstance(found, tuple)
    return tuple(int(value) for value in found)


def close(one: tuple[int, ...], other: tuple[int, ...], by: int = 12) -> bool:
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_that_claims(width: int, height: int, with_alpha: bool = False) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 6 if with_alpha else 2, 0, 0, 0)
    chunks = png_chunk(b"IHDR", header), png_chunk(b"IDAT", zlib.compress(bytes(1000))), png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def webp_that_claims(width: int, height: int) -> bytes:
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF" + struct.pack("<I", 22) + b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + sides


def gif_that_claims(width: int, height: int) -> bytes:
    whole = encoded(Image.new("P", (10, 10)), "GIF")
    return whole[:6] + struct.pack("<HH", width, height) + whole[10:]


def jpeg_of_passes(passes: int) -> bytes:
    """A small file that has a decoder go over all of its pixels again and again."""
    data = encoded(drawing(640, 480), "JPEG", progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last * (passes - data.count(b"\xff\xda")) + b"\xff\xd9"


def moving(form: str) -> bytes:
    frames = [Image.new("RGB", (60, 60), colour) for colour in (RED, GREEN, BLUE)]
    return encoded(frames[0], form, save_all=True, append_images=frames[1:])


# What is taken.


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_a_picture_of_every_welcome_format_keeps_its_look(form: str) -> None:
    found = develop(encoded(drawing(), form))
    assert (found.width, found.height) == (300, 200)
    for data, kind in ((found.master, "JPEG"), (found.renditions[480], "WEBP")):
        image = opened(data)
        assert (image.format, image.mode, image.size) == (kind, "RGB", (300, 200))
        assert close(colour(image), RED)
        assert close(colour(image, (0.1, 0.1)), GREEN)


def test_the_renditions_have_the_promised_widths() -> None:
    found = develop(encoded(noise(2000, 1000), "JPEG"))
    sizes = {width: opened(data).size for width, data in found.renditions.items()}
    assert sizes == {480: (480, 240), 960: (960, 480), 1600: (1600, 800)}
    assert (found.width, found.height) == (2000, 1000)


def test_a_small_picture_is_never_made_larger() -> None:
    found = develop(encoded(drawing(700, 350)))
    sizes = {width: opened(data).size for width, data in found.renditions.items()}
    assert sizes == {480: (480, 240), 960: (700, 350), 1600: (700, 350)}


@pytest.mark.parametrize("size", [(1, 1), (12_000, 1), (1, 12_000), (479, 481), (2401, 2)])
@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_extreme_shapes_get_through(size: tuple[int, int], form: str) -> None:
    found = develop(encoded(Image.new("RGB", size, RED), form))
    assert max(found.width, found.height) == min(max(size), darkroom.MASTER_SIDE)
    assert all(max(opened(data).size) <= darkroom.MASTER_SIDE for data in found.renditions.values())


@pytest.mark.parametrize("options", [{}, {"progressive": True, "subsampling": 0}])
def test_the_picture_of_a_large_camera_becomes_a_master_of_bounded_size(options: dict[str, Any]) -> None:
    found = develop(encoded(drawing(6000, 4000), "JPEG", **options))
    assert (found.width, found.height) == (2400, 1600)
    assert close(colour(opened(found.master), (0.1, 0.1)), GREEN)


def test_the_same_bytes_give_the_same_picture() -> None:
    data = encoded(drawing(), "JPEG")
    assert develop(data) == develop(data)
    assert develop(data).digest == hashlib.sha256(develop(data).master).hexdigest()


ORIENTATIONS = {
    1: (0.1, 0.1),
    2: (0.9, 0.1),
    3: (0.9, 0.9),
    4: (0.1, 0.9),
    5: (0.1, 0.1),
    6: (0.9, 0.1),
    7: (0.9, 0.9),
    8: (0.1, 0.9),
}


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize(("orientation", "corner"), ORIENTATIONS.items())
def test_the_picture_is_turned_the_way_the_camera_was_held(
    form: str, orientation: int, corner: tuple[float, float]
) -> None:
    notes = Image.Exif()
    notes[ExifTags.Base.Orientation] = orientation
    found = develop(encoded(drawing(300, 200), form, exif=notes))
    assert (found.width, found.height) == ((300, 200) if orientation < 5 else (200, 300))
    assert close(colour(opened(found.master), corner), GREEN)
    assert opened(found.master).getexif().get(ExifTags.Base.Orientation) is None


def with_secrets(form: str, profile: bytes) -> bytes:
    notes = Image.Exif()
    notes[ExifTags.Base.ImageDescription] = "SECRET description"
    notes[ExifTags.Base.Make] = "SECRET camera"
    notes.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSDateStamp] = "SECRET place"
    options: dict[str, Any] = {"exif": notes.tobytes(), "xmp": b"<x:xmpmeta>SECRET xmp</x:xmpmeta>"}
    if profile:
        options["icc_profile"] = profile
    if form == "JPEG":
        options["comment"] = "SECRET comment"
    if form == "PNG":
        del options["xmp"]
        png = encoded(drawing(), "PNG", **options)
        words = png_chunk(b"tEXt", b"Comment\0SECRET text") + png_chunk(
            b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0SECRET xmp"
        )
        return png[:33] + words + png[33:] + b"SECRET tail"
    return encoded(drawing(), form, **options) + b"SECRET tail"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize(
    "profile", [b"", ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()], ids=["", "icc"]
)
def test_nothing_that_was_written_into_the_file_is_kept(form: str, profile: bytes) -> None:
    data = with_secrets(form, profile)
    assert data.count(b"SECRET") >= 4
    found = develop(data)
    for kept in (found.master, *found.renditions.values()):
        image = opened(kept)
        assert b"SECRET" not in kept
        assert not dict(image.getexif())
        assert not {"exif", "xmp", "comment", "icc_profile", "photoshop"} & set(image.info)


def test_a_script_behind_a_gif_is_not_kept() -> None:
    whole = encoded(drawing(mode="P"), "GIF")
    polyglot = b"GIF89a/*" + whole[8:] + b"*/=1;alert(document.domain)//"
    for data in (whole + b"<script>alert(1)</script>", polyglot):
        found = develop(data)
        for kept in (found.master, *found.renditions.values()):
            assert b"alert" not in kept
            assert b"GIF8" not in kept
            assert opened(kept).format in ("JPEG", "WEBP")


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK", "I;16"])
def test_the_lesser_kinds_of_pixels_look_as_they_should(mode: str) -> None:
    if mode == "I;16":
        given, form, expected = Image.new("I;16", (90, 60), 30_000), "PNG", (117, 117, 117)
    elif mode == "1":
        given, form, expected = Image.new("1", (90, 60), 1), "PNG", WHITE
    elif mode == "L":
        given, form, expected = Image.new("L", (90, 60), 90), "PNG", (90, 90, 90)
    elif mode == "P":
        given, form, expected = drawing(90, 60).quantize(4), "PNG", RED
    else:
        given, form, expected = drawing(90, 60, mode), "JPEG" if mode == "CMYK" else "PNG", RED
    image = opened(develop(encoded(given, form)).master)
    assert image.mode == "RGB"
    assert close(colour(image), expected)


def transparent(kind: str) -> bytes:
    """Blue above; below red that is wholly transparent."""
    image = Image.new("RGBA", (90, 60), (*RED, 0))
    ImageDraw.Draw(image).rectangle((0, 0, 90, 30), fill=(*BLUE, 255))
    if kind == "palette":
        painted = image.convert("RGB").quantize(4)
        below = painted.getpixel((80, 50))
        return encoded(painted, "PNG", transparency=below)
    if kind == "grey":
        return encoded(image.convert("LA"), "PNG")
    if kind == "one colour":
        return encoded(image.convert("RGB"), "PNG", transparency=RED)
    return encoded(
        image, kind, **({} if kind in ("PNG", "GIF") else {"lossless": True} if kind == "WEBP" else {"quality": 100})
    )


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF", "GIF", "palette", "grey", "one colour"])
def test_what_is_transparent_becomes_white(kind: str) -> None:
    image = opened(develop(transparent(kind)).master)
    assert close(colour(image, (0.9, 0.9)), WHITE)
    assert max(colour(image, (0.1, 0.1))) < 230


def test_what_is_half_transparent_is_mixed_with_white() -> None:
    image = opened(develop(encoded(Image.new("RGBA", (50, 50), (0, 0, 0, 64)))).master)
    assert close(colour(image), (191, 191, 191), by=3)


def swapped_profile() -> bytes:
    """A colour profile that calls red what everybody else calls green."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = profile.index(b"rXYZ", 128), profile.index(b"gXYZ", 128)
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(profile)


def test_the_colours_are_those_that_the_profile_means() -> None:
    image = opened(develop(encoded(Image.new("RGB", (60, 60), RED), "PNG", icc_profile=swapped_profile())).master)
    red, green, _ = colour(image)
    assert green > 150 > 100 > red


@pytest.mark.parametrize("profile", [b"no profile at all", bytes(200), b"\xff" * 5000])
def test_a_profile_that_is_none_does_no_harm(profile: bytes) -> None:
    for form in ("PNG", "JPEG", "WEBP"):
        image = opened(develop(encoded(drawing(), form, icc_profile=profile)).master)
        assert close(colour(image), RED)


def test_a_profile_for_other_kinds_of_pixels_does_no_harm() -> None:
    grey = encoded(drawing(mode="L"), "JPEG", icc_profile=swapped_profile())
    assert opened(develop(grey).master).size == (300, 200)


BROKEN_NOTES = [
    b"rubbish",
    b"II*\0\x08\0\0\0\xff\xff",
    b"MM\0*" + b"\xff" * 60,
    # turned to the right, by a camera whose maker is a number of eight bytes in a place of four
    b"II*\0\x08\0\0\0\x02\0" + b"\x12\x01\x03\0\x01\0\0\0\x06\0\0\0" + b"\x0f\x01\x0c\0\x01\0\0\0\0\0\0\0" + bytes(4),
]


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data", "ignore:Truncated File Read")
@pytest.mark.parametrize("notes", BROKEN_NOTES, ids=range(len(BROKEN_NOTES)))
def test_broken_notes_do_not_cost_the_picture(notes: bytes) -> None:
    whole, notes = encoded(drawing(), "JPEG"), b"Exif\0\0" + notes
    found = develop(whole[:2] + b"\xff\xe1" + struct.pack(">H", len(notes) + 2) + notes + whole[2:])
    assert close(colour(opened(found.master)), RED)


def test_of_the_two_pictures_of_a_telephone_the_first_is_taken() -> None:
    found = develop(moving("MPO"))
    assert close(colour(opened(found.master)), RED)


# What is refused.


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "The file is empty."),
        (b"x" * (darkroom.MOST_BYTES + 1), "The file is larger than %(most)d MB. Save the picture smaller."),
        (b"Ng\xc6\xb0\xe1\xbb\x9di vi\xe1\xba\xbft: Nora", NOT_READ),
        (b"\0" * 1000, NOT_READ),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", NOT_READ),
        (b"<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg>&x;</svg>", NOT_READ),
        (b"%PDF-1.7\n", NOT_READ),
        (b"push graphic-context\nviewbox 0 0 640 480\nimage over 0,0 0,0 'https://khetrang.example/'\n", NOT_READ),
        (b"\x89PNG\r\n\x1a\n", NOT_READ),
        (b"\xff\xd8\xff", NOT_READ),
        (png_that_claims(0, 10), NOT_READ),
        (png_that_claims(50_000, 50_000), TOO_MANY_PIXELS),
        (png_that_claims(2**31 - 1, 2**31 - 1), TOO_MANY_PIXELS),
        (png_that_claims(10_000, 10_000), TOO_MANY_PIXELS),
        (png_that_claims(7200, 7000), TOO_MANY_PIXELS),
        (png_that_claims(12_001, 1), TOO_MANY_PIXELS),
        (png_that_claims(1, 12_001), TOO_MANY_PIXELS),
        (gif_that_claims(65_535, 65_535), TOO_MANY_PIXELS),
        (webp_that_claims(16_383, 16_383), TOO_MANY_PIXELS),
        (png_that_claims(7000, 7000), TOO_LARGE_FOR_FORMAT),
        (png_that_claims(1000, 1000), DAMAGED),
        (jpeg_of_passes(darkroom.MOST_SCANS + 1), DAMAGED),
        (moving("GIF"), MOVES),
        (moving("PNG"), MOVES),
        (moving("WEBP"), MOVES),
        (moving("AVIF"), MOVES),
    ],
    ids=lambda value: repr(value[:40]) if isinstance(value, bytes) else "",
)
def test_what_is_no_picture_for_us_is_refused_with_the_reason(data: bytes, message: str) -> None:
    assert refusal(data) == message


@pytest.mark.parametrize("form", ["TIFF", "BMP", "JPEG2000", "PPM", "ICO", "TGA", "PCX", "EPS", "PDF", "DDS"])
def test_formats_that_nobody_needs_are_not_even_tried(form: str) -> None:
    assert refusal(encoded(drawing(), form)) == NOT_READ


def test_a_png_may_be_as_large_as_its_decoder_can_be_afforded() -> None:
    most = darkroom.MOST_MEMORY // darkroom.BYTES_A_PIXEL["PNG"] // 6000
    assert refusal(png_that_claims(6000, most)) == DAMAGED  # it was looked into
    assert refusal(png_that_claims(6000, most + 1)) == TOO_LARGE_FOR_FORMAT
    assert refusal(png_that_claims(6000, most // 2, with_alpha=True)) == TOO_LARGE_FOR_FORMAT
    assert refusal(png_that_claims(6000, most // 3, with_alpha=True)) == DAMAGED


def test_a_jpeg_may_come_in_as_many_passes_as_cameras_and_programs_use() -> None:
    assert develop(jpeg_of_passes(darkroom.MOST_SCANS)).width == 640


def test_passes_are_counted_in_the_picture_alone() -> None:
    thumbnail = encoded(drawing(40, 30), "JPEG", progressive=True)
    whole = encoded(drawing(), "JPEG")
    with_another_inside = whole[:2] + b"\xff\xe1" + struct.pack(">H", len(thumbnail) + 2) + thumbnail + whole[2:]
    assert darkroom._scans(whole) == 1
    assert darkroom._scans(with_another_inside + b"\0\0" + thumbnail) == 1
    assert darkroom._scans(thumbnail) == thumbnail.count(b"\xff\xda")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
@pytest.mark.parametrize("part", [0.02, 0.3, 0.7, 0.97])
def test_half_a_picture_is_refused(form: str, part: float) -> None:
    whole = encoded(noise(400, 300), form)
    assert refusal(whole[: int(len(whole) * part)]) in (DAMAGED, NOT_READ)


def test_a_png_with_one_wrong_bit_is_refused() -> None:
    data = bytearray(encoded(noise(300, 300)))
    data[len(data) // 2] ^= 1
    assert refusal(bytes(data)) == DAMAGED


@pytest.mark.parametrize("kind", [b"zTXt", b"iCCP"])
def test_words_that_swell_are_refused(kind: bytes) -> None:
    whole = encoded(drawing())
    swollen = png_chunk(kind, b"a\0\0" + zlib.compress(bytes(100_000_000)))
    assert refusal(whole[:33] + swollen + whole[33:]) == DAMAGED


def in_pieces(form: str) -> bytes:
    whole = encoded(drawing(), form)
    if form == "PNG":
        return whole[:33] + png_chunk(b"teSt", b"") * 700_000 + whole[33:]
    return whole[:2] + b"\xff\xfe\x00\x02" * 2_000_000 + whole[2:]


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_file_cut_into_millions_of_pieces_is_given_up(form: str) -> None:
    assert refusal(in_pieces(form)) == DAMAGED


@settings(max_examples=150, deadline=None)
@given(data=some.data())
def test_a_flawed_file_is_refused_or_redrawn_and_nothing_else(data: some.DataObject) -> None:
    whole = bytearray(data.draw(some.sampled_from(SOUND)))
    for at, value in data.draw(
        some.lists(some.tuples(some.integers(0, len(whole) - 1), some.integers(0, 255)), max_size=8)
    ):
        whole[at] = value
    del whole[data.draw(some.integers(0, len(whole))) :]
    try:
        found = develop(bytes(whole))
    except NotAPicture:
        return
    assert opened(found.master).size == (found.width, found.height)


SOUND = [encoded(drawing(64, 48), form) for form in ("JPEG", "PNG", "WEBP", "AVIF", "GIF")]


class Endless:
    """A sender that never comes to an end."""

    def __init__(self) -> None:
        self.given = 0

    def read(self, size: int = -1) -> bytes:
        assert size >= 0, "everything at once was asked for"
        piece = min(size, 70_000)
        self.given += piece
        return b"\xff" * piece


def test_no_more_is_read_than_may_be_kept() -> None:
    sender: Any = Endless()
    with pytest.raises(NotAPicture, match="larger than"):
        darkroom.develop(sender)
    assert sender.given == darkroom.MOST_BYTES + 1


GROWTH = """
import sys
from io import BytesIO
from pathlib import Path
from threading import Thread
from PIL import Image
from editorial.assets import darkroom

def peak():
    return int(next(l for l in open("/proc/self/status") if l.startswith("VmHWM")).split()[1]) // 1024

def develop(data):
    darkroom.develop(BytesIO(data))

small = BytesIO()
Image.new("RGB", (99, 99)).save(small, "PNG")
develop(small.getvalue())
before = peak()
threads = [Thread(target=develop, args=(Path(sys.argv[1]).read_bytes(),)) for _ in range(int(sys.argv[2]))]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(peak() - before)
"""


def heavy(kind: str) -> bytes:
    """The heaviest file of its kind that is let through."""
    if kind == "JPEG in passes":
        return encoded(drawing(5990, 4000), "JPEG", progressive=True, subsampling=0)
    side = int((darkroom.MOST_MEMORY / darkroom.BYTES_A_PIXEL[kind]) ** 0.5)
    few_colours = Image.new("P", (side, side))  # the costliest of PNG's: a byte a pixel that becomes four
    quick: dict[str, dict[str, Any]] = {"WEBP": {"method": 0}, "AVIF": {"speed": 10, "subsampling": "4:4:4"}}
    return encoded(few_colours if kind == "PNG" else drawing(side, side), kind, **quick.get(kind, {}))


@pytest.mark.parametrize(
    ("kind", "at_once", "most"),
    [("JPEG in passes", 1, 200), ("PNG", 1, 200), ("WEBP", 1, 200), ("AVIF", 1, 200), ("PNG", 4, 600)],
)
def test_the_heaviest_picture_takes_no_more_mebibytes(kind: str, at_once: int, most: int, tmp_path: Path) -> None:
    (tmp_path / "heavy").write_bytes(heavy(kind))
    ran = subprocess.run(
        [sys.executable, "-c", GROWTH, str(tmp_path / "heavy"), str(at_once)],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert not ran.stderr
    assert 30 < int(ran.stdout) < most


# What is kept.


@pytest.fixture
def nora(context: None, cast: dict[str, Any]) -> User:
    return db.session.get_one(User, cast["nora"].id)


def files_of(app: Flask) -> list[str]:
    return sorted(str(p) for p in app.extensions["editorial"].media.rglob("*") if p.is_file())


@pytest.fixture
def prepared() -> Callable[..., assets.Prepared]:
    """Made outside of any transaction, as it has to be."""

    def prepare(name: str = "gặt lúa.jpg", data: bytes = b"") -> assets.Prepared:
        db.session.rollback()
        return assets.prepare(BytesIO(data or encoded(drawing(700, 400), "JPEG")), name)

    return prepare


def test_a_picture_is_stored_with_its_renditions_and_put_on_record(
    nora: User, prepared: Callable[..., Any], app: Flask
) -> None:
    asset = assets.keep(prepared(), by=nora)
    assert (asset.width, asset.height, asset.media_type) == (700, 400, "image/jpeg")
    assert (asset.name, asset.uploaded_by_id) == ("gặt lúa.jpg", nora.id)
    assert len(files_of(app)) == 4
    for width, expected in ((480, 480), (960, 700), (1600, 700)):
        data = assets.rendition(asset.id, width)
        assert data is not None
        assert opened(data).width == expected
    event = db.session.query(Event).filter_by(action="uploaded").one()
    assert (event.actor_id, event.subject) == (nora.id, f"asset:{asset.id[:12]}")
    assert json.loads(event.detail)["asset"] == asset.id
    assert record.verify().finding is None


def test_an_upload_outlives_what_follows_it(nora: User, prepared: Callable[..., Any], app: Flask) -> None:
    digest = assets.keep(prepared(), by=nora).id
    db.session.rollback()
    assert db.session.get(Asset, digest)
    assert assets.is_whole(digest)


def test_the_same_picture_is_stored_once_whoever_sends_it(
    nora: User, cast: dict[str, Any], prepared: Callable[..., Any], app: Flask
) -> None:
    first = assets.keep(prepared("một.jpg"), by=nora)
    files = files_of(app)
    again = assets.keep(prepared("hai.jpg"), by=db.session.get_one(User, cast["omar"].id))
    assert again.id == first.id
    assert db.session.query(Asset).count() == 1
    assert db.session.query(Event).filter_by(action="uploaded").count() == 1
    assert files_of(app) == files


def test_sending_a_picture_again_brings_lost_files_back(nora: User, prepared: Callable[..., Any], app: Flask) -> None:
    digest = assets.keep(prepared(), by=nora).id
    Path(files_of(app)[0]).unlink()
    assert not assets.is_whole(digest)
    assets.keep(prepared(), by=nora)
    assert assets.is_whole(digest)


def test_a_master_that_was_tampered_with_is_not_whole(nora: User, prepared: Callable[..., Any], app: Flask) -> None:
    digest = assets.keep(prepared(), by=nora).id
    (master,) = (Path(path) for path in files_of(app) if path.endswith("master.jpg"))
    master.write_bytes(master.read_bytes() + b"one more")
    assert not assets.is_whole(digest)


def test_add_does_both(nora: User, app: Flask) -> None:
    db.session.rollback()
    asset = assets.add(BytesIO(encoded(drawing())), "a.png", by=nora)
    assert assets.is_whole(asset.id)


def test_a_refused_upload_leaves_no_trace(nora: User, app: Flask) -> None:
    db.session.rollback()
    with pytest.raises(NotAPicture):
        assets.add(BytesIO(b"<svg/>"), "a.jpg", by=nora)
    assert files_of(app) == []
    assert db.session.query(Asset).count() == db.session.query(Event).filter_by(action="uploaded").count() == 0


def test_when_the_store_fails_there_is_no_row(nora: User, prepared: Callable[..., Any], app: Flask) -> None:
    app.extensions["editorial"].media.write_text("a file where the folder should be")
    with pytest.raises(OSError, match="media"):
        assets.keep(prepared(), by=nora)
    db.session.rollback()
    assert db.session.query(Asset).count() == 0


def test_nobody_decodes_in_the_writers_place(nora: User) -> None:
    assert nora.name  # has been read, so the transaction is open
    with pytest.raises(RuntimeError):
        assets.prepare(BytesIO(encoded(drawing())), "a.png")


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("ảnh.jpg", "ảnh.jpg"),
        ("a\u0309nh  đồng\tlúa.jpg", "ảnh đồng lúa.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\Ảnh 1.png", "Ảnh 1.png"),
        ("gnp\u202egpj.exe", "gnpgpj.exe"),
        ("a\0b\r\nSet-Cookie: x=1.jpg", "ab Set-Cookie: x=1.jpg"),
        ("\ud800.jpg", ".jpg"),
        ("x" * 500 + ".jpg", "x" * 200),
        ("", ""),
    ],
)
def test_a_name_is_only_ever_shown(sent: str, shown: str, nora: User, prepared: Callable[..., Any], app: Flask) -> None:
    asset = assets.keep(prepared(sent), by=nora)
    db.session.expire_all()
    assert asset.name == shown
    media = app.extensions["editorial"].media
    assert all(path.startswith(f"{media}/{asset.id[:2]}/{asset.id[2:4]}/{asset.id}/") for path in files_of(app))


@pytest.mark.parametrize(
    ("asset_id", "width"),
    [
        ("", 480),
        ("../" * 10 + "etc/passwd", 480),
        ("A" * 64, 480),
        ("0" * 64 + "\n", 480),
        ("0" * 64, 481),
        ("0" * 64, -1),
        ("٣" * 64, 480),
    ],
)
def test_there_is_no_rendition_of_what_does_not_exist(asset_id: str, width: int, context: None) -> None:
    assert assets.rendition(asset_id, width) is None


def test_two_who_send_the_same_picture_at_once_get_the_same_one(app: Flask, cast: dict[str, Any]) -> None:
    data, kept, begin = encoded(drawing(900, 600), "JPEG"), [], threading.Barrier(4)

    def send(person: int) -> None:
        begin.wait()
        with app.app_context(), writing():
            picture = assets.prepare(BytesIO(data), "a.jpg")
            kept.append(assets.keep(picture, by=db.session.get_one(User, person)).id)
            db.session.remove()

    threads = [threading.Thread(target=send, args=(cast[name].id,)) for name in ("nora", "omar", "nora", "omar")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept) == 4
    assert len(set(kept)) == 1
    with app.app_context():
        assert db.session.query(Asset).count() == 1
        assert record.verify().finding is None

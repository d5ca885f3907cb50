"""What becomes of an uploaded picture before it is stored: hostile bytes in, a clean picture and its smaller forms out.

The format is decided by the bytes, never by a name. Size and cost are known from the header before a pixel is decoded.
What comes out is drawn anew: sRGB on white, the right way up, without the words, places and profiles a file can carry.
"""

from __future__ import annotations

import hashlib
import re
import threading
import warnings
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from PIL import (
    AvifImagePlugin,
    GifImagePlugin,
    Image,
    ImageChops,
    ImageCms,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from editorial.words import N_

WIDTHS = (480, 960, 1600)
MEGABYTE = 1_000_000
MOST_BYTES = 10 * MEGABYTE
MOST_PIXELS = 8192 * 6144  # what a camera of “50 megapixels” makes
LONGEST_SIDE = 12_000
MASTER_SIDE = 2400  # enough for the widest rendition of an upright 2:3 picture, and for 20 cm in print
# Opening a format whose decoder is not loaded yet would load all of them, fifty that we never use.
DECODERS = tuple(
    plugin.format
    for plugin in (
        JpegImagePlugin.JpegImageFile,
        PngImagePlugin.PngImageFile,
        WebPImagePlugin.WebPImageFile,
        AvifImagePlugin.AvifImageFile,
        GifImagePlugin.GifImageFile,
    )
)
# What a pixel costs while it is decoded and brought into RGB: the peak, measured with Pillow 13.
BYTES_A_PIXEL = {"JPEG": 5, "PNG": 6, "GIF": 6, "WEBP": 17, "AVIF": 11}
BYTES_FOR_ALPHA = 8
BYTES_A_COEFFICIENT = 2
MOST_MEMORY = 180 * MEGABYTE
# A JPEG may ask for any number of passes over all of its pixels, in a few bytes each. Honest ones have about ten.
MOST_SCANS = 50
# Any format can be cut into millions of pieces that are read one by one. An honest file needs less than half as many.
MOST_READS = 200_000

warnings.simplefilter("error", Image.DecompressionBombWarning)  # as Pillow advises; `_open` words the refusal
_ROOM_FOR_ONE = threading.Lock()
_MARKER = re.compile(rb"\xff+([^\x00\x01\xd0-\xd8\xff])")  # of those that begin a segment, or end the picture
_START_OF_SCAN, _END_OF_IMAGE = 0xDA, 0xD9
_WHITE = (255, 255, 255)


class NotAPicture(ValueError):
    """The refusal of an upload. `message` is a message id for people, with named places for `values`."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.values = values


@dataclass(frozen=True, slots=True)
class Developed:
    """A picture ready to be stored: the master (JPEG) and, for every one of WIDTHS, a WebP that is at most so wide."""

    master: bytes
    width: int
    height: int
    renditions: dict[int, bytes]

    @property
    def digest(self) -> str:
        """SHA-256 of the master, in hexadecimal."""
        return hashlib.sha256(self.master).hexdigest()


def develop(stream: IO[bytes]) -> Developed:
    """The clean picture that the bytes hold.

    Decoding is done one at a time, so that the memory it takes is taken once. Raises NotAPicture for everything that
    is too large, damaged, moving, or no picture of a format we take.
    """
    data = _read(stream)
    with _ROOM_FOR_ONE:
        try:
            picture = _decode(data)
        except NotAPicture:
            raise
        except Exception as error:  # decoders raise whatever the bytes make them stumble over, MemoryError included
            raise NotAPicture(
                N_("The picture is damaged or incomplete. Save it again and send it once more.")
            ) from error
    return Developed(
        master=_encode(picture, "JPEG", quality=92, subsampling=0),
        width=picture.width,
        height=picture.height,
        renditions=_renditions(picture),
    )


class _InFewReads(BytesIO):
    """The bytes of a file that has to come to the point."""

    reads = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.reads += 1
        if self.reads > MOST_READS:
            raise OSError("a file of too many pieces")
        return super().read(size)


def _read(stream: IO[bytes]) -> bytes:
    data = bytearray()
    while len(data) <= MOST_BYTES and (piece := stream.read(MOST_BYTES + 1 - len(data))):
        data += piece
    if not data:
        raise NotAPicture(N_("The file is empty."))
    if len(data) > MOST_BYTES:
        raise NotAPicture(
            N_("The file is larger than %(most)d MB. Save the picture smaller."), most=MOST_BYTES // MEGABYTE
        )
    return bytes(data)


def _decode(data: bytes) -> Image.Image:
    with _open(data) as image:
        _check(image, data)
        image.load()
        profile = image.info.get("icc_profile")
        picture = _without_holes(image)
        if (times := max(picture.size) // MASTER_SIDE) > 1:
            picture = picture.reduce(times)
    del image  # what it holds is the largest by far, and no longer needed
    picture = _within(picture, MASTER_SIDE / max(picture.size))
    with suppress(Exception):  # the picture may be sound though the notes that came with it cannot be read
        ImageOps.exif_transpose(picture, in_place=True)
    return _fresh(_in_srgb(picture, profile))


def _open(data: bytes) -> Image.Image:
    try:
        return Image.open(_InFewReads(data), formats=DECODERS)
    except UnidentifiedImageError as error:
        raise NotAPicture(
            N_("This is not a picture that we can read. JPEG, PNG, WebP, AVIF and GIF are welcome.")
        ) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large() from error


def _check(image: Image.Image, data: bytes) -> None:
    """Raises NotAPicture (or OSError) when decoding would cost too much; nothing has been decoded yet.

    A JPEG is asked to give no more pixels than the master needs: a half, a quarter or an eighth of them on a side.
    """
    in_full = image.width * image.height
    if in_full > MOST_PIXELS or max(image.size) > LONGEST_SIDE:
        raise _too_large()
    is_jpeg = isinstance(image, JpegImagePlugin.JpegImageFile)
    # Telephones hang a second picture behind a JPEG's first, which alone is meant to be seen.
    if not is_jpeg and getattr(image, "is_animated", False):
        raise NotAPicture(N_("The picture moves. Save one of its frames as a still picture."))
    if is_jpeg:
        times = max(1, max(image.size) // MASTER_SIDE)
        image.draft(None, (max(1, image.width // times), max(1, image.height // times)))
        # In more than one pass, all coefficients are kept until the last, however few pixels come of them.
        kept = in_full * len(image.getbands()) * BYTES_A_COEFFICIENT if _scans(data) > 1 else 0
        memory = image.width * image.height * BYTES_A_PIXEL["JPEG"] + kept
    else:
        alpha = BYTES_FOR_ALPHA if image.has_transparency_data else 0
        memory = in_full * (BYTES_A_PIXEL[str(image.format)] + alpha)
    if memory > MOST_MEMORY:
        raise NotAPicture(N_("The picture is too large for its format. Save it smaller, or as an ordinary JPEG."))


def _too_large() -> NotAPicture:
    return NotAPicture(
        N_("The picture has too many pixels: more than %(most)d million, or %(side)d on a side. Save it smaller."),
        most=MOST_PIXELS // 1_000_000,
        side=LONGEST_SIDE,
    )


def _scans(data: bytes) -> int:
    """How many passes a JPEG asks for; those of a thumbnail inside, or of a picture behind it, do not count."""
    at = scans = 0
    while (found := _MARKER.search(data, at)) and found[1][0] != _END_OF_IMAGE:
        at = found.end() + int.from_bytes(data[found.end() : found.end() + 2])
        scans += found[1][0] == _START_OF_SCAN
        if scans > MOST_SCANS:
            raise OSError("a JPEG of too many scans")
    return scans


def _without_holes(image: Image.Image) -> Image.Image:
    """The picture in grey, RGB or CMYK, still in its own colours, on white where it was transparent."""
    if image.has_transparency_data:
        picture = image if image.mode == "RGBA" else image.convert("RGBA")
        picture.paste(_WHITE, mask=ImageChops.invert(picture.getchannel("A")))
        return picture.convert("RGB")
    if image.mode.startswith("I"):
        return image.point(lambda value: value / 256).convert("L")  # 16 bits of grey
    if image.mode in ("L", "RGB", "CMYK"):
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours as the picture's own profile means them; a profile that is none, or of other colours, counts for none."""
    if profile:
        try:
            theirs, ours = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(picture, theirs, ours, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            return picture.convert("RGB")
        assert converted is not None
        return converted
    return picture.convert("RGB")


def _fresh(picture: Image.Image) -> Image.Image:
    """The pixels and nothing else: what an encoder finds hanging on an image it may write into the file."""
    fresh = Image.new("RGB", picture.size)
    fresh.paste(picture)
    return fresh


def _within(picture: Image.Image, scale: float) -> Image.Image:
    """The picture made smaller by the scale; never larger."""
    if scale >= 1:
        return picture
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    return picture.resize(size, Image.Resampling.LANCZOS)


def _renditions(picture: Image.Image) -> dict[int, bytes]:
    made: dict[int, bytes] = {}
    for width in WIDTHS:
        fits = min(width, picture.width)
        narrower = next((made[other] for other in made if min(other, picture.width) == fits), None)
        made[width] = narrower or _encode(_within(picture, fits / picture.width), "WEBP", quality=80, method=4)
    return made


def _encode(picture: Image.Image, form: str, **options: int) -> bytes:
    file = BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()

"""Pictures in the house: taken in, kept once, handed out in a few widths."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import IO

from flask import current_app

from editorial import record, storage, vietnamese
from editorial.assets import darkroom
from editorial.assets.darkroom import WIDTHS, Developed, NotAPicture
from editorial.db import db, is_writing, now
from editorial.models import Asset, User
from editorial.storage import Storage

__all__ = ["WIDTHS", "NotAPicture", "Prepared", "add", "is_whole", "keep", "prepare", "rendition", "size_of_rendition"]

NAME_MAX = 200
MASTER = "master.jpg"
MASTER_TYPE = "image/jpeg"
_ID = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A picture that is ready to be kept, and the name it came with, fit to be shown."""

    picture: Developed
    name: str


def prepare(stream: IO[bytes], name: str) -> Prepared:
    """Read and redraw an uploaded picture, which takes up to some seconds; nothing is stored yet.

    It comes before the transaction that writes: whoever waits for a decoder must not hold the writer's place. Raises
    NotAPicture, and RuntimeError inside of such a transaction.
    """
    if is_writing() and db.session().in_transaction():
        raise RuntimeError("a picture is prepared before the transaction begins")
    return Prepared(darkroom.develop(stream), _shown(name))


def keep(prepared: Prepared, *, by: User) -> Asset:
    """Store the picture, file before row, and put the upload on record; the same picture is stored once.

    An act of its own, so that the picture survives when the text it was sent with is refused.
    """
    picture, store = prepared.picture, _store()
    digest = picture.digest
    store.put(storage.name_of(digest, MASTER), picture.master)
    for width, data in picture.renditions.items():
        store.put(_name_of_rendition(digest, width), data)
    if already := db.session.get(Asset, digest):
        return already
    asset = Asset(
        id=digest,
        media_type=MASTER_TYPE,
        width=picture.width,
        height=picture.height,
        size=len(picture.master),
        name=prepared.name,
        uploaded_by_id=by.id,
        uploaded_at=now(),
    )
    db.session.add(asset)
    record.add(by, "uploaded", f"asset:{digest[:12]}", asset=digest, name=prepared.name, size=asset.size)
    db.session.commit()
    return asset


def add(stream: IO[bytes], name: str, *, by: User) -> Asset:
    """Take in an uploaded picture: `prepare` and `keep` in one. Raises what they raise."""
    return keep(prepare(stream, name), by=by)


def rendition(asset_id: str, width: int) -> bytes | None:
    """The picture as WebP, at most so wide (one of WIDTHS); None when there is none, whatever was asked for."""
    if width not in WIDTHS or not _ID.fullmatch(asset_id):
        return None
    return _store().read(_name_of_rendition(asset_id, width))


def size_of_rendition(size: tuple[int, int] | None, width: int) -> tuple[int, int]:
    """How large the rendition of a picture of that size is, which may be narrower than asked; (0, 0) when unknown."""
    if size is None:
        return 0, 0
    scale = min(width, size[0]) / size[0]
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def is_whole(asset_id: str) -> bool:
    """Whether the files of the picture are all there, and the master is the one that its name promises."""
    store = _store()
    master = store.read(storage.name_of(asset_id, MASTER))
    if master is None or hashlib.sha256(master).hexdigest() != asset_id:
        return False
    return all(store.exists(_name_of_rendition(asset_id, width)) for width in WIDTHS)


def _store() -> Storage:
    return storage.of(current_app.extensions["editorial"])


def _name_of_rendition(digest: str, width: int) -> str:
    return storage.name_of(digest, f"{width}.webp")


def _shown(name: str) -> str:
    """A file's name as it can be shown: without its folders, and nothing in it that hides or turns the line around."""
    return vietnamese.normalise_line(re.split(r"[/\\]", name)[-1])[:NAME_MAX]

"""Files behind one small interface: named by what they hold, written whole or not at all.

A name is `ab/cd/<sha256>/<variant>`, made by `name_of` and by nothing a user sent. What is put under it never changes,
so putting it again is harmless, and a name that exists is a file that is complete.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from editorial.config import Settings

INCOMING = (
    ".incoming"  # where files are written before they get their names; what a crash leaves is there and nowhere else
)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_VARIANT = re.compile(r"[a-z0-9]{1,20}\.[a-z0-9]{1,5}", re.ASCII)


class BadName(ValueError):
    """A name that `name_of` would not make. Nothing was looked up under it."""


class Storage(Protocol):
    """Where files are kept. What takes a name raises BadName before it touches anything; OSError: the store fails."""

    def put(self, name: str, data: bytes) -> None:
        """Keep the bytes: when this returns they survive a power cut. A name that is taken is left as it is."""
        ...

    def read(self, name: str) -> bytes | None:
        """The bytes, or None when there are none of that name."""
        ...

    def exists(self, name: str) -> bool: ...

    def delete(self, name: str) -> None:
        """Let go of the file; a name that is not there is no fault. The row that points to it has to go first."""
        ...

    def names(self) -> Iterator[str]:
        """Every name that is taken, in no order that means anything."""
        ...

    def is_writable(self) -> bool:
        """Whether something can be written now, found out by writing."""
        ...


def of(settings: Settings) -> Storage:
    """The store of an instance. `config` lets no other kind of address pass than `file:`."""
    return Folder(settings.media)


def name_of(digest: str, variant: str) -> str:
    """The name of one form (`960.webp`) of the thing with this SHA-256. Raises BadName when either is malformed."""
    return _checked(f"{digest[:2]}/{digest[2:4]}/{digest}/{variant}")


def _checked(name: str) -> str:
    parts = name.split("/")
    if len(parts) == 4 and _DIGEST.fullmatch(parts[2]) and _VARIANT.fullmatch(parts[3]):
        digest = parts[2]
        if parts[:2] == [digest[:2], digest[2:4]]:
            return name
    raise BadName(name)


class Folder:
    """A store in one folder of this machine."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, name: str, data: bytes) -> None:
        """Written aside, synced, renamed, and the folders synced: at no moment is there half a file under the name."""
        path = self._path(name)
        if not path.exists():
            written = self._write_aside(data)
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                written.rename(path)
            except OSError:
                written.unlink(missing_ok=True)
                raise
        for folder in path.parents[:4]:  # also when it was there: whoever put it may not have got this far
            _sync(folder)

    def read(self, name: str) -> bytes | None:
        try:
            return self._path(name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def exists(self, name: str) -> bool:
        return self._path(name).exists()

    def delete(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        for path in self.root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*/*"):
            name = path.relative_to(self.root).as_posix()
            with suppress(BadName):  # what others have laid into the folder is not ours to name
                yield _checked(name)

    def is_writable(self) -> bool:
        try:
            self._write_aside(b"probe").unlink()
        except OSError:
            return False
        return True

    def _path(self, name: str) -> Path:
        return self.root / _checked(name)

    def _write_aside(self, data: bytes) -> Path:
        incoming = self.root / INCOMING
        if not incoming.is_dir():
            incoming.mkdir(parents=True, exist_ok=True)
            _sync(self.root.parent)
        descriptor, name = tempfile.mkstemp(dir=incoming)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(descriptor)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
        return Path(name)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

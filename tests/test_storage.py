"""Files are kept whole or not at all, under names that nobody outside can choose."""

from __future__ import annotations

import hashlib
import re
import resource
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from editorial import storage
from editorial.config import Settings
from editorial.storage import BadName, Folder, name_of

DIGEST = hashlib.sha256(b"a picture").hexdigest()
NAME = f"{DIGEST[:2]}/{DIGEST[2:4]}/{DIGEST}/960.webp"


@pytest.fixture
def store(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "not yet" / "media")


def files_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_name_is_made_of_the_digest_and_the_variant() -> None:
    assert name_of(DIGEST, "960.webp") == NAME


def test_what_is_put_is_read_back_until_it_is_deleted(store: Folder) -> None:
    assert store.read(NAME) is None
    assert not store.exists(NAME)
    store.put(NAME, b"\x00 bytes \xff")
    assert store.read(NAME) == b"\x00 bytes \xff"
    assert store.exists(NAME)
    store.delete(NAME)
    store.delete(NAME)
    assert store.read(NAME) is None
    assert list(store.names()) == []


def test_a_file_is_for_the_owner_alone_and_lies_where_its_name_says(store: Folder) -> None:
    store.put(NAME, b"bytes")
    assert files_below(store.root) == [store.root / NAME]
    assert (store.root / NAME).stat().st_mode & 0o777 == 0o600


def test_a_name_that_is_taken_keeps_its_first_bytes(store: Folder) -> None:
    store.put(NAME, b"first")
    store.put(NAME, b"second")
    assert store.read(NAME) == b"first"


def test_the_names_are_those_that_were_put(store: Folder) -> None:
    wanted = {name_of(hashlib.sha256(bytes([n])).hexdigest(), f"{n}.webp") for n in range(20)}
    for name in wanted:
        store.put(name, b"bytes")
    (store.root / "ab" / "cd" / "folder of another").mkdir(parents=True)
    (store.root / "ab" / "cd" / "folder of another" / "file.txt").write_text("not ours")
    (store.root / storage.INCOMING / "left by a crash").write_bytes(b"ha")
    assert sorted(store.names()) == sorted(wanted)


BAD_NAMES = [
    "",
    "960.webp",
    f"../{NAME}",
    f"/{NAME}",
    f"{NAME}\n",
    f"{NAME}\0.webp",
    f"{NAME}/..",
    NAME.upper(),
    NAME.replace("/", "\\"),
    f"00/00/{DIGEST}/960.webp" if not DIGEST.startswith("0000") else f"11/11/{DIGEST}/960.webp",
    f"{DIGEST[:2]}/{DIGEST[2:4]}/{DIGEST}/../960.webp",
    f"{DIGEST[:2]}/{DIGEST[2:4]}/{DIGEST}/.webp",
    f"{DIGEST[:2]}/{DIGEST[2:4]}/{DIGEST}/9６0.webp",
    f"{DIGEST[:2]}/{DIGEST[2:4]}/{DIGEST[:-1]}/960.webp",
    f"{DIGEST[:2]}/{DIGEST[2:4]}/{DIGEST}0/960.webp",
    f"{DIGEST[:2]}/{DIGEST[2:4]}//960.webp",
    f"{storage.INCOMING}/x",
]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_no_other_name_reaches_the_disk(name: str, store: Folder) -> None:
    for touch in (store.read, store.exists, store.delete, lambda bad: store.put(bad, b"bytes")):
        with pytest.raises(BadName):
            touch(name)
    assert not store.root.exists()


@given(digest=some.text("0123456789abcdefABC./٣\n", max_size=66), variant=some.text("a9./\\\n\0 ", max_size=8))
def test_whatever_name_of_makes_stays_below_the_root(digest: str, variant: str) -> None:
    try:
        name = name_of(digest, variant)
    except BadName:
        return
    assert re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{64}/[a-z0-9]+\.[a-z0-9]+", name)


@contextmanager
def files_at_most(size: int) -> Iterator[None]:
    """Let the system refuse to write more than so many bytes into one file, as a full disk would."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_write_that_fails_half_way_leaves_nothing(store: Folder) -> None:
    with files_at_most(10_000), pytest.raises(OSError, match="too large"):
        store.put(NAME, b"x" * 50_000)
    assert files_below(store.root) == []
    store.put(NAME, b"x" * 50_000)
    assert store.read(NAME) == b"x" * 50_000


def test_a_rename_that_fails_leaves_nothing(store: Folder) -> None:
    (store.root / NAME[:2]).parent.mkdir(parents=True)
    (store.root / NAME[:2]).write_text("a file where a folder should be")
    with pytest.raises(NotADirectoryError):
        store.put(NAME, b"bytes")
    assert files_below(store.root / storage.INCOMING) == []


def test_many_at_once_put_one_file(store: Folder) -> None:
    errors: list[Exception] = []
    begin = threading.Barrier(8)

    def put() -> None:
        begin.wait()
        try:
            store.put(NAME, b"the same" * 1000)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=put) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert files_below(store.root) == [store.root / NAME]
    assert store.read(NAME) == b"the same" * 1000


def test_it_says_whether_it_can_be_written_to(store: Folder) -> None:
    assert store.is_writable()
    assert files_below(store.root) == []
    with files_at_most(0):
        assert not store.is_writable()
    assert files_below(store.root) == []


def test_the_settings_say_where_it_is(tmp_path: Path) -> None:
    store = storage.of(Settings(instance=tmp_path, secret_key="", media_url=f"file://{tmp_path}/pictures"))
    store.put(NAME, b"bytes")
    assert (tmp_path / "pictures" / NAME).read_bytes() == b"bytes"

"""Which passwords will do, and that the right one and no other is recognised."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from zxcvbn.frequency_lists import FREQUENCY_LISTS  # type: ignore[import-untyped]

from editorial import passwords
from editorial.app import create_app
from editorial.passwords import Refused
from tests.conftest import settings_for

SENTENCE = "Sông Hậu chảy qua bốn ấp"


@pytest.fixture(autouse=True)
def application(tmp_path: Path) -> Iterator[None]:
    """The parameters of the hash are the application's; its database is not touched."""
    with create_app(settings_for(f"sqlite:///{tmp_path}/untouched.db", tmp_path)).app_context():
        yield


def is_refused(password: str, *guessable: str) -> bool:
    try:
        passwords.hashed(password, *guessable)
    except Refused:
        return True
    return False


def test_the_most_used_passwords_are_refused() -> None:
    """ASVS 5.0, V6.2.4: at least the first 3,000 of those that our other rules let through."""
    usual = [word for word in FREQUENCY_LISTS["passwords"] if len(word) >= passwords.SHORTEST][:3000]
    assert len(usual) == 3000
    taken = [word for word in usual if not is_refused(word)]
    assert not taken


@pytest.mark.parametrize(
    "password",
    ["nora@khetrang.example", "Nguyễn Thị Nora", "nguyễn thị nora", "NguyenThiNora", "noranora", "khetrang1"],
)
def test_what_others_know_of_a_person_is_refused(password: str) -> None:
    assert is_refused(password, "nora@khetrang.example", "Nguyễn Thị Nora")


def test_a_name_may_be_part_of_a_sentence() -> None:
    assert not is_refused("Nora trồng chín cây xoài", "nora@khetrang.example", "Nguyễn Thị Nora")


def test_nothing_is_cut_off_or_folded() -> None:
    long = "Ấp Trung có ba trăm hộ, ấp Hạ có hai trăm hộ. "
    assert len(long.encode()) < 72 < len((long * 2).encode())
    stored = passwords.hashed(long * 2)
    assert not passwords.matches((long * 2)[:-1], stored)
    assert not passwords.matches((long * 2).swapcase(), stored)
    assert passwords.matches(long * 2, stored)


# Long runs of marks are the slowest thing there is to normalise; these would take minutes.
ENDLESS = "a" + "\N{COMBINING DOT BELOW}\N{COMBINING ACUTE ACCENT}" * 500_000


def test_an_endless_password_costs_nothing() -> None:
    began = time.perf_counter()
    with pytest.raises(Refused, match="at most"):
        passwords.hashed(ENDLESS)
    assert not passwords.matches(ENDLESS, passwords._nobodys())
    assert not passwords.matches("\ud800 from a terminal", passwords._nobodys())
    assert time.perf_counter() - began < 1


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text("ắằẩậđơưỗy oaxkz0!", min_size=12, max_size=40),
    st.sampled_from(["NFC", "NFD"]),
    st.sampled_from(["NFC", "NFD"]),
)
def test_a_password_is_the_same_from_every_keyboard(password: str, typed: str, set_with: str) -> None:
    try:
        stored = passwords.hashed(unicodedata.normalize(set_with, password))  # type: ignore[arg-type]
    except Refused:
        return
    assert stored.startswith("$argon2id$")
    assert passwords.matches(unicodedata.normalize(typed, password), stored)  # type: ignore[arg-type]
    assert not passwords.matches(password + "x", stored)


def test_without_an_account_a_password_takes_as_long_and_is_never_right() -> None:
    assert not passwords.matches("nobody's", None)
    parameters = [hash_.split("$")[1:4] for hash_ in (passwords._nobodys(), passwords.hashed(SENTENCE))]
    assert parameters[0] == parameters[1]

"""People: their addresses, passwords and assignments, and where they are signed in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from editorial import accounts, passwords, record
from editorial import db as database
from editorial.accounts import Refused
from editorial.db import db, writing
from editorial.models import Event, SignIn, User
from editorial.workflow import Role
from tests.factories import PASSWORD, Person

pytestmark = pytest.mark.usefixtures("context")
SENTENCE = "Sông Hậu chảy qua bốn ấp"


def person(one: Person) -> User:
    return db.session.get_one(User, one.id)


def last_event() -> tuple[str, str, str]:
    event = db.session.query(Event).order_by(Event.sequence.desc()).first()
    assert event is not None
    return event.action, event.subject, event.detail


def test_a_person_is_added_with_their_assignments() -> None:
    added = accounts.add(
        " Lan.Vu@KheTrang.Example ",
        "Vũ  Thị Lan",
        by=None,
        password=SENTENCE,
        assignments=[(Role.REPORTER, ""), (Role.HEAD, "van-hoa"), (Role.REPORTER, "")],
    )
    db.session.expire_all()
    assert (added.email, added.name) == ("lan.vu@khetrang.example", "Vũ Thị Lan")
    assert added.holds(Role.REPORTER, "kinh-te")
    assert added.holds(Role.HEAD, "van-hoa")
    assert not added.holds(Role.HEAD, "kinh-te")
    assert passwords.matches(SENTENCE, added.password)
    assert last_event()[:2] == ("person-added", f"user:{added.id}")
    assert "khetrang.example" not in last_event()[2], "the record names people by number"


def test_nobody_signs_in_with_an_account_that_has_no_password() -> None:
    added = accounts.add("lan@khetrang.example", "Lan", by=None)
    assert added.password is None
    assert not passwords.matches("", added.password)


@pytest.mark.parametrize("email", ["NORA@khetrang.example", "nora@KHETRANG.EXAMPLE", " nora@khetrang.example"])
def test_one_address_is_one_person(email: str, cast: dict[str, Person]) -> None:
    with pytest.raises(Refused, match="already"):
        accounts.add(email, "Another", by=None)
    found = accounts.find(email)
    assert found is not None
    assert found.id == cast["nora"].id


@pytest.mark.parametrize(
    "email",
    [
        "",
        "nora",
        "nora@",
        "n\N{LATIN SMALL LETTER DOTLESS I}na@khetrang.example",
        "nor\N{CYRILLIC SMALL LETTER A}@khetrang.example",
        "\N{LATIN SMALL LIGATURE FI}na@khetrang.example",
        "nora@khetrang.example\r\nBcc: x@y.example",
        "nora\0@khetrang.example",
        "nora@khetrang.example,omar@khetrang.example",
        "a" * 5000 + "@khetrang.example",
    ],
)
def test_what_is_no_address_is_nobodys(email: str) -> None:
    assert accounts.find(email) is None
    with pytest.raises(Refused):
        accounts.add(email, "Somebody", by=None)


@pytest.mark.parametrize("parts", [{"name": "  "}, {"assignments": [(Role.HEAD, "thể-thao")]}, {"password": "123"}])
def test_a_refused_account_leaves_nothing(parts: dict[str, object]) -> None:
    people, before = db.session.query(User).count(), record.verify()
    with pytest.raises(Refused):
        accounts.add("lan@khetrang.example", by=None, **({"name": "Lan"} | parts))  # type: ignore[arg-type]
    db.session.commit()
    assert db.session.query(User).count() == people
    assert record.verify() == before


WEAK = ["", "1234567", "password", "Matkhau123", "qwertyuiop", "aaaaaaaaaaaa", "nguyenthinora", "Nora2026", "abcdefgh"]
UNFIT = [*WEAK, "x\0y and enough more", "tab\tin between it", "Đ" * 129, "Mười hai con giáp " * 8]


@pytest.mark.parametrize("password", UNFIT)
def test_every_way_that_sets_a_password_refuses_the_same(password: str, cast: dict[str, Person]) -> None:
    nora = person(cast["nora"])
    stored = nora.password
    with pytest.raises(Refused):
        accounts.set_password(nora, password, by=None)
    with pytest.raises(Refused):
        accounts.add("nguyenthinora@nora.example", "Nguyễn Thị Nora", by=None, password=password)
    assert nora.password == stored


@pytest.mark.parametrize(
    "password",
    [SENTENCE, "tám chữ số 8", "correct horse battery", "ngựa🐴 ba chân", "x9#Kq2!v", "Một câu thật dài " * 7],
)
def test_no_rule_asks_for_kinds_of_characters(password: str, cast: dict[str, Person]) -> None:
    accounts.set_password(person(cast["nora"]), password, by=None)
    assert passwords.matches(password, person(cast["nora"]).password)


def test_weaker_hashes_are_renewed_at_sign_in(app: Flask, cast: dict[str, Person]) -> None:
    nora = person(cast["nora"])
    weak = app.extensions["security"].pwd_context.copy(argon2__time_cost=1).hash(PASSWORD)
    nora.password = weak
    db.session.commit()
    assert passwords.renewed(PASSWORD, passwords.hashed(PASSWORD)) is None
    assert accounts.sign_in(nora.id, checked=weak, renewed=passwords.renewed(PASSWORD, weak))
    assert nora.password != weak
    assert passwords.matches(PASSWORD, nora.password)
    assert passwords.renewed(PASSWORD, nora.password) is None


def test_assignments_come_and_go_on_record(cast: dict[str, Person]) -> None:
    omar, ada = person(cast["omar"]), person(cast["ada"])
    accounts.assign(omar, Role.EDITOR, "van-hoa", by=ada)
    events = record.verify().events
    accounts.assign(omar, Role.EDITOR, "van-hoa", by=ada)
    assert record.verify().events == events, "what was there already is no act"
    db.session.expire_all()
    assert omar.holds(Role.EDITOR, "van-hoa")
    assert not omar.holds(Role.EDITOR, "kinh-te")
    accounts.unassign(omar, Role.EDITOR, "van-hoa", by=ada)
    accounts.unassign(omar, Role.EDITOR, "van-hoa", by=ada)
    db.session.expire_all()
    assert not omar.holds(Role.EDITOR, "van-hoa")
    assert last_event() == ("unassigned", f"user:{omar.id}", '{"role":"editor","section":"van-hoa"}')
    assert record.verify().finding is None


def test_a_section_that_does_not_exist_is_refused(cast: dict[str, Person]) -> None:
    with pytest.raises(Refused, match="no section"):
        accounts.assign(person(cast["omar"]), Role.EDITOR, "thể-thao", by=None)


def test_the_last_head_cannot_leave(cast: dict[str, Person]) -> None:
    petra, paul, kim, ada = (person(cast[name]) for name in ("petra", "paul", "kim", "ada"))
    accounts.deactivate(petra, by=ada)
    with pytest.raises(Refused, match="last active head"):
        accounts.deactivate(paul, by=ada)
    with pytest.raises(Refused, match="last active head"):
        accounts.unassign(paul, Role.HEAD, by=ada)
    db.session.expire_all()
    assert paul.active
    assert paul.holds(Role.HEAD, "kinh-te")
    accounts.deactivate(kim, by=ada)  # her one section has Paul still
    accounts.assign(person(cast["edda"]), Role.HEAD, by=ada)
    accounts.deactivate(paul, by=ada)
    db.session.expire_all()
    assert not paul.active


def test_a_head_of_one_section_does_not_stand_in_for_all(cast: dict[str, Person]) -> None:
    accounts.unassign(person(cast["petra"]), Role.HEAD, by=None)
    with pytest.raises(Refused):
        accounts.unassign(person(cast["paul"]), Role.HEAD, by=None)


def test_a_head_of_all_may_give_one_section_back(cast: dict[str, Person]) -> None:
    accounts.deactivate(person(cast["petra"]), by=None)
    accounts.deactivate(person(cast["kim"]), by=None)
    accounts.assign(person(cast["paul"]), Role.HEAD, "van-hoa", by=None)
    accounts.unassign(person(cast["paul"]), Role.HEAD, "van-hoa", by=None)
    assert person(cast["paul"]).holds(Role.HEAD, "van-hoa")


@pytest.fixture
def nora(cast: dict[str, Person]) -> User:
    return person(cast["nora"])


def sign_in(who: User, **others: str) -> str:
    signed_in = accounts.sign_in(who.id, checked=who.password or "", **others)  # type: ignore[arg-type]
    assert signed_in is not None
    return signed_in[1]


def is_in(key: str, who: User) -> bool:
    return accounts.signed_in(key, who.fs_uniquifier) is not None


def test_each_browser_is_signed_in_and_out_by_itself(nora: User) -> None:
    office, phone = sign_in(nora), sign_in(nora)
    assert is_in(office, nora)
    assert is_in(phone, nora)
    accounts.sign_out(nora, office)
    assert not is_in(office, nora)
    assert is_in(phone, nora)
    assert not is_in("", nora)


def test_the_key_is_not_kept(nora: User) -> None:
    key = sign_in(nora)
    row = db.session.query(SignIn).one()
    assert len(key) >= 43  # 256 bits
    assert key not in (row.key_hash, str(row.id))
    assert not is_in(row.key_hash, nora)


def test_one_persons_key_opens_nobody_elses_account(nora: User, cast: dict[str, Person]) -> None:
    key = sign_in(nora)
    assert accounts.signed_in(key, person(cast["petra"]).fs_uniquifier) is None
    accounts.sign_out(person(cast["petra"]), key)
    assert is_in(key, nora)


def test_signing_in_again_takes_the_browsers_former_place(nora: User) -> None:
    first = sign_in(nora)
    second = sign_in(nora, instead_of=first)
    assert not is_in(first, nora)
    assert is_in(second, nora)


def test_a_sign_in_ends_after_a_long_day(nora: User) -> None:
    key, moment = sign_in(nora), database.now()
    with database.at(moment + accounts.LONGEST_SIGN_IN - timedelta(minutes=1)):
        assert is_in(key, nora)
    with database.at(moment + accounts.LONGEST_SIGN_IN + timedelta(minutes=1)):
        assert not is_in(key, nora)
        sign_in(nora)
        assert db.session.query(SignIn).count() == 1, "what is over is removed"


def test_a_new_password_ends_every_sign_in(nora: User) -> None:
    keys, former = [sign_in(nora), sign_in(nora)], nora.fs_uniquifier
    accounts.set_password(nora, SENTENCE, by=nora)
    assert nora.fs_uniquifier != former
    assert not any(accounts.signed_in(key, name) for key in keys for name in (former, nora.fs_uniquifier))
    assert last_event()[:2] == ("password-set", f"user:{nora.id}")


def test_a_closed_account_is_out_at_once_and_cannot_come_back(nora: User) -> None:
    key = sign_in(nora)
    accounts.deactivate(nora, by=None)
    assert not is_in(key, nora)
    assert accounts.sign_in(nora.id, checked=nora.password or "") is None
    nora.active = True
    db.session.commit()
    assert not is_in(key, nora), "an old cookie does not come back to life with the account"


def test_an_account_that_was_closed_by_other_means_is_out_too(nora: User) -> None:
    key = sign_in(nora)
    nora.active = False
    db.session.commit()
    assert not is_in(key, nora)


def test_a_password_that_was_changed_meanwhile_signs_nobody_in(nora: User) -> None:
    checked = nora.password or ""
    accounts.set_password(nora, SENTENCE, by=nora)
    assert accounts.sign_in(nora.id, checked=checked) is None


def test_the_demos_accounts_are_known_by_their_address() -> None:
    assert not accounts.has_demo_accounts()
    added = accounts.add("head@demo.test", "Demo", by=None)
    assert accounts.has_demo_accounts()
    accounts.deactivate(added, by=None)
    assert not accounts.has_demo_accounts()


def test_acts_need_the_writers_place(app: Flask, cast: dict[str, Person]) -> None:
    database.may_write(False)
    db.session.rollback()
    with pytest.raises(RuntimeError):
        accounts.deactivate(person(cast["nora"]), by=None)
    db.session.rollback()
    with writing():
        accounts.deactivate(person(cast["nora"]), by=None)

"""The settings: taken from the file and the environment, and refused in one sentence that gives no secret away."""

from __future__ import annotations

import stat
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from editorial import config
from editorial.config import NoSecretKey, Settings, SettingsError

KEY = "k3y-Of-Many-Random-Characters-0123456789"
WEAK = "changeme-changeme-changeme-changeme-changeme"

Load = Callable[..., Settings]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """`load(toml, EDITORIAL_…=…)`: the settings of an instance with this file and this environment, and no other."""

    def load(toml: str = "", **environ: str) -> Settings:
        if toml:
            (tmp_path / "config.toml").write_text(toml, encoding="utf-8")
        return config.load({"EDITORIAL_INSTANCE": str(tmp_path), "PATH": "/bin", **environ})

    return load


def test_an_instance_that_was_prepared_needs_nothing_else(load: Load, tmp_path: Path) -> None:
    config.write_first(tmp_path, site_url="https://khetrang.example")
    settings = load()
    assert settings.instance == tmp_path
    assert settings.database_url == f"sqlite:///{tmp_path}/editorial.db"
    assert settings.media == tmp_path / "media"
    assert settings.secure
    assert not settings.demo


def test_the_environment_wins_over_the_file(load: Load) -> None:
    toml = f'secret_key = "{KEY}"\nsite_url = "https://one.example"\nproxies = 1'
    settings = load(toml, EDITORIAL_SITE_URL="https://two.example/", EDITORIAL_PROXIES="2")
    assert (settings.site_url, settings.host, settings.proxies) == ("https://two.example", "two.example", 2)
    assert settings.secret_key == KEY


def test_postgresql_is_reached_by_its_usual_address(load: Load) -> None:
    settings = load(EDITORIAL_SECRET_KEY=KEY, EDITORIAL_DATABASE_URL="postgresql://bbt:pw@db.example/editorial")
    assert settings.database_url == "postgresql+psycopg://bbt:pw@db.example/editorial"


def test_old_keys_are_read_from_the_file(load: Load) -> None:
    settings = load(f'secret_key = "{KEY}"\nold_secret_keys = ["{KEY[::-1]}"]')
    assert settings.old_secret_keys == (KEY[::-1],)


@pytest.mark.parametrize(
    ("toml", "environ", "named"),
    [
        ("", {"EDITORIAL_SECRET_KEYS": KEY}, "EDITORIAL_SECRET_KEYS"),
        ("", {"EDITORIAL_DEMO": "true"}, "EDITORIAL_DEMO"),
        (f'secret_key = "{KEY}"\nsite_adress = "https://x.example"', {}, "site_adress"),
        (f'secret_key = "{KEY}"\ninstance = "/elsewhere"', {}, "instance"),
        (f'secret_key = "{KEY}', {}, "config.toml"),
        (f'secret_key = "{WEAK}"', {}, "secret key"),
        ('secret_key = "short-1234567890"', {}, "secret key"),
        ("", {"EDITORIAL_SECRET_KEY": "a" * 100}, "secret key"),
        ("", {"EDITORIAL_SECRET_KEY": KEY, "EDITORIAL_SITE_URL": "khetrang.example"}, "EDITORIAL_SITE_URL"),
        ("", {"EDITORIAL_SECRET_KEY": KEY, "EDITORIAL_SITE_URL": "https://khetrang.example/tin"}, "EDITORIAL_SITE_URL"),
        ("", {"EDITORIAL_SECRET_KEY": KEY, "EDITORIAL_SITE_URL": "ftp://khetrang.example"}, "EDITORIAL_SITE_URL"),
        ("", {"EDITORIAL_SECRET_KEY": KEY, "EDITORIAL_PROXIES": "one"}, "EDITORIAL_PROXIES"),
        ("", {"EDITORIAL_SECRET_KEY": KEY, "EDITORIAL_DATABASE_URL": "mysql://u:pw@h/d"}, "EDITORIAL_DATABASE_URL"),
        ("", {"EDITORIAL_SECRET_KEY": KEY, "EDITORIAL_MEDIA_URL": "s3://pw@bucket"}, "EDITORIAL_MEDIA_URL"),
    ],
)
def test_what_is_wrong_is_named_in_one_sentence_without_its_value(
    load: Load, toml: str, environ: dict[str, str], named: str
) -> None:
    with pytest.raises(SettingsError) as refusal:
        load(toml, **environ)
    said = str(refusal.value)
    assert named in said
    assert said.endswith(".")
    assert "\n" not in said
    for secret in (KEY, WEAK, "short-1234567890", "a" * 100, "pw@"):
        assert secret not in said


def test_an_instance_without_a_key_says_what_to_do(load: Load, tmp_path: Path) -> None:
    with pytest.raises(NoSecretKey, match="editorial init") as refusal:
        load()
    assert refusal.value.instance == tmp_path


def test_a_first_configuration_has_a_key_of_its_own_and_is_its_owners_alone(tmp_path: Path) -> None:
    keys = set()
    for name in ("one", "two"):
        config.write_first(tmp_path / name, demo=True)
        path = tmp_path / name / "config.toml"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        assert values["demo"] is True
        keys.add(values["secret_key"])
    assert len(keys) == 2
    assert min(map(len, keys)) >= 64


def test_a_key_in_use_is_never_replaced(tmp_path: Path) -> None:
    config.write_first(tmp_path)
    before = (tmp_path / "config.toml").read_bytes()
    with pytest.raises(FileExistsError):
        config.write_first(tmp_path)
    assert (tmp_path / "config.toml").read_bytes() == before


def test_other_programs_variables_are_no_business_of_ours(load: Load) -> None:
    assert (
        load(EDITORIAL_SECRET_KEY=KEY, EDITOR="vi", EDITORIAL_DEMO_PASSWORD="read by the demo alone").secret_key == KEY
    )


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("database_url = 7", "database_url"),
        ("proxies = -1", "EDITORIAL_PROXIES"),
        ('demo = "no"', "demo"),
        ("smtp_url = 5", "smtp_url"),
        ('old_secret_keys = "abc"', "old_secret_keys"),
        ("site_url = true", "site_url"),
    ],
)
def test_a_value_of_the_wrong_form_is_refused_with_its_name(load: Load, line: str, name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load(f'secret_key = "{KEY}"\n{line}\n')


def test_a_secret_key_that_is_no_text_is_refused_without_being_shown(load: Load) -> None:
    with pytest.raises(SettingsError) as refusal:
        load("secret_key = 12345678901234567890123456789012345\n")
    assert "12345" not in str(refusal.value)


def test_a_site_address_with_a_name_and_a_password_is_refused(load: Load) -> None:
    with pytest.raises(SettingsError, match="EDITORIAL_SITE_URL"):
        load(EDITORIAL_SECRET_KEY=KEY, EDITORIAL_SITE_URL="https://u:p@portal.example")

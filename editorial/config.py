"""The settings: read once, typed, and refused in one sentence when something is missing, unknown or unsafe."""

from __future__ import annotations

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PREFIX = "EDITORIAL_"
ELSEWHERE = {"EDITORIAL_DEMO_PASSWORD"}  # read by `editorial demo` alone
KEY_LENGTH = 32
ROOT = Path(__file__).resolve().parent.parent


class SettingsError(Exception):
    """A setting that keeps the system from starting. Its text is the one sentence the operator sees."""


class NoSecretKey(SettingsError):
    """An instance that was never prepared. `instance` is its folder."""

    def __init__(self, instance: Path) -> None:
        super().__init__(
            f"There is no secret key in {instance}: run “editorial init”, "
            f"or set EDITORIAL_SECRET_KEY to at least {KEY_LENGTH} random characters."
        )
        self.instance = instance


@dataclass(frozen=True, slots=True)
class Settings:
    instance: Path
    secret_key: str
    database_url: str = ""  # SQLite in the instance folder unless given
    media_url: str = ""  # file:<instance>/media unless given
    site_url: str = "http://127.0.0.1:8000"
    redis_url: str = ""
    smtp_url: str = ""  # mail is written as .eml files into <instance>/mail unless given
    old_secret_keys: tuple[str, ...] = ()  # still read, never used for signing: key rotation
    proxies: int = 0  # how many reverse proxies in front are ours, and may speak for the client
    demo: bool = False

    @property
    def secure(self) -> bool:
        return self.site_url.startswith("https://")

    @property
    def host(self) -> str:
        return urlsplit(self.site_url).netloc

    @property
    def media(self) -> Path:
        return Path(urlsplit(self.media_url).path)

    @property
    def mail(self) -> Path:
        return self.instance / "mail"


def load(environ: Mapping[str, str] = os.environ, instance: Path | None = None) -> Settings:
    """The settings of one instance: `config.toml` in its folder, then the environment on top.

    Raises SettingsError, with one sentence that names the setting, when one is unknown, missing or wrong. The text of a
    secret is never part of it.
    """
    folder = (instance or Path(environ.get("EDITORIAL_INSTANCE") or ROOT / "instance")).resolve()
    known = {field.name for field in fields(Settings)} - {"instance"}
    values = _from_file(folder / "config.toml", known)
    from_environment = known - {"demo", "old_secret_keys"}  # a list and a mark belong in the file
    for name, value in environ.items():
        if not name.startswith(PREFIX) or name in ELSEWHERE or name == "EDITORIAL_INSTANCE":
            continue
        key = name.removeprefix(PREFIX).lower()
        if key not in from_environment:
            raise SettingsError(f"{name} is not a setting of this system; remove it or correct its spelling.")
        values[key] = value
    return _checked(folder, values)


def _from_file(path: Path, known: set[str]) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}.") from error
    if unknown := sorted(set(values) - known):
        raise SettingsError(f"{path} holds “{unknown[0]}”, which is not a setting of this system.")
    return values


def _checked(folder: Path, values: dict[str, Any]) -> Settings:
    _check_forms(values)
    if not values.get("secret_key"):
        raise NoSecretKey(folder)
    if len(values["secret_key"]) < KEY_LENGTH or len(set(values["secret_key"])) < 10:
        raise SettingsError(f"The secret key is too weak: it needs at least {KEY_LENGTH} random characters.")
    if not str(values.get("proxies", 0)).isdecimal():
        raise SettingsError("EDITORIAL_PROXIES has to be the number of reverse proxies in front.")
    values["proxies"] = int(values.get("proxies", 0))
    values["old_secret_keys"] = tuple(values.get("old_secret_keys", ()))
    values["database_url"] = values.get("database_url") or f"sqlite:///{folder / 'editorial.db'}"
    values["media_url"] = values.get("media_url") or f"file://{folder / 'media'}"
    if values["database_url"].startswith("postgresql://"):
        values["database_url"] = values["database_url"].replace("postgresql://", "postgresql+psycopg://", 1)
    if not values["database_url"].startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingsError("EDITORIAL_DATABASE_URL has to begin with sqlite:/// or postgresql://.")
    if not values["media_url"].startswith("file:///"):
        raise SettingsError("EDITORIAL_MEDIA_URL has to begin with file:/// and name a folder.")
    site = urlsplit(values.get("site_url", "http://127.0.0.1:8000"))
    if (
        site.scheme not in ("http", "https")
        or not site.hostname
        or "@" in site.netloc
        or site.path not in ("", "/")
        or site.query
    ):
        raise SettingsError("EDITORIAL_SITE_URL has to be the site's own address, such as https://khetrang.example.")
    values["site_url"] = f"{site.scheme}://{site.netloc}"
    return Settings(instance=folder, **values)


def _check_forms(values: dict[str, Any]) -> None:
    """Raises SettingsError on a value of another form than its setting has: a number for a text, a text for a list."""
    for name, value in values.items():
        if name == "demo":
            fits = isinstance(value, bool)
        elif name == "old_secret_keys":
            fits = isinstance(value, list) and all(isinstance(key, str) for key in value)
        else:
            fits = isinstance(value, str) or (name == "proxies" and type(value) is int)
        if not fits:
            raise SettingsError(f"The setting “{name}” has the wrong form: see README.md for what it takes.")


def write_first(folder: Path, **values: str | bool) -> None:
    """Write the `config.toml` of a new instance, with a fresh secret key, readable by its owner alone.

    Raises FileExistsError when there is one already: a key in use is never replaced.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f'secret_key = "{secrets.token_urlsafe(48)}"']
    for name, value in values.items():
        lines.append(f"{name} = {str(value).lower()}" if isinstance(value, bool) else f'{name} = "{value}"')
    descriptor = os.open(folder / "config.toml", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")

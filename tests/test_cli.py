"""The command, run as an operator runs it: what it prints, its exit code, and that a refusal is one clear sentence."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from pysqlite3 import dbapi2 as sqlite

from editorial import workflow

Run = Callable[..., subprocess.CompletedProcess[str]]
EXAMPLE = Path(__file__).parents[1] / "docs/site.example.toml"


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance as `editorial init --site` leaves it, made once: every test takes a copy."""
    folder = tmp_path_factory.mktemp("prepared")
    _run_in(folder, "init", "--site", str(EXAMPLE))
    return folder


@pytest.fixture
def ready(prepared: Path, tmp_path: Path) -> None:
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """`run("init", EDITORIAL_X="…")` in an instance of its own; `ok=False` for what has to be refused."""
    return partial(_run_in, tmp_path)


def _run_in(
    folder: Path, *arguments: str, ok: bool = True, given: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("EDITORIAL_")}
    done = subprocess.run(
        [str(Path(sys.executable).parent / "editorial"), *arguments],
        env=bare | {"EDITORIAL_INSTANCE": str(folder)} | environment,
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode == 0) is ok, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


def change(folder: Path, *statements: str) -> None:
    with closing(sqlite.connect(folder / "editorial.db")) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_a_new_instance_is_prepared_once_and_its_key_is_kept(run: Run, tmp_path: Path) -> None:
    first = run("init")
    assert "SQLite" in first.stdout
    assert "synchronous 2" in first.stdout, "every commit is on the disk"
    config = tmp_path / "config.toml"
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    key = config.read_text()
    run("init")
    assert config.read_text() == key
    assert run("check").stdout.endswith("Everything is in order.\n")
    assert "whole: 0 events" in run("verify-record").stdout


def test_a_fresh_instance_has_no_account(run: Run, tmp_path: Path) -> None:
    run("init")
    with closing(sqlite.connect(tmp_path / "editorial.db")) as connection:
        assert connection.execute("SELECT count(*) FROM user").fetchone() == (0,)


@pytest.mark.parametrize(
    ("was_prepared", "environment", "says"),
    [
        (False, {}, "no secret key"),
        (True, {"EDITORIAL_SECRETKEY": "x"}, "EDITORIAL_SECRETKEY is not a setting"),
        (True, {"EDITORIAL_SECRET_KEY": "secret"}, "too weak"),
        (True, {"EDITORIAL_DATABASE_URL": "mysql://x"}, "EDITORIAL_DATABASE_URL"),
        (True, {"EDITORIAL_SITE_URL": "portal.example"}, "EDITORIAL_SITE_URL"),
    ],
)
def test_a_start_with_wrong_settings_is_refused_in_one_sentence(
    run: Run, was_prepared: bool, environment: dict[str, str], says: str, request: pytest.FixtureRequest
) -> None:
    if was_prepared:
        request.getfixturevalue("ready")
    refusal = run("serve", "--port", "1", ok=False, **environment)
    assert says in refusal.stderr
    assert refusal.stderr.count("\n") == 1


@pytest.mark.usefixtures("ready")
def test_a_start_with_the_demos_accounts_is_refused(run: Run) -> None:
    run("user", "add", "reporter@demo.test", "--name", "Ai đó", "--role", "reporter", given="mật khẩu đủ dài\n" * 2)
    assert "demo's accounts" in run("serve", ok=False).stderr


@pytest.mark.usefixtures("ready")
def test_a_start_on_old_tables_is_refused(run: Run, tmp_path: Path) -> None:
    change(tmp_path, "DELETE FROM alembic_version")
    assert "editorial init" in run("serve", ok=False).stderr


@pytest.mark.usefixtures("ready")
def test_the_demo_is_kept_apart_from_an_instance_in_earnest(run: Run) -> None:
    assert "not a demo instance" in run("demo", ok=False).stderr


@pytest.mark.usefixtures("ready")
def test_people_are_added_with_roles_for_all_sections_or_for_one(run: Run) -> None:
    password = "một mật khẩu đủ dài\n" * 2
    run("user", "add", "head@portal.example", "--name", "Trưởng Ban", "--role", "head", given=password)
    run("user", "add", "e@portal.example", "--name", "Biên tập", "--role", "editor:thong-bao", given=password)
    for arguments, says in [
        (("head@portal.example", "--name", "X", "--role", "head"), "already"),
        (("x@portal.example", "--name", "X", "--role", "king"), "no role"),
        (("x@portal.example", "--name", "X", "--role", "editor:khong-co"), "no section"),
        (("not an address", "--name", "X", "--role", "editor"), "not an e-mail address"),
    ]:
        assert says in run("user", "add", *arguments, ok=False, given=password).stderr
    assert "whole: 3 events" in run("verify-record").stdout


@pytest.mark.usefixtures("ready")
def test_a_weak_password_is_refused_on_the_command_line_too(run: Run) -> None:
    run("user", "add", "a@portal.example", "--name", "A", "--role", "head", ok=False, given="password\n" * 2)


def test_what_frames_the_articles_is_taken_over_and_brought_up_to_date(run: Run, tmp_path: Path) -> None:
    assert "entered: section thong-bao" in run("init", "--site", str(EXAMPLE)).stdout
    assert "entered" not in run("init", "--site", str(EXAMPLE)).stdout
    changed = tmp_path / "site.toml"
    changed.write_text(EXAMPLE.read_text().replace('"Tin hoạt động"', '"Tin tức"'))
    assert run("init", "--site", str(changed)).stdout.count("entered") == 1


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("[[section]]\nname = 'Tin'", "needs “slug”"),
        ("[[section]]\nslug = 'tin'", "needs “name”"),
        ("[[section]]\nslug = 'tin'\nname = 'Tin'\ncolour = 'red'", "no “colour”"),
        ("[[slogan]]\nvalid_from = 'hôm nay'\ntext = 'x'", "needs a day"),
        ("[[imprint]]\nvalid_from = 2025-07-01\noutlet = 'x'", "needs “owner”"),
        ("[[motto]]\ntext = 'x'", "“motto” is not known"),
        ("not toml", "site.toml"),
    ],
)
def test_a_wrong_frame_is_refused_with_its_entry(run: Run, tmp_path: Path, wrong: str, says: str) -> None:
    path = tmp_path / "site.toml"
    path.write_text(wrong)
    assert says in run("init", "--site", str(path), ok=False).stderr


@pytest.mark.usefixtures("ready")
def test_a_record_that_was_touched_is_named_and_fails(run: Run, tmp_path: Path) -> None:
    run(
        "user",
        "add",
        "head@portal.example",
        "--name",
        "Trưởng Ban",
        "--role",
        "head",
        given="một mật khẩu đủ dài\n" * 2,
    )
    change(tmp_path, "DROP TRIGGER event_no_update", "UPDATE event SET detail = '{}'")
    assert "broken at event 1" in run("verify-record", ok=False).stderr
    assert "event 1" in run("check", ok=False).stdout


def test_the_diagram_is_the_tables(run: Run) -> None:
    assert run("diagram").stdout == workflow.diagram()

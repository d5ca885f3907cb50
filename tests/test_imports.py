"""The floors of the house: imports run downhill, go in no circle, and only `web` knows HTTP."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# From the ground up. A module may import from its own floor and from those above it in this table, never from below.
# fmt: off
FLOORS = (
    ("pure",     "words vietnamese markup citations paper manuscript compare workflow credit"),
    ("ground",   "config db storage"),
    ("models",   "models"),
    ("register", "archive record outbox"),
    ("acts",     "accounts articles assets catalogue documents feedback passwords posters register search site"
                 " statistics topics worklist"),
    ("later",    "jobs"),
    ("web",      "web"),
    ("wiring",   "app cli demo migrations serving tables"),
)
# Of web: each knows its own audience and what all share, never another.
ROOMS = "account admin api desk public republish"
# fmt: on

FLOOR_OF = {module: number for number, (_, modules) in enumerate(FLOORS) for module in modules.split()}
PURE, WEB = FLOORS[0][1].split(), FLOOR_OF["web"]
ABOUT_REQUESTS = {
    "flask": {
        "Blueprint",
        "Request",
        "Response",
        "abort",
        "after_this_request",
        "flash",
        "g",
        "get_flashed_messages",
        "jsonify",
        "make_response",
        "redirect",
        "render_template",
        "render_template_string",
        "request",
        "send_file",
        "send_from_directory",
        "session",
        "stream_template",
        "url_for",
    },
    "flask_login": {"current_user", "login_user", "logout_user"},
    "flask_security": {"current_user", "login_user", "logout_user"},
    "flask_wtf": {"FlaskForm", "Form"},
    "wtforms": {"Form"},
}


def modules() -> dict[str, Path]:
    """All of the package, by dotted name; a package bears the name of its folder."""
    found = {}
    for path in sorted((ROOT / "editorial").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def names_imported(source: str) -> Iterator[tuple[str, str]]:
    """Every (module, name) that is imported anywhere: within functions and for the type checker only as well."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "relative imports hide where they lead"
            yield from ((node.module or "", alias.name) for alias in node.names)


def modules_imported(source: str, known: set[str]) -> set[str]:
    """Which of the package's own modules it imports: `from editorial import db` means `editorial.db`."""
    own = set()
    for module, name in names_imported(source):
        if module.partition(".")[0] == "editorial":
            own.add(f"{module}.{name}" if f"{module}.{name}" in known else module)
    return own


MODULES = modules()
IMPORTS = {module: modules_imported(path.read_text("utf-8"), set(MODULES)) for module, path in MODULES.items()}


def floor(module: str) -> int:
    """The package itself lies below everything; what has no floor yet counts as the topmost."""
    return FLOOR_OF.get(module.split(".")[1], len(FLOORS)) if "." in module else -1


def room(module: str) -> str:
    parts = module.split(".")
    return parts[2] if len(parts) > 2 and parts[1] == "web" and parts[2] in ROOMS.split() else ""


def test_every_module_has_a_floor() -> None:
    homeless = {name.split(".")[1] for name in MODULES if "." in name} - set(FLOOR_OF)
    assert not homeless, f"Say in FLOORS, in tests/test_imports.py, on which floor these stand: {sorted(homeless)}"


@pytest.mark.parametrize("module", MODULES)
def test_imports_run_downhill(module: str) -> None:
    uphill = sorted(other for other in IMPORTS[module] if floor(other) > floor(module))
    assert not uphill, f"{module} is on the floor “{FLOORS[floor(module)][0]}”, below {uphill}"


@pytest.mark.parametrize("module", [module for module in MODULES if module.startswith("editorial.web")])
def test_the_rooms_of_the_web_do_not_know_each_other(module: str) -> None:
    others = sorted(other for other in IMPORTS[module] if room(other) not in ("", room(module)))
    assert not others, f"{module} imports {others}: what two rooms share lies beside them, in editorial/web"


def test_no_import_goes_in_a_circle() -> None:
    # That a package gathers its own modules makes no circle: they may know the package that they are part of.
    graph = {
        module: {other for other in others if not other.startswith(f"{module}.")} - {module}
        for module, others in IMPORTS.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(reversed(error.args[1])))


@pytest.mark.parametrize("module", [module for module in MODULES if floor(module) < WEB])
def test_only_the_web_knows_about_requests(module: str) -> None:
    for source, name in names_imported(MODULES[module].read_text("utf-8")):
        package = source.partition(".")[0]
        assert name not in ABOUT_REQUESTS.get(package, set()), f"{module} imports {name} from {source}"
        assert name or package not in ABOUT_REQUESTS, f"{module} imports all of {source}: name what it needs"


def test_the_pure_modules_load_no_framework() -> None:
    script = "import sys, {}; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))".format(
        ", ".join(f"editorial.{name}" for name in PURE)
    )
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert not ran.returncode, ran.stderr
    frameworks = {"alembic", "flask", "flask_babel", "flask_sqlalchemy", "jinja2", "sqlalchemy", "werkzeug"}
    assert not frameworks & set(ran.stdout.split())


@pytest.mark.parametrize(
    ("folder", "locks"),
    [("editorial", ["requirements.txt"]), ("tests", ["requirements.txt", "requirements-dev.txt"])],
)
def test_every_package_that_is_imported_is_locked(folder: str, locks: list[str]) -> None:
    text = "\n".join((ROOT / lock).read_text("utf-8") for lock in locks)
    locked = set(re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE))
    sources = (path.read_text("utf-8") for path in (ROOT / folder).rglob("*.py"))
    imported = {module.partition(".")[0] for source in sources for module, _ in names_imported(source)}
    brought_by = packages_distributions()
    unlocked = {
        name
        for name in imported - set(sys.stdlib_module_names) - {"editorial", "tests"}
        if not locked & {re.sub(r"[-_.]+", "-", package).lower() for package in brought_by.get(name, [])}
    }
    assert not unlocked, f"Name these in pyproject.toml, then “make lock”: {sorted(unlocked)}"


def test_hidden_imports_count() -> None:
    source = """
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from editorial import db
def late():
    import editorial.models.people
    from editorial.models import people, Article
"""
    known = {"editorial", "editorial.db", "editorial.models", "editorial.models.people"}
    assert modules_imported(source, known) == {"editorial.db", "editorial.models", "editorial.models.people"}


@pytest.mark.parametrize("module", sorted(MODULES))
def test_no_possessive_repetition_of_a_group(module: str) -> None:
    """Python before 3.11.5, Debian 12's own among them, matches these wrongly (CPython issue 106052)."""
    assert not re.search(r"\)(?:[*+?]|\{[0-9,]+\})\+", MODULES[module].read_text("utf-8"))

"""The command `editorial`: set an instance up, serve it, look after its people and its record."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click
from flask import Flask

from editorial import accounts, assets, config, jobs, record, search, site, statistics, tables, workflow
from editorial.app import create_app, start
from editorial.config import Settings, SettingsError
from editorial.db import db, describe, writing
from editorial.demo import board
from editorial.models import Asset
from editorial.workflow import Role


def main() -> None:
    """The entry point: a wrong setting is one sentence and exit code 1, never a traceback."""
    try:
        cli()
    except SettingsError as error:
        _refuse(str(error))


@click.group()
def cli() -> None:
    """The editorial desk and portal."""


@cli.command()
@click.option(
    "--site",
    "site_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Sections, imprint and slogan, as TOML.",
)
def init(site_file: Path | None) -> None:
    """Prepare the instance: its secret key, its tables, and what frames the articles. Run it again after every
    update.
    """
    settings = _settings_or_first()
    with _application(settings):
        tables.upgrade()
        if site_file:
            _take_over(site_file)
        if search.is_empty() and search.lacking():
            _reindex()
        click.echo(f"{settings.instance} is ready: {describe()}.")


@cli.command()
def demo() -> None:
    """Prepare a demo instance with a made-up board, and print its accounts. A board that is there already stays."""
    settings = _settings_or_first(demo=True)
    if not settings.demo:
        _refuse(f"{settings.instance} is not a demo instance: name another folder with EDITORIAL_INSTANCE.")
    with _application(settings):
        tables.upgrade()
        with writing():
            accounts_made = board.prepare(settings)
    click.echo("Demo accounts (one password for all):")
    for email, what in accounts_made.people:
        click.echo(f"  {email:<24} {what}")
    click.echo(f"  password: {accounts_made.password}")


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 64), help="Threads in each process.")
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the site, and do beside it what is due: releases and mail."""
    from editorial import serving  # the server is needed here only, and costs every other command its start

    start(config.load())
    address = f"http://{host}:{port}"
    serving.serve(
        host,
        port,
        workers,
        threads,
        lambda: click.echo(f"Serving on {address}/ (staff: {address}/desk/). Stop with Ctrl+C."),
    )


@cli.command()
def work() -> None:
    """Do what is due, releases and mail, until stopped: beside a server that was not started by “editorial serve”."""
    jobs.run(start(config.load()))


@cli.group()
def user() -> None:
    """The board's people."""


@user.command("add")
@click.argument("email")
@click.option("--name", required=True, help="As it stands in the history.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    help="reporter, editor, head or admin; “editor:van-hoa” for one section only.",
)
@click.option("--unit", default="", help="Where the person works.")
@click.option("--pen-name", default="", help="The byline used by default.")
@click.password_option()
def add_user(email: str, name: str, roles: tuple[str, ...], unit: str, pen_name: str, password: str) -> None:
    """Add a person with one or more roles. The password is asked for, or read from standard input."""
    assignments = [_assignment(role) for role in roles]
    with _application(config.load()), writing():
        try:
            accounts.add(email, name, by=None, password=password, assignments=assignments, unit=unit, pen_name=pen_name)
        except accounts.Refused as error:
            _refuse(error.message % error.values)
    click.echo(f"{name} can sign in as {email}.")


@cli.command()
@click.option(
    "--start-at",
    type=click.IntRange(0, statistics.MOST_BEFORE),
    help="What an older site had counted; what was counted here comes on top.",
)
def visits(start_at: int | None) -> None:
    """Say how many people have visited the site; go on from the number of an older one."""
    with _application(config.load()):
        if start_at is not None:
            with writing():
                statistics.start_at(start_at, by=None)
        counted = statistics.numbers()
        click.echo(f"Visits by people: {counted.today} today, {counted.month} this month, {counted.total} in all.")


@cli.command()
def verify_record() -> None:
    """Go through the record's chain; the first row that is wrong is named, with exit code 1."""
    with _application(config.load()):
        verdict = record.verify()
    if verdict.finding:
        where, what = verdict.finding.where, verdict.finding.what
        _refuse(f"The record is broken at {where}: {what}. {verdict.events} events before it are sound.")
    click.echo(f"The record is whole: {verdict.events} events. Newest hash: {verdict.head}")
    click.echo("Keep this hash outside of the system: events cut off at the end show by it alone.")


@cli.command()
def reindex() -> None:
    """Make the index of the readers' search anew from what is public. They find what they found until it is done."""
    with _application(config.load()):
        _reindex()


@cli.command()
def diagram() -> None:
    """Print the workflow as a Mermaid diagram, as it stands in README.md."""
    click.echo(workflow.diagram(), nl=False)


@cli.command()
def check() -> None:
    """Check the whole instance: database, record, pictures and their files. Exit code 1 when something is wrong."""
    with _application(config.load()) as app:
        wrong = list(_wrong(app))
        click.echo(describe())
    for fault in wrong:
        click.echo(f"Wrong: {fault}")
    if wrong:
        sys.exit(1)
    click.echo("Everything is in order.")


def _wrong(app: Flask) -> Iterator[str]:
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            if (said := connection.exec_driver_sql("PRAGMA integrity_check").scalar()) != "ok":
                yield f"the database file is damaged: {said}"
            for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
                yield f"{table} {row} points to a row of {parent} that is not there"
    if finding := record.verify().finding:
        yield f"the record, at {finding.where}: {finding.what}"
    for (asset_id,) in db.session.execute(db.select(Asset.id)):
        if not assets.is_whole(asset_id):
            yield f"the files of picture {asset_id} are missing or damaged"
    if lacking := search.lacking():
        yield f"the search does not find {lacking} articles as they are now: run “editorial reindex”"
    if late := jobs.overdue():
        yield f"{late} scheduled texts should have been released: is “editorial work” or “editorial serve” running?"


@contextmanager
def _application(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    with app.app_context():
        yield app


def _settings_or_first(demo: bool = False) -> Settings:
    """The settings; a new instance gets its configuration first."""
    try:
        return config.load()
    except config.NoSecretKey as error:
        config.write_first(error.instance, **({"demo": True} if demo else {}))
        return config.load()


def _reindex() -> None:
    with writing():
        click.echo(f"The search finds {search.rebuild()} articles.")


def _take_over(path: Path) -> None:
    try:
        with writing():
            for line in site.apply(tomllib.loads(path.read_text(encoding="utf-8")), by=None):
                click.echo(f"entered: {line}")
    except (site.SiteError, tomllib.TOMLDecodeError) as error:
        _refuse(f"{path}: {error}")


def _assignment(role: str) -> tuple[Role, str]:
    name, _, section = role.partition(":")
    try:
        return Role(name), section
    except ValueError:
        raise click.BadParameter(f"“{name}” is no role; there are {', '.join(Role)}.", param_hint="--role") from None


def _refuse(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(1)

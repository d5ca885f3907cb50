"""Old addresses by the hundred: a CSV text of `old,new` lines, checked as a whole before a single one is kept."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import select

from editorial import vietnamese
from editorial.db import db
from editorial.manuscript import Fault
from editorial.models import Redirect, User
from editorial.site import acts
from editorial.site.kinds import KINDS, Refused
from editorial.site.rules import old_address
from editorial.words import N_

MOST_LINES = 5000
TOO_LARGE = N_("The file is too large. Send it in parts.")
NOT_UTF8 = N_("The file is no text in UTF-8. Save it as “CSV UTF-8”.")
TOO_MANY = N_("These are more than %(most)d lines. Send them in parts.")
MOST_LISTED = 200  # refused lines in a report; a file with more of them is another file


@dataclass(frozen=True, slots=True)
class RefusedLine:
    number: int
    text: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the lines: `taken` are new, `known` led there already, `refused` say why."""

    taken: int
    known: int
    refused: list[RefusedLine]


def take_redirects(text: str, *, by: User | None, once: str | None = None) -> Report:
    """Keep the lines that may be kept, in one act; the report names the others. Raises NotAllowed or Refused.

    A first line of column names is passed over. Loops and chains are refused, those among the lines too.
    """
    kind = KINDS["redirects"]
    acts.check_may(kind, by)
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        raise Refused(
            Fault("text", N_("These are more than %(most)d lines. Send them in parts."), {"most": MOST_LINES})
        )
    stand = {row.source: row.target for row in db.session.execute(select(Redirect.source, Redirect.target))}
    targets = {_bare(target) for target in stand.values()}
    made: list[Redirect] = []
    known, refused = 0, []
    for number, line in enumerate(lines, start=1):
        cells = _cells(line)
        if cells == [] or (number == 1 and not any("/" in cell for cell in cells)):
            continue
        try:
            if len(cells) not in (2, 3):
                raise Refused(Fault("", N_("A line is an old address, a comma, and a path of this site.")))
            wanted = kind.read(dict(zip(("source", "target", "note"), cells, strict=False)))
            source, target = old_address(wanted["source"]), wanted["target"]
            if stand.get(source) == target:
                known += 1
                continue
            _check(source, _bare(target), stand, targets)
        except Refused as refusal:
            refused.append(RefusedLine(number, line[:200], refusal.faults[0]))
            continue
        stand[source] = target
        targets.add(_bare(target))
        made.append(Redirect(source=source, target=target, note=wanted["note"]))
    if made:
        acts.record_imported(made, by=by, once=once)
    return Report(len(made), known, refused)


def _check(source: str, target: str, stand: dict[str, str], targets: set[str]) -> None:
    """As `rules` has it for one, against what stands there and the lines before. Raises Refused."""
    if not source.startswith("/") or source.startswith("//") or source == "/" or any(c in source for c in " \\"):
        raise Refused(Fault("source", N_("This is no old address.")))
    if source == target:
        raise Refused(Fault("target", N_("It would lead to itself.")))
    if source in stand:
        raise Refused(Fault("source", N_("This old address leads somewhere already. Change that entry.")))
    if target in stand or source in targets:
        raise Refused(Fault("target", N_("It would be a step of a chain: name the page where it ends.")))


def _cells(line: str) -> list[str]:
    """One line as a spreadsheet saves it: commas, semicolons or tabs between, quotation marks where needed."""
    mark = next((mark for mark in "\t;," if mark in line), ",")
    try:
        cells = next(csv.reader(io.StringIO(line), delimiter=mark), [])
    except csv.Error:
        return [line]
    cells = [vietnamese.normalise_line(cell) for cell in cells]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _bare(target: str) -> str:
    return urlsplit(target)._replace(fragment="").geturl()

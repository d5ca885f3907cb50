"""What frames the articles, and everything that may be done to it: described in `kinds`, done in `acts`."""

from editorial.site.acts import (
    Change,
    Stale,
    add,
    change,
    changes,
    check_may,
    find,
    fingerprint,
    history,
    move,
    plain,
    remove,
    rows,
    undo,
)
from editorial.site.file import SiteError, apply
from editorial.site.importing import NOT_UTF8, TOO_LARGE, Report, take_redirects
from editorial.site.kinds import KINDS, NEEDED, Field, Kind, Refused, Sort, kind_of
from editorial.site.pictures import pictures, shows
from editorial.site.rules import check, old_address

__all__ = [
    "KINDS",
    "NEEDED",
    "NOT_UTF8",
    "TOO_LARGE",
    "Change",
    "Field",
    "Kind",
    "Refused",
    "Report",
    "SiteError",
    "Sort",
    "Stale",
    "add",
    "apply",
    "change",
    "changes",
    "check",
    "check_may",
    "find",
    "fingerprint",
    "history",
    "kind_of",
    "move",
    "old_address",
    "pictures",
    "plain",
    "remove",
    "rows",
    "shows",
    "take_redirects",
    "undo",
]

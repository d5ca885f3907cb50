"""Rows that are never changed once written. The session refuses here; a trigger in the database refuses everybody
else.
"""

from __future__ import annotations

from typing import Any, NoReturn

from sqlalchemy import event

from editorial.db import Model


class Final(Exception):
    """Somebody tried to change or remove what is kept for good."""


def keep(*models: type[Model]) -> None:
    for model in models:
        event.listen(model, "before_update", _refuse)
        event.listen(model, "before_delete", _refuse)


def _refuse(_mapper: Any, _connection: Any, row: Model) -> NoReturn:
    raise Final(f"a row of “{row.__tablename__}” is kept as it was written")

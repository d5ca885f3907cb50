"""The only place that knows HTTP."""

from __future__ import annotations

from typing import cast

from flask import current_app

from editorial.config import Settings


def settings() -> Settings:
    """The settings that the running application was created with."""
    return cast(Settings, current_app.extensions["editorial"])

"""Mails that more than one place of the site sends."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app, render_template, url_for
from flask_babel import force_locale, gettext
from flask_security.recoverable import generate_reset_password_token

from editorial.models import User
from editorial.web import settings


def reset(person: User, language: str) -> tuple[str, str]:
    """Subject and text of the mail with a link for a new password."""
    within: timedelta = current_app.config["SECURITY_RESET_PASSWORD_WITHIN"]
    link = settings().site_url + url_for("account.reset", token=generate_reset_password_token(person))
    with force_locale(language):
        body = render_template(
            "account/mail/reset.txt", person=person, link=link, hours=int(within.total_seconds() // 3600)
        )
        return gettext("Set a new password"), body

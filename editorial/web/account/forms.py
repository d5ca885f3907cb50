"""What the account pages ask. Whether a password will do is for `editorial.passwords` to say, in every form alike."""

from __future__ import annotations

from typing import ClassVar

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField
from wtforms.validators import EqualTo, InputRequired


class SameAs(EqualTo):
    """The other field once more. An empty one is never the same, so the page marks it as required."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}


HOW_TO_CHOOSE = _l("At least 8 characters, of any kind; spaces are welcome. A sentence is easy to remember.")


class SignInForm(FlaskForm):
    email = EmailField(
        _l("E-mail address"),
        [InputRequired(_l("Enter your e-mail address."))],
        render_kw={"autocomplete": "username", "maxlength": 255},
    )
    password = PasswordField(
        _l("Password"), [InputRequired(_l("Enter your password."))], render_kw={"autocomplete": "current-password"}
    )


class ForgotForm(FlaskForm):
    email = EmailField(
        _l("E-mail address"),
        [InputRequired(_l("Enter your e-mail address."))],
        render_kw={"autocomplete": "username", "maxlength": 255},
    )


class ResetForm(FlaskForm):
    password = PasswordField(
        _l("New password"),
        [InputRequired(_l("Enter a new password."))],
        description=HOW_TO_CHOOSE,
        render_kw={"autocomplete": "new-password"},
    )
    password_confirm = PasswordField(
        _l("New password, once more"),
        [SameAs("password", _l("The two passwords differ."))],
        render_kw={"autocomplete": "new-password"},
    )


class ChangeForm(FlaskForm):
    password = PasswordField(
        _l("Present password"),
        [InputRequired(_l("Enter your present password."))],
        render_kw={"autocomplete": "current-password"},
    )
    new_password = PasswordField(
        _l("New password"),
        [InputRequired(_l("Enter a new password."))],
        description=HOW_TO_CHOOSE,
        render_kw={"autocomplete": "new-password"},
    )
    new_password_confirm = PasswordField(
        _l("New password, once more"),
        [SameAs("new_password", _l("The two passwords differ."))],
        render_kw={"autocomplete": "new-password"},
    )

"""The account pages: sign in, sign out, ask for a reset, reset, change the password."""

from __future__ import annotations

import secrets

from flask import current_app, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_limiter import RateLimitExceeded
from flask_login import current_user, login_user, logout_user
from flask_security.recoverable import reset_password_token_status
from wtforms import Field

from editorial import accounts, outbox, passwords
from editorial.db import db, now, writing
from editorial.models import User
from editorial.web import access, language, letters, settings
from editorial.web.account import RESET_WITHIN, account
from editorial.web.account.forms import ChangeForm, ForgotForm, ResetForm, SignInForm
from editorial.web.account.throttle import account_named, account_signed_in, guesses, mails, was_wrong
from editorial.web.throttle import address, seconds_to_wait


@account.route("/sign-in", methods=["GET", "POST"])
@access.writes_late()
@guesses(account_named)
def sign_in() -> ResponseReturnValue:
    onward = access.local(request.args.get("next"))
    form = SignInForm()
    if form.validate_on_submit():
        if _sign_in(form.email.data, form.password.data):
            return redirect(onward or url_for("desk.home"))
        form.form_errors.append(gettext("This e-mail address and this password do not belong together."))
    elif request.method == "GET" and current_user.is_authenticated:
        return redirect(onward or url_for("desk.home"))
    return render_template("account/sign_in.html", form=form, onward=onward), _status(form)


@account.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    if current_user.is_authenticated:
        accounts.sign_out(current_user, session.get("key", ""))
        logout_user()
    _forget_session()
    flash(gettext("You have signed out."), "success")
    return redirect(url_for(".sign_in"))


@account.route("/forgot", methods=["GET", "POST"])
@access.writes_late()
@mails
def forgot() -> ResponseReturnValue:
    form = ForgotForm()
    if form.validate_on_submit():
        _mail_link(form.email.data)
        flash(gettext("If there is an account with this address, a mail with a link is on its way to it."), "success")
        return redirect(url_for(".forgot"))
    return render_template("account/forgot.html", form=form, hours=_hours()), _status(form)


@account.route("/reset/<token>", methods=["GET", "POST"])
@access.writes_late()
def reset(token: str) -> ResponseReturnValue:
    expired, invalid, person = reset_password_token_status(token)
    if expired or invalid or person is None or not person.active:
        return _link_is_void()
    form = ResetForm()
    if form.validate_on_submit():
        person_id, named, guessable = person.id, person.fs_uniquifier, _guessable(person)
        db.session.rollback()
        secret = _hashed(form.password, guessable)
        if secret is not None:
            with writing():
                person = db.session.get_one(User, person_id)
                if person.fs_uniquifier != named or not person.active:
                    return _link_is_void()  # it was used, a moment ago
                _set_password(person, secret)
            _forget_session()
            flash(gettext("Your password is set. Please sign in with it."), "success")
            return redirect(url_for(".sign_in"))
    return render_template("account/reset.html", form=form), _status(form)


@account.route("/change", methods=["GET", "POST"])
@access.writes_late()
@guesses(account_signed_in)
def change() -> ResponseReturnValue:
    form = ChangeForm()
    if form.validate_on_submit():
        person_id, stored, guessable = current_user.id, current_user.password, _guessable(current_user)
        db.session.rollback()
        if not passwords.matches(form.password.data, stored):
            was_wrong()
            form.password.errors = [gettext("This is not your present password.")]
        elif (secret := _hashed(form.new_password, guessable)) is not None:
            if not _changed(person_id, stored, secret):
                return redirect(url_for(".change"))  # and from there, as the session has ended, to sign in
            flash(gettext("Your password is changed. In all other browsers you have been signed out."), "success")
            return redirect(url_for("desk.home"))
    return render_template("account/change.html", form=form), _status(form)


@account.errorhandler(RateLimitExceeded)
def too_many(_: RateLimitExceeded) -> ResponseReturnValue:
    """Ask for patience, and say for how long."""
    seconds = seconds_to_wait()
    page = render_template("account/too_many.html", minutes=-(-seconds // 60))
    return page, 429, {"Retry-After": str(seconds)}


def _sign_in(email: str, password: str) -> bool:
    """Begin a new session for whoever this password belongs to."""
    person = accounts.find(email)
    who, stored = (person.id, person.password) if person and person.active else (None, None)
    db.session.rollback()  # reading is over: nothing is held while the password is hashed
    if not passwords.matches(password, stored) or who is None or stored is None:
        was_wrong()
        current_app.logger.warning("sign-in refused: account %s, from %s", who or "unknown", address())
        return False
    renewed = passwords.renewed(password, stored)
    with writing():
        signed_in = accounts.sign_in(who, checked=stored, renewed=renewed, instead_of=session.get("key", ""))
    if signed_in is None:
        return False
    _begin_session(*signed_in)
    current_app.logger.info("signed in: account %s, from %s", who, address())
    return True


def _mail_link(email: str) -> None:
    """Mail a link for a reset to the account's stored address.

    For an address without an account exactly the same is done, up to and including the disk, and taken back in the same
    transaction: neither the answer nor its time tells who has an account.
    """
    person = accounts.find(email)
    known = person is not None and person.active
    if person is None or not person.active:
        person = User(email="nobody@invalid", name="", password="", fs_uniquifier=secrets.token_hex())
    recipient, letter = person.email, letters.reset(person, language.current())
    with writing():
        message = outbox.post(recipient, *letter)
        db.session.flush()
        if not known:
            db.session.delete(message)
        db.session.commit()


def _guessable(person: User) -> tuple[str, ...]:
    return person.email, person.name, settings().host


def _hashed(field: Field, guessable: tuple[str, ...]) -> passwords.Hashed | None:
    """The new password, hashed; None, with the reason beside the field, when it will not do."""
    try:
        return passwords.hashed(field.data, *guessable)
    except passwords.Refused as refusal:
        field.errors = [gettext(refusal.message, **refusal.values)]
        return None


def _changed(person_id: int, stored: str, secret: passwords.Hashed) -> bool:
    """Change the password, unless somebody else just did, and begin this browser's session anew."""
    with writing():
        person = db.session.get_one(User, person_id)
        if person.password != stored or not person.active:
            return False
        _set_password(person, secret)
        signed_in = accounts.sign_in(person_id, checked=secret)
    if signed_in is not None:
        _begin_session(*signed_in)
    return True


def _set_password(person: User, secret: passwords.Hashed) -> None:
    """Set it, and tell the person by mail, in one transaction: who did not do it themselves has to learn of it."""
    body = render_template("account/mail/changed.txt", person=person, moment=now())
    outbox.post(person.email, gettext("Your password was changed"), body)
    accounts.set_password(person, secret, by=person)


def _begin_session(person: User, key: str) -> None:
    """A session of its own, nothing of the former one left: who planted that one has nothing in their hands."""
    _forget_session()
    login_user(person)
    session.permanent = True
    session["key"] = key
    session["lang"] = person.language


def _forget_session() -> None:
    session.clear()
    g.pop("csrf_token", None)  # drawn from the former session, and kept for the rest of the request


def _link_is_void() -> ResponseReturnValue:
    flash(gettext("This link was used already, or is too old. Ask for a new one."), "error")
    return redirect(url_for(".forgot"))


def _status(form: SignInForm | ForgotForm | ResetForm | ChangeForm) -> int:
    return 422 if form.errors else 200


def _hours() -> int:
    return int(RESET_WITHIN.total_seconds() // 3600)

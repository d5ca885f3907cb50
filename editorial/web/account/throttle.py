"""How often passwords may be tried and mails asked for: by account and by address, never for everybody at once.

Only wrong passwords count against a sign-in, so that a whole office behind one address signs in undisturbed. The
account's limit comes first: what it refuses does not count against the address, and so locks no neighbour out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Response, g, request
from flask_login import current_user

from editorial import accounts
from editorial.web.throttle import address, limiter

P = ParamSpec("P")
R = TypeVar("R")


def account_named() -> str:
    """The account that the form names, whether it exists or not; what is no address counts by where it comes from."""
    try:
        return accounts.normalised(request.form.get("email", "")[:300])
    except accounts.Refused:
        return f"none, from {address()}"


def account_signed_in() -> str:
    return f"person {current_user.id}"


def was_wrong() -> None:
    """Count this request as one wrong password."""
    g.wrong_password = True


def _was_wrong(_: Response) -> bool:
    return bool(g.get("wrong_password"))


def guesses(account: Callable[[], str]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Bound the wrong passwords: ten in a quarter of an hour for an account, a hundred for an address."""

    def bounded(view: Callable[P, R]) -> Callable[P, R]:
        by_account = limiter.limit("10 per 15 minutes", key_func=account, methods=["POST"], deduct_when=_was_wrong)
        by_address = limiter.limit("100 per 15 minutes", methods=["POST"], deduct_when=_was_wrong)
        return by_address(by_account(view))  # asked from the inside out

    return bounded


def mails(view: Callable[P, R]) -> Callable[P, R]:
    """Bound the mails that can be had sent: five an hour to an account, thirty from an address."""
    by_account = limiter.limit("5 per hour", key_func=account_named, methods=["POST"])
    by_address = limiter.limit("30 per hour", methods=["POST"])
    return by_address(by_account(view))

"""What a password has to be, and how it is kept: argon2id, by way of Flask-Security."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

from flask_security import hash_password, verify_password
from flask_security.proxies import _security as security

from editorial.vietnamese import fold
from editorial.words import N_

SHORTEST, LONGEST = 8, 128  # characters after normalising, of any kind (ASVS 5.0: V6.2.1, V6.2.5, V6.2.9)
LONGEST_TYPED = 4 * LONGEST  # one Vietnamese letter may come as three characters; beyond this nothing is normalised
FEWEST_GUESSES = 10**6  # fewer, by zxcvbn's reckoning, and the password is among the usual ones
GUESSED_FIRST = ("matkhau", "anhyeuem", "emyeuanh", "khongbiet", "vietnam", "hanoi", "saigon", "bientap", "banbientap")


class Refused(ValueError):
    """Why an account cannot be made or changed like this: a message id for people, and the values it speaks of."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.values = values


class Hashed(str):
    """A password that kept the rules, hashed. Only `hashed` makes one."""

    __slots__ = ()


def hashed(password: str, *guessable: str) -> Hashed:
    """The hash to keep; `guessable` are words that others would try first, such as the person's name and address.

    Slow on purpose, some 40 ms: whoever can, calls it before taking the writer's place. Raises Refused; a password that
    is too long is refused before anything is computed from it.
    """
    if len(password) > LONGEST_TYPED:
        raise _too_long()
    plain = _normalised(password)
    if len(plain) < SHORTEST:
        raise Refused(N_("The password needs at least %(shortest)s characters."), shortest=SHORTEST)
    if len(plain) > LONGEST:
        raise _too_long()
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in plain):
        raise Refused(N_("The password holds a character that cannot be typed."))
    from zxcvbn import zxcvbn  # type: ignore[import-untyped]  # its lists of words cost a start that needs them not

    words = [*_as_typed(guessable), *GUESSED_FIRST]
    if zxcvbn(plain, user_inputs=words, max_length=LONGEST)["guesses"] < FEWEST_GUESSES:
        raise Refused(
            N_("Others would try this password among the first. A sentence is hard to guess and easy to keep.")
        )
    return Hashed(hash_password(plain))


def matches(password: str, stored: str | None) -> bool:
    """Whether this is the password that was kept as `stored`.

    Without one it takes the same time and is never true, so that nobody learns from the clock which accounts exist.
    """
    if len(password) > LONGEST_TYPED or any(unicodedata.category(character) == "Cs" for character in password):
        return False
    return verify_password(_normalised(password), stored or _nobodys()) and stored is not None


def renewed(password: str, stored: str) -> Hashed | None:
    """The hash of a password that matches, computed anew when `stored` was made with weaker parameters than today's."""
    if not security.pwd_context.needs_update(stored):
        return None
    return Hashed(hash_password(_normalised(password)))


def _normalised(password: str) -> str:
    """One form for what looks alike: the same letters come composed from one keyboard and decomposed from another."""
    return unicodedata.normalize("NFKC", password)


def _as_typed(texts: Iterable[str]) -> Iterator[str]:
    """How people put names into passwords: each word, and all in one, with their marks and without."""
    for text in texts:
        for form in (text.casefold(), fold(text)):
            yield from (form, form.replace(" ", ""), *re.split(r"[\s@.-]+", form))


def _too_long() -> Refused:
    return Refused(N_("The password may have %(longest)s characters at most."), longest=LONGEST)


@cache
def _nobodys() -> str:
    return hash_password("nobody's")

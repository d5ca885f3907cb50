"""People: who is on the board, what they are assigned to, and where they are signed in.

The acts need a transaction that took the writer's place before anything was read, as those on articles do. Each puts
itself on record and commits; one that raises has changed nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import bindparam, delete, exists, select
from sqlalchemy.orm import joinedload

from editorial import outbox, passwords, record
from editorial.db import db, now
from editorial.models import Assignment, Event, Section, User
from editorial.models.signins import SignIn
from editorial.passwords import Hashed
from editorial.passwords import Refused as Refused
from editorial.vietnamese import given_name_key, normalise_line
from editorial.words import N_
from editorial.workflow import Role

DEMO_DOMAIN = "demo.test"
ON_ACCOUNTS = ("person-added", "assigned", "unassigned", "deactivated", "reactivated", "reset-mailed", "password-set")
LONGEST_SIGN_IN = timedelta(hours=14)  # a long day; whoever works on the next one signs in again

_SIGNED_IN = (  # built once: every page of the desk asks it
    select(User)
    .options(joinedload(User.assignments))
    .join(SignIn, SignIn.user_id == User.id)
    .where(
        SignIn.key_hash == bindparam("key"),
        SignIn.began_at > bindparam("since"),
        User.fs_uniquifier == bindparam("uniquifier"),
        User.active,
    )
)


def normalised(email: str) -> str:
    """The one way an address is stored and compared: lower case, ASCII. Raises Refused.

    What merely looks like a letter (ı for i) is no address here, so none can stand for another person's.
    """
    try:
        found = validate_email(
            email.strip(),
            allow_smtputf8=False,
            check_deliverability=False,
            globally_deliverable=False,  # an office's own network may have a mail server without a public name
            test_environment=True,  # the demo's accounts end in .test
        )
    except EmailNotValidError as error:
        raise Refused(N_("This is not an e-mail address.")) from error
    return str(found.ascii_email).lower()


def find(email: str) -> User | None:
    """The person with this address, active or not; what is not an address is nobody's."""
    try:
        return db.session.scalars(select(User).where(User.email == normalised(email))).first()
    except Refused:
        return None


def add(
    email: str,
    name: str,
    *,
    by: User | None,
    password: str | None = None,
    assignments: Iterable[tuple[Role, str]] = (),
    unit: str = "",
    pen_name: str = "",
    language: str = "vi",
    once: str | None = None,
) -> User:
    """Add a person with their assignments: roles, each with a section's slug or "" for all sections.

    Without a password nobody can sign in with the account until one is set by way of a mail. `by` is None for the
    command line. Raises Refused.
    """
    address, name = normalised(email), normalise_line(name)
    if not name:
        raise Refused(N_("Every account needs a name."))
    if find(address):
        raise Refused(N_("There is an account with the address %(email)s already."), email=address)
    wanted = list(dict.fromkeys(assignments))
    person = User(
        email=address,
        name=name[:120],
        unit=normalise_line(unit)[:200],
        pen_name=normalise_line(pen_name)[:120],
        password=_hashed(password, address, name) if password is not None else None,
        fs_uniquifier=secrets.token_hex(),
        language=language,
        created_at=now(),
        assignments=[Assignment(role=role, section=_section(slug)) for role, slug in wanted],
    )
    db.session.add(person)
    db.session.flush()
    named = [f"{role}:{slug}" if slug else str(role) for role, slug in wanted]
    record.add(by, "person-added", person, once=once, assignments=named)
    db.session.commit()
    return person


def assign(person: User, role: Role, section: str = "", *, by: User | None, once: str | None = None) -> None:
    """Give the person the role for the section, or for all. What they have already stays as it is. Raises Refused."""
    if _assignment(person, role, section):
        return
    person.assignments.append(Assignment(role=role, section=_section(section)))
    record.add(by, "assigned", person, once=once, role=str(role), section=section)
    db.session.commit()


def unassign(person: User, role: Role, section: str = "", *, by: User | None, once: str | None = None) -> None:
    """Take the role for the section back. Raises Refused when the section would be left without a head."""
    assignment = _assignment(person, role, section)
    if assignment is None:
        return
    if person.active:
        _check_heads_remain([assignment])
    person.assignments.remove(assignment)
    db.session.delete(assignment)
    record.add(by, "unassigned", person, once=once, role=str(role), section=section)
    db.session.commit()


def deactivate(person: User, *, by: User | None, once: str | None = None) -> None:
    """Close the account, at once and in every browser; the person's name stays on what they did.

    Raises Refused when a section would be left without a head.
    """
    if not person.active:
        return
    _check_heads_remain(person.assignments)
    person.active = False
    _end_sign_ins(person)
    record.add(by, "deactivated", person, once=once)
    db.session.commit()


def reactivate(person: User, *, by: User | None, once: str | None = None) -> None:
    """Open a closed account again, with the assignments and the password that it had."""
    if person.active:
        return
    person.active = True
    record.add(by, "reactivated", person, once=once)
    db.session.commit()


def mail_reset(person: User, letter: tuple[str, str], *, by: User | None, once: str | None = None) -> None:
    """Send the person the letter (subject and text) with a link for a new password. Raises Refused."""
    if not person.active:
        raise Refused(N_("This account is closed."))
    outbox.post(person.email, *letter)
    record.add(by, "reset-mailed", person, once=once)
    db.session.commit()


def everybody() -> list[User]:
    """All people of the board, those whose accounts are open first, by name."""
    people = db.session.scalars(select(User)).all()
    return sorted(people, key=lambda person: (not person.active, given_name_key(person.name), person.id))


def history(person: User, limit: int = 100) -> list[Event]:
    """What was done to the account, newest first: not the coming and going of its owner."""
    query = select(Event).where(Event.subject == f"user:{person.id}", Event.action.in_(ON_ACCOUNTS))
    return list(db.session.scalars(query.order_by(Event.sequence.desc()).limit(limit)))


def set_password(person: User, password: str, *, by: User | None) -> None:
    """Set it, and end every sign-in of the person and every link for a reset. Raises Refused.

    A password that is not hashed yet is hashed here, while others wait: a request hashes it first.
    """
    person.password = _hashed(password, person.email, person.name)
    _end_sign_ins(person)
    record.add(by, "password-set", person)
    db.session.commit()


def sign_in(
    person_id: int, *, checked: str, renewed: Hashed | None = None, instead_of: str = ""
) -> tuple[User, str] | None:
    """Note that the person is signed in from one more browser. Returns the person, and the key that its session keeps.

    `checked` is the stored hash that the password was compared with, before this transaction: None is returned when it
    was changed since, or the account closed. `instead_of` is the key of the browser's sign-in before, which ends.
    """
    person = db.session.get(User, person_id)
    if person is None or not person.active or person.password != checked:
        return None
    if renewed:
        person.password = renewed
    over = SignIn.began_at <= now() - LONGEST_SIGN_IN
    db.session.execute(
        delete(SignIn).where((SignIn.user_id == person.id) & over | (SignIn.key_hash == _digest(instead_of)))
    )
    key = secrets.token_urlsafe(32)
    db.session.add(SignIn(user_id=person.id, key_hash=_digest(key), began_at=now()))
    record.add(person, "signed-in", person)
    db.session.commit()
    return person, key


def sign_out(person: User, key: str) -> None:
    """End the sign-in of one browser; a copy of its cookie is worth nothing from here on."""
    db.session.execute(delete(SignIn).where(SignIn.user_id == person.id, SignIn.key_hash == _digest(key)))
    record.add(person, "signed-out", person)
    db.session.commit()


def signed_in(key: str, uniquifier: str) -> User | None:
    """Whose session it is that holds this key, if the sign-in has not ended and the account is active."""
    values = {"key": _digest(key), "since": now() - LONGEST_SIGN_IN, "uniquifier": uniquifier}
    return db.session.scalars(_SIGNED_IN, values).unique().first()


def has_demo_accounts() -> bool:
    """Whether somebody could sign in with an account of the demo, whose password is known."""
    return bool(db.session.scalar(select(exists().where(User.email.endswith(f"@{DEMO_DOMAIN}"), User.active))))


def _hashed(password: str, *guessable: str) -> Hashed:
    return password if isinstance(password, Hashed) else passwords.hashed(password, *guessable)


def _section(slug: str) -> Section | None:
    if not slug:
        return None
    section = db.session.scalars(select(Section).where(Section.slug == slug)).first()
    if section is None:
        raise Refused(N_("There is no section “%(section)s”."), section=slug)
    return section


def _assignment(person: User, role: Role, section: str) -> Assignment | None:
    return next(
        (a for a in person.assignments if a.role == role and (a.section.slug if a.section else "") == section), None
    )


def _check_heads_remain(leaving: Iterable[Assignment]) -> None:
    """Raises Refused unless what every head among `leaving` headed is headed still: somebody has to answer for it."""
    heads = [assignment for assignment in leaving if assignment.role == Role.HEAD]
    others = select(Assignment.id).join(User).where(Assignment.role == Role.HEAD, User.active)
    others = others.where(Assignment.id.not_in([head.id for head in heads]))
    for head in heads:
        covering = Assignment.section_id.is_(None) | (Assignment.section_id == head.section_id)
        if db.session.scalars(others.where(covering)).first() is None:
            raise Refused(N_("This is the last active head. Make somebody else head of the board first."))


def _end_sign_ins(person: User) -> None:
    person.fs_uniquifier = secrets.token_hex()  # links for a reset name it too, and end with it
    db.session.execute(delete(SignIn).where(SignIn.user_id == person.id))


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()

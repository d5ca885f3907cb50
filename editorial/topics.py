"""The topics (dòng sự kiện) under which editors gather articles on one matter: begun, renamed, never removed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from editorial import record, vietnamese
from editorial.db import LARGEST_ID, db
from editorial.manuscript import Fault
from editorial.models import Article, ArticleStanding, ArticleTerm, TermKind, Topic, User
from editorial.words import N_
from editorial.workflow import NotAllowed, Role

NAME_MAX = 120
ABOUT_MAX = 600


class Unfit(Exception):
    """The topic cannot be called that; `faults` are all there are, each with the field it concerns."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(", ".join(fault.field for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Words:
    """What a topic is called, and what it is about, in both languages."""

    name: str
    name_en: str = ""
    description: str = ""
    description_en: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A topic with the number of published articles in it."""

    topic: Topic
    articles: int


def may_keep(person: User) -> bool:
    """Topics are an editor's work, and the head's."""
    return person.has(Role.EDITOR, Role.HEAD)


def begin(words: Words, *, by: User, once: str | None = None) -> Topic:
    """Make a topic. Its address is made of its first name, and stays. Raises NotAllowed or Unfit."""
    words = _checked(words, by)
    topic = Topic(slug=_address(words.name))
    _call(topic, words)
    db.session.add(topic)
    db.session.flush()
    record.add(by, "topic-begun", f"topic:{topic.id}", once=once, slug=topic.slug, name=topic.name)
    db.session.commit()
    return topic


def rename(topic: Topic, words: Words, *, by: User, once: str | None = None) -> bool:
    """Call a topic otherwise; whether anything differed. Raises NotAllowed or Unfit."""
    words = _checked(words, by, topic)
    before = Words(topic.name, topic.name_en, topic.description, topic.description_en)
    if words == before:
        return False
    _call(topic, words)
    record.add(by, "topic-renamed", f"topic:{topic.id}", once=once, name=topic.name, before=before.name)
    db.session.commit()
    return True


def every() -> list[Kept]:
    """All topics in the order of their names."""
    counted = (
        select(ArticleTerm.slug, func.count())
        .join(Article, Article.id == ArticleTerm.article_id)
        .where(ArticleTerm.kind == TermKind.TOPIC, Article.standing == ArticleStanding.LIVE)
        .group_by(ArticleTerm.slug)
    )
    articles = dict(db.session.execute(counted).all())
    kept = [Kept(topic, articles.get(topic.slug, 0)) for topic in db.session.scalars(select(Topic))]
    return sorted(kept, key=lambda each: vietnamese.collation_key(each.topic.name))


def numbered(number: int) -> Topic | None:
    return db.session.get(Topic, number) if 0 < number <= LARGEST_ID else None


def names() -> list[tuple[str, str]]:
    """(slug, name) of each, to choose from."""
    rows = db.session.execute(select(Topic.slug, Topic.name)).all()
    return sorted(((slug, name) for slug, name in rows), key=lambda pair: vietnamese.collation_key(pair[1]))


def _checked(words: Words, by: User, topic: Topic | None = None) -> Words:
    """The words as they are stored."""
    if not may_keep(by):
        raise NotAllowed(N_("Topics are kept by the editors and the head of the board."))
    line = vietnamese.normalise_line
    words = Words(line(words.name), line(words.name_en), line(words.description), line(words.description_en))
    found = []
    if not vietnamese.words_in(words.name):
        found.append(Fault("name", N_("The topic needs a name.")))
    for field, most in (
        ("name", NAME_MAX),
        ("name_en", NAME_MAX),
        ("description", ABOUT_MAX),
        ("description_en", ABOUT_MAX),
    ):
        if (long := len(getattr(words, field))) > most:
            message = N_("This is %(long)d characters long; at most %(most)d fit.")
            found.append(Fault(field, message, {"long": long, "most": most}))
    same = db.session.scalars(select(Topic).where(Topic.name == words.name)).first()
    if same is not None and same is not topic:
        found.append(Fault("name", N_("There is a topic of this name already.")))
    if found:
        raise Unfit(found)
    return words


def _call(topic: Topic, words: Words) -> None:
    topic.name, topic.name_en = words.name, words.name_en
    topic.description, topic.description_en = words.description, words.description_en


def _address(name: str) -> str:
    """The slug of the name, with a number where another topic has it already."""
    stem, number = vietnamese.slug(name)[:70], 1
    taken = set(db.session.scalars(select(Topic.slug).where(Topic.slug.startswith(stem, autoescape=True))))
    while (slug := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    return slug

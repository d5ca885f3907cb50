"""Thousands of random acts by random people, against a model of the workflow that was written without looking at the
table.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from editorial import articles, catalogue, record
from editorial import db as database
from editorial.articles import Stale
from editorial.db import db, writing
from editorial.manuscript import Incomplete
from editorial.models import Edition, User
from editorial.workflow import NAMES, NotAllowed
from tests.factories import Person, text_of

WRITERS, EDITORS, HEADS = {"nora", "omar"}, {"edda"}, {"petra", "paul"}
EVERYBODY = sorted(WRITERS | EDITORS | HEADS | {"ada"})


@dataclass
class Model:
    """One text on its way, as a person at the board would tell it."""

    opener: str
    state: str = "draft"
    texts: list[str] = field(default_factory=list)  # everything that ever stood there; the last one stands there now
    hands: set[str] = field(default_factory=set)  # who changed it since it was last approved
    handed_over_by: str | None = None
    endorsers: set[str] = field(default_factory=set)  # of the text that stands there now, in this round
    base: str | None = None  # the text that readers have while this one is on its way

    def lets_write(self, who: str) -> bool:
        if self.state == "draft":
            return who in self.hands | {self.opener} | EDITORS | HEADS
        return self.state == "review" and who in EDITORS | HEADS

    def lets_move(self, who: str, verb: str) -> bool:
        own = who in self.hands | {self.opener}
        if verb in ("submit", "drop"):
            return self.state == "draft" and own
        if verb == "restore":
            return self.state == "dropped" and own
        if verb == "unschedule":
            return self.state == "scheduled" and who in HEADS - self.hands
        if self.state != "review":
            return False
        if verb == "recall":
            return who == self.handed_over_by
        if verb == "return":
            return who in (EDITORS | HEADS) - {self.handed_over_by}
        if verb == "endorse":
            return who in EDITORS - self.hands - self.endorsers
        return who in HEADS - self.hands


class Board(RuleBasedStateMachine):
    """Plays on one article of a board that outlives the run; each act begins its own transaction, as a request does."""

    app: Flask
    cast: dict[str, Person]
    steps = 0

    people = st.sampled_from(EVERYBODY)

    @initialize(who=st.sampled_from(sorted(WRITERS | EDITORS | HEADS)))
    def begin(self, who: str) -> None:
        self.live: str | None = None
        self.release()  # what an earlier run left scheduled
        with self.acting(who) as by:
            edition = articles.start(text_of(title="Bản 0"), by=by)
            self.edition_id, self.article_id = edition.id, edition.article_id
        self.model = Model(opener=who, texts=["Bản 0"], hands={who})

    @rule(who=people, text=st.integers(0, 3), stale=st.booleans())
    def save(self, who: str, text: int, stale: bool) -> None:
        title, model = f"Bản {text}", self.model
        with self.acting(who) as by:
            edition = self.edition()
            seen = "0" * 64 if stale else edition.head.digest
            unchanged = title == model.texts[-1]
            try:
                saved = articles.save(edition, text_of(title=title), by=by, seen=seen, change_note="Vì sao.")
            except NotAllowed:
                assert not model.lets_write(who)
                return
            except Stale as refusal:
                assert model.lets_write(who)
                assert stale
                assert not unchanged or not edition.change_note
                assert refusal.mine is not None
                assert refusal.mine.title == title
                return
        assert model.lets_write(who)
        assert (saved.revision is None) is unchanged
        if not unchanged:
            model.texts.append(title)
            model.hands.add(who)
            model.endorsers.clear()

    @rule(who=people, verb=st.sampled_from(NAMES), stale=st.sampled_from([False, False, False, True]))
    def move(self, who: str, verb: str, stale: bool) -> None:
        model = self.model
        with self.acting(who) as by:
            edition = self.edition()
            try:
                articles.move(
                    edition,
                    verb,
                    by=by,
                    seen="0" * 64 if stale else edition.head.digest,
                    reason="Vì sao.",
                    release_at=database.now() + timedelta(hours=1),
                )
            except NotAllowed:
                assert not model.lets_move(who, verb)
                return
            except Stale:
                assert stale
                return
            except Incomplete:
                assert verb in ("submit", "publish", "schedule")
                assert model.base is not None
                assert model.texts[-1] == model.base or not edition.change_note
                return
        assert model.lets_move(who, verb)
        assert not stale
        self.happened(verb, who)

    @rule(who=people)
    def change_what_is_published(self, who: str) -> None:
        model = self.model
        if model.state not in ("published", "dropped") or self.live is None:
            return
        with self.acting(who) as by:
            edition = self.edition()
            try:
                opened = articles.change(edition.article, by=by)
            except NotAllowed:
                assert who not in EDITORS | HEADS
                assert who not in self.live_hands
                return
            self.edition_id = opened.id
        assert who in EDITORS | HEADS | self.live_hands
        self.model = Model(opener=who, texts=[self.live], base=self.live)

    @rule()
    def wait_for_the_clock(self) -> None:
        released = self.release()
        assert released == ([self.edition_id] if self.model.state == "scheduled" else [])
        if released:
            self.happened("publish", "")

    @invariant()
    def readers_see_the_approved_text_and_nothing_else(self) -> None:
        if not hasattr(self, "model"):
            return
        type(self).steps += 1
        with self.app.app_context():
            edition = self.edition()
            assert edition.state == self.model.state
            assert edition.head.title == self.model.texts[-1]
            story = catalogue.story(self.article_id)
            assert (story.manuscript.title if story else None) == self.live

    def teardown(self) -> None:
        with self.app.app_context():
            assert record.verify().finding is None
            db.session.remove()

    def release(self) -> list[int]:
        with self.app.app_context(), database.at(database.now() + timedelta(hours=2)), writing():
            return [edition.id for edition in articles.release_due()]

    def happened(self, verb: str, who: str) -> None:
        model = self.model
        targets = {"submit": "review", "endorse": "review", "unschedule": "review", "drop": "dropped"}
        targets |= {"schedule": "scheduled", "publish": "published"}
        model.state = targets.get(verb, "draft")
        if verb == "endorse":
            model.endorsers.add(who)
        else:
            model.endorsers.clear()  # a word is given in one round
        if verb == "submit":
            model.handed_over_by = who
        elif model.state == "draft":
            model.handed_over_by = None
        if model.state == "published":
            self.live, self.live_hands = model.texts[-1], set(model.hands)

    def edition(self) -> Edition:
        return db.session.get_one(Edition, self.edition_id)

    def acting(self, who: str) -> Any:
        return _Acting(self.app, self.cast[who])


class _Acting:
    """A request's frame around an act: a context, the writer's place, the person."""

    def __init__(self, app: Flask, person: Person) -> None:
        self.context, self.person = app.app_context(), person

    def __enter__(self) -> User:
        self.context.push()
        self.writing = writing()
        self.writing.__enter__()
        return db.session.get_one(User, self.person.id)

    def __exit__(self, *raised: Any) -> None:
        db.session.rollback()
        self.writing.__exit__(*raised)
        self.context.pop()


def test_no_order_of_acts_breaks_a_promise(app: Flask, cast: dict[str, Person]) -> None:
    class Played(Board):
        pass

    Played.app, Played.cast = app, cast
    run_state_machine_as_test(
        Played,
        settings=settings(
            max_examples=50,
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
    assert Played.steps > 1000

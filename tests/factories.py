"""Makes the board that tests play on: its people by name, its sections, and editions put directly into a state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_security import hash_password
from sqlalchemy.orm.attributes import set_committed_value

from editorial import db as database
from editorial import manuscript as manuscripts
from editorial import search, vietnamese
from editorial.db import db
from editorial.models import (
    Article,
    ArticleStanding,
    ArticleTerm,
    Assignment,
    Edition,
    Endorsement,
    Imprint,
    Revision,
    Round,
    Section,
    Slogan,
    TermKind,
    User,
)
from editorial.workflow import Kind, Role, State

PASSWORD = "một mật khẩu đủ dài"
SECTIONS = (("kinh-te", "Kinh tế", False), ("van-hoa", "Văn hóa", False), ("cai-cach", "Cải cách hành chính", True))
CAST = {  # name: (how a page calls them, (role, section or "" for all) …)
    "nora": ("Nguyễn Thị Nora", ("reporter", "")),
    "omar": ("Trần Văn Omar", ("reporter", "")),
    "edda": ("Lê Thị Edda", ("editor", "")),
    "petra": ("Phạm Thị Petra", ("head", "")),
    "paul": ("Hoàng Văn Paul", ("head", "")),
    "kim": ("Đặng Thị Kim", ("head", "van-hoa")),
    "ada": ("Đỗ Thị Ada", ("admin", "")),
}
BODY = "<p>Sáng nay, bà con ấp Trung gặt xong những thửa ruộng cuối cùng.</p>\n<p>Năng suất cao hơn vụ trước.</p>"


@dataclass(frozen=True)
class Person:
    id: int
    name: str
    email: str


@dataclass(frozen=True)
class Made:
    """What a test needs to know of an edition, without holding on to a session."""

    id: int
    article_id: int
    revision_id: int
    digest: str
    slug: str


def fill_board() -> None:
    """People, sections and the imprint, into an empty database. Needs an application context."""
    sections = {
        slug: Section(slug=slug, name=name, wants_endorsement=asks, position=n)
        for n, (slug, name, asks) in enumerate(SECTIONS)
    }
    db.session.add_all(sections.values())
    hashed = hash_password(PASSWORD)
    for name, (spoken, *duties) in CAST.items():
        person = User(
            email=f"{name}@khetrang.example", name=spoken, password=hashed, fs_uniquifier=f"{name:0>32}", active=True
        )
        person.created_at = database.now()
        person.assignments = [Assignment(role=Role(role), section=sections.get(slug)) for role, slug in duties]
        db.session.add(person)
    db.session.add(
        Imprint(
            valid_from=date(2015, 1, 1),
            outlet="Trang thông tin điện tử xã Khe Trăng",
            outlet_en="Khe Trang Commune Portal",
            owner="Ủy ban nhân dân xã Khe Trăng",
            owner_en="People's Committee of Khe Trang Commune",
            responsible="Bà Phạm Thị Petra",
            responsible_position="Trưởng Ban biên tập",
            responsible_position_en="Head of the Editorial Board",
            address="Ấp Trung, xã Khe Trăng",
            phone="(0200) 000 000",
            email="bbt@khetrang.example",
            notice="Ghi rõ nguồn “Trang thông tin điện tử xã Khe Trăng” khi phát hành lại thông tin từ trang này.",
            notice_en="Please credit “Khe Trang Commune Portal” when you republish information from this site.",
        )
    )
    db.session.add(Slogan(valid_from=date(2015, 1, 1), text="Gần dân, vì dân", text_en="Close to the people"))
    db.session.commit()


def people() -> dict[str, Person]:
    return {user.email.split("@")[0]: Person(user.id, user.name, user.email) for user in db.session.query(User)}


def text_of(**parts: Any) -> manuscripts.Manuscript:
    """A complete manuscript, with the parts that matter to the test in place of the usual ones."""
    usual: dict[str, Any] = {
        "title": "Khe Trăng gặt xong vụ đông xuân",
        "lede": "Đến hết tuần qua, toàn xã gặt xong 640 ha lúa. Năng suất bình quân đạt 6,8 tấn/ha.",
        "body": BODY,
        "section": "kinh-te",
        "genre": "news",
        "bylines": ["Hoài An"],
    }
    return manuscripts.of(**(usual | parts))


def make_edition(
    state: State | str = State.DRAFT, *, author: Person, released_in: timedelta | None = None, **parts: Any
) -> Made:
    """An edition in the state, as if it had come there; the approver, where one is needed, is Paul. Needs a context.

    `released_in` is the time of release from now on (of a scheduled edition; an hour unless given).
    """
    state, moment = State(state), database.now()
    article = Article(created_at=moment)
    edition = Edition(article=article, opened_by_id=author.id, opened_at=moment, changed_at=moment)
    db.session.add_all([article, edition])
    db.session.flush()
    add_revision(edition, text_of(**parts), author)
    if state not in (State.DRAFT, State.DROPPED):
        _hand_over(edition, author)
    if state in (State.SCHEDULED, State.PUBLISHED, State.SUPERSEDED):
        _approve(edition, state, released_in or timedelta(hours=1))
    edition.state = state
    db.session.flush()
    if state is State.PUBLISHED:
        search.enter(edition.article)
    db.session.commit()
    return made(edition)


def make_update(base: Made, *, author: Person, state: State | str = State.DRAFT, **parts: Any) -> Made:
    """A changed text of a published article, on its way. Needs a context."""
    live, moment, state = db.session.get_one(Edition, base.id), database.now(), State(state)
    edition = Edition(
        article=live.article,
        kind=Kind.UPDATE,
        base_edition=live,
        head_id=live.head_id,
        section=live.section,
        opened_by_id=author.id,
        opened_at=moment,
        changed_at=moment,
        change_note="Bổ sung số liệu.",
    )
    db.session.add(edition)
    db.session.flush()
    add_revision(edition, text_of(**({"title": "Khe Trăng gặt xong sớm vụ đông xuân"} | parts)), author)
    if state is not State.DRAFT:
        _hand_over(edition, author)
    edition.state = state
    db.session.commit()
    return made(edition)


def add_revision(edition: Edition, text: manuscripts.Manuscript, author: Person) -> Revision:
    revision = Revision(
        edition_id=edition.id,
        parent_id=edition.head_id,
        author_id=author.id,
        created_at=database.now(),
        text=manuscripts.canonical(text),
        digest=text.digest,
        title=text.title,
        lede=text.lede,
        words=text.words,
        cover_asset=text.cover.asset if text.cover else None,
        cover_alt=text.cover.alt if text.cover else "",
    )
    db.session.add(revision)
    db.session.flush()
    edition.head_id = revision.id
    set_committed_value(edition, "head", revision)
    edition.section = db.session.query(Section).filter_by(slug=text.section).one_or_none()
    return revision


def made(edition: Edition) -> Made:
    return Made(edition.id, edition.article_id, edition.head.id, edition.head.digest, edition.article.slug)


def _hand_over(edition: Edition, author: Person) -> None:
    moment = database.now()
    edition.state, edition.waiting_since = State.REVIEW, moment
    edition.rounds.append(
        Round(number=1, submitted_revision_id=edition.head.id, submitted_by_id=author.id, submitted_at=moment)
    )


def _approve(edition: Edition, state: State, released_in: timedelta) -> None:
    moment, current = database.now(), edition.rounds[-1]
    approver = people()["paul"]
    if edition.section and edition.section.wants_endorsement:
        editor = people()["edda"]
        current.endorsements.append(Endorsement(by_id=editor.id, at=moment, digest=edition.head.digest))
    current.decision = "schedule" if state is State.SCHEDULED else "publish"
    current.decided_by_id, current.decided_at, current.digest = approver.id, moment, edition.head.digest
    edition.waiting_since = None
    if state is State.SCHEDULED:
        edition.release_at = moment + released_in
        return
    edition.state, edition.published_at, edition.major, edition.minor = state, moment, 1, 0
    article = edition.article
    article.first_published_at = article.changed_at = moment
    article.slug, article.section = vietnamese.slug(edition.head.title), edition.section
    article.live_edition_id = edition.id
    article.standing = ArticleStanding.LIVE
    for term in manuscripts.terms(edition.head.manuscript):
        kind, first = TermKind(term.kind), article.first_published_at
        row = ArticleTerm(article_id=article.id, kind=kind, slug=term.slug, label=term.label, first_published_at=first)
        db.session.add(row)

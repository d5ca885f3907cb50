"""What stands round the articles: who may change it, what is refused, what the record keeps of it, and undoing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from editorial import db as database
from editorial import record, site
from editorial.db import db
from editorial.models import Asset, Event, Imprint, Link, LinkGroup, Redirect, Section, User
from editorial.site import KINDS, Refused, Stale
from editorial.site.rules import latest_notice, working_days
from editorial.workflow import NotAllowed
from tests.factories import Person, make_edition

pytestmark = pytest.mark.usefixtures("context")

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # a Monday, ten in the morning
IMPRINT = {
    "valid_from": "2098-01-01",
    "outlet": "Trang thông tin điện tử xã Khe Trăng",
    "owner": "Ủy ban nhân dân xã Khe Trăng",
    "responsible": "Bà Phạm Thị Petra",
    "responsible_position": "Trưởng Ban biên tập",
    "address": "Ấp Trung",
    "phone": "(0200) 000 001",
    "email": "bbt@khetrang.example",
    "notice": "Ghi rõ nguồn.",
}
OUTAGE = {"shown_from": "2026-11-23T10:00", "ends_at": "2099-01-20T06:00", "text": "Bảo trì máy chủ."}
ASSET = "a" * 64


def person(cast: dict[str, Person], name: str) -> User:
    return db.session.get_one(User, cast[name].id)


@pytest.fixture
def edda(context: None, cast: dict[str, Person]) -> User:
    return person(cast, "edda")


@pytest.fixture
def ada(context: None, cast: dict[str, Person]) -> User:
    return person(cast, "ada")


@pytest.fixture
def give(context: None, cast: dict[str, Person]) -> Callable[[], dict[str, dict[str, Any]]]:
    """What a row of each kind can be made of; what it needs besides is there."""

    def values() -> dict[str, dict[str, Any]]:
        if db.session.get(Asset, ASSET) is None:
            picture = Asset(
                id=ASSET, media_type="image/jpeg", width=4, height=3, size=9, uploaded_by_id=cast["nora"].id
            )
            picture.uploaded_at = database.now()
            db.session.add(picture)
            db.session.commit()
        group = site.add(KINDS["link-groups"], {"name": "Trung ương"}, by=None)
        show = site.add(KINDS["slideshows"], {"title": "Mùa gặt"}, by=None)
        return {
            "sections": {"name": "Chuyển đổi số"},
            "blocks": {"kind": "list", "title": "Đáng đọc", "number_shown": "5"},
            "link-groups": {"name": "Các xã bạn"},
            "links": {"name": "Cổng dịch vụ", "url": "https://dichvu.example/", "group_id": group.id},
            "slideshows": {"title": "Lễ hội"},
            "slides": {"asset_id": ASSET, "alt": "Cánh đồng", "caption": "Gặt sớm", "slideshow_id": show.id},
            "slogans": {"valid_from": "2027-01-01", "text": "Việc gì lợi cho dân"},
            "outages": OUTAGE | {"begins_at": "2099-01-20T05:00"},
            "imprints": IMPRINT,
            "redirects": {"source": "/Default.aspx?tabid=12", "target": "/chuyen-muc/kinh-te"},
            "archive": {"valid_from": "2030-01-01", "text": "Xã đã sáp nhập."},
        }

    return values


def refused(act: Callable[[], object]) -> dict[str, str]:
    """The faults by field, of an act that must change nothing."""
    before = db.session.query(Event).count()
    with pytest.raises(Refused) as refusal:
        act()
    assert db.session.query(Event).count() == before
    return {fault.field: fault.message for fault in refusal.value.faults}


def newest() -> Event:
    return db.session.query(Event).order_by(Event.sequence.desc()).limit(1).one()


def add(kind: str, by: User | None = None, /, **given: Any) -> Any:
    return site.add(KINDS[kind], given, by=by)


def change(row: Any, by: User | None = None, **given: Any) -> Any:
    kind = site.kind_of(row)
    stands = {field.name: getattr(row, field.name, None) for field in kind.fields if not field.fixed}
    return site.change(row, stands | given, by=by, seen=site.fingerprint(row))


# --- every kind


BOARDS = ("sections", "blocks", "link-groups", "links", "slideshows", "slides", "slogans", "outages")
SYSTEMS = ("imprints", "redirects", "archive")
# Written by hand: kinds that editors and heads of the whole site change, and those of administrators.
WHO = {name: {"edda", "petra", "paul"} for name in BOARDS} | {name: {"ada"} for name in SYSTEMS}


@pytest.mark.parametrize("name", KINDS)
def test_who_may_change_what(name: str, cast: dict[str, Person], give: Any) -> None:
    given, may = give()[name], set()
    for who in cast:
        try:
            row = site.add(KINDS[name], given, by=person(cast, who))
        except NotAllowed:
            continue
        may.add(who)
        site.undo(newest(), by=person(cast, who))
        assert site.find(KINDS[name], row.id) is None
    assert may == WHO[name]


@pytest.mark.parametrize("name", KINDS)
def test_each_act_is_one_event_with_what_was_before_and_after_and_can_be_undone(
    name: str, cast: dict[str, Person], give: Any
) -> None:
    given, by = give()[name], person(cast, "ada" if WHO[name] == {"ada"} else "edda")
    field = KINDS[name].title
    row = site.add(KINDS[name], given, by=by)
    number, first = row.id, site.plain(row)
    assert json.loads(newest().detail)["changes"] == [
        {"row": f"{row.__tablename__}:{number}", "before": None, "after": first}
    ]
    other = "/khac" if name == "redirects" else "Tên khác"
    site.change(row, given | {field: other}, by=by, seen=site.fingerprint(row))
    (noted,) = json.loads(newest().detail)["changes"]
    assert noted["before"] == {field: first[field]}
    assert noted["after"] == {field: other}
    changed = newest()
    site.remove(row, by=by, seen=site.fingerprint(row))
    assert site.find(KINDS[name], number) is None
    site.undo(newest(), by=by)
    site.undo(changed, by=by)
    assert site.plain(site.find(KINDS[name], number)) == first
    assert record.verify().finding is None


@pytest.mark.parametrize("name", KINDS)
def test_all_that_is_missing_is_said_at_once(name: str, ada: User, give: Any) -> None:
    give()
    needed = {field.name for field in KINDS[name].fields if field.required and field.default is None}
    needed |= {"title"} if name == "blocks" else set()  # of one without a section
    assert set(refused(lambda: site.add(KINDS[name], dict.fromkeys(needed, "  "), by=None))) == needed


@pytest.mark.parametrize("name", KINDS)
def test_what_is_too_long_is_refused_and_what_cannot_be_seen_is_left_out(name: str, give: Any) -> None:
    given = give()[name]
    texts = [f.name for f in KINDS[name].fields if f.sort in (site.Sort.LINE, site.Sort.TEXT) and f.name != "slug"]
    faults = refused(lambda: site.add(KINDS[name], given | dict.fromkeys(texts, "/" + "ă" * 9_999), by=None))
    assert set(faults) == set(texts)
    field = KINDS[name].title
    if name not in ("redirects", "blocks"):
        row = site.add(KINDS[name], given | {field: "<b>Tin</b>\u202e \x07mới"}, by=None)
        assert getattr(row, field) == "<b>Tin</b> mới"


def test_values_that_are_there_already_are_no_act(edda: User) -> None:
    group = add("link-groups", edda, name="Trung ương")
    before = newest().sequence
    change(group, edda)
    assert newest().sequence == before


def test_what_was_changed_meanwhile_is_not_overwritten(edda: User, cast: dict[str, Person]) -> None:
    group = add("link-groups", edda, name="Trung ương")
    seen = site.fingerprint(group)
    site.change(group, {"name": "Của Petra"}, by=person(cast, "petra"), seen=seen)
    with pytest.raises(Stale):
        site.change(group, {"name": "Của Edda"}, by=edda, seen=seen)
    with pytest.raises(Stale):
        site.remove(group, by=edda, seen=seen)
    assert group.name == "Của Petra"


# --- undoing


def test_what_was_changed_since_is_not_undone(edda: User) -> None:
    group = add("link-groups", edda, name="Một")
    change(group, edda, name="Hai")
    second = newest()
    change(group, edda, name="Ba")
    assert "changed since" in refused(lambda: site.undo(second, by=edda))[""]
    assert db.session.get_one(LinkGroup, group.id).name == "Ba"


def test_another_field_that_was_changed_since_does_not_hinder_and_stays(edda: User) -> None:
    group = add("link-groups", edda, name="Một")
    change(group, edda, name="Hai")
    second = newest()
    change(group, edda, name_en="Two")
    site.undo(second, by=edda)
    assert (group.name, group.name_en) == ("Một", "Two")


def test_undoing_can_be_undone(edda: User) -> None:
    group = add("link-groups", edda, name="Một")
    change(group, edda, name="Hai")
    site.undo(newest(), by=edda)
    site.undo(newest(), by=edda)
    assert group.name == "Hai"


def test_a_group_comes_back_with_its_links(edda: User) -> None:
    group = add("link-groups", edda, name="Trung ương")
    for name in ("Một", "Hai"):
        add("links", edda, name=name, url=f"https://{name}.example", group_id=group.id)
    number = group.id
    site.remove(group, by=edda, seen=site.fingerprint(group))
    assert db.session.query(Link).count() == 0
    site.undo(newest(), by=edda)
    assert [link.name for link in site.rows(KINDS["links"], group_id=number)] == ["Một", "Hai"]


def test_what_no_longer_fits_is_not_put_back(edda: User) -> None:
    group = add("link-groups", edda, name="Trung ương")
    added = newest()
    add("links", edda, name="Một", url="https://mot.example", group_id=group.id)
    refused(lambda: site.undo(added, by=edda))
    slogan = add("slogans", edda, valid_from="2027-01-01", text="Một")
    site.remove(slogan, by=edda, seen=site.fingerprint(slogan))
    removed = newest()
    add("slogans", edda, valid_from="2027-01-01", text="Hai")
    assert refused(lambda: site.undo(removed, by=edda))


def test_a_number_is_never_given_to_another_row(edda: User) -> None:
    group = add("link-groups", edda, name="Một")
    number = group.id
    site.remove(group, by=edda, seen=site.fingerprint(group))
    removed = newest()
    assert add("link-groups", edda, name="Hai").id != number
    site.undo(removed, by=edda)
    assert db.session.get_one(LinkGroup, number).name == "Một"


def test_only_who_may_change_it_may_undo_it(ada: User, cast: dict[str, Person]) -> None:
    add("redirects", ada, source="/cu", target="/moi")
    with pytest.raises(NotAllowed):
        site.undo(newest(), by=person(cast, "petra"))
    record.add(ada, "signed-in", ada)
    db.session.commit()
    assert "cannot be undone" in refused(lambda: site.undo(newest(), by=ada))[""]


def test_a_file_that_was_taken_over_is_in_the_history_and_can_be_undone(edda: User) -> None:
    site.apply({"section": [{"slug": "van-hoa", "name": "Văn hóa – Xã hội", "position": 1}]}, by=None)
    (event, *_) = site.history(KINDS["sections"])
    site.undo(event, by=edda)
    assert db.session.query(Section).filter_by(slug="van-hoa").one().name == "Văn hóa"


# --- order


def names(kind: str, **values: Any) -> list[str]:
    return [KINDS[kind].name_of(site.plain(row)) for row in site.rows(KINDS[kind], **values)]


def test_the_last_comes_last_and_rows_change_places(edda: User) -> None:
    groups = [add("link-groups", edda, name=name) for name in ("Một", "Hai", "Ba")]
    site.move(groups[2], up=True, by=edda)
    assert names("link-groups") == ["Một", "Ba", "Hai"]
    moved = newest()
    site.move(groups[0], up=True, by=edda)
    assert newest() == moved, "nothing happens at the top"
    site.undo(moved, by=edda)
    assert names("link-groups") == ["Một", "Hai", "Ba"]


def test_sections_are_put_in_order_among_those_of_the_same_parent(edda: User) -> None:
    parent = db.session.query(Section).filter_by(slug="kinh-te").one()
    one, two = (add("sections", edda, name=name, parent_id=parent.id) for name in ("Nông nghiệp", "Chợ"))
    site.move(two, up=True, by=edda)
    assert [row.name for row in site.rows(KINDS["sections"], parent_id=parent.id)] == ["Chợ", "Nông nghiệp"]
    change(one, edda, parent_id=None)
    assert names("sections", parent_id=None)[-1] == "Nông nghiệp"


# --- the rules of each kind


def test_a_slug_is_made_of_the_name_and_never_changes(edda: User) -> None:
    section = add("sections", edda, name="Đời sống – Xã hội")
    assert section.slug == "doi-song-xa-hoi"
    site.change(section, {"name": "Đời sống", "slug": "khac"}, by=edda, seen=site.fingerprint(section))
    assert section.slug == "doi-song-xa-hoi"
    assert "slug" in refused(lambda: add("sections", edda, name="Trùng", slug="doi-song-xa-hoi"))
    assert "slug" in refused(lambda: add("sections", edda, name="Sai", slug="Có Dấu"))


def test_the_tree_has_two_levels_and_no_circle(edda: User) -> None:
    top, other = db.session.query(Section).order_by(Section.id).limit(2)
    below = add("sections", edda, name="Nông nghiệp", parent_id=top.id)
    assert "parent_id" in refused(lambda: add("sections", edda, name="Lúa", parent_id=below.id))
    assert "parent_id" in refused(lambda: change(top, edda, parent_id=top.id))
    assert "parent_id" in refused(lambda: change(top, edda, parent_id=other.id))
    assert "parent_id" in refused(lambda: change(top, edda, parent_id="999999"))


def test_a_section_in_use_stays_and_an_empty_one_may_go(edda: User, cast: dict[str, Person]) -> None:
    make_edition("draft", author=cast["nora"], section="kinh-te")
    by_slug = {section.slug: section for section in db.session.query(Section)}
    economy, culture = by_slug["kinh-te"], by_slug["van-hoa"]  # a text on the desk; kim is its head
    assert refused(lambda: site.remove(economy, by=edda, seen=site.fingerprint(economy)))
    assert refused(lambda: site.remove(culture, by=edda, seen=site.fingerprint(culture)))
    top = by_slug["cai-cach"]
    below = add("sections", edda, name="Một cửa", parent_id=top.id)
    assert refused(lambda: site.remove(top, by=edda, seen=site.fingerprint(top)))
    site.remove(below, by=edda, seen=site.fingerprint(below))
    add("blocks", edda, kind="list", section_id=top.id, number_shown=3)
    assert refused(lambda: site.remove(top, by=edda, seen=site.fingerprint(top)))


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JAVASCRIPT://x.example/%0aalert(1)",
        "data:text/html,x",
        "//evil.example",
        "https://",
        "https://[",
        "https://x.example:port/",
        "https://gov.example@evil.example/",
        "https://x.example/ a",
        "ftp://x.example",
    ],
)
def test_a_link_leads_to_the_web_and_shows_where(url: str, edda: User) -> None:
    group = add("link-groups", edda, name="Trung ương")
    assert set(refused(lambda: add("links", edda, name="x", url=url, group_id=group.id))) == {"url"}


def test_captions_differ_within_a_slideshow(give: Any, edda: User) -> None:
    given = give()["slides"]
    add("slides", edda, **given)
    assert set(refused(lambda: add("slides", edda, **given))) == {"caption"}
    add("slides", edda, **given | {"slideshow_id": add("slideshows", edda, title="Khác").id})
    assert set(refused(lambda: add("slides", edda, **given | {"caption": "Khác", "url": "//evil.example"}))) == {"url"}


def test_a_block_says_what_it_shows(edda: User) -> None:
    assert "number_shown" in refused(lambda: add("blocks", edda, kind="list", title="x", number_shown="21"))
    assert "number_shown" in refused(lambda: add("blocks", edda, kind="list", title="x", number_shown="-1"))
    assert "kind" in refused(lambda: add("blocks", edda, kind="marquee", title="x", number_shown="4"))
    assert "title" in refused(lambda: add("blocks", edda, kind="list", number_shown="4"))


@pytest.mark.parametrize("day", ["2026-02-30", "hôm nay", "0001-01-01", "2026-1-1"])
def test_a_day_is_one_of_the_calendar(day: str, edda: User) -> None:
    assert set(refused(lambda: add("slogans", edda, valid_from=day, text="x"))) == {"valid_from"}


def test_an_imprint_that_holds_is_kept(ada: User) -> None:
    (present,) = db.session.query(Imprint)
    assert refused(lambda: site.remove(present, by=ada, seen=site.fingerprint(present)))
    assert "valid_from" in refused(lambda: change(present, ada, valid_from="2099-01-01"))
    assert "email" in refused(lambda: change(present, ada, email="không phải thư"))
    later = add("imprints", ada, **IMPRINT | {"valid_from": "2099-01-01"})
    site.remove(later, by=ada, seen=site.fingerprint(later))


def test_an_outage_is_announced_seven_working_days_ahead_or_with_a_reason(edda: User) -> None:
    with database.at(NOW):
        early = OUTAGE | {"begins_at": "2026-12-02T05:00", "ends_at": "2026-12-02T06:00"}
        add("outages", edda, **early)
        late = early | {"begins_at": "2026-12-01T23:00"}
        assert set(refused(lambda: add("outages", edda, **late))) == {"reason"}
        add("outages", edda, **late | {"reason": "Máy chủ hỏng."})
        assert json.loads(newest().detail)["reason"] == "Máy chủ hỏng."
        backdated = late | {"shown_from": "2026-11-02T05:00"}
        assert set(refused(lambda: add("outages", edda, **backdated))) == {"reason"}, (
            "nobody saw it before it was there"
        )
        assert set(refused(lambda: add("outages", edda, **early | {"ends_at": "2026-12-01T06:00"}))) == {"ends_at"}
        assert "shown_from" in refused(lambda: add("outages", edda, **early | {"shown_from": "2026-12-02T05:30"}))


def test_working_days_leave_out_the_weekend() -> None:
    monday = date(2026, 11, 23)
    assert working_days(monday, monday + timedelta(days=7)) == 5
    assert working_days(monday, monday) == 0
    assert latest_notice(date(2026, 12, 2)) == monday


def test_archive_periods_do_not_overlap(ada: User) -> None:
    add("archive", ada, valid_from="2030-01-01", valid_until="2031-01-01", text="Đã sáp nhập.")
    assert "valid_from" in refused(lambda: add("archive", ada, valid_from="2030-06-01", text="x"))
    assert "valid_until" in refused(
        lambda: add("archive", ada, valid_from="2032-01-01", valid_until="2032-01-01", text="x")
    )
    add("archive", ada, valid_from="2031-01-01", text="Từ đây là vĩnh viễn.")


# --- old addresses


@pytest.mark.parametrize(
    ("source", "target", "field"),
    [
        ("/a", "/a", "target"),
        ("/a", "/a#dau", "target"),
        ("/moi", "/x", "source"),  # /cu leads to /moi
        ("/x", "/cu", "target"),
        ("/cu", "/khac", "source"),
        ("/", "/x", "source"),
        ("cu", "/x", "source"),
        ("/x", "https://evil.example", "target"),
        ("/x", "//evil.example", "target"),
        ("/x", "/\\evil.example", "target"),
    ],
)
def test_old_addresses_make_no_loops_and_no_chains(source: str, target: str, field: str, ada: User) -> None:
    add("redirects", ada, source="/cu", target="/moi")
    assert set(refused(lambda: add("redirects", ada, source=source, target=target))) == {field}


def test_the_name_of_the_older_site_is_left_out(ada: User) -> None:
    row = add("redirects", ada, source="http://cu.example/Pages/tin.aspx?id=5#dau", target="/tin/5")
    assert row.source == "/Pages/tin.aspx?id=5"


def test_a_table_is_taken_in_with_a_report_of_the_lines_refused(ada: User) -> None:
    add("redirects", ada, source="/cu", target="/moi")
    text = "\n".join(
        (
            "old,new",
            "/a,/b",
            '"/ten,co,phay",/d',
            "",
            "/cu,/moi",
            "/b,/c",  # 6: /a leads to /b
            "/e,/cu",  # 7
            "/a,/z",  # 8: twice
            "khong phai,dia chi",  # 9
            "/mot",  # 10
            "/f,javascript:alert(1)",  # 11
        )
    )
    report = site.take_redirects(text, by=ada)
    assert (report.taken, report.known) == (2, 1)
    assert [line.number for line in report.refused] == [6, 7, 8, 9, 10, 11]
    assert {row.source for row in db.session.query(Redirect)} == {"/cu", "/a", "/ten,co,phay"}
    assert len(json.loads(newest().detail)["changes"]) == 2
    site.undo(newest(), by=ada)
    assert db.session.query(Redirect).count() == 1


def test_a_table_has_an_end_and_an_owner(ada: User, edda: User) -> None:
    refused(lambda: site.take_redirects("\n".join(f"/a{n},/b" for n in range(5001)), by=ada))
    with pytest.raises(NotAllowed):
        site.take_redirects("/a,/b", by=edda)

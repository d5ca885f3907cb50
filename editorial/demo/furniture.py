"""What the demo's editors have put round their articles: blocks, links, slides, a section below another, old addresses.

By the real acts, as everything in the demo; the pictures are the drawings that its articles show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from editorial import site
from editorial.db import db
from editorial.models import Section, User
from editorial.site import KINDS
from editorial.vietnamese.wording import ZONE

BELOW = ("thi-dua-khen-thuong", "van-hoa-xa-hoi")  # the first stands under the second in the menu
BLOCKS = (  # kind, section or none, heading, heading in English, number of articles
    ("lead", "tin-hoat-dong", "", "", 4),
    ("most-read", None, "Đọc nhiều", "Most read", 5),
    ("pictures", "van-hoa-xa-hoi", "", "", 3),
    ("list", "kinh-te-nong-thon-moi", "", "", 4),
    ("list", "chuyen-doi-so", "", "", 4),
    ("list", "thong-bao", "", "", 4),
    ("list", "cai-cach-hanh-chinh", "", "", 3),
)
LINKS = (
    (
        "Cơ quan cấp trên",
        "Higher authorities",
        (
            ("Cổng thông tin điện tử tỉnh Lam Giang", "Portal of Lam Giang Province", "https://lamgiang.example/"),
            (
                "Cổng dịch vụ công tỉnh Lam Giang",
                "Public services of Lam Giang",
                "https://dichvucong.lamgiang.example/",
            ),
            ("Công báo tỉnh Lam Giang", "Official gazette of Lam Giang", "https://congbao.lamgiang.example/"),
        ),
    ),
    (
        "Các xã bạn",
        "Neighbouring communes",
        (
            ("Xã Thác Mây", "Thác Mây Commune", "https://thacmay.lamgiang.example/"),
            ("Xã Đồng Vông", "Đồng Vông Commune", "https://dongvong.lamgiang.example/"),
            ("Phường Lam Thượng", "Lam Thượng Ward", "https://lamthuong.lamgiang.example/"),
        ),
    ),
    (
        "Tiện ích cho người dân",
        "Useful for residents",
        (
            ("Đài khí tượng thủy văn tỉnh", "Weather and river levels", "https://khituong.lamgiang.example/"),
            ("Trung tâm y tế khu vực Lam Thượng", "Lam Thượng health centre", "https://yte.lamgiang.example/"),
        ),
    ),
)
SLIDESHOW = ("Khe Trăng bốn mùa", "Khe Trăng through the seasons")
CREDIT = "Minh họa: Ban biên tập"
SLIDES = (  # the drawing, what it shows, its caption
    (
        "rice-fields",
        "Ruộng bậc thang lúa chín vàng dưới chân núi.",
        "Mùa gặt trên những thửa ruộng bậc thang thôn Hạ Trăng.",
    ),
    ("tea-hills", "Luống chè xanh chạy vòng quanh đồi.", "Sáng sớm trên đồi chè, sương còn đọng giữa các luống."),
    ("lotus-pond", "Đầm sen nở hồng, xa xa có mái nhà.", "Đầm sen Văn Ổ vào vụ: hái sen trước khi nắng lên."),
    ("river-boat", "Một con thuyền nhỏ trên sông buổi chiều.", "Chuyến đò cuối ngày trên khúc sông Lam Giang."),
    ("night-sky", "Bầu trời đầy sao trên bản làng.", "Đêm không trăng ở rừng Trái Cấm, sao rõ từng chòm."),
)
SLOGAN = (date(2026, 9, 2), "Khe Trăng: việc của dân, lo cho đến nơi", "Khe Trăng: the people’s business, seen through")
REDIRECTS = """/Default.aspx?tabid=412,/chuyen-muc/tin-hoat-dong
/Default.aspx?tabid=415,/chuyen-muc/thong-bao
/Pages/van-hoa-xa-hoi.aspx,/chuyen-muc/van-hoa-xa-hoi
/index.php?language=vi&nv=news&op=kinh-te,/chuyen-muc/kinh-te-nong-thon-moi
/tin-tuc/cai-cach-hanh-chinh.html,/chuyen-muc/cai-cach-hanh-chinh"""


def lives(people: dict[str, User], picture: Callable[[str, User], str], today: date) -> list[Iterator[datetime]]:
    """What the editors did one morning, as the board tells it."""
    return [_morning(people, picture, today)]


def _morning(people: dict[str, User], picture: Callable[[str, User], str], today: date) -> Iterator[datetime]:
    yield datetime.combine(today - timedelta(days=12), time(9, 20), ZONE)
    arrange(people, picture)


def arrange(people: dict[str, User], picture: Callable[[str, User], str]) -> None:
    """Put it all up; `picture` keeps a drawing in somebody's name and gives its number."""
    editor, admin = people["editor"], people["admin"]
    sections = {section.slug: section for section in db.session.scalars(select(Section))}
    _put_below(sections[BELOW[0]], sections[BELOW[1]], editor)
    for kind, slug, title, title_en, number in BLOCKS:
        block = {"kind": kind, "section_id": sections[slug].id if slug else None, "number_shown": number}
        site.add(KINDS["blocks"], block | {"title": title, "title_en": title_en}, by=editor)
    for name, name_en, links in LINKS:
        group = site.add(KINDS["link-groups"], {"name": name, "name_en": name_en}, by=editor)
        for label, label_en, url in links:
            link = {"name": label, "name_en": label_en, "url": url, "group_id": group.id}
            site.add(KINDS["links"], link, by=editor)
    show = site.add(KINDS["slideshows"], {"title": SLIDESHOW[0], "title_en": SLIDESHOW[1], "on_home": True}, by=editor)
    for drawing, alt, caption in SLIDES:
        slide = {"asset_id": picture(drawing, editor), "alt": alt, "caption": caption, "credit": CREDIT}
        site.add(KINDS["slides"], slide | {"slideshow_id": show.id}, by=editor)
    valid_from, text, text_en = SLOGAN
    site.add(KINDS["slogans"], {"valid_from": valid_from, "text": text, "text_en": text_en}, by=people["head"])
    site.take_redirects(REDIRECTS, by=admin)


def _put_below(section: Section, parent: Section, by: User) -> None:
    values = site.plain(section) | {"parent_id": parent.id}
    site.change(section, values, by=by, seen=site.fingerprint(section))

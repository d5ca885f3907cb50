"""What readers of the demo rated and reported, and what the board answered. Made up, as everybody here is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from editorial import vietnamese
from editorial.db import db
from editorial.demo import texts
from editorial.feedback import ratings, reports
from editorial.models import Article, Level, Report, User


@dataclass(frozen=True, slots=True)
class Ending:
    """How the board closed a report: by which way, who, when, and with which words."""

    way: str
    by: str
    days_ago: int
    at: time
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A reader's report. `article` is the name of a file in `articles/`; empty: it is about the site."""

    article: str
    days_ago: int
    at: time
    message: str
    passage: str = ""
    contact: str = ""
    ending: Ending | None = None


LETTERS = (
    Letter(
        "sen-van-o",
        17,
        time(9, 12),
        "Ảnh đầu bài chú thích là đầm Vân Ổ, nhưng theo tôi nhìn dãy núi phía sau thì đó là đầm ở Bến Mây. Mong các anh"
        " chị xem lại giúp.",
    ),
    Letter(
        "che-doc-suong",
        13,
        time(20, 41),
        "Đồi chè cổ hiện còn 11 héc-ta, vì năm ngoái một héc-ta đã chuyển sang làm đường. Biên bản ở nhà trưởng thôn.",
        passage="Đồi chè cổ 12 héc-ta",
        contact="nguoi-hai-che@ban-doc.example",
    ),
    Letter(
        "mot-thua-ruong-hai-lan-thu",
        1,
        time(6, 55),
        "Nhà ông Bội có ba sào chứ không phải hai sào. Tôi là hàng xóm, ruộng liền bờ.",
        passage="Nhà ông có hai sào ruộng trũng nhất thôn",
        contact="ruong-lien-bo@ban-doc.example",
    ),
    Letter(
        "lich-kham-suc-khoe-nguoi-cao-tuoi",
        5,
        time(19, 30),
        "Dốc Đá Bàn đang sửa, xe không lên được đến hết tuần sau. Các cụ ở Gò Sim khó đến đúng ngày đã ghi.",
        passage="Nhà văn hóa thôn Dốc Sương",
        contact="con-chau-go-sim@ban-doc.example",
        ending=Ending(
            "correct",
            "editor",
            3,
            time(15, 20),
            "Trạm Y tế đã lùi buổi khám ở Dốc Sương ba ngày. Cảm ơn bạn đã báo sớm.",
        ),
    ),
    Letter(
        "tra-loi-ban-doc-loa-truyen-thanh",
        11,
        time(5, 50),
        "Bài ghi loa phát từ 5 giờ 30 phút, nhưng mùa hè loa ở thôn tôi vẫn phát lúc 5 giờ.",
        passage="buổi sáng phát từ 5 giờ 30 phút đến 6 giờ",
        ending=Ending(
            "reject",
            "deputy",
            9,
            time(10, 5),
            "Quy chế ghi 5 giờ 30 phút cho cả năm. Cụm loa phát sớm đã được báo cho Phòng Văn hóa – Xã hội chỉnh lại.",
        ),
    ),
    Letter(
        "",
        8,
        time(21, 15),
        "Tôi đọc trên điện thoại thấy chữ rõ, nhưng không biết tìm lịch tiếp dân ở đâu.",
        contact="doc-tren-dien-thoai@ban-doc.example",
        ending=Ending(
            "answer",
            "head",
            7,
            time(8, 40),
            "Lịch tiếp dân đăng ở chuyên mục Thông báo vào ngày đầu tháng. Trang chủ sẽ có thêm liên kết đến đó.",
        ),
    ),
    Letter(
        "cho-ha-trang-khong-tien-mat",
        3,
        time(3, 3),
        "Vay tiền nhanh trong ngày, không cần thế chấp, gọi ngay để được tư vấn.",
        ending=Ending("discard", "editor", 3, time(7, 45)),
    ),
)
VOTES = {  # how many readers were satisfied, so-so, not satisfied
    "doi-bong-nu-go-sim": (31, 2, 0),
    "lich-kham-suc-khoe-nguoi-cao-tuoi": (14, 6, 5),
    "cho-ha-trang-khong-tien-mat": (9, 4, 1),
    "mot-thua-ruong-hai-lan-thu": (22, 3, 1),
    "tra-loi-ban-doc-loa-truyen-thanh": (6, 5, 8),
}


def lives(people: Mapping[str, User], told: Sequence[texts.Article], today: date) -> Iterator[Iterator[datetime]]:
    """What readers and the board do, told like the lives of articles: each yields when it wants to go on."""
    titles = {article.slug: article.versions[0].title for article in told}
    for letter in LETTERS:
        yield _life(letter, people, titles, today)
    for name, numbers in VOTES.items():
        yield _votes(titles[name], numbers, _moment(today, 1, time(21)))


def _life(letter: Letter, people: Mapping[str, User], titles: dict[str, str], today: date) -> Iterator[datetime]:
    yield _moment(today, letter.days_ago, letter.at)
    report = reports.file(
        article_id=_number(titles[letter.article]) if letter.article else None,
        message=letter.message,
        passage=letter.passage,
        contact=letter.contact,
    )
    if report is None or letter.ending is None:
        return
    end = letter.ending
    yield _moment(today, end.days_ago, end.at)
    reports.take(report, end.way, by=people[end.by], seen=report.version, answer=end.answer, letter=_answer)


def _votes(title: str, numbers: tuple[int, int, int], moment: datetime) -> Iterator[datetime]:
    yield moment
    article_id = _number(title)
    for level, number in zip(Level, numbers, strict=True):
        for reader in range(number):
            ratings.give(article_id, level, f"{level} {reader}")


def _answer(report: Report) -> reports.Letter:
    return reports.Letter("Ban biên tập trả lời phản ánh của bạn", report.answer)


def _number(title: str) -> int:
    return db.session.scalars(select(Article.id).where(Article.slug == vietnamese.slug(title))).one()


def _moment(today: date, days_ago: int, at: time) -> datetime:
    return datetime.combine(today - timedelta(days=days_ago), at, vietnamese.ZONE)

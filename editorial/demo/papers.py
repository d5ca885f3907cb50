"""The documents of the demo's register: who issued them, what they order, and what became of them. All made up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

from flask import current_app

from editorial import documents, register, vietnamese
from editorial.demo import printing
from editorial.demo.printing import Sheet
from editorial.models import User
from editorial.paper import KINDS_AS_WRITTEN, Facts, Kind, State

COMMITTEE = "Ủy ban nhân dân xã Khe Trăng"
COUNCIL = "Hội đồng nhân dân xã Khe Trăng"
PARTY = "Đảng ủy xã Khe Trăng"
PROVINCE = "Ủy ban nhân dân tỉnh Lam Giang"
CHAIR = ("Tống Thị Mai Hạ", "Chủ tịch")
DEPUTY = ("Khổng Minh Sơn", "KT. Chủ tịch, Phó Chủ tịch")
SPEAKER = ("Lã Văn Thụ", "Chủ tịch Hội đồng nhân dân")
SECRETARY = ("Quách Đình Nhẫn", "Bí thư")
GOVERNOR = ("Đoàn Lệ Quyên", "TUQ. Chủ tịch, Chánh Văn phòng")


@dataclass(frozen=True, slots=True)
class Paper:
    """A document; days are counted back from today. `number` may hold {year}, that of the day of issue."""

    kind: Kind
    number: str
    issuer: str
    signed: tuple[str, str]
    days_ago: int
    abstract: str
    field: str
    says: tuple[str, ...]
    state: State = State.PUBLISHED
    in_force_after: int = 0  # days
    ends_after: int = 0  # days; 0: it does not end by itself
    replaces: str = ""  # the number of an earlier one
    entered_by: str = "editor"
    reason: str = ""  # of a withdrawal


PAPERS = (
    Paper(
        Kind.DECISION,
        "27/{year}/QĐ-UBND",
        COMMITTEE,
        CHAIR,
        905,
        "Ban hành Quy chế quản lý, sử dụng hệ thống loa truyền thanh trên địa bàn xã Khe Trăng",
        "Văn hóa – Thông tin",
        (
            "Điều 1. Ban hành kèm theo Quyết định này Quy chế quản lý, sử dụng hệ thống loa của mười hai thôn.",
            "Điều 2. Loa phát hai buổi mỗi ngày; buổi sáng không sớm hơn 5 giờ, buổi chiều không muộn hơn 18 giờ.",
            "Điều 3. Quyết định này có hiệu lực kể từ ngày ký.",
        ),
    ),
    Paper(
        Kind.DECISION,
        "84/{year}/QĐ-UBND",
        COMMITTEE,
        CHAIR,
        64,
        "Ban hành Quy chế quản lý, sử dụng hệ thống loa truyền thanh trên địa bàn xã (sửa giờ phát, âm lượng)",
        "Văn hóa – Thông tin",
        (
            "Điều 1. Ban hành kèm theo Quyết định này Quy chế quản lý, sử dụng hệ thống loa truyền thanh.",
            "Điều 2. Buổi sáng loa phát từ 5 giờ 30 phút đến 6 giờ. Cụm loa cách trường học, trạm y tế dưới 100 m"
            " phát ở mức âm lượng thấp.",
            "Điều 3. Quyết định này thay thế quyết định trước đây về cùng nội dung.",
        ),
        replaces="27/QĐ",
    ),
    Paper(
        Kind.PLAN,
        "52/KH-UBND",
        COMMITTEE,
        DEPUTY,
        21,
        "Kế hoạch chăm sóc sức khỏe người cao tuổi trên địa bàn xã Khe Trăng",
        "Y tế",
        (
            "1. Khám sức khỏe định kỳ, không thu tiền, cho toàn bộ người từ đủ 60 tuổi trở lên đang cư trú tại xã.",
            "2. Trạm Y tế xã chủ trì, lập lịch khám tại bốn điểm; các thôn bố trí xe đưa đón người đi lại khó khăn.",
            "3. Kết quả khám được lập thành sổ theo dõi và trả tận tay từng người trong 15 ngày.",
        ),
    ),
    Paper(
        Kind.DECISION,
        "118/QĐ-UBND",
        COMMITTEE,
        CHAIR,
        13,
        "Về việc tặng Giấy khen cho các gia đình, dòng họ hiếu học tiêu biểu",
        "Thi đua – Khen thưởng",
        (
            "Điều 1. Tặng Giấy khen cho 14 gia đình và hai dòng họ có thành tích trong phong trào học tập (có danh sách"
            " kèm theo).",
            "Điều 2. Mức thưởng và nguồn kinh phí thực hiện theo quy định hiện hành.",
            "Điều 3. Văn phòng, Hội Khuyến học xã và các gia đình có tên tại Điều 1 chịu trách nhiệm thi hành.",
        ),
        entered_by="deputy",
    ),
    Paper(
        Kind.RESOLUTION,
        "09/{year}/NQ-HĐND",
        COUNCIL,
        SPEAKER,
        140,
        "Nghị quyết về hỗ trợ lắp đặt đồng hồ nước sạch cho hộ gia đình bốn thôn vùng cao",
        "Tài nguyên – Môi trường",
        (
            "Điều 1. Hỗ trợ một lần 50% chi phí đồng hồ và đường ống vào nhà cho hộ tại Dốc Sương, Lũng Tre, Gò Sim,"
            " Trại Cam.",
            "Điều 2. Giao Ủy ban nhân dân xã tổ chức thực hiện, công khai danh sách hộ được hỗ trợ.",
        ),
        in_force_after=10,
        ends_after=730,
    ),
    Paper(
        Kind.RESOLUTION,
        "10-NQ/ĐU",
        PARTY,
        SECRETARY,
        310,
        "Nghị quyết về đẩy mạnh chuyển đổi số, phục vụ người dân và hộ kinh doanh",
        "Chuyển đổi số",
        (
            "1. Mỗi thôn có một tổ công nghệ số cộng đồng; mỗi chợ có ít nhất một điểm thanh toán không tiền mặt.",
            "2. Mọi hồ sơ tại bộ phận một cửa được trả lời, kể cả khi chưa giải quyết được, và nói rõ lý do.",
        ),
    ),
    Paper(
        Kind.NOTICE,
        "63/TB-UBND",
        COMMITTEE,
        DEPUTY,
        2,
        "Thông báo phân luồng tạm thời trên đường liên thôn Lũng Tre – Hạ Trăng để đổ bê tông mặt đường",
        "Giao thông",
        (
            "1. Cấm ô tô và xe máy kéo trên đoạn từ cầu Lũng Tre đến ngã ba Hạ Trăng trong thời gian thi công.",
            "2. Xe máy, xe đạp và người đi bộ đi theo lối tạm bên phải, có người hướng dẫn.",
        ),
        in_force_after=3,
        ends_after=11,
    ),
    Paper(
        Kind.LETTER,
        "215/UBND-VHXH",
        COMMITTEE,
        DEPUTY,
        33,
        "V/v kiểm tra, sắp xếp lại tủ sách nhà văn hóa các thôn",
        "Văn hóa – Thông tin",
        (
            "Kính gửi: Trưởng thôn mười hai thôn; Công chức văn hóa – xã hội.",
            "Ủy ban nhân dân xã đề nghị các thôn kiểm kê tủ sách, lập danh mục và mở cửa cho mượn hai buổi mỗi tuần.",
        ),
    ),
    Paper(
        Kind.PLAN,
        "17/KH-UBND",
        COMMITTEE,
        DEPUTY,
        420,
        "Kế hoạch phòng, chống hạn vụ đông xuân",
        "Nông nghiệp",
        (
            "1. Vận hành trạm bơm Đồng Vòng theo lịch luân phiên, ưu tiên ruộng cuối kênh.",
            "2. Hợp tác xã nông nghiệp báo mực nước hằng ngày; thôn nào thiếu nước được hỗ trợ máy bơm dã chiến.",
        ),
        ends_after=150,
    ),
    Paper(
        Kind.REPORT,
        "140/BC-UBND",
        COMMITTEE,
        CHAIR,
        26,
        "Báo cáo kết quả giải quyết thủ tục hành chính quý III",
        "Cải cách hành chính",
        (
            "1. Tiếp nhận 1.284 hồ sơ; trả đúng và trước hạn 1.271 hồ sơ, đạt 98,99%.",
            "2. 13 hồ sơ trễ hạn đều có thư xin lỗi nêu rõ lý do và ngày hẹn lại.",
        ),
    ),
    Paper(
        Kind.DIRECTIVE,
        "03/CT-UBND",
        PROVINCE,
        GOVERNOR,
        75,
        "Chỉ thị về tăng cường phòng cháy, chữa cháy rừng mùa khô",
        "Lâm nghiệp",
        (
            "1. Cấm đốt nương, đốt ong trong rừng vào những ngày dự báo cháy cấp IV, cấp V.",
            "2. Chủ tịch Ủy ban nhân dân các xã chịu trách nhiệm về công tác phòng cháy, chữa cháy rừng trên địa bàn.",
        ),
        entered_by="deputy",
    ),
    Paper(
        Kind.GUIDANCE,
        "08/HD-UBND",
        COMMITTEE,
        DEPUTY,
        48,
        "Hướng dẫn bình xét danh hiệu Gia đình văn hóa, Thôn văn hóa",
        "Thi đua – Khen thưởng",
        ("1. Thôn họp bình xét công khai; kết quả niêm yết tại nhà văn hóa thôn trong năm ngày làm việc.",),
        state=State.WITHDRAWN,
        reason="Đăng nhầm bản dự thảo; bản chính thức sẽ được đăng sau khi rà soát mẫu phiếu.",
    ),
    Paper(
        Kind.PLAN,
        "71/KH-UBND",
        COMMITTEE,
        CHAIR,
        1,
        "Kế hoạch đối thoại với người dân về nước sạch vùng cao",
        "Tài nguyên – Môi trường",
        (
            "1. Mỗi quý đối thoại một lần, luân phiên tại bốn thôn vùng cao.",
            "2. Ý kiến và câu trả lời được đăng trên Trang thông tin điện tử xã trong bảy ngày làm việc.",
        ),
        state=State.DRAFT,
    ),
)


def lives(people: Mapping[str, User], today: date) -> list[Iterator[datetime]]:
    """How each of the documents came into the register, a step at a time. `people` are there when the first begins."""
    return [_life(paper, people, today) for paper in PAPERS]


def _life(paper: Paper, people: Mapping[str, User], today: date) -> Iterator[datetime]:
    issued = today - timedelta(days=paper.days_ago)
    entered = datetime.combine(today - timedelta(days=min(paper.days_ago, 25)), time(8, 10), vietnamese.ZONE)
    entered += timedelta(minutes=7 * PAPERS.index(paper))
    yield entered
    received = documents.receive([(_name(paper, issued), _printed(paper, issued))])
    documents.store(received)
    by, head = people[paper.entered_by], people["head"]
    facts = replace(_facts(paper, issued, today), files=tuple(each.file for each in received))
    document = documents.enter(facts, by=by)
    if paper.state is State.DRAFT:
        return
    yield entered + timedelta(hours=2)
    documents.publish(document, by=head, seen=document.head)
    if paper.state is State.WITHDRAWN:
        yield entered + timedelta(days=1)
        documents.withdraw(document, by=head, seen=document.head, reason=paper.reason)


def _facts(paper: Paper, issued: date, today: date) -> Facts:
    replaced: tuple[int, ...] = ()
    if paper.replaces:
        older = next(each for each in PAPERS if each.number.replace("/{year}", "").startswith(paper.replaces))
        number = _number(older, today - timedelta(days=older.days_ago))
        replaced = tuple(document.id for document in register.of_number(number))
    return Facts(
        kind=paper.kind,
        number=_number(paper, issued),
        issuer=paper.issuer,
        signer=paper.signed[0],
        signer_position=paper.signed[1],
        issued_on=issued,
        effective_on=issued + timedelta(days=paper.in_force_after) if paper.in_force_after else None,
        expires_on=issued + timedelta(days=paper.ends_after) if paper.ends_after else None,
        abstract=paper.abstract,
        field=paper.field,
        replaces=replaced,
    )


def _number(paper: Paper, issued: date) -> str:
    return paper.number.format(year=issued.year)


def _name(paper: Paper, issued: date) -> str:
    return f"{KINDS_AS_WRITTEN[paper.kind]} {_number(paper, issued).replace('/', '-')}.pdf"


def _printed(paper: Paper, issued: date) -> bytes:
    return _sheet(
        Sheet(
            issuer=paper.issuer,
            number=_number(paper, issued),
            place_and_day=f"Khe Trăng, {vietnamese.formal_date(issued)}",
            title=KINDS_AS_WRITTEN[paper.kind],
            abstract=paper.abstract.removeprefix(f"{KINDS_AS_WRITTEN[paper.kind]} "),
            paragraphs=paper.says,
            position=paper.signed[1],
            signer=paper.signed[0],
        ),
        Path(current_app.static_folder or ""),
    )


_sheet = cache(printing.pdf)

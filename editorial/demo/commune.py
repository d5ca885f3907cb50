"""The demo commune: the sections of its site, who owned the site and when, and the people of its editorial board.

Everybody here is made up, telephone numbers use an area code that does not exist, addresses end in .example or .test.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Section:
    slug: str
    name: str
    name_en: str
    description: str
    description_en: str
    wants_endorsement: bool = False


@dataclass(frozen=True, slots=True)
class Imprint:
    """Who owns the site and answers for it from one day on, until the next record begins."""

    valid_from: date
    outlet: str
    outlet_en: str
    owner: str
    owner_en: str
    responsible: str
    responsible_position: str
    responsible_position_en: str
    address: str
    address_en: str
    phone: str
    fax: str
    email: str
    licence: str
    licence_en: str
    notice: str
    notice_en: str


@dataclass(frozen=True, slots=True)
class Slogan:
    valid_from: date
    text: str
    text_en: str


@dataclass(frozen=True, slots=True)
class Person:
    """One demo account: `account` is the part of its address before @demo.test."""

    account: str
    name: str
    unit: str
    position: str
    pen_name: str = ""

    @property
    def email(self) -> str:
        return f"{self.account}@demo.test"


SECTIONS = (
    Section(
        "tin-hoat-dong",
        "Tin hoạt động",
        "Commune news",
        "Việc làm hằng ngày của Đảng ủy, HĐND, UBND, Mặt trận và các đoàn thể trong xã.",
        "What the commune’s Party committee, council, administration and associations do from day to day.",
    ),
    Section(
        "kinh-te-nong-thon-moi",
        "Kinh tế – Nông thôn mới",
        "Economy and new countryside",
        "Cách làm ăn của bà con, hợp tác xã và chuyện giữ vững các tiêu chí nông thôn mới.",
        "How farmers and cooperatives make a living, and how the new-countryside standards are kept.",
    ),
    Section(
        "van-hoa-xa-hoi",
        "Văn hóa – Xã hội",
        "Culture and society",
        "Trường học, sức khỏe, nếp sống, lễ hội và con người mười hai thôn.",
        "Schools, health, customs, festivals and the people of the twelve villages.",
    ),
    Section(
        "chuyen-doi-so",
        "Chuyển đổi số",
        "Digital transformation",
        "Công nghệ đi vào việc nhà, việc chợ, việc đồng và việc công của xã.",
        "Technology at home, at the market, in the fields and in the commune office.",
    ),
    Section(
        "cai-cach-hanh-chinh",
        "Cải cách hành chính",
        "Administrative reform",
        "Thủ tục, thời hạn, kết quả giải quyết hồ sơ và trả lời ý kiến người dân.",
        "Procedures, time limits, results, and answers to what people ask.",
    ),
    Section(
        "thi-dua-khen-thuong",
        "Thi đua – Khen thưởng",
        "Emulation and commendation",
        "Gương người tốt, việc tốt và các quyết định khen thưởng của xã.",
        "Good people, good deeds, and the commune’s commendations.",
    ),
    Section(
        "thong-bao",
        "Thông báo",
        "Notices",
        "Lịch, thời hạn và việc người dân cần biết; số liệu được biên tập viên kiểm tra trước khi trình duyệt.",
        "Timetables, deadlines and what people need to know; an editor checks every figure before approval.",
        wants_endorsement=True,
    ),
)

IMPRINTS = (
    Imprint(
        valid_from=date(2021, 1, 20),
        outlet="Trang thông tin điện tử xã Khe Trăng",
        outlet_en="Website of Khe Trăng Commune",
        owner="Ủy ban nhân dân xã Khe Trăng, huyện Lam Thượng, tỉnh Lam Giang",
        owner_en="People’s Committee of Khe Trăng Commune, Lam Thượng District, Lam Giang Province",
        responsible="Ông Quách Đình Nhẫn",
        responsible_position="Trưởng Ban biên tập",
        responsible_position_en="Head of the editorial board",
        address="Thôn Hạ Trăng, xã Khe Trăng, huyện Lam Thượng, tỉnh Lam Giang",
        address_en="Hạ Trăng Village, Khe Trăng Commune, Lam Thượng District, Lam Giang Province",
        phone="(0200) 3000 112",
        fax="(0200) 3000 113",
        email="banbientap@khetrang.example",
        licence="Giấy phép số 09/GP-TTĐT do Sở Thông tin và Truyền thông tỉnh Lam Giang cấp ngày 20/01/2021",
        licence_en="Licence No. 09/GP-TTĐT, Lam Giang Department of Information and Communications, 20 January 2021",
        notice="© Khi phát hành lại thông tin từ trang này, đề nghị ghi rõ nguồn “UBND xã Khe Trăng, "
        "huyện Lam Thượng”.",
        notice_en="© When you republish information from this site, please credit “People’s Committee of Khe Trăng "
        "Commune, Lam Thượng District”.",
    ),
    Imprint(
        valid_from=date(2025, 7, 1),
        outlet="Trang thông tin điện tử xã Khe Trăng",
        outlet_en="Website of Khe Trăng Commune",
        owner="Ủy ban nhân dân xã Khe Trăng, tỉnh Lam Giang",
        owner_en="People’s Committee of Khe Trăng Commune, Lam Giang Province",
        responsible="Bà Lã Thị Hà Thư",
        responsible_position="Trưởng Ban biên tập",
        responsible_position_en="Head of the editorial board",
        address="Thôn Hạ Trăng, xã Khe Trăng, tỉnh Lam Giang",
        address_en="Hạ Trăng Village, Khe Trăng Commune, Lam Giang Province",
        phone="(0200) 3000 212",
        fax="(0200) 3000 213",
        email="banbientap@khetrang.example",
        licence="Giấy phép số 17/GP-TTĐT do Sở Văn hóa, Thể thao và Du lịch tỉnh Lam Giang cấp ngày 25/06/2025",
        licence_en="Licence No. 17/GP-TTĐT, Lam Giang Department of Culture, Sports and Tourism, 25 June 2025",
        notice="© Khi phát hành lại thông tin từ trang này, đề nghị ghi rõ nguồn “UBND xã Khe Trăng”.",
        notice_en="© When you republish information from this site, please credit “People’s Committee of Khe Trăng "
        "Commune”.",
    ),
)

SLOGANS = (
    Slogan(
        date(2021, 1, 20), "Chung sức dựng xây, giữ xanh miền Khe Trăng", "Building together, keeping Khe Trăng green"
    ),
    Slogan(
        date(2025, 7, 1),
        "Gần dân để hiểu, sát việc để làm",
        "Near the people to understand, near the work to get it done",
    ),
)

PEOPLE = (
    Person("reporter", "Vi Thảo Nguyên", "Văn phòng HĐND và UBND xã", "Phóng viên", "Thảo Nguyên"),
    Person("reporter2", "Chử Đức Lâm", "Phòng Văn hóa – Xã hội", "Phóng viên", "Đức Lâm"),
    Person("editor", "Khổng Thị Diệu Nhàn", "Phòng Văn hóa – Xã hội", "Biên tập viên", "Diệu Nhàn"),
    Person("head", "Lã Thị Hà Thư", "Ủy ban nhân dân xã", "Trưởng Ban biên tập"),
    Person("deputy", "Tạ Khắc Lẫm", "Văn phòng HĐND và UBND xã", "Phó Trưởng Ban biên tập"),
    Person("admin", "Quách Minh Triệu", "Văn phòng HĐND và UBND xã", "Quản trị hệ thống"),
)

DELEGATION_REFERENCE = "Giấy ủy quyền số 03/GUQ-BBT"
"""The paper by which the head lets the deputy decide."""

"""The topics that the demo's editors keep: texts name them by their addresses."""

from __future__ import annotations

from editorial import topics
from editorial.models import User
from editorial.topics import Words

TOPICS = (
    Words(
        "Chuyển đổi số ở thôn",
        "Going digital in the hamlets",
        "Từ chiếc điện thoại của người già đến mã thanh toán ở chợ phiên: bà con làm quen với việc số như thế nào.",
        "From the phones of the elderly to payment codes at the market: how people take to digital life.",
    ),
    Words(
        "Giữ nghề quê",
        "Keeping old trades alive",
        "Những người còn đan, còn ướp, còn chèo – và những người trẻ bắt đầu học lại.",
        "Those who still weave, scent tea and ferry – and the young who begin to learn.",
    ),
    Words(
        "Đường mới, cầu mới",
        "New roads and bridges",
        "Các công trình giao thông của xã, từ ngày khởi công đến ngày thông xe.",
        "The commune's building sites, from the first spade to the first bus.",
    ),
    Words(
        "Nước về thôn",
        "Water for the hamlets",
        "Nước sạch và nước tưới: lời hứa, tiến độ và những chỗ còn chờ.",
        "Drinking water and irrigation: what was promised, what is done, what is still missing.",
    ),
)


def keep(by: User) -> None:
    """Begin them all, as an editor would."""
    for words in TOPICS:
        topics.begin(words, by=by)

"""The main job, as a new user does it: a reporter writes, the head approves, a reader reads. In a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.browsers import Site, Window

SEED = Path(__file__).parents[3] / "shared/seed/portal-page.txt"
OWN = """Sáng 20/11, thôn Bãi Trầu khánh thành con đường bê tông dài 1,2 km nối khu dân cư với cánh đồng Cửa Sông.

Bà con hiến 860 m² đất và góp gần 300 ngày công. “Từ nay xe chở lúa vào tận ruộng,” ông Chử Văn Bền, trưởng thôn, nói.

Thứ nhất, đường được làm trong mùa khô. Thứ hai, mọi khoản chi đều niêm yết tại nhà văn hóa thôn."""


def seed() -> tuple[str, str]:
    """The title and the body of a real page of such a portal, as somebody would copy them from the screen."""
    lines = SEED.read_text(encoding="utf-8").splitlines()
    start = next(n for n, line in enumerate(lines) if line.isupper() and "KINH NGHIỆM" in line)
    end = next(n for n, line in enumerate(lines) if line.strip() == "Văn Tường")
    return lines[start], "\n".join(lines[start + 1 : end]).strip()


def own() -> tuple[str, str]:
    return "Bãi Trầu thông xe đường ra cánh đồng Cửa Sông", OWN


@pytest.mark.parametrize(
    "article",
    [
        pytest.param(own, id="our-own-text"),
        pytest.param(
            seed, id="a-real-page", marks=pytest.mark.skipif(not SEED.exists(), reason="the seed page is not here")
        ),
    ],
)
def test_an_article_goes_from_a_reporter_to_a_reader(window: Window, article: object) -> None:
    title, body = article()  # type: ignore[operator]
    _write_and_submit(window, title, body)
    address = _approve(window, title)
    _read(window, address, title, body)


def _write_and_submit(window: Window, title: str, body: str) -> None:
    window.sign_in("reporter")
    assert window.path == "/desk/"
    window.go("/desk/write")
    window.fill(title=title, body=body)
    window.press("[name=submit]")  # too early: it says all that is missing, at once, and keeps the text
    assert {link.get_attribute("href").rpartition("#")[2] for link in _links(window, "[role=alert] a")} == {
        "lede",
        "section",
        "genre",
    }
    assert str(window.find("[name=title]").get_property("value")).strip() == title.strip()
    window.fill(lede="Ba bài học được rút ra. Người dân là chủ thể.", section="kinh-te-nong-thon-moi", genre="feature")
    window.fill(byline="Văn Khê")
    window.press("[name=submit]")
    assert "đã gửi duyệt" in window.text.lower() or "chờ duyệt" in window.text.lower()
    window.sign_out()


def _approve(window: Window, title: str) -> str:
    window.sign_in("head")
    window.go("/desk/queue")
    window.follow(title[:40])
    assert title in window.texts("h1")[0] or title.capitalize() in window.text
    window.press("button[value=publish]")
    address = next(a.get_attribute("href") for a in _links(window, "a") if "/tin/" in a.get_attribute("href"))
    window.sign_out()
    return address.removeprefix(window.site.address)


def _read(window: Window, address: str, title: str, body: str) -> None:
    window.go("/")
    assert title in window.text
    window.go(address)
    assert window.texts("h1") == [title]
    assert " ".join(" ".join(window.texts(".prose p")).split()) == " ".join(body.split()), "every word, in order"
    assert "Văn Khê" in window.text
    assert "Tác giả: Văn Khê. Nguồn: " in window.text, "the credit line, in Vietnamese"
    assert "By Văn Khê. Source: " in window.text, "and in English"
    assert "©" in window.text
    assert "Trưởng Ban biên tập" in window.text
    assert [line for line in window.complaints() if "status of 422" not in line] == []


def _links(window: Window, selector: str) -> list:
    return window.driver.find_elements(By.CSS_SELECTOR, selector)


def test_the_main_job_is_done_by_keyboard_alone(window: Window) -> None:
    window.go("/account/sign-in")
    _type(window, "email", "reporter2@demo.test")
    _type(window, "password", "mật khẩu của buổi diễn thử", Keys.ENTER)
    window.go("/desk/write")
    _type(window, "title", "Gõ bằng bàn phím")
    _type(window, "body", "Một đoạn văn.")
    _reach(window, lambda: window.driver.switch_to.active_element.get_attribute("name") == "save")
    window.type(Keys.ENTER)
    assert "Gõ bằng bàn phím" in window.texts("h1, h2")[0] or "Gõ bằng bàn phím" in window.text


def _type(window: Window, name: str, *keys: str) -> None:
    _reach(window, lambda: window.driver.switch_to.active_element.get_attribute("name") == name)
    window.type(*keys)


def _reach(window: Window, arrived: object) -> None:
    """Press Tab until there; every stop on the way shows where one is."""
    for _ in range(60):
        if arrived():  # type: ignore[operator]
            return
        window.type(Keys.TAB)
        focused = window.driver.switch_to.active_element
        mark = window.driver.execute_script(
            "const s = getComputedStyle(arguments[0]); return s.outlineStyle !== 'none' || s.boxShadow !== 'none'",
            focused,
        )
        assert mark, f"no visible focus on {str(focused.get_attribute('outerHTML'))[:120]}"
    raise AssertionError("the keyboard does not reach it")


PUBLIC = ["/", "/en/", "/chuyen-muc/kinh-te-nong-thon-moi", "/tin/1/x", "/tin/2/x", "/nowhere", "/account/sign-in"]
STAFF = ["/desk/", "/desk/queue", "/desk/write", "/desk/editions/1", "/desk/editions/1/compare", "/account/change"]


@pytest.mark.parametrize("width", [320, 360, 1280, 2560])
def test_no_page_is_wider_than_the_window_and_the_console_is_silent(
    window: Window, width: int, demo_site: Site
) -> None:
    window.size(width)
    window.sign_in("head")
    for path in STAFF:
        window.go(path)
        assert window.too_wide_by <= 0, path
    window.sign_out()
    for path in PUBLIC:
        window.go(path)
        assert window.too_wide_by <= 0, path
    said = [line for line in window.complaints() if "status of 404" not in line]
    assert said == []

"""A site served as a stranger would serve it, and a real Chromium to visit it with. A pytest plugin, loaded by
`conftest.py`.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

import pytest
from selenium import webdriver
from selenium.webdriver import ActionChains
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

PASSWORD = "mật khẩu của buổi diễn thử"
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage"
)
STARTS_WITHIN = 60  # seconds: far beyond the usual, so that only what hangs is given up


@dataclass(frozen=True)
class Site:
    address: str
    instance: Path


@pytest.fixture(scope="session")
def demo_site() -> Iterator[Site]:
    """The demo, made and served by the commands that `make run` uses."""
    with tempfile.TemporaryDirectory(prefix="editorial-demo-") as folder, closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        address = f"http://127.0.0.1:{port}"
        environment = {k: v for k, v in os.environ.items() if not k.startswith("EDITORIAL_")} | {
            "EDITORIAL_INSTANCE": folder,
            "EDITORIAL_DEMO_PASSWORD": PASSWORD,
            "EDITORIAL_SITE_URL": address,
        }
        command = str(Path(sys.executable).parent / "editorial")
        subprocess.run([command, "demo"], env=environment, check=True, stdout=subprocess.DEVNULL)
        server = subprocess.Popen([command, "serve", "--port", str(port)], env=environment, stdout=subprocess.DEVNULL)
        try:
            _wait_for(f"{address}/readyz", server)
            yield Site(address, Path(folder))
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=STARTS_WITHIN)


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while True:
        assert server.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (URLError, ConnectionError):
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.05)


class Window:
    """What a person does at a browser, in their words. Fields are found by name, links and buttons by what they say
    or send.
    """

    def __init__(self, driver: webdriver.Chrome, site: Site) -> None:
        self.driver, self.site = driver, site

    def go(self, path: str) -> None:
        self.driver.get(self.site.address + path)

    def size(self, width: int, height: int = 900) -> None:
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def sign_in(self, who: str) -> None:
        self.go("/account/sign-in")
        self.fill(email=f"{who}@demo.test", password=PASSWORD)
        self.press("main form button:not([name])")

    def sign_out(self) -> None:
        self.go("/desk/")
        self.press("header form button")

    def type(self, *keys: str) -> None:
        """Keys alone, to whatever has the focus."""
        ActionChains(self.driver).send_keys(*keys).perform()

    def fill(self, **fields: str) -> None:
        for name, value in fields.items():
            element = self.find(f'[name="{name}"]')
            if element.tag_name == "select":
                element.find_element(By.CSS_SELECTOR, f'option[value="{value}"]').click()
            elif len(value) > 500:  # pasted, as from a word processor, and not typed
                self.driver.execute_script("arguments[0].value = arguments[1]", element, value)
            else:
                element.clear()
                element.send_keys(value)

    def press(self, selector: str) -> None:
        """Press a button or follow a link, and wait for the next page."""
        here = self.find("html")
        self.find(selector).click()
        WebDriverWait(self.driver, STARTS_WITHIN).until(lambda _: self._gone(here))

    def follow(self, words: str) -> None:
        here = self.find("html")
        self.driver.find_element(By.PARTIAL_LINK_TEXT, words).click()
        WebDriverWait(self.driver, STARTS_WITHIN).until(lambda _: self._gone(here))

    def find(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def texts(self, selector: str) -> list[str]:
        return [element.text for element in self.driver.find_elements(By.CSS_SELECTOR, selector)]

    @property
    def text(self) -> str:
        return self.find("body").text

    @property
    def path(self) -> str:
        return self.driver.current_url.removeprefix(self.site.address)

    @property
    def too_wide_by(self) -> int:
        return self.driver.execute_script(
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )

    def complaints(self) -> list[str]:
        """What the browser's console says of the pages visited since the last time."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def _gone(self, element: WebElement) -> bool:
        try:
            element.is_enabled()
        except Exception:  # the driver names it in several ways
            return self.driver.execute_script("return document.readyState") == "complete"
        return False


@pytest.fixture
def window(demo_site: Site) -> Iterator[Window]:
    """A Chromium with a fresh profile; skipped by name where the browser is not installed."""
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not browser or not driver:
        pytest.skip("no Chromium here (Debian: apt-get install chromium chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    with tempfile.TemporaryDirectory(prefix="editorial-chromium-", ignore_cleanup_errors=True) as profile:
        for flag in (*FLAGS.split(), f"--user-data-dir={profile}"):
            options.add_argument(flag)
        chrome = webdriver.Chrome(options=options, service=Service(driver))
        try:
            yield Window(chrome, demo_site)
        finally:
            chrome.quit()

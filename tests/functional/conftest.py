"""A real `rollbook serve` with its worker, and a real browser."""

import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.doubles.ports import free_port
from tests.integration.cli.commands import CommandLine

CHROMIUM = "/usr/bin/chromium"
expect.set_options(timeout=60_000)  # milliseconds, for a busy machine
PASSWORD = "a long enough sentence"


@dataclass(frozen=True)
class Site:
    """A running installation: where its pages are, and the command line on the same data."""

    url: str
    link: str
    command: CommandLine


@pytest.fixture(scope="package")  # not longer: its event loop must not run in other tests
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as patch:
        # Playwright's event loop runs in this thread until the end; Django would take every test
        # that asks the database in between for a coroutine.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def site(rollbook: CommandLine, tmp_path: Path) -> Iterator[Site]:
    with serving(rollbook, tmp_path / "serve.log") as running:
        yield running


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(reduced_motion="reduce", locale="en-US")
    opened.set_default_timeout(60_000)
    yield opened
    opened.close()


def signed_in(site: Site, page: Page) -> None:
    """Make the first administrator with the one-time link."""
    page.goto(site.link)
    page.get_by_label("Your email address").fill("ada@example.org")
    page.get_by_label("Choose a password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.get_by_role("heading", name="Dashboard").wait_for()


def add_feed(site: Site) -> None:
    """Add the feed sis, of a server that is not there."""
    server = ("--host", "127.0.0.1", "--user", "x", "--pattern", "*.csv")
    added = site.command("feeds", "add", "sis", *server, stdin="secret\n")
    assert added.code == 0, added


class serving:  # noqa: N801 - reads as a context manager
    """`rollbook serve` until the block ends."""

    def __init__(self, command: CommandLine, log: Path) -> None:
        self._command = command
        self._log = log

    def __enter__(self) -> Site:
        port = free_port()
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command.words("serve", "--port", str(port)),
                env=self._command.environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        url = f"http://localhost:{port}"
        deadline = time.monotonic() + 60
        while not answers(port):
            assert self._process.poll() is None, self._log.read_text()
            assert time.monotonic() < deadline, self._log.read_text()
            time.sleep(0.1)
        found = re.search(r"http://\S+/welcome/\S+/", self._log.read_text())
        return Site(url, found[0] if found else "", self._command)

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(timeout=120)


def answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False

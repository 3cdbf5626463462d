"""`python -m scripts.screenshots docs/images [NAME ...]`: all pictures, or those named."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from scripts.screenshots.imports import numbers, student_id
from scripts.screenshots.picture import save
from scripts.screenshots.shots import SHOTS, Shot

CHROMIUM = "/usr/bin/chromium"
"""The browser of the tests."""
PERSON, PASSWORD = "dana.reyes@alder-valley.example", "a long enough sentence"
OF_STUDENT = re.compile(r"/students/(\d+)/$")
READY = re.compile(r"http://\S+/welcome/\S+/")
PATIENCE = 300
"""Seconds for the demo's month."""
UNFOLD = (
    "each => { for (let at = each; at; at = at.parentElement) if (at.tagName === 'DETAILS') "
    "at.open = true; scrollTo(0, each.getBoundingClientRect().top - 24) }"
)
WIDTH, PHONE = 1200, 390


@dataclass(frozen=True)
class Demo:
    """A demo that runs: the link that makes its first administrator, and its home."""

    link: str
    home: Path

    @property
    def url(self) -> str:
        return self.link.split("/welcome/")[0]


def main(folder: Path, names: Sequence[str]) -> int:
    """Take the pictures; return 0."""
    shots = [shot for shot in SHOTS if not names or shot.name in names]
    folder.mkdir(parents=True, exist_ok=True)
    with running_demo() as demo, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        cookies = signed_in(browser, demo)
        # A look at a student or an import leaves a line in the audit log: those come last.
        found: dict[str, int] = {}
        for shot in sorted(shots, key=lambda shot: "{" in shot.path):
            if "{" in shot.path and not found:
                found = numbers(demo.home) | {"student": _student(browser, demo, cookies)}
            take(browser, demo, shot, folder, cookies=cookies, numbers=found)
        browser.close()
    total = sum(path.stat().st_size for path in folder.glob("*.png"))
    print(f"{len(shots)} pictures; all in {folder} have {total / 1e6:.2f} MB")
    return 0


@contextmanager
def running_demo() -> Iterator[Demo]:
    """Run `rollbook demo` with its pages in a home of its own until the block ends."""
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryFile("w+") as log:
        words = [sys.executable, "-m", "rollbook", "demo", "--port", str(_free_port())]
        process = subprocess.Popen(
            words,
            env=os.environ | {"ROLLBOOK_HOME": home},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield Demo(_link(process, log.fileno()), Path(home) / "demo")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _link(process: "subprocess.Popen[bytes]", log: int) -> str:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        printed = os.pread(log, 1 << 20, 0).decode("utf-8", "replace")
        if found := READY.search(printed):
            time.sleep(3)  # the server listens, and the worker has looked around
            return found[0]
        time.sleep(0.5)
    raise SystemExit(os.pread(log, 1 << 20, 0).decode("utf-8", "replace"))


def signed_in(browser: Browser, demo: Demo) -> Sequence[Mapping[str, object]]:
    """Make the first administrator; return the cookies of the session."""
    context = _context(browser)
    page = context.new_page()
    page.goto(demo.link)
    page.get_by_label("Your email address").fill(PERSON)
    page.get_by_label("Choose a password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.get_by_role("heading", name="Dashboard").wait_for()
    cookies = [dict(each) for each in context.cookies()]
    context.close()
    return cookies


def _student(browser: Browser, demo: Demo, cookies: Sequence[Mapping[str, object]]) -> int:
    """Return the number in the address of a student's page."""
    context = _context(browser)
    context.add_cookies([*cookies])  # type: ignore[list-item]
    page = context.new_page()
    page.goto(f"{demo.url}/students/")
    page.locator("main input[type=search]").fill(student_id())
    page.keyboard.press("Enter")
    page.locator("main th a[href^='/students/']").first.click()
    page.wait_for_url(OF_STUDENT)
    found = OF_STUDENT.search(page.url)
    context.close()
    return int(found[1]) if found else 0


def take(
    browser: Browser,
    demo: Demo,
    shot: Shot,
    folder: Path,
    *,
    cookies: Sequence[Mapping[str, object]],
    numbers: Mapping[str, int],
) -> None:
    """Take one picture."""
    context = _context(browser, shot)
    context.add_cookies([*cookies])  # type: ignore[list-item]
    page = context.new_page()
    answer = page.goto(demo.url + shot.path.format_map(numbers))
    if answer is None or not answer.ok:
        raise SystemExit(f"{shot.name}: {page.url} does not open.")
    page.wait_for_load_state("networkidle")
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    if shot.scrolled_to:
        page.locator(shot.scrolled_to).first.evaluate(UNFOLD)
    save(page.screenshot(animations="disabled"), folder / f"{shot.name}.png")
    context.close()


def _context(browser: Browser, shot: Shot | None = None) -> BrowserContext:
    is_phone = shot is not None and shot.is_phone
    return browser.new_context(
        viewport={"width": PHONE if is_phone else WIDTH, "height": shot.height if shot else 800},
        color_scheme="dark" if shot is not None and shot.is_dark else "light",
        reduced_motion="reduce",
        locale="en-US",
    )


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))

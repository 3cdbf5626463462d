"""From the one-time link to the fix-it file, as a new administrator goes, on a real SFTP server."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from rollbook.demo.files import write_demo_night
from tests.functional.clean import Watch, check_shown
from tests.functional.conftest import PASSWORD, Site
from tests.integration.servers import RunningServer, openssh_server

MOST_ACTIONS = 30
"""Clicks and fields from the link to the finished import: what five minutes allow."""


@pytest.fixture
def sftp(tmp_path: Path) -> Iterator[RunningServer]:
    served = tmp_path / "served"
    served.mkdir()
    write_demo_night(served / "student_data_export.csv", students=2_000, seed=5, night=0)
    with openssh_server(served) as server:
        yield server


class Counted:
    """A page whose every action is counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.actions = 0

    def fill(self, label: str, text: str) -> None:
        self.actions += 1
        self.page.get_by_label(label, exact=True).fill(text)

    def press(self, name: str, role: str = "button") -> None:
        self.actions += 1
        self.page.locator("main").get_by_role(role, name=name).first.click()  # type: ignore[arg-type]

    def check(self, label: str) -> None:
        self.actions += 1
        self.page.get_by_label(label, exact=True).check()


def test_a_newcomer_connects_imports_and_gets_the_fix_it_file(
    site: Site, browser: Browser, sftp: RunningServer, tmp_path: Path
) -> None:
    context = browser.new_context(
        reduced_motion="reduce", locale="en-US", timezone_id="America/Menominee"
    )
    context.set_default_timeout(60_000)
    watch = Watch().over(context)
    page = context.new_page()
    person = Counted(page)
    page.goto(site.link)
    person.fill("Your email address", "ada@example.org")
    person.fill("Choose a password", PASSWORD)
    person.press("Create account")
    expect(page.get_by_role("heading", name="Four steps")).to_be_visible()
    name_the_district(person)
    person.press("Add a feed", "link")
    connect(person, sftp, str(tmp_path / "served"))
    person.press("Import Student Data", "link")
    person.press("Import Student Data")
    page.locator("#progress").get_by_text("Import finished").wait_for()
    expect(page.locator("[data-while-running]:visible")).to_have_count(0)
    assert person.actions <= MOST_ACTIONS
    check_shown(page, "the page of a finished import")
    person.press("See result", "link")
    expect(page.get_by_text("students in the file")).to_be_visible()
    assert counted(page) == 2_001
    fix_and_upload(person, tmp_path)
    assert watch.complaints == []
    context.close()


def name_the_district(person: Counted) -> None:
    """Do the first two steps: the name beside the browser's time zone, and who gets email."""
    person.press("Set name and time zone", "link")
    expect(person.page.get_by_text("This is your browser's time zone.")).to_be_visible()
    expect(person.page.get_by_label("Time zone")).to_have_value("America/Chicago")
    check_shown(person.page, "the first step")
    person.fill("District name", "Harbor Unified")
    person.press("Save and continue")
    expect(person.page.locator(".side .district")).to_contain_text("All times are Central Time")
    person.press("Set up email", "link")
    expect(person.page.get_by_label("Recipients")).to_have_value("ada@example.org")
    person.press("Save and continue")
    expect(person.page.get_by_text("Step 2 of 4, done")).to_be_visible()
    check_shown(person.page, "the first steps")


def connect(person: Counted, sftp: RunningServer, folder: str) -> None:
    """Fill in the form, test, confirm the fingerprint, test on, save."""
    page = person.page
    person.fill("Name", "sis")
    person.fill("SFTP server", sftp.host)
    person.fill("Port", str(sftp.port))
    person.fill("User name", sftp.user)
    person.check("My own key")
    page.locator("[name=private_key]").fill(sftp.private_key or "")
    person.actions += 1
    page.locator("[name=folder]").fill(folder)
    page.locator("[name=pattern]").fill("student_data_*.csv")
    person.actions += 2
    page.locator("[name=unchanged_for]").fill("1")  # for the test: a person lets it wait, or skips
    person.press("Test connection")
    expect(page.get_by_text("Is this the right server?")).to_be_visible(timeout=30_000)
    check_shown(page, "the question for the fingerprint")
    person.check("I checked this fingerprint with my vendor")
    person.press("Continue")
    expect(page.get_by_text("Everything works.")).to_be_visible(timeout=30_000)
    check_shown(page, "a test that went well")
    person.press("Save feed")
    expect(page.get_by_role("heading", name="Feed sis is saved")).to_be_visible()


def counted(page: Page) -> int:
    """The rows of the file, as the page says: those of its numbers, those that were not imported
    and those that came twice add up to it."""
    result = page.get_by_role("region", name="Result in numbers")
    said = result.get_by_text(re.compile(r"student records? in the\s+file")).inner_text()
    total, beside = said.partition(" student record")[::2]
    words = {text.partition("\n")[0]: text for text in result.locator(".tile").all_inner_texts()}
    shown = [
        _first_number(words[name].partition("\n")[2]) for name in ("New", "Updated", "Unchanged")
    ]
    left = [_first_number(text) for text in (words["To fix"].rpartition("\n")[2], beside)]
    assert sum([*shown, *left]) == _first_number(total)
    return _first_number(total)


def _first_number(text: str) -> int:
    found = re.search(r"\d[\d,]*", text)
    return int(found[0].replace(",", "")) if found else 0


def fix_and_upload(person: Counted, folder: Path) -> None:
    """Download the rejected rows, correct them as their reasons say, upload them."""
    page = person.page
    with page.expect_download() as got:
        person.press("Fix-it file", "link")
    rows = list(csv.reader(io.StringIO(Path(got.value.path()).read_text("utf-8-sig"))))
    header, rejected = rows[0], rows[1:]
    assert header[:2] == ["Rollbook: row", "Rollbook: what to fix"]
    assert rejected
    mended = [header]
    for number, row in enumerate(rejected):
        cells = dict(zip(header, row[: len(header)], strict=True))
        cells |= {"Student ID": f"77{number:05}", "SSID": f"77{number:08}"}
        mended.append([cells[name] for name in header])
    fixed = folder / "fixed.csv"
    with fixed.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(mended)
    page.goto(page.url.split("/imports/")[0] + "/import/")
    page.get_by_label("Feed").select_option("files")
    page.locator("[name=file]").set_input_files(fixed)
    person.press("Import Student Data")
    page.locator("#progress").get_by_text("Import finished").wait_for()
    person.press("See result", "link")
    assert counted(page) == len(rejected)


def test_a_failed_test_says_what_to_do_and_keeps_what_was_typed(
    site: Site, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(site.link)
    page.get_by_label("Your email address").fill("ada@example.org")
    page.get_by_label("Choose a password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.goto(f"{site.url}/feeds/new/")
    for label, text in (
        ("Name", "sis"),
        ("SFTP server", "127.0.0.1"),
        ("Port", "1"),
        ("User name", "x"),
        ("Password", "secret"),
    ):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_text("What to do:")).to_be_visible(timeout=30_000)
    check_shown(page, "a test that failed")
    expect(page.get_by_label("SFTP server", exact=True)).to_have_value("127.0.0.1")
    page.get_by_label("SFTP server", exact=True).fill("sftp://127.0.0.1")
    page.get_by_role("button", name="Save feed").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    assert page.title().startswith("Error:")
    check_shown(page, "a form with an error")
    summary.get_by_role("link", name="SFTP server").click()
    expect(page.get_by_label("SFTP server", exact=True)).to_be_focused()

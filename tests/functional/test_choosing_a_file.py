"""Folder and file are chosen on the server under a person's hands: with the keyboard, on a phone,
and without a script."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.functional.clean import Watch
from tests.functional.conftest import Site, signed_in
from tests.functional.test_second_factor import check_looks
from tests.integration.servers import RunningServer, openssh_server

NEWEST = 1_795_000_000
DAY = 86_400


@pytest.fixture
def sshd(tmp_path: Path) -> Iterator[RunningServer]:
    """An OpenSSH server with the exports of two weeks."""
    served = tmp_path / "served"
    exports = served / "exports"
    exports.mkdir(parents=True)
    (served / "archive").mkdir()
    (exports / "2025-26").mkdir()
    for day in range(14):
        file = exports / f"student_data_202611{14 + day}.csv"
        file.write_text("Student ID,SSID\n1,2\n" * 900)
        os.utime(file, (NEWEST - (13 - day) * DAY,) * 2)
    (exports / "student_data_20261128.csv.filepart").write_text("Student ID")
    (exports / "latest.csv").symlink_to("latest.csv")
    with openssh_server(served) as running:
        yield running


def fill(page: Page, server: RunningServer, key: Path) -> None:
    for name, text in (
        ("host", server.host),
        ("port", str(server.port)),
        ("username", server.user),
    ):
        page.locator(f"[name={name}]").fill(text)
    page.get_by_label("My own key", exact=True).check()
    page.locator("[name=private_key_file]").set_input_files(key)


def test_folder_and_file_are_chosen_with_the_keyboard_and_without_a_script(
    site: Site, context: BrowserContext, browser: Browser, sshd: RunningServer, tmp_path: Path
) -> None:
    key = tmp_path / "id_ed25519"
    key.write_text(sshd.private_key or "")
    watch = Watch().over(context)
    page = context.new_page()
    signed_in(site, page)
    page.goto(f"{site.url}/feeds/new/")
    fill(page, sshd, key)
    browse = page.get_by_role("button", name="Browse the server")
    browse.click()
    expect(page.locator("#chooser")).to_contain_text("You haven't confirmed this server yet")
    page.locator("[name=name]").fill("sis")
    page.get_by_role("button", name="Test connection").click()
    page.get_by_label("I checked this fingerprint with my vendor").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("No file in the login folder matches")).to_be_visible()
    browse.focus()
    page.keyboard.press("Enter")
    heading = page.locator("#chooser h3")
    expect(heading).to_be_focused()
    expect(heading).to_contain_text("Login folder: 2 folders and 0 files.")
    page.get_by_role("button", name="Folder exports").press("Enter")
    expect(heading).to_contain_text("exports: 1 folder and 16 files.")
    expect(heading).to_be_focused()
    check_looks(page, "chooser")
    page.get_by_role("button", name=re.compile("Use this name.*20261127")).press("Enter")
    expect(page.get_by_role("status").filter(has_text="Matches 14 files")).to_be_focused()
    expect(page.locator("[name=folder]")).to_have_value("exports")
    expect(page.locator("[name=pattern]")).to_have_value("student_data_*.csv")
    check_looks(page, "chosen")
    page.get_by_role("button", name="Save feed").click()
    expect(page.get_by_role("heading", name="Saved")).to_be_visible()
    check_without_script(site, browser, context)
    assert watch.complaints == []


def check_without_script(site: Site, browser: Browser, signed: BrowserContext) -> None:
    """With the saved key, the same by whole pages."""
    plain = browser.new_context(java_script_enabled=False, storage_state=signed.storage_state())
    page = plain.new_page()
    page.goto(f"{site.url}/feeds/sis/settings/")
    page.locator("summary", has_text="File").first.click()
    page.locator("[name=pattern]").fill("typed_*.csv")
    page.get_by_role("button", name="Browse the server").click()
    expect(page.locator("#chooser h3")).to_be_focused()
    expect(page.locator("[name=pattern]")).to_have_value("typed_*.csv")
    page.get_by_role("button", name="Up one folder").click()
    page.get_by_role("button", name="Folder archive").click()
    expect(page.get_by_text("This folder is empty.")).to_be_visible()
    page.get_by_role("button", name="Use this folder").click()
    expect(page.locator("[name=folder]")).to_have_value("archive")
    expect(page.locator("[name=pattern]")).to_have_value("typed_*.csv")
    plain.close()

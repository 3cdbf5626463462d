"""The feed's form under a person's hands: Enter saves, a test shows that it works, focus stays."""

from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.functional.conftest import Site, signed_in
from tests.integration.servers import PASSWORD, USER, RunningServer, asyncssh_server


def fill(page: Page, server: RunningServer) -> None:
    for name, text in (
        ("name", "sis"),
        ("host", server.host),
        ("port", str(server.port)),
        ("username", USER),
        ("password", PASSWORD),
    ):
        page.locator(f"[name={name}]").fill(text)


def test_enter_saves_and_focus_stays_in_the_result_of_a_test(
    site: Site, context: BrowserContext, browser: Browser, tmp_path: Path
) -> None:
    served = tmp_path / "served"
    served.mkdir()
    (served / "a.csv").write_text("Student ID,SSID\n1,2\n")
    with asyncssh_server(served) as server:
        page = context.new_page()
        signed_in(site, page)
        page.goto(f"{site.url}/feeds/new/")
        page.locator("[name=host]").fill("sftp.example.org")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_be_focused()
        expect(page.get_by_role("alert")).to_contain_text("Nothing was saved yet")
        fill(page, server)
        with page.expect_request("**/feeds/new/"):
            page.get_by_role("button", name="Test connection").click()
            expect(page.locator("#testing.htmx-request")).to_be_visible()
        expect(page.locator("#testing")).to_be_hidden()
        go_on(page)
        expect(page.locator("#test-result")).to_be_focused()
        check_without_script(site, browser, context, server)


def go_on(page: Page) -> None:
    page.get_by_label("I checked this fingerprint with my vendor").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Everything works.")).to_be_visible()


def check_without_script(
    site: Site, browser: Browser, signed: BrowserContext, server: RunningServer
) -> None:
    plain = browser.new_context(java_script_enabled=False, storage_state=signed.storage_state())
    page = plain.new_page()
    page.goto(f"{site.url}/feeds/new/")
    fill(page, server)
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_text("Is this the right server?")).to_be_visible()
    expect(page.locator("#test-result")).to_be_focused()
    page.locator("[name=password]").fill(PASSWORD)
    go_on(page)
    expect(page.locator("#test-result")).to_be_focused()
    plain.close()

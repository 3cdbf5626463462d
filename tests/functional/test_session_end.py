"""A sign-in ends after its time; two minutes before, the page says so and offers to stay."""

from dataclasses import replace
from pathlib import Path

from playwright.sync_api import BrowserContext, expect

from tests.functional.clean import Watch
from tests.functional.conftest import serving, signed_in
from tests.functional.test_second_factor import check_looks
from tests.integration.cli.commands import CommandLine


def test_the_page_warns_before_and_staying_keeps_what_was_typed(
    rollbook: CommandLine, tmp_path: Path, context: BrowserContext
) -> None:
    watch = Watch().over(context)
    environ = {**rollbook.environ, "ROLLBOOK_IDLE_MINUTES": "2"}
    with serving(replace(rollbook, environ=environ), tmp_path / "serve.log") as site:
        page = context.new_page()
        signed_in(site, page)
        page.goto(f"{site.url}/feeds/new/")
        page.get_by_label("Server", exact=False).first.fill("sftp.example.org")
        expect(page.get_by_text("signed out within two minutes").first).to_be_visible()
        expect(page.locator("#live")).to_contain_text("within two minutes")
        check_looks(page, "leaving")
        page.get_by_role("button", name="Stay signed in").click()
        expect(page.locator("#live")).to_contain_text("You stay signed in")
        expect(page.get_by_label("Server", exact=False).first).to_have_value("sftp.example.org")
    assert watch.complaints == []

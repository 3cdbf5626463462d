"""A feed whose key Rollbook makes: saved, shown with Copy, and kept."""

from playwright.sync_api import BrowserContext, expect

from tests.functional.clean import Watch
from tests.functional.conftest import Site, signed_in
from tests.functional.test_second_factor import check_looks


def test_the_public_key_is_shown_to_be_sent_to_the_operator(
    site: Site, context: BrowserContext
) -> None:
    watch = Watch().over(context)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    signed_in(site, page)
    page.goto(f"{site.url}/feeds/new/")
    for label, text in (("Name", "sis"), ("SFTP server", "127.0.0.1"), ("User name", "district")):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("Create a key for me").check()
    expect(page.get_by_label("Password", exact=True)).to_be_hidden()
    check_looks(page, "own key, not made yet")
    page.get_by_role("button", name="Save feed").click()
    line = page.get_by_label("Public key").input_value()
    assert line.startswith("ssh-ed25519 ")
    check_looks(page, "own key, saved")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == line
    page.goto(f"{site.url}/feeds/sis/settings/")
    page.get_by_text("Connection", exact=True).click()
    expect(page.get_by_label("Create a key for me")).to_be_checked()
    expect(page.get_by_label("Public key")).to_have_value(line)
    check_looks(page, "own key, again")
    page.get_by_label("Port", exact=True).fill("2222")
    page.get_by_role("button", name="Save feed").click()
    expect(page.get_by_label("Public key")).to_have_value(line)
    assert watch.complaints == []

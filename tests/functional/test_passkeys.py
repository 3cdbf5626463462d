"""A passkey in a browser with a virtual authenticator: added, used to sign in, removed."""

import re

from playwright.sync_api import BrowserContext, Page, expect

from tests.functional.clean import Watch
from tests.functional.conftest import PASSWORD, Site, signed_in
from tests.functional.test_second_factor import check_looks


def plug_in_authenticator(page: Page) -> None:
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def add_passkey(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/account/second-factor/webauthn/")
    check_looks(page, "passkeys-none")
    page.get_by_role("link", name="Add a key").click()
    page.locator("[name=password]").fill(PASSWORD)  # who adds a key must know it
    page.locator("main button.primary").first.click()
    page.get_by_label(re.compile("Name")).fill("School laptop")
    page.get_by_role("checkbox").check()
    check_looks(page, "passkey-add")
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(re.compile("recovery-codes|webauthn/$"))


def test_a_passkey_is_added_signs_in_and_is_removed(site: Site, context: BrowserContext) -> None:
    watch = Watch().over(context)
    page = context.new_page()
    plug_in_authenticator(page)
    signed_in(site, page)
    add_passkey(site, page)
    page.goto(f"{site.url}/account/second-factor/webauthn/")
    expect(
        page.get_by_role("row", name=re.compile("School laptop.*Passkey.*never"))
    ).to_be_visible()
    check_looks(page, "passkeys")
    context.clear_cookies()
    page.goto(f"{site.url}/account/sign-in/?next=/audit/")
    check_looks(page, "sign-in-with-passkey")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{site.url}/audit/")
    expect(page.get_by_text("second_factor.added").first).to_be_visible()
    page.goto(f"{site.url}/account/second-factor/webauthn/")
    page.get_by_role("link", name="Remove School laptop").click()
    check_looks(page, "passkey-remove")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button.primary").first.click()
    check_looks(page, "passkey-really-remove")
    with page.expect_navigation():
        page.get_by_role("button", name="Remove").click()
    page.goto(f"{site.url}/audit/")
    expect(page.get_by_text("second_factor.removed").first).to_be_visible()
    assert watch.complaints == []


def test_a_passkey_that_does_not_come_is_reported_in_a_sentence(
    site: Site, context: BrowserContext
) -> None:
    watch = Watch().over(context)
    page = context.new_page()
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")  # and no authenticator in it
    page.add_init_script(
        "navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError'))"
    )
    page.goto(f"{site.url}/account/sign-in/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("didn't hand over the passkey")
    assert watch.complaints == []

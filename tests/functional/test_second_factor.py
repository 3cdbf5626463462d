"""The second factor in a browser: added, asked for, and clean on every page."""

import os
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from tests.doubles.authenticator_app import code_for
from tests.functional.clean import Watch, check_shown, looks
from tests.functional.conftest import PASSWORD, Site, signed_in


def check_looks(page: Page, where: str) -> None:
    for theme, width in looks():
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 900})
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=Path(folder) / f"{where}-{theme}-{width}.png", full_page=True)
        check_shown(page, f"{where} in {theme} at {width}")
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_second_factor_is_added_asked_for_and_clean(site: Site, context: BrowserContext) -> None:
    watch = Watch().over(context)
    page = context.new_page()
    signed_in(site, page)
    page.goto(f"{site.url}/account/second-factor/totp/activate/")
    check_looks(page, "confirm")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button.primary").first.click()
    secret = page.locator("main input[readonly]").input_value()
    check_looks(page, "activate")
    page.locator("[name=code]").fill("000000")
    page.locator("main button.primary").first.click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert page.title().startswith("Error:")
    check_looks(page, "wrong-code")
    page.locator("[name=code]").fill(code_for(secret))
    page.locator("main button.primary").first.click()
    expect(page.locator("main textarea")).to_be_visible()
    check_looks(page, "recovery-codes")
    page.goto(f"{site.url}/account/second-factor/")
    check_looks(page, "second-factor")
    page.goto(f"{site.url}/account/second-factor/totp/deactivate/")
    check_looks(page, "deactivate")
    context.clear_cookies()
    page.goto(f"{site.url}/account/sign-in/?next=/audit/")
    page.locator("[name=login]").fill("ada@example.org")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("[name=code]")).to_be_visible()
    check_looks(page, "code")
    page.goto(f"{site.url}/")
    assert "/account/" in page.url
    assert watch.complaints == []

"""The whole path in a browser: set up, tested, saved, and signed in through the provider."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.doubles.identity_provider import CLIENT, SECRET, Provider, providing
from tests.functional.clean import IS_WHOLE, LOOKS, Watch, check_shown
from tests.functional.conftest import PASSWORD, serving, signed_in
from tests.integration.cli.commands import CommandLine


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[Provider]:
    with providing(tmp_path) as found:
        yield found


@pytest.fixture
def trusting(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that takes the certificate of the provider, which nobody has signed."""
    opened = browser.new_context(reduced_motion="reduce", locale="en-US", ignore_https_errors=True)
    opened.set_default_timeout(60_000)
    yield opened
    opened.close()


def check_looks(page: Page, where: str, *, turn: int) -> None:
    """Each page in one look, in turn; in all of them before a release and for pictures."""
    folder = os.environ.get("SHOTS")
    for theme, width in LOOKS if IS_WHOLE or folder else [LOOKS[turn]]:
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 900})
        if folder:
            page.screenshot(path=Path(folder) / f"{where}-{theme}-{width}.png", full_page=True)
        check_shown(page, f"{where} in {theme} at {width}")
    page.set_viewport_size({"width": 1280, "height": 900})


def fill(page: Page, provider: Provider) -> None:
    page.get_by_role("link", name="Another OpenID Connect provider").click()
    page.get_by_label("Issuer").fill(provider.issuer)
    page.get_by_label("Client ID").fill(CLIENT)
    page.get_by_label("Client secret").fill(SECRET)
    page.get_by_label("Your district's email domains").fill("example.org")


def test_an_administrator_sets_it_up_and_everybody_comes_in_with_it(
    rollbook: CommandLine, provider: Provider, trusting: BrowserContext, tmp_path: Path
) -> None:
    more = {"SSL_CERT_FILE": str(provider.trust), "ROLLBOOK_SIGN_IN_NETWORKS": "127.0.0.0/8,::1"}
    watch = Watch().over(trusting)
    page = trusting.new_page()
    command = CommandLine(rollbook.home, {**rollbook.environ, **more})
    with serving(command, tmp_path / "serve.log") as site:
        signed_in(site, page)
        page.goto(f"{site.url}/settings/")
        page.locator('a[href="/settings/sign-in/"]').click()
        page.locator("[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Confirm").click()
        check_looks(page, "sign-in-choice", turn=0)
        page.get_by_role("link", name="Google Workspace").click()
        check_looks(page, "sign-in-google", turn=1)
        page.get_by_role("link", name="Microsoft 365 (Entra ID) instead").click()
        check_looks(page, "sign-in-microsoft", turn=3)
        fill(page, provider)
        page.get_by_role("button", name="Test").click()
        expect(page.get_by_text("It accepts the client ID and the client secret.")).to_be_visible()
        check_looks(page, "sign-in-test", turn=0)
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("button", name="Save anyway")).to_be_visible()
        check_looks(page, "sign-in-save-anyway", turn=2)
        page.get_by_role("button", name="Save anyway").click()
        expect(page.get_by_text("People can now continue with")).to_be_visible()
        check_looks(page, "sign-in-set", turn=1)
        trusting.clear_cookies()
        page.goto(f"{site.url}/account/sign-in/?next=/audit/")
        check_looks(page, "sign-in-button", turn=3)
        page.get_by_role("button", name="Continue with your district account").click()
        page.wait_for_url(f"{site.url}/audit/")
        expect(page.locator("tbody .named", has_text="District account connected")).to_be_visible()
        trusting.clear_cookies()
        provider.claims = {"email": "nobody@example.org", "sub": "2"}
        page.goto(f"{site.url}/account/sign-in/")
        page.get_by_role("button", name="Continue with your district account").click()
        expect(
            page.get_by_text("There's no Rollbook account for nobody@example.org.")
        ).to_be_visible()
        check_looks(page, "sign-in-refused", turn=2)
    assert watch.complaints == []
    assert SECRET not in (tmp_path / "serve.log").read_text()
    assert os.environ.get("SSL_CERT_FILE") != str(provider.trust)

"""A schedule is set and corrected, a person is invited and removed, in a browser."""

import re

from playwright.sync_api import Browser, BrowserContext, expect

from tests.functional.clean import Watch, check_shown
from tests.functional.conftest import PASSWORD, Site, add_feed, signed_in
from tests.functional.test_second_factor import check_looks


def test_a_schedule_that_makes_no_sense_is_reported_and_corrected(
    site: Site, context: BrowserContext
) -> None:
    add_feed(site)
    watch = Watch().over(context)
    page = context.new_page()
    signed_in(site, page)
    page.goto(f"{site.url}/feeds/")
    page.get_by_role("link", name=re.compile("schedule of sis")).click()
    page.get_by_label("Times").fill("2 o'clock")
    page.get_by_role("button", name="Save schedule").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    check_shown(page, "a schedule with an error")
    summary.get_by_role("link", name="Times").click()
    expect(page.get_by_label("Times")).to_be_focused()
    page.get_by_label("Times").fill("1:30 AM")
    page.get_by_label("Sunday").uncheck()
    page.get_by_label("Pauses").fill("2026-12-21 to 2027-01-03 Winter break")
    page.get_by_role("button", name="Save schedule").click()
    expect(page.get_by_role("listitem").filter(has_text="1:30 AM")).to_have_count(3)
    assert watch.complaints == []


def test_a_person_is_invited_comes_in_and_is_let_go(
    site: Site, context: BrowserContext, browser: Browser
) -> None:
    watch = Watch().over(context)
    page = context.new_page()
    signed_in(site, page)
    page.goto(f"{site.url}/people/")
    page.get_by_role("button", name="Create a link").click()
    page.locator("[name=password]").fill(PASSWORD)  # who lets others in confirms who they are
    page.locator("main button.primary").first.click()
    check_shown(page, "an invitation")
    link = page.get_by_label("Link for a new viewer").input_value()
    page.goto(f"{site.url}/people/")
    expect(page.get_by_role("heading", name="Open invitations")).to_be_visible()
    check_looks(page, "open-invitations")
    guest = browser.new_context().new_page()
    guest.goto(link)
    guest.get_by_label("Your email address").fill("vi@example.org")
    guest.get_by_label("Choose a password").fill(PASSWORD)
    guest.get_by_role("button", name="Create account").click()
    expect(guest.get_by_role("heading", name="Dashboard")).to_be_visible()
    page.goto(f"{site.url}/people/")
    page.get_by_text("Change vi@example.org").click()
    page.get_by_role("row", name=re.compile("vi@")).get_by_role("link", name="Deactivate").click()
    check_shown(page, "removing a person")
    expect(page.get_by_role("link", name="Cancel")).to_be_focused()
    page.get_by_role("button", name="Deactivate").click()
    expect(page.get_by_text("Done: vi@example.org.")).to_be_visible()
    guest.goto(site.url)
    expect(guest.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    guest.context.close()
    assert watch.complaints == []

"""Mails in a real browser: readable on a phone, in light and dark, by everybody."""

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize

from rollbook.notify.layout import mail_of
from rollbook.notify.messages import Notice
from tests.unit.notify.test_messages import every_notice

Scheme = Literal["light", "dark"]
LONG = "Äußere" + "x" * 94  # a feed's name has 100 characters at most
PHONE: ViewportSize = {"width": 375, "height": 700}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}  # a mail is no page


@pytest.fixture(params=["light", "dark"])
def phone(browser: Browser, request: pytest.FixtureRequest) -> Iterator[tuple[Page, Scheme]]:
    scheme: Scheme = request.param
    context = browser.new_context(viewport=PHONE, color_scheme=scheme)
    yield context.new_page(), scheme
    context.close()


def test_everybody_can_read_every_mail(phone: tuple[Page, Scheme]) -> None:
    page, _ = phone
    for notice in every_notice():
        show(page, notice)
        assert Axe().run(page, options=RULES).response["violations"] == [], notice.kind


def test_every_mail_fits_a_phone_whatever_the_feed_is_called(browser: Browser) -> None:
    with browser.new_context(viewport=PHONE) as context:
        page = context.new_page()
        for notice in [*every_notice(), *every_notice(LONG)]:
            show(page, notice)
            wide = "parts => parts.filter(e => e.scrollWidth > e.clientWidth).map(e => e.tagName)"
            assert page.locator("h1, h2, p").evaluate_all(wide) == [], notice.kind


def test_a_mail_is_dark_where_the_reader_wants_it(phone: tuple[Page, Scheme]) -> None:
    page, scheme = phone
    show(page, every_notice()[0])
    card = page.locator("[role=article]").evaluate("e => getComputedStyle(e).backgroundColor")
    words = page.locator("h1").evaluate("e => getComputedStyle(e).color")
    assert (brightness(card) > brightness(words)) == (scheme == "light")


def show(page: Page, notice: Notice) -> None:
    page.set_content(mail_of(notice).html)
    page.get_by_role("heading", level=1, name=notice.subject).wait_for()


def brightness(color: str) -> int:
    return sum(int(part) for part in color.removeprefix("rgb(").removesuffix(")").split(","))

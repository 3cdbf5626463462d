"""By keyboard alone, without JavaScript, and what a screen reader is told."""

import re
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

import rollbook.web
from tests.functional.conftest import PASSWORD, Site, signed_in
from tests.integration.cli.commands import student, write_csv


def file_of(folder: Path, students: int = 50) -> Path:
    return write_csv(folder / "s.csv", *(student(number) for number in range(1, students + 1)))


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def test_an_import_is_started_and_watched_by_keyboard_alone(
    site: Site, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(site.link)
    page.keyboard.press("Tab")
    page.keyboard.type("ada@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Four steps")).to_be_visible()
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to main content"
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()  # before the next key is pressed
    page.keyboard.press("Tab")
    assert focused(page) == "Set name and time zone"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Name your district")).to_be_visible()


def look_again(page: Page) -> Locator:
    return page.get_by_role("button", name="Look again")


def test_everything_works_without_javascript(site: Site, browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.link)
    page.get_by_label("Your email address").fill("ada@example.org")
    page.get_by_label("Choose a password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.goto(f"{site.url}/import/")
    page.get_by_label("Feed").select_option("files")
    page.locator("[name=file]").set_input_files(file_of(tmp_path))
    page.get_by_role("button", name="Import Student Data").click()
    for _ in range(60):
        if page.get_by_role("heading", name="What to fix").count() or "Succeeded" in page.title():
            break
        page.wait_for_timeout(500)
        page.reload()
    assert "Succeeded" in page.title()
    page.goto(f"{site.url}/imports/?result=succeeded")
    expect(page.get_by_role("link", name="Import 1")).to_be_visible()
    page.goto(f"{site.url}/feeds/new/")
    for name, text in (
        ("name", "sis"),
        ("host", "127.0.0.1"),
        ("port", "1"),
        ("username", "x"),
        ("password", "x"),
    ):
        page.locator(f"[name={name}]").fill(text)
    page.get_by_role("button", name="Test connection").click()
    for _ in range(6):  # a test of its own process; the button asks for more where it takes longer
        expect(page.get_by_text("What to do:").or_(look_again(page))).to_be_visible(timeout=30_000)
        if not look_again(page).count():
            break
        page.locator("[name=password]").fill("x")
        look_again(page).click()
    expect(page.get_by_text("What to do:")).to_be_visible()
    page.locator("[name=password]").fill("x")
    page.get_by_role("button", name="Save feed").click()
    expect(page.get_by_role("heading", name="Feed sis is saved")).to_be_visible()
    match_codes(site, page, tmp_path)
    context.close()


def match_codes(site: Site, page: Page, folder: Path) -> None:
    """Columns, codes and blanks are one form: what is refused says so, and the rest stays."""
    rows = [student(1, grade="Kinder"), student(2, absences="Not tested")]
    rows += [student(number) for number in range(3, 51)]
    site.command("import", write_csv(folder / "codes.csv", *rows))
    page.goto(f"{site.url}/feeds/files/columns/")
    page.get_by_label("Meaning of Kinder in Grade").select_option("K")
    page.get_by_label("“Not tested”").check()
    page.get_by_label("Another text").fill("999")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("“999” is a value")
    expect(page.get_by_label("Meaning of Kinder in Grade")).to_have_value("K")
    expect(page.get_by_label("“Not tested”")).to_be_checked()
    page.get_by_label("Another text").fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. It applies from the next import.")).to_be_visible()
    expect(page.get_by_text("Everything matches.")).to_be_visible()


def test_progress_is_reported_politely_focus_stays_and_stopping_asks_first(
    site: Site, context: BrowserContext, tmp_path: Path
) -> None:
    page = context.new_page()
    signed_in(site, page)
    with psycopg.connect(site.command.environ["DATABASE_URL"]) as other:
        other.execute("lock table public.students in share row exclusive mode")
        page.goto(f"{site.url}/import/")
        page.get_by_label("Feed").select_option("files")
        page.locator("[name=file]").set_input_files(file_of(tmp_path))
        page.get_by_role("button", name="Import Student Data").click()
        live = page.locator("#live")
        assert live.get_attribute("aria-live") == "polite"
        expect(live).to_have_text(re.compile(r"^Step 5 of 5: Save\b"))
        assert page.title().startswith("Step 5 of 5")
        expect(page.get_by_role("region", name="Counts so far")).to_contain_text("no problems")
        page.get_by_role("button", name="Pause updates").focus()
        page.wait_for_timeout(4_500)
        assert focused(page) == "Pause updates"
        page.get_by_role("link", name="Stop").click()
        expect(page.get_by_role("link", name="Keep importing")).to_be_focused()
        page.get_by_role("button", name="Stop the import").click()
        expect(page.locator("main")).to_contain_text("was stopped")
    page.reload()
    expect(page.get_by_text("Stopped").first).to_be_visible()


def test_the_theme_that_was_chosen_is_there_from_the_first_moment(
    site: Site, context: BrowserContext
) -> None:
    page = context.new_page()
    signed_in(site, page)
    page.emulate_media(color_scheme="light")
    page.get_by_role("button", name="Use dark theme").click()
    page.reload(wait_until="commit")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    expect(page.get_by_role("button", name="Use light theme")).to_be_visible()


TEMPLATES = Path(rollbook.web.__file__).parent / "templates"
STYLES = Path(rollbook.web.__file__).parent / "static/rollbook"
SHOW_ALL = TEMPLATES / "components/show_all.html"
ORIGINS = TEMPLATES / "students/_origins.html"


def narrow(browser: Browser, width: int, inside: str) -> Page:
    """Return a page of this width without script, with our style and this inside."""
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": width, "height": 900}, reduced_motion="reduce"
    )
    page = context.new_page()
    style = "".join(
        (STYLES / name).read_text()
        for name in ("tokens.css", "base.css", "layout.css", "tables.css", "forms.css")
    )
    page.set_content(f"<style>{style}</style><main>{inside}</main>")
    return page


@pytest.mark.parametrize(("width", "is_folded"), [(390, True), (700, True), (1280, False)])
def test_a_narrow_page_folds_its_filters_and_where_values_are_from_without_script(
    browser: Browser, width: int, *, is_folded: bool
) -> None:
    fold = "<details class=fold><summary>Show more</summary></details>"
    filters = f"<form class=filters>{fold}<label>Grade</label><a class=stays>Search</a></form>"
    value = "<td>12.5</td><td class=origin data-label=From>Import 3</td>"
    values = f"{ORIGINS.read_text()}<table class='cards values'><tr>{value}</tr></table>"
    page = narrow(browser, width, f"{filters}<section>{values}</section>")
    expect(page.get_by_text("Search")).to_be_visible()
    expect(page.get_by_text("12.5")).to_be_visible()
    for folded, opens in (("Grade", "Show more"), ("Import 3", "Show where the values are from")):
        expect(page.get_by_text(folded)).to_be_visible(visible=not is_folded)
        expect(page.get_by_text(opens)).to_be_visible(visible=is_folded)
        if is_folded:
            page.get_by_text(opens).click()
            expect(page.get_by_text(folded)).to_be_visible()
    page.context.close()


@pytest.mark.parametrize("is_wrapped", [False, True])
@pytest.mark.parametrize(
    ("width", "rows", "seen"), [(390, 12, 10), (390, 10, 10), (700, 12, 10), (1280, 12, 12)]
)
def test_a_narrow_page_shows_ten_rows_of_a_long_table_and_all_on_request_without_script(
    browser: Browser, width: int, rows: int, seen: int, *, is_wrapped: bool
) -> None:
    lines = "".join(f"<tr><th scope=row>{number}</th></tr>" for number in range(rows))
    table = f"<table class=cards><tbody>{lines}</tbody></table>"
    if is_wrapped:
        table = f"<div class=scroll>{table}</div>"
    page = narrow(browser, width, table + SHOW_ALL.read_text())
    shown = page.locator("tr:visible")
    expect(shown).to_have_count(seen)
    if seen < rows:
        page.get_by_text("Show all").click()
        expect(shown).to_have_count(rows)
        page.get_by_text("Show fewer").click()
        expect(shown).to_have_count(seen)
    else:
        expect(page.get_by_text("Show all")).to_be_hidden()
    page.context.close()

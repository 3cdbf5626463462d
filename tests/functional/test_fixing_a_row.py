"""In a browser: a rejected row is fixed, checked as it is typed, and imported alone."""

from pathlib import Path

import psycopg
from playwright.sync_api import Browser, BrowserContext, expect

from tests.functional.clean import Watch, check_page, check_shown
from tests.functional.conftest import Site, add_feed, signed_in
from tests.functional.test_newcomer import Counted
from tests.integration.cli.commands import HEADER, student, write_csv

MOST_ACTIONS = 4
"""Clicks and fields from an import to its fixed row: see the rows, fix, type, save."""
ODD = "'=1 <b>\u202e`x`\t\u0085y\n z"
"""A text of another cell, which no one changes: quotes, tags, controls, a line break."""


def test_a_row_is_fixed_in_four_actions_and_nothing_else_of_it_changes(
    site: Site, context: BrowserContext, browser: Browser, tmp_path: Path
) -> None:
    add_feed(site)
    wrong = [
        student(n).replace(f"{9_000_000_000 + n}", "n!ne", 1) + f',"{ODD}"' for n in (21, 22, 23)
    ]
    rows = [*(f"{student(n)}," for n in range(1, 21)), *wrong]
    file = write_csv(tmp_path / "a.csv", *rows, header=f"{HEADER},Remark")
    assert site.command("import", file, "--feed", "sis").code == 0
    watch, page = Watch().over(context), context.new_page()
    signed_in(site, page)
    page.goto(f"{site.url}/imports/1/")

    person = Counted(page)
    person.press("See the rows", "link")
    person.press("Fix row 22", "link")
    check_shown(page, "the form of a rejected row")
    page.get_by_label("SSID").fill("9 1")
    page.keyboard.press("Tab")
    expect(page.get_by_text("This row still can't be imported:")).to_be_visible()
    check_shown(page, "a row that is still wrong")
    person.fill("SSID", "9000000021")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Ready to import")).to_be_visible()
    person.press("Save and import this row")
    expect(page.locator("tr", has_text="0000021").get_by_text("Fixed")).to_be_visible()
    assert person.actions <= MOST_ACTIONS
    check_page(page, f"{site.url}/imports/1/rows/")
    check_page(page, f"{site.url}/imports/2/")
    assert "9000000021" not in page.evaluate(
        "JSON.stringify([{...localStorage}, {...sessionStorage}, history.state, location.href])"
    )
    save_another_without_script(site, context, browser)
    check_page(page, f"{site.url}/imports/1/rows/import/")
    assert watch.complaints == []

    with psycopg.connect(site.command.environ["DATABASE_URL"]) as connection:
        found = connection.execute(
            "select f.cells, r.cells from rollbook.row_fixes f"
            " join rollbook.rejected_rows r using (job_id, row_number) order by row_number"
        ).fetchall()
    ssids = ["9000000021", "9000000022"]
    assert [fixed for fixed, _ in found] == [
        [written[0], ssid, *written[2:]] for ssid, (_, written) in zip(ssids, found, strict=True)
    ]
    assert {fixed[-1] for fixed, _ in found} == {ODD}


def save_another_without_script(site: Site, context: BrowserContext, browser: Browser) -> None:
    """Save the fix of the next row where no script runs."""
    plain = browser.new_context(java_script_enabled=False, storage_state=context.storage_state())
    plain.set_default_timeout(60_000)
    page = plain.new_page()
    page.goto(f"{site.url}/imports/1/rows/23/")
    page.get_by_label("SSID").fill("9 1")
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_text("This row still can't be imported:")).to_be_visible()
    page.get_by_label("SSID").fill("9000000022")
    page.get_by_role("button", name="Save, fix the next row").click()
    expect(page.get_by_role("heading", name="Fix row 24")).to_be_visible()
    expect(page.get_by_text("Saved the fix of row 23")).to_be_visible()
    plain.close()

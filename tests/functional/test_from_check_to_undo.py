"""In a browser: a checked file is imported as it is, undone, and the schedule turned on again."""

import re
from pathlib import Path

from playwright.sync_api import BrowserContext

from tests.functional.clean import Watch, check_page
from tests.functional.conftest import Site, add_feed, signed_in
from tests.integration.cli.commands import student, write_csv


def test_from_a_dry_run_over_what_changed_to_an_undo_every_page_is_clean(
    site: Site, context: BrowserContext, tmp_path: Path
) -> None:
    add_feed(site)
    command, rows = site.command, [student(number) for number in range(1, 21)]
    feed = ("--feed", "sis")
    assert command("import", write_csv(tmp_path / "a.csv", *rows), *feed).code == 0
    changed = [student(number, absences=9) for number in range(3, 21)]
    file = write_csv(tmp_path / "b.csv", *changed, student(30), student(31))
    assert command("import", file, *feed, "--dry-run").code == 0
    assert command("feeds", "schedule", "sis", "--at", "2:00 AM", "--on").code == 0
    watch, page = Watch().over(context), context.new_page()
    signed_in(site, page)
    for query in ("", "?field=absences_ytd", "?part=new", "?part=missing", "?school=Nowhere"):
        check_page(page, f"{site.url}/imports/2/changes/{query}")

    page.goto(f"{site.url}/imports/2/")
    page.get_by_role("button", name="Import this file").click()
    page.wait_for_url(re.compile("/imports/3/$"))
    page.get_by_role("link", name="See result").click()
    page.get_by_role("link", name="See the students").click()
    page.get_by_role("heading", name="What changed").wait_for()
    check_page(page, f"{site.url}/imports/3/changes/")

    page.goto(f"{site.url}/imports/3/undo/")
    page.get_by_role("button", name="Undo this import").click()
    page.get_by_text("A decision needs a reason.").first.wait_for()
    page.get_by_label("Reason").fill("Another year")
    page.get_by_role("button", name="Undo this import").click()
    page.get_by_text("This import was undone").wait_for()
    check_page(page, f"{site.url}/imports/3/")
    check_page(page, f"{site.url}/")
    page.goto(f"{site.url}/imports/3/")
    page.get_by_role("button", name="Turn the schedule on").click()
    page.get_by_text("The schedule of sis is on again.").wait_for()
    check_page(page, f"{site.url}/imports/3/undo/")
    assert watch.complaints == []

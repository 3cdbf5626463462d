"""A person of staff is made, signs in to the students of one school, and gets another."""

import re
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, expect

from tests.functional.clean import Watch
from tests.functional.conftest import PASSWORD, Site, signed_in
from tests.functional.test_second_factor import check_looks
from tests.integration.cli.commands import write_csv

HEADER = (
    "Student ID,SSID,Last Name,First Name,Absences YTD,Tardies YTD,School,Grade,"
    "Fall 2025 DIBELS ORF WC Score,Spring 2025 DIBELS ORF WC Score"
)
ROWS = (
    "0000001,9000000001,García,José,3,1,North Elementary,3,63,41",
    "0000002,9000000002,Lovelace,Ada,1,0,École Sud,4,70,",
    "0000003,9000000003,Hopper,Grace,0,2,North Elementary,3,,",
)


def test_staff_see_their_students_and_an_administrator_says_which(
    site: Site, context: BrowserContext, browser: Browser, tmp_path: Path
) -> None:
    site.command.json("import", write_csv(tmp_path / "one.csv", *ROWS, header=HEADER))
    rows = [ROWS[0].replace(",3,1,", ",three,1,"), *ROWS[1:]]
    site.command.json("import", write_csv(tmp_path / "two.csv", *rows, header=HEADER), code=None)
    made = site.command("admins", "add", "sam@example.org", "--staff", stdin=f"{PASSWORD}\n")
    assert made.code == 0, made
    watch = Watch().over(context)
    page = context.new_page()
    page.goto(site.url)
    page.locator("[name=login]").fill("sam@example.org")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("No school is assigned to you yet")).to_be_visible()
    check_looks(page, "staff-without-a-school")
    admin = browser.new_context(reduced_motion="reduce").new_page()
    signed_in(site, admin)
    admin.goto(f"{site.url}/people/")
    admin.get_by_role("radio", name=re.compile("^Staff")).check()
    expect(admin.get_by_role("checkbox", name=re.compile("North Elementary"))).to_be_visible()
    check_looks(admin, "invite-staff")
    admin.get_by_text("Change sam@example.org").click()
    admin.get_by_role("link", name="Change the schools").click()
    admin.get_by_role("checkbox", name=re.compile("North Elementary")).check()
    check_looks(admin, "change-schools")
    admin.get_by_role("button", name="Change the schools").click()
    admin.locator("[name=password]").fill(PASSWORD)
    admin.locator("main button.primary").first.click()
    expect(admin.get_by_text("Done: sam@example.org.")).to_be_visible()
    admin.context.close()
    page.reload()
    expect(page.get_by_role("table").get_by_role("link")).to_have_count(2)
    check_looks(page, "students-of-staff")
    page.get_by_role("link", name=re.compile("García")).click()
    expect(page.get_by_text("1 stale")).to_be_visible()
    check_looks(page, "student-for-staff")
    assert watch.complaints == []

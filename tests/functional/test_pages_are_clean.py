"""Every page, empty and full, light and dark, wide and narrow: nothing to complain of."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.conftest import database_copy
from tests.functional.clean import Watch, check_page, check_shown
from tests.functional.conftest import PASSWORD, Site, add_feed, serving, signed_in
from tests.integration.cli.commands import CommandLine, student, write_csv

ADA, BEA = "ada@example.org", "bea@example.org"
EMPTY = ("/", "/import/", "/imports/", "/feeds/", "/feeds/new/", "/audit/?q=nothing",
         "/imports/?result=failed", "/settings/tokens/", "/settings/calendar/",
         "/settings/school-year/", "/students/", "/quality/", "/students/protected/")  # fmt: skip
"""Pages that show something else where there is nothing yet."""


@pytest.fixture(scope="module")
def full_site(
    server: str, migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A site with an administrator, imports of several outcomes and a feed with a mapping."""
    tmp_path = tmp_path_factory.mktemp("full-site")
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    with database_copy(server, migrated) as url:
        command = CommandLine(home, {"DATABASE_URL": url})
        added = command("admins", "add", ADA, stdin=f"{PASSWORD}\n")
        assert added.code == 0, added
        with serving(command, tmp_path / "serve.log") as site:
            fill(site, tmp_path)
            yield site


def fill(site: Site, tmp_path: Path) -> None:
    rows = [student(number) for number in range(1, 30)]
    good = write_csv(tmp_path / "good.csv", *rows)
    faulty = write_csv(
        tmp_path / "faulty.csv",
        student(1, absences=9),
        *rows[1:],
        student(40, absences="many"),
        "1,2,3",
        student(41, grade=99),
        student(42, name="L" * 300),
    )
    held = write_csv(tmp_path / "held.csv", *rows[:9], *["0000050,9,x"] * 9)
    broken = tmp_path / "broken.csv"
    broken.write_text("no,such,columns\n1,2,3\n")
    command = site.command
    for file, code in ((good, 0), (good, 6), (faulty, 0), (held, 7), (broken, 3)):
        assert command("import", file).code == code, file
    undone = write_csv(tmp_path / "undone.csv", student(1, absences=5), *rows[1:], student(60))
    assert command("import", undone).code == 0
    protected = command(
        "students", "protect", "0000001", "absences_ytd", "--reason", "Counted by hand"
    )
    assert protected.code == 0, protected
    assert command("import", faulty, "--force").code == 0
    assert command("jobs", "undo", "6", "--reason", "Another year", "--yes").code == 0
    add_feed(site)
    mapped = command(
        "feeds",
        "map",
        "sis",
        "--header",
        "Campus=school",
        "--blank",
        "XX",
        "--value",
        "grade:Gr3=3",
    )
    assert mapped.code == 0, mapped
    layout = tmp_path / "layout.json"
    assert command("layouts", "export", "aeries-query", layout).code == 0
    assert command("layouts", "import", layout).code == 0


def sign_in(site: Site, page: Page, email: str) -> None:
    page.goto(f"{site.url}/account/sign-in/")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Dashboard").wait_for()


def test_without_any_data_every_page_is_clean(site: Site, context: BrowserContext) -> None:
    watch = Watch().over(context)
    page = context.new_page()
    for path in ("/account/sign-in/", "/account/password/reset/"):
        check_page(page, site.url + path)
    check_page(page, site.link)
    check_page(page, f"{site.url}/welcome/used/", status=410)
    signed_in(site, page)
    for path in EMPTY:
        check_page(page, site.url + path)
    check_page(page, f"{site.url}/nowhere/", status=404)
    assert watch.complaints == []


def test_with_imports_of_every_kind_every_page_is_clean(
    full_site: Site, context: BrowserContext, tmp_path: Path
) -> None:
    watch = Watch().over(context)
    page = context.new_page()
    sign_in(full_site, page, ADA)
    paths = [f"/imports/{number}/" for number in range(1, 7)]
    paths += ["/imports/3/rows/", "/imports/3/rows/?q=zzz", "/imports/3/rows/?severity=error"]
    paths += ["/imports/1/undo/", "/imports/1/undo/?later", "/imports/6/undo/"]
    paths += ["/imports/4/decide/apply/", "/imports/4/decide/discard/"]
    paths += [
        "/",
        "/imports/",
        "/import/",
        "/feeds/",
        "/feeds/sis/",
        "/feeds/sis/settings/",
        "/feeds/sis/inbox/",
        "/feeds/sis/columns/",
        "/feeds/sis/fields/",
        "/feeds/files/",
        "/feeds/files/settings/",
        "/feeds/files/inbox/",
        "/feeds/files/columns/",
        "/feeds/sis/versions/",
        "/feeds/sis/versions/1/",
        "/feeds/sis/columns/bring/",
        "/feeds/sis/schedule/",
        "/feeds/sis/remove/",
        "/layouts/",
        "/layouts/iready-diagnostic-results/",
        "/layouts/own-aeries-query/",
        "/layouts/own-aeries-query/remove/",
        "/audit/",
        "/settings/",
        "/settings/terms/",
        "/settings/tokens/",
        "/settings/calendar/",
        "/settings/school-year/",
        "/settings/school-year/switch/",
        "/settings/school-year/undo/",
        "/settings/doctor/",
        "/settings/api/",
        "/account/second-factor/",
        "/account/password/",
        "/people/",
        "/people/1/viewer/",
        "/students/1/",
        "/students/1/record/",
        "/students/1/protect/students.last_name/",
        "/students/1/protect/ssid/",
        "/students/protected/",
        "/students/protected/1/release/",
        "/quality/",
        "/students/",
    ]
    for path in paths:
        check_page(page, full_site.url + path)
    for sought in ("nobody", "x", "lovelace"):
        page.get_by_label("Name, Student ID, SSID or school").fill(sought)
        page.get_by_role("button", name="Search", exact=True).click()
        check_page(page, f"{full_site.url}/students/")
    check_record(page, full_site.url)
    layout = tmp_path / "layout.json"
    assert full_site.command("layouts", "export", "aeries-query", layout).code == 0
    check_trial(page, full_site.url, layout)
    assert watch.complaints == []


def check_trial(page: Page, url: str, layout: Path) -> None:
    """See what a layout of a file would change: it is posted, so it is looked at as it comes."""
    document = json.loads(layout.read_text()) | {"window_words": {"round 1": "fall"}}
    layout.write_text(json.dumps(document))
    page.goto(f"{url}/layouts/")
    page.get_by_label("File of a layout").set_input_files(layout)
    page.get_by_role("button", name="Add the layout").click()
    page.get_by_role("heading", name="Replace layout own-aeries-query?").wait_for()
    check_shown(page, "a trial of a layout")


def check_record(page: Page, url: str) -> None:
    """Make a student's record: it is posted, so it is looked at as it comes."""
    page.emulate_media(color_scheme="dark")
    for width in (1280, 375):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{url}/students/1/record/")
        page.get_by_label("Requested by").fill("a parent")
        page.get_by_role("button", name="Make the record to print").click()
        page.get_by_role("heading", name="Student record").wait_for()
        check_shown(page, f"a record at {width}")
    page.emulate_media(media="print")
    assert page.get_by_role("link").count() == 0
    background = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(background) == "rgb(255, 255, 255)"
    page.emulate_media(media="screen")


TEXT_SPACING = {"letterSpacing": "0.12em", "wordSpacing": "0.16em", "lineHeight": "1.5"}
"""What WCAG 1.4.12 lets a reader set."""


MANY_COLUMNS = (
    "/", "/imports/", "/imports/3/", "/imports/3/rows/", "/feeds/", "/audit/", "/students/1/",
    "/students/protected/", "/quality/",
)  # fmt: skip
FORMS = (
    "/feeds/new/", "/feeds/sis/", "/feeds/sis/settings/", "/feeds/sis/schedule/",
    "/feeds/files/columns/", "/feeds/files/inbox/", "/feeds/sis/fields/", "/feeds/sis/versions/",
    "/feeds/sis/limits/", "/import/", "/people/", "/settings/", "/settings/terms/",
    "/settings/calendar/", "/settings/school-year/", "/settings/tokens/", "/layouts/",
)  # fmt: skip
OPEN_ALL = "for (const each of document.querySelectorAll('main details')) each.open = true"
SET_STYLE = """style => {
    document.documentElement.removeAttribute("style");
    Object.assign(document.documentElement.style, style);
}"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_at_twice_the_letter_size_on_320_pixels_and_with_wide_letters_no_page_is_cut_off(
    full_site: Site, context: BrowserContext
) -> None:
    page = context.new_page()
    sign_in(full_site, page, ADA)
    twice = {"fontSize": "200%"}
    looks: list[tuple[int, dict[str, str]]] = [
        (1280, twice), (320, {}), (1280, TEXT_SPACING), (375, TEXT_SPACING), (390, twice),
    ]  # fmt: skip
    cut_off = []
    for path in (*MANY_COLUMNS, *FORMS):
        page.goto(full_site.url + path)
        page.evaluate(OPEN_ALL if path in FORMS else "0")
        for width, style in looks if path in MANY_COLUMNS else looks[-1:]:
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate(SET_STYLE, style)
            if page.evaluate(TOO_WIDE) > 0:
                cut_off.append(f"{path} at {width} with {style}")
    assert cut_off == []


def test_a_viewer_sees_imports_without_values_and_a_clear_refusal(
    full_site: Site, context: BrowserContext
) -> None:
    added = full_site.command("admins", "add", BEA, "--viewer", stdin=f"{PASSWORD}\n")
    assert added.code == 0, added
    watch = Watch().over(context)
    page = context.new_page()
    sign_in(full_site, page, BEA)
    assert page.get_by_role("link", name="Feeds").count() == 0
    for path in ("/", "/imports/", "/imports/3/"):
        check_page(page, full_site.url + path)
    assert "“many”" not in page.content()
    for path in ("/import/", "/feeds/", "/imports/3/rows/", "/audit/", "/students/1/"):
        check_page(page, full_site.url + path, status=403)
    assert watch.complaints == []

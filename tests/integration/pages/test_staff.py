"""Staff: the students of their schools, each value with its date, and no sign of any others."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.commands import CommandLine, write_csv
from tests.integration.pages.test_students_page import looks, searched

Person = Callable[..., Any]
HEADER = "Student ID,SSID,Last Name,First Name,Absences YTD,Tardies YTD,School,Grade"
NORTH, SOUTH = "North Elementary", "École Sud"
ROWS = (
    f"0000001,9000000001,García,José,3,2,{NORTH},3",
    f"0000002,9000000002,Lovelace,Ada,1,2,{SOUTH},4",
    "0000003,9000000003,Hopper,Grace,0,0,,3",
)


def brought(rollbook: CommandLine, path: Path, *rows: str, header: str = HEADER) -> None:
    job = rollbook.json("import", write_csv(path, *rows, header=header), "--force", code=None)
    if job["status"] == "held":
        rollbook.json("jobs", "approve", str(job["job"]), "--reason", "they moved")


@pytest.fixture
def imported(rollbook: CommandLine, tmp_path: Path) -> None:
    brought(rollbook, tmp_path / "first.csv", *ROWS)


@pytest.fixture
def staff(person: Person) -> Callable[..., Any]:
    """Makes a person of staff with these schools; returns a client that is signed in."""
    from rollbook.access.models import User

    def make(*schools: str, email: str = "sam@example.org") -> Any:
        client = person("staff", email=email)
        User.objects.filter(email=email).update(schools=list(schools))
        return client

    return make


def found(page: str) -> list[str]:
    """The Student IDs of those who are on the list; what was typed stays in its field."""
    return re.findall(r'class="mono(?: ident)?">(000000\d)<', page)


def listed(client: Any) -> list[str]:
    return found(client.get("/students/").content.decode())


@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize(
    ("schools", "who"),
    [
        ([NORTH], ["0000001"]),
        ([SOUTH], ["0000002"]),
        (["north ELEMENTARY."], ["0000001"]),
        (["ecole sud"], ["0000002"]),
        ([NORTH, SOUTH], ["0000001", "0000002"]),
        (["North"], []),
        (["Elementary"], []),
        (["%"], []),
        ([""], []),
        ([], []),
    ],
)
def test_staff_see_the_students_of_their_schools_on_the_list_and_on_pages(
    staff: Person, schools: list[str], who: list[str]
) -> None:
    client = staff(*schools)
    assert listed(client) == who
    pages = {f"000000{number}" for number in (1, 2, 3, 4)
             if client.get(f"/students/{number}/").status_code == 200}  # fmt: skip
    assert pages == set(who)


@pytest.mark.usefixtures("imported")
def test_of_a_student_of_another_school_there_is_no_sign(staff: Person) -> None:
    client = staff(NORTH)
    answers = [client.get(f"/students/{number}/") for number in (2, 3, 4, 2147483648)]
    assert {(each.status_code, each.content) for each in answers} == {(404, answers[0].content)}
    asked: list[dict[str, str]] = [
        {"text": "lovelace"}, {"text": "0000002"}, {"text": "9000000002"}, {"text": "sud"},
        {"school": SOUTH}, {"school": ""}, {"grade": "4"}, {"since": "2020-01-01"},
        {"problems": "1"}, {"text": "ada", "school": SOUTH}, {"missing": "1"},
    ]  # fmt: skip
    for filters in asked:
        page = searched(client, **filters)
        assert found(page) in ([], ["0000001"]), filters
        assert not re.search(r"Lovelace,|Hopper,|[23] students", page), filters
        assert "Sud</option>" not in page
        assert "With problems" not in page
    assert found(searched(client)) == ["0000001"]
    for address in ("/students/?page=2", "/students/?page=99999", "/students/?page=-1"):
        assert found(client.get(address).content.decode()) == ["0000001"], address


@pytest.mark.usefixtures("imported")
def test_a_filter_from_the_time_as_an_administrator_shows_nothing_afterwards(
    person: Person,
) -> None:
    from rollbook.access.models import Role
    from rollbook.access.operations import change_role

    person()
    client = person(email="bo@example.org")
    assert found(searched(client, school=SOUTH)) == ["0000002"]
    change_role("bo@example.org", Role.STAFF, actor="test", schools=[NORTH])
    assert listed(client) == []
    assert client.get("/students/2/").status_code == 404
    assert client.get("/imports/").status_code == 403


@pytest.mark.usefixtures("imported")
def test_a_school_that_is_taken_away_or_given_counts_at_the_next_request_in_every_session(
    staff: Person,
) -> None:
    from django.test import Client

    from rollbook.access.models import User
    from rollbook.access.operations import change_schools

    first, second = staff(NORTH), Client()
    second.force_login(User.objects.get(), "rollbook.access.backend.AddressBackend")
    change_schools("sam@example.org", [SOUTH], actor="test")
    for client in (first, second):
        assert listed(client) == ["0000002"]
        assert client.get("/students/1/").status_code == 404
    change_schools("sam@example.org", [], actor="test")
    page = first.get("/students/").content.decode()
    assert found(page) == []
    assert "No school is assigned to you yet" in page
    assert "Ask an administrator" in page
    assert second.get("/students/2/").status_code == 404


@pytest.mark.usefixtures("imported")
def test_a_student_who_changes_schools_leaves_and_enters_with_the_import(
    staff: Person, rollbook: CommandLine, tmp_path: Path
) -> None:
    north, south = staff(NORTH), staff(SOUTH, email="sue@example.org")
    assert (listed(north), listed(south)) == (["0000001"], ["0000002"])
    moved = ROWS[0].replace(NORTH, SOUTH)
    brought(rollbook, tmp_path / "second.csv", moved, *ROWS[1:])
    assert (listed(north), listed(south)) == ([], ["0000001", "0000002"])
    assert north.get("/students/1/").status_code == 404
    assert south.get("/students/1/").status_code == 200


@pytest.mark.usefixtures("imported")
def test_who_has_just_left_is_neither_listed_nor_counted_while_the_index_is_behind(
    staff: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import connection

    client = staff(NORTH, SOUTH)
    assert listed(client) == ["0000001", "0000002"]
    monkeypatch.setattr("rollbook.web.pages.students.views.bring_up_to_date", lambda: None)
    with connection.cursor() as cursor:
        cursor.execute(
            "update public.student_data_snapshots set school = 'Elsewhere' where student_id = 2"
        )
    page = client.get("/students/").content.decode()
    assert found(page) == ["0000001"]
    assert "1 student found" in page
    assert "Elsewhere" not in page


@pytest.mark.usefixtures("imported")
def test_each_look_of_staff_is_on_record_and_a_refused_one_shows_nothing(staff: Person) -> None:
    client = staff(NORTH)
    client.get("/students/")
    client.get("/students/1/")
    client.get("/students/2/")
    sam = "sam@example.org"
    assert looks() == [
        (sam, "students", {"what": "list", "students": [1]}),
        (sam, "student 1", {"what": "values and where they came from"}),
    ]


@pytest.mark.usefixtures("imported")
def test_a_page_for_staff_leads_nowhere_that_they_may_not_go_and_names_no_file(
    staff: Person, rollbook: CommandLine, tmp_path: Path
) -> None:
    brought(rollbook, tmp_path / "second.csv", ROWS[0].replace(",3,2,", ",five,2,"), *ROWS[1:])
    client = staff(NORTH)
    for address in ("/students/", "/students/1/"):
        answer = client.get(address)
        page = answer.content.decode()
        assert answer["Cache-Control"] == "no-store"
        links = set(re.findall(r'(?:href|action|hx-\w+)="(/[^"]*)"', page))
        inside = {link for link in links if not link.startswith("/static/")}
        for link in inside - {"/stay/", "/account/sign-out/"}:
            assert client.get(link).status_code in (200, 302), link
        assert not re.search(r"second\.csv|mport \d|five", page)
        title = page.partition("<title>")[2].partition("</title>")[0]
        assert title in ("Students · Rollbook", "One student · Rollbook")


def row_of(page: str, header: str) -> str:
    return page.partition(f"{header}</th>")[2].partition("</tr>")[0]


@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize("role", ["staff", "administrator"])
def test_attendance_that_no_file_has_brought_for_weeks_is_called_old(
    staff: Person, person: Person, rollbook: CommandLine, role: str
) -> None:
    from django.db import connection

    client = staff(NORTH, SOUTH) if role == "staff" else person()
    with connection.cursor() as cursor:
        cursor.execute("update rollbook.import_changes set made_at = made_at - interval '20 days'")
    page = client.get("/students/1/").content.decode()
    assert "school days ago" in row_of(page, "Absences YTD")
    assert "Old" not in row_of(page, "Grade")
    assert " old</span>" in page
    told = rollbook("students", "show", "0000001").out
    assert "old, 20 school" in told
    values = rollbook.json("students", "show", "0000001")["values"]
    assert [name for name, each in values.items() if each["old"]] == [
        "absences_ytd",
        "tardies_ytd",
    ]
    assert rollbook("settings", "set", "quality.old_days", "25").code == 0
    assert "Old" not in row_of(client.get("/students/1/").content.decode(), "Absences YTD")
    values = rollbook.json("students", "show", "0000001")["values"]
    assert not any(each["old"] for each in values.values())


@pytest.mark.usefixtures("imported")
def test_a_value_that_is_not_what_the_source_has_is_marked_stale(
    staff: Person, rollbook: CommandLine, tmp_path: Path
) -> None:
    client = staff(NORTH, SOUTH)
    page = client.get("/students/1/").content.decode()
    assert "As of" in page
    assert "Stale" not in page
    brought(rollbook, tmp_path / "second.csv", ROWS[0].replace(",3,2,", ",five,2,"), ROWS[2])
    page = client.get("/students/1/").content.decode()
    assert "Stale" in row_of(page, "Absences YTD")
    assert "Stale" not in row_of(page, "Grade")
    assert "1 stale" in page
    gone = client.get("/students/2/").content.decode()
    assert "Missing from the district" in gone
    assert "Stale" in row_of(gone, "Absences YTD")
    conflict = ROWS[0].replace("9000000001", "9000000002")
    brought(rollbook, tmp_path / "third.csv", conflict, ROWS[2])
    page = client.get("/students/1/").content.decode()
    assert all("Stale" in row_of(page, each) for each in ("Absences YTD", "Grade", "SSID"))


@pytest.mark.usefixtures("imported")
def test_a_fix_it_file_makes_newer_what_is_in_it_and_leaves_the_problems_of_all_others(
    person: Person, staff: Person, rollbook: CommandLine, tmp_path: Path
) -> None:
    from django.db import connection
    from django.utils import timezone

    from rollbook.records.queries.as_of import values_as_of

    def problems() -> list[str]:
        return found(searched(administrator, problems="1"))

    def as_of(number: int) -> Any:
        return values_as_of(number, ["grade"], problems=[], now=timezone.now())["grade"].at

    administrator, client = person(), staff(NORTH)
    refused, rejected = ROWS[0].replace(",3,2,", ",five,2,"), ROWS[1].replace("9000000002", "")
    brought(rollbook, tmp_path / "second.csv", refused, rejected, ROWS[2])
    whole = as_of(1)
    assert (as_of(2), as_of(3), problems()) == (whole, whole, ["0000001", "0000002"])
    fixed = tmp_path / "fixed.csv"
    fixed.write_text(rollbook("jobs", "fixit").out.replace("0000002,,", "0000002,9000000002,"))
    assert rollbook.json("import", fixed)["counts"]["total"] == 1
    assert (as_of(1), as_of(3), problems()) == (whole, whole, ["0000001"])
    assert as_of(2) > whole
    page = client.get("/students/1/").content.decode()
    assert "Stale" in row_of(page, "Absences YTD")
    with connection.cursor() as cursor:
        cursor.execute("select number, as_of from rollbook.current_students order by 1")
        assert cursor.fetchall() == [(1, whole), (2, as_of(2)), (3, whole)]
    brought(rollbook, tmp_path / "third.csv", *ROWS)
    assert as_of(1) == as_of(2) > whole
    assert problems() == []


@pytest.mark.usefixtures("imported", "pages")
def test_values_are_stale_as_soon_as_the_dashboard_says_that_its_feed_is() -> None:
    from datetime import timedelta

    from django.utils import timezone

    from rollbook.records.queries.lineage import lineage_by_number
    from rollbook.web.pages.students.for_staff import context_of

    student = lineage_by_number(1)
    assert student is not None
    now = timezone.now()
    for later, is_stale in ((now, False), (now + timedelta(hours=37), True)):
        areas = context_of(student, later)["areas"]
        assert [each.title for each in areas] == ["Identification", "School", "Attendance"]
        assert {each.is_all_stale for each in areas} == {is_stale}
        assert all(each.as_of <= now for each in areas)


@pytest.mark.usefixtures("imported")
def test_an_administrator_assigns_schools_of_the_data_by_invitation_and_later(
    person: Person,
) -> None:
    from django.test import Client

    from rollbook.access.models import User
    from rollbook.records.models import AuditEvent
    from tests.integration.pages.conftest import PASSWORD

    client = person()
    assert f'value="{SOUTH}"' in client.get("/people/").content.decode()
    client.post("/account/confirm/", {"password": PASSWORD})
    form = {"role": "staff", "schools": [NORTH, "ecole sud"]}
    made = client.post("/people/invite/", form, follow=True)
    link = re.search(r"http://testserver(/welcome/[^/<]+/)", made.content.decode())
    assert link
    guest = Client()
    page = guest.get(link[1]).content.decode()
    assert "You will be staff" in page
    guest.post(link[1], {"email": "sam@example.org", "password": PASSWORD})
    assert listed(guest) == ["0000001", "0000002"]
    sam = User.objects.get(email="sam@example.org")
    assert sam.schools == [NORTH, SOUTH]
    address = f"/people/{sam.pk}/schools/"
    assert client.get(address).content.decode().count(" checked") == 2
    client.post(address, {"schools": [NORTH]})
    assert listed(guest) == ["0000001"]
    refused = client.post(address, {"schools": ["Nowhere", NORTH]}, follow=True).content.decode()
    assert "No student is in the school “Nowhere”" in refused
    assert listed(guest) == ["0000001"]
    client.post(f"/people/{sam.pk}/viewer/", {"schools": [SOUTH]})
    assert guest.get("/students/").status_code == 403
    events = AuditEvent.objects.filter(subject__in=["sam@example.org", "staff"])
    told = [(each.action, each.before, each.after) for each in events.order_by("id")]
    assert [each for each in told if each[0] not in ("sign_in.succeeded", "students.viewed")] == [
        ("link.made", None, {"schools": [NORTH, SOUTH]}),
        ("person.added", None, {"role": "staff", "schools": [NORTH, SOUTH]}),
        ("person.schools_changed", {"role": "staff", "schools": [NORTH, SOUTH]},
         {"role": "staff", "schools": [NORTH]}),
        ("person.role_changed", {"role": "staff", "schools": [NORTH]}, {"role": "viewer"}),
    ]  # fmt: skip


@pytest.mark.usefixtures("imported")
def test_an_assigned_school_that_has_no_student_any_more_can_stay_or_be_taken_away(
    staff: Person, person: Person
) -> None:
    from rollbook.access.models import User
    from rollbook.access.operations import change_schools

    staff("Closed School", NORTH)
    [number] = User.objects.values_list("pk", flat=True)
    page = person().get(f"/people/{number}/schools/").content.decode()
    assert 'value="Closed School"' in page
    change_schools("sam@example.org", ["Closed School"], actor="test")
    assert User.objects.get(pk=number).schools == ["Closed School"]


def test_schools_are_assigned_on_the_command_line(
    rollbook: CommandLine, tmp_path: Path, records: str
) -> None:
    from rollbook.access.models import User

    password = "a long enough sentence\n"
    early = rollbook("admins", "add", "x@example.org", "--staff", "--school", "N", stdin=password)
    assert early.code == 2
    assert "No import has had a school yet" in early.err
    brought(rollbook, tmp_path / "first.csv", *ROWS)
    add = ("admins", "add", "sam@example.org", "--staff")
    refused = rollbook(*add, "--school", "Nowhere", stdin=password)
    assert (refused.code, f"{NORTH}, {SOUTH}" in refused.err) == (2, True)
    added = rollbook(*add, "--school", "north elementary", stdin=password)
    assert added.out == f"sam@example.org is now staff and can sign in. Schools: {NORTH}.\n"
    changed = rollbook("admins", "schools", "sam@example.org", "--school", SOUTH)
    assert (changed.code, changed.out) == (0, f"Changed sam@example.org. Schools: {SOUTH}.\n")
    assert User.objects.get().schools == [SOUTH]
    none = rollbook("admins", "schools", "sam@example.org")
    assert "this person sees no students" in none.out
    assert rollbook("admins", "add", "b@example.org", stdin=password).code == 0
    viewer = rollbook("admins", "schools", "b@example.org", "--school", SOUTH)
    assert (viewer.code, "only staff have schools" in viewer.err) == (2, True)
    both = rollbook("admins", "add", "c@example.org", "--staff", "--viewer", stdin=password)
    alone = rollbook("admins", "add", "c@example.org", "--school", SOUTH, stdin=password)
    assert (both.code, alone.code) == (2, 2)

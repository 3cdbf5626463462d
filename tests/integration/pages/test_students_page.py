"""Students: a search leaves no trace of what was typed, a look leaves one of who saw."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.commands import CommandLine, write_csv

Person = Callable[..., Any]
HEADER = "Student ID,SSID,Last Name,First Name,Preferred Name,Absences YTD,School,Grade"
ROWS = (
    "0000001,9000000001,García Núñez,José,Pepe,3,North Elementary,3",
    "0000002,9000000002,O’Brien,Siobhán,,1,North Elementary,4",
    "0000003,9000000003,Lovelace,Ada,,0,Südschule,3",
)


@pytest.fixture
def imported(rollbook: CommandLine, tmp_path: Path) -> None:
    rollbook.json("import", write_csv(tmp_path / "first.csv", *ROWS, header=HEADER))


def flushed(statement: str) -> None:
    """Change the students as another program does, whose session has ended since."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT 1")


def searched(client: Any, text: str = "", **filters: str) -> str:
    answer = client.post("/students/", {"text": text, **filters})
    assert (answer.status_code, answer["Location"]) == (302, "/students/")
    return str(client.get("/students/").content.decode())


def found(page: str) -> list[str]:
    """The Student IDs on a page."""
    return [number for number in ("0000001", "0000002", "0000003") if number in page]


def looks() -> list[tuple[str, str, Any]]:
    from rollbook.records.models import AuditEvent

    events = AuditEvent.objects.filter(action="students.viewed").order_by("id")
    return [(event.actor, event.subject, event.after) for event in events]


@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("garcia", ["0000001"]),
        ("GARCÍA", ["0000001"]),
        ("nunez jose", ["0000001"]),
        ("pepe", ["0000001"]),
        ("obrien", ["0000002"]),
        ("O'Brien", ["0000002"]),
        ("siobhan", ["0000002"]),
        ("sudschule", ["0000003"]),
        ("000000", ["0000001", "0000002", "0000003"]),
        ("9000000002", ["0000002"]),
        ("north", ["0000001", "0000002"]),
        ("north ada", []),
        ("%", []),
        ("a", []),
    ],
)
def test_students_are_found_by_name_numbers_and_school_whatever_case_and_accents(
    person: Person, text: str, who: list[str]
) -> None:
    assert found(searched(person(), text)) == who


@pytest.mark.usefixtures("imported")
def test_one_letter_is_not_sought_and_the_page_says_so(person: Person) -> None:
    assert "Type at least two letters or digits" in searched(person(), "é")


@pytest.mark.usefixtures("imported")
def test_filters_narrow_the_list(person: Person, rollbook: CommandLine, tmp_path: Path) -> None:
    client = person()
    assert found(searched(client, grade="3")) == ["0000001", "0000003"]
    page = searched(client, grade="3", school="Südschule")
    assert found(page) == ["0000003"]
    assert "Show more filters (2 set)" in " ".join(page.split())
    assert found(searched(client, missing="1")) == []
    assert found(searched(client, problems="1")) == []
    rows = [ROWS[0].replace(",3,North", ",many,North"), ROWS[1]]
    file = write_csv(tmp_path / "second.csv", *rows, header=HEADER)
    job = rollbook.json("import", file, "--force", code=None)
    if job["status"] == "held":
        rollbook.json("jobs", "approve", str(job["job"]), "--reason", "they moved")
    assert found(searched(client, missing="1")) == ["0000003"]
    assert found(searched(client, since="2020-01-01")) == ["0000003"]
    assert found(searched(client, since="2999-01-01")) == []
    assert found(searched(client, problems="1")) == ["0000001"]
    assert found(searched(client, clear="1")) == []


@pytest.mark.usefixtures("imported")
def test_what_another_program_has_changed_is_found_as_it_is_now(person: Person) -> None:
    client = person()
    assert found(searched(client, "lovelace")) == ["0000003"]
    flushed(
        "UPDATE public.student_data_snapshots SET last_name = 'Byron' WHERE last_name = 'Lovelace';"
        "UPDATE public.students SET last_name = 'Byron' WHERE last_name = 'Lovelace';"
        "INSERT INTO public.students (student_id, last_name) VALUES ('77', 'Babbage')"
    )
    assert found(searched(client, "lovelace")) == []
    assert found(searched(client, "byron")) == ["0000003"]
    assert "Babbage" in searched(client, "babbage")
    flushed("DELETE FROM public.students WHERE student_id = '0000003'")
    assert found(searched(client, "byron")) == []


@pytest.mark.usefixtures("imported")
def test_the_index_takes_up_any_number_of_students_in_portions(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.records.operations import student_search

    monkeypatch.setattr(student_search, "AT_A_TIME", 2)
    assert found(searched(person(), "000000")) == ["0000001", "0000002", "0000003"]


@pytest.mark.usefixtures("imported", "pages")
def test_a_worker_takes_up_what_an_import_has_stored_before_anybody_searches() -> None:
    from rollbook.automation.tick import Steps, run_errands
    from rollbook.records.models import StudentSearch

    assert not StudentSearch.objects.exists()
    steps = Steps()
    run_errands(steps, {})
    assert steps.is_whole, steps.faults
    assert StudentSearch.objects.count() == 3


@pytest.mark.usefixtures("imported")
def test_the_list_is_paged_and_a_page_beyond_the_end_is_the_last(person: Person) -> None:
    flushed(
        "INSERT INTO public.students (student_id, last_name)"
        " SELECT 'P' || n, 'Zuse' || to_char(n, 'FM00') FROM generate_series(1, 30) n"
    )
    client = person()
    first = searched(client, "zuse")
    assert ("Zuse25" in first, "Zuse26" in first) == (True, False)
    assert "30 students found" in first
    second = client.get("/students/?page=2").content.decode()
    assert ("Zuse25" in second, "Zuse26" in second) == (False, True)
    assert "Zuse30" in client.get("/students/?page=999").content.decode()


@pytest.mark.usefixtures("imported")
def test_nothing_that_was_sought_is_in_an_address_a_title_or_a_cache(person: Person) -> None:
    client = person()
    client.post("/students/", {"text": "Lovelace"})
    answer = client.get("/students/")
    page = answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    title = page.partition("<title>")[2].partition("</title>")[0]
    assert title == "Students · Rollbook"
    addresses = [part.partition('"')[0] for part in page.split('href="')[1:]]
    assert not any("ovelace" in address or "0000003" in address for address in addresses)
    [address] = [each for each in addresses if each.startswith("/students/") and each[-2].isdigit()]
    student = client.get(address)
    assert student["Cache-Control"] == "no-store"
    title = student.content.decode().partition("<title>")[2].partition("</title>")[0]
    assert title == "One student · Rollbook"


@pytest.mark.usefixtures("imported")
def test_who_saw_which_students_is_in_the_audit_log_and_not_what_was_sought(
    person: Person,
) -> None:
    from rollbook.records.models import AuditEvent

    client = person()
    client.get("/students/")
    assert looks() == []
    searched(client, "lovelace")
    searched(client, "ada")
    searched(client, "north")
    client.get("/students/1/")
    ada = "ada@example.org"
    assert looks() == [
        (ada, "students", {"what": "list", "students": [3]}),
        (ada, "students", {"what": "list", "students": [1, 2]}),
        (ada, "student 1", {"what": "values and where they came from"}),
    ]
    told = " ".join(str(each) for each in AuditEvent.objects.values_list("subject", "after"))
    assert "lovelace" not in told.lower()


@pytest.mark.usefixtures("imported")
def test_one_student_has_each_value_with_the_import_that_brought_it_and_those_before(
    person: Person, rollbook: CommandLine, tmp_path: Path
) -> None:
    rows = [ROWS[0].replace(",3,North", ",5,North"), *ROWS[1:]]
    rollbook.json("import", write_csv(tmp_path / "second.csv", *rows, header=HEADER))
    flushed("UPDATE public.student_data_snapshots SET preferred_name = 'Joe' WHERE id = 1")
    page = " ".join(person().get("/students/1/").content.decode().split())
    assert "José García Núñez" in page
    absences = page.partition("Absences YTD</th>")[2].partition("</tr>")[0]
    assert "<strong>5</strong>" in absences
    assert 'href="/imports/2/">Import 2</a>, row 2' in absences
    assert "files: second.csv" in absences
    assert "2 values" in absences
    assert "import 1, row 2" in absences
    preferred = page.partition("Preferred Name</th>")[2].partition("</tr>")[0]
    assert "Changed by someone else" in preferred
    assert "which saved Pepe" in preferred
    assert "In its last file, since" in page


@pytest.mark.usefixtures("pages")
@pytest.mark.parametrize("number", ["1", "2147483648", "99999999999999999999"])
def test_a_student_who_is_not_there_is_not_found(person: Person, number: str) -> None:
    assert person().get(f"/students/{number}/").status_code == 404
    assert looks() == []


@pytest.mark.usefixtures("imported")
def test_assessments_have_their_terms_side_by_side(
    person: Person, rollbook: CommandLine, tmp_path: Path
) -> None:
    header = "Student ID,SSID,Spring 2025 DIBELS ORF WC Score,Fall 2025 DIBELS ORF WC Score"
    file = write_csv(
        tmp_path / "scores.csv", "0000001,9000000001,41,63", "0000002,9000000002,7,9", header=header
    )
    done = rollbook.json("import", file, code=None)
    assert done["status"] == "completed", done
    page = " ".join(person().get("/students/1/").content.decode().split())
    dibels = page.partition("DIBELS by term")[2].partition("</table>")[0]
    assert dibels.index("Spring 2025") < dibels.index("Fall 2025")
    assert dibels.index("<strong>41</strong>") < dibels.index("<strong>63</strong>")
    assert "ORF WC Score" in dibels


@pytest.mark.usefixtures("imported")
def test_a_viewer_sees_no_student_and_no_entry_in_the_navigation(person: Person) -> None:
    viewer = person("viewer")
    for address in ("/students/", "/students/1/"):
        assert viewer.get(address).status_code == 403
    assert viewer.post("/students/", {"text": "lovelace"}).status_code == 403
    assert 'href="/students/"' not in viewer.get("/").content.decode()
    assert looks() == []


@pytest.mark.usefixtures("imported")
def test_absences_over_the_nights_are_drawn_and_in_words_once_there_are_two(
    person: Person, rollbook: CommandLine, tmp_path: Path
) -> None:
    client = person()
    assert "over time" not in client.get("/students/1/").content.decode()
    rows = [ROWS[0].replace(",3,North", ",5,North"), *ROWS[1:]]
    rollbook.json("import", write_csv(tmp_path / "second.csv", *rows, header=HEADER))
    page = " ".join(client.get("/students/1/").content.decode().split())
    assert page.count('<svg class="chart chart-small"') == 1
    assert "Absences YTD over time" in page
    assert "first 3, last 5, lowest 3" in page
    table = page.partition("Absences YTD over time, newest first")[2].partition("</table>")[0]
    assert table.index(">5</td>") < table.index(">3</td>")


@pytest.mark.usefixtures("imported")
def test_a_student_whose_values_change_every_night_has_a_page_of_bounded_size(
    person: Person,
) -> None:
    """400 nights, each with other absences and another attendance."""
    flushed(
        "INSERT INTO rollbook.import_changes (job_id, feed_id, fields, is_stored, made_at)"
        " SELECT 1000 + n, 1, '{absences_ytd,attendance_percentage}', true,"
        " now() - (400 - n) * interval '1 day' FROM generate_series(1, 400) n;"
        "INSERT INTO rollbook.student_changes"
        " (job_id, row_number, student_id, is_new, had_data, before, after)"
        " SELECT 1000 + n, 2, 1, false, true, ARRAY[n - 1, 90 + (n - 1) % 7]::text[],"
        " ARRAY[n, 90 + n % 7]::text[] FROM generate_series(1, 400) n;"
        "UPDATE public.student_data_snapshots"
        " SET absences_ytd = 400, attendance_percentage = 91 WHERE id = 1"
    )
    page = person().get("/students/1/").content.decode()
    assert page.count('<svg class="chart chart-small"') == 2
    assert "The last 120 changes." in page
    assert len(page) < 300_000

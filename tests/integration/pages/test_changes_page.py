"""The list behind the counts of an import: which students, what was there before and after."""

import csv
import re
from collections.abc import Callable, Sequence
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.commands import CommandLine, student, write_csv
from tests.integration.pages.test_who_saw_values import body, seen

Person = Callable[..., Any]
FIELDS = ("row", "student_id", "last_name", "first_name", "what", "field", "before", "after",
          "before_by_another_hand")  # fmt: skip


@pytest.fixture
def second(rollbook: CommandLine, pages: None, tmp_path: Path) -> Path:
    """Job 1 has stored eight students, job 2 seven of them; return the file of the next night."""
    eight = [student(number) for number in range(1, 9)]
    rollbook.json("import", write_csv(tmp_path / "first.csv", *eight))
    rollbook.json("import", write_csv(tmp_path / "second.csv", *eight[:-1]))
    changed = [student(1, absences=5, name="=Ida"), student(2).replace("North", "South")]
    odd = student(9, name="<b>Bo</b>")
    return write_csv(tmp_path / "third.csv", *changed, *eight[3:], odd)


def imported(rollbook: CommandLine, file: Path, *options: str) -> int:
    number: int = rollbook.json("import", file, *options)["job"]
    return number


def shown(answer: Any) -> list[list[str]]:
    """The lines of the list, each as the texts of its cells."""
    assert answer.status_code == 200
    table = answer.content.decode().rpartition("<tbody>")[2].partition("</tbody>")[0]
    rows = [re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row, re.S) for row in table.split("</tr>")]
    texts = [[unescape(re.sub(r"<[^>]*>", "", cell)) for cell in row] for row in rows]
    return [[" ".join(cell.split()) for cell in row] for row in texts if row]


def in_numbers(answer: Any) -> list[list[str]]:
    """The lines of the table of numbers."""
    part = answer.content.decode().partition('id="h-students"')[0]
    rows = re.findall(r'<tr>\s*<th scope="row">(.*?)</tr>', part, re.S)
    return [re.sub(r"<[^>]*>", " ", row).split() for row in rows]


def without_names(text: str) -> list[list[str]]:
    """The lines of a file without the names, which are today's."""
    return [[*row[:2], *row[4:]] for row in csv.reader(text.splitlines())]


CHANGED = [
    ["2", "0000001 Lovelace, =Ida", "First Name", "Ada", "=Ida"],
    ["2", "0000001 Lovelace, =Ida", "Absences YTD", "3", "5"],
    ["3", "0000002 Lovelace, Ada", "School", "North", "South"],
    ["9", "0000009 Lovelace, <b>Bo</b>", "New student"],
    ["", "0000003 Lovelace, Ada", "No longer in the file"],
    ["", "0000008 Lovelace, Ada", "Back in the file"],
]


@pytest.fixture
def third(rollbook: CommandLine, second: Path) -> int:
    return imported(rollbook, second)


def test_it_lists_each_value_once_then_who_is_missing_or_back(third: int, person: Person) -> None:
    client = person()
    page = client.get(f"/imports/{third}/changes/")
    assert sorted(shown(page)) == sorted(CHANGED)
    assert shown(page)[3:] == CHANGED[3:]
    assert page["Cache-Control"] == "no-store"
    title = page.content.decode().partition("<title>")[2].partition("</title>")[0]
    assert title.split(" - ")[0].startswith(f"What changed, import {third}")
    assert in_numbers(page) == [
        ["Absences", "YTD", "0", "1", "0"],
        ["First", "Name", "0", "1", "0"],
        ["School", "0", "1", "0"],
    ]


FILTERED: Sequence[tuple[str, Sequence[list[str]]]] = (
    ("field=absences_ytd", CHANGED[1:2]),
    ("field=first_name", CHANGED[:1]),
    ("field=nonsense", []),
    ("school=South", CHANGED[2:3]),
    ("school=North&part=values", CHANGED[:2]),
    ("part=new", CHANGED[3:4]),
    ("part=missing", CHANGED[4:5]),
    ("part=moved&school=North", CHANGED[2:3]),
    ("part=moved&school=South", []),
    ("part=back", CHANGED[5:]),
    ("part=back&school=South", []),
    ("school=(none)", []),
    ("after=1.0.0", CHANGED[4:]),
    ("after=nonsense&part=new", CHANGED[3:4]),
)


def test_it_is_filtered_by_what_field_and_school(third: int, person: Person) -> None:
    client = person()
    for query, expected in FILTERED:
        page = client.get(f"/imports/{third}/changes/?{query}")
        has_lines = "<tbody>" in page.content.decode().partition('id="h-students"')[2]
        assert sorted(shown(page) if has_lines else []) == sorted(expected), query


@pytest.mark.parametrize("is_stored", [True, False])
def test_a_student_is_found_by_words_that_are_in_no_address(
    rollbook: CommandLine, second: Path, person: Person, is_stored: bool
) -> None:
    number = imported(rollbook, second, *([] if is_stored else ["--dry-run"]))
    client, address = person(), f"/imports/{number}/changes/"

    def found(text: str, **also: str) -> list[str]:
        answer = client.post(address, {"text": text} | also)
        assert not text or text not in answer.headers["Location"]
        page = client.get(answer.headers["Location"])
        assert f'value="{text}"' in page.content.decode()
        has_lines = "<tbody>" in page.content.decode().partition('id="h-students"')[2]
        return [line[1].partition(" ")[0] for line in (shown(page) if has_lines else [])]

    assert found("0000002") == ["0000002"]
    assert found("bo love") == ["0000009"], "a new student, by what the file says"
    assert found("lovelace", part="missing") == ["0000003"]
    assert found("lovelace", part="new", school="South") == []
    assert found("nobody") == []
    assert len(found("")) == len(CHANGED), "without a text all are listed"
    client.post(address, {"text": "0000002"})
    assert len(shown(client.get(address))) == len(CHANGED), "a link to all means all"
    file = body(client.get(f"/imports/{number}/changes.csv?sought=1"))
    assert [row.split(",")[1] for row in file.splitlines()[1:]] == ["0000002"]
    other = client.get(f"/imports/{number - 1}/changes/?sought=1").content.decode()
    assert 'value="0000002"' not in other, "what was sought in one import is not in another"


def test_pages_together_are_the_whole_list(
    third: int, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.web.pages.imports import changes

    client = person()
    whole = shown(client.get(f"/imports/{third}/changes/"))
    monkeypatch.setattr(changes, "SIZE", 2)
    found: list[list[str]] = []
    query: str | None = ""
    while query is not None:
        page = client.get(f"/imports/{third}/changes/?{query}")
        found += shown(page)
        following = re.search(r'rel="next"\s+href="\?([^"]*)"', page.content.decode())
        query = unescape(following[1]) if following else None
    assert found == whole


def test_the_file_has_all_lines_and_nothing_that_a_spreadsheet_runs(
    third: int, person: Person
) -> None:
    client = person()
    text = body(client.get(f"/imports/{third}/changes.csv"))
    rows = list(csv.reader(text.removeprefix("\ufeff").splitlines()))
    assert tuple(rows[0]) == FIELDS
    assert [
        "2",
        "0000001",
        "Lovelace",
        "'=Ida",
        "changed",
        "first_name",
        "Ada",
        "'=Ida",
        "",
    ] in rows
    assert [row[4] for row in rows[1:]] == [
        "changed", "changed", "changed", "new", "missing", "back",
    ]  # fmt: skip
    only = body(client.get(f"/imports/{third}/changes.csv?part=new"))
    assert len(only.splitlines()) == 2


def test_a_look_and_a_download_are_on_record_and_name_no_student(
    third: int, person: Person
) -> None:
    client = person()
    client.get(f"/imports/{third}/changes/?school=North")
    client.get(f"/imports/{third}/changes/?part=new")
    body(client.get(f"/imports/{third}/changes.csv"))
    subject = f"job {third}"
    assert [event[1:4] for event in seen() if event[0] == "ada@example.org"] == [
        ("students.viewed", subject, "what changed"),
        ("students.downloaded", subject, "what changed as CSV"),
    ]


def test_the_page_of_the_import_leads_there_for_administrators_alone(
    third: int, person: Person
) -> None:
    address = f"/imports/{third}/changes/"
    page = person().get(f"/imports/{third}/").content.decode()
    for link in ("", "?part=new", "?part=values", "?field=absences_ytd"):
        assert f'"{address}{link}"' in page, link
    viewer = person("viewer", email="vi@example.org")
    assert address not in viewer.get(f"/imports/{third}/").content.decode()
    assert viewer.get(address).status_code == 403
    assert viewer.get(f"/imports/{third}/changes.csv").status_code == 403


def test_a_dry_run_says_what_would_change_and_the_import_that_follows_the_same(
    rollbook: CommandLine, second: Path, person: Person
) -> None:
    checked = imported(rollbook, second, "--dry-run")
    client = person()
    page = client.get(f"/imports/{checked}/changes/")
    text = page.content.decode()
    assert f"<title>What would change, import {checked}" in text
    assert "Nothing was changed." in text
    assert "would have changed" in text
    would = body(client.get(f"/imports/{checked}/changes.csv"))
    numbers = in_numbers(page)
    done = imported(rollbook, second)
    after = without_names(body(client.get(f"/imports/{done}/changes.csv")))
    assert after == without_names(would)
    assert in_numbers(client.get(f"/imports/{done}/changes/")) == numbers


def test_a_held_import_says_what_applying_it_would_change(
    rollbook: CommandLine, second: Path, person: Person, tmp_path: Path
) -> None:
    rows = second.read_text().splitlines()[1:]
    held = write_csv(tmp_path / "held.csv", *rows, *[f",{each},,,,,,," for each in range(9)])
    job = rollbook.json("import", held, code=7)["job"]
    client = person()
    assert "This import is on hold" in client.get(f"/imports/{job}/changes/").content.decode()
    assert f'"/imports/{job}/changes/"' in client.get(f"/imports/{job}/").content.decode()


def test_an_import_without_a_record_says_so_and_shows_nobody(
    rollbook: CommandLine, person: Person, tmp_path: Path
) -> None:
    rollbook.json("import", write_csv(tmp_path / "none.csv", ",,,,,,,,"), code=3)
    client = person()
    assert "No record of students" in client.get("/imports/1/changes/").content.decode()
    assert "/imports/1/changes/" not in client.get("/imports/1/").content.decode()
    assert len(body(client.get("/imports/1/changes.csv")).splitlines()) == 1
    assert not [event for event in seen() if event[0] == "ada@example.org"]
    assert client.get("/imports/99/changes/").status_code == 404


def test_a_typed_field_and_rows_without_a_change_ask_as_little_of_a_long_record(
    rollbook: CommandLine, pages: None, person: Person, tmp_path: Path
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for absences in (3, 4):
        rows = [student(number, absences=absences) for number in range(1, 601)]
        rollbook.json("import", write_csv(tmp_path / "a.csv", *rows))
    client = person()

    def statements(query: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            page = client.get(f"/imports/2/changes/?{query}")
        assert "No students" in page.content.decode(), query
        return len(queries)

    fewest = statements("part=new&field=absences_ytd")
    assert statements("field=students.absences_ytd") <= fewest
    with connection.cursor() as cursor:
        cursor.execute("update rollbook.student_changes set before = after where job_id = 2")
    assert statements("part=values") < fewest + 6


TYPED = (
    "after=0.999999999.999999999", "after=1.999999999.0", "after=9.0.0", "after=-1.0.0", "after=",
    "after=0.99999999999999999999.0", "after=%F0%9F%92%A9", "after=0.%D9%A3.0", "field=%00",
    "field=%27%22--", "field=students.%22", "part=NEW", "school=%00", f"school={'x' * 10_000}",
    "school=%E2%80%AE%3Cscript%3E", f"field={'x' * 10_000}", "part=new&part=back",
)  # fmt: skip


def test_whatever_is_typed_into_the_address_is_answered(third: int, person: Person) -> None:
    client = person()
    for query in TYPED:
        expected = 400 if "%00" in query else 200
        page = client.get(f"/imports/{third}/changes/?{query}")
        assert page.status_code == expected, query
        assert "<script>" not in page.content.decode().partition("<main")[2], query
        assert client.get(f"/imports/{third}/changes.csv?{query}").status_code == expected, query
    for number in (0, 2**31, 10**30):
        assert client.get(f"/imports/{number}/changes/").status_code == 404


def test_a_record_of_an_earlier_version_is_listed_without_numbers(
    rollbook: CommandLine, third: int, person: Person
) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("update rollbook.import_changes set numbers = null")
    page = person().get(f"/imports/{third}/changes/")
    assert shown(page)[3:] == CHANGED[3:]
    assert "In numbers" not in page.content.decode()
    found = rollbook.json("jobs", "changes", str(third))
    assert (found["fields"], len(found["changes"])) == ({}, 6)

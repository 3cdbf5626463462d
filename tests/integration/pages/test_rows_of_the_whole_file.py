"""What only the whole file tells of a row isn't forgotten when the row is fixed alone."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.commands import CommandLine, student, write_csv
from tests.integration.pages.test_fixed_rows_beside_others import fix, stored, upload
from tests.integration.pages.test_row_fixes import SEEN, text_of

Person = Callable[..., Any]


@pytest.fixture(autouse=True)
def at_home(rollbook: CommandLine, pages: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages and commands are of one installation."""
    monkeypatch.setenv("ROLLBOOK_HOME", str(rollbook.home))


def test_a_row_that_only_its_file_refuses_isnt_imported_unchanged(
    rollbook: CommandLine, person: Person, tmp_path: Path
) -> None:
    rows = [student(n) for n in range(1, 101)]
    rows.append(student(101).replace("98.00,2.00", "0.02,0.98"))
    rows += [student(102, absences=5), student(102, absences=50)]
    rows += [student(103).rsplit(",", 1)[0], student(104)]
    job = int(rollbook.json("import", write_csv(tmp_path / "a.csv", *rows))["job"])
    client = person()
    for row in (103, 104):
        address = f"/imports/{job}/rows/{row}/"
        part = text_of(client.post(address, SEEN, headers={"HX-Target": "checked"}))
        assert "You changed nothing" in part and "Ready to import" not in part
        assert "still can't be imported" in text_of(client.post(address, SEEN | {"import": ""}))
        assert "You changed nothing" in text_of(client.post(address, SEEN | {"save": ""}))
    fraction = f"/imports/{job}/rows/102/"
    part = text_of(client.post(fraction, SEEN, headers={"HX-Target": "checked"}))
    assert "Ready to import" not in part and "Attendance %" in part
    short = text_of(client.get(f"/imports/{job}/rows/105/"))
    assert 'value="#FIX!"' in short
    refused = rollbook("jobs", "fix", str(job), "--row", "103")
    assert refused.code == 2 and "You changed nothing" in refused.err
    fix(client, job, 103, **{"cell-4": "6"})
    assert stored("0000102")["absences_ytd"] == 6
    fix(client, job, 104, **{"cell-4": "51"})
    assert stored("0000102")["absences_ytd"] == 6, "another row of the student was imported"


def test_the_scale_of_percentages_is_that_of_the_first_file(
    rollbook: CommandLine, person: Person, tmp_path: Path
) -> None:
    rows = [student(n) for n in range(1, 41)]
    fractions = [row.replace("98.00,2.00", "0.98,0.02") for row in rows]
    fractions.append(student(41, absences="x").replace("98.00,2.00", "0.80,"))
    job = int(rollbook.json("import", write_csv(tmp_path / "a.csv", *fractions))["job"])
    fix(person(), job, 42, **{"cell-4": "7"})
    assert float(stored("0000041")["attendance_percentage"]) == 80


def test_a_damaged_row_of_another_order_is_shown_below_its_own_headers(
    rollbook: CommandLine, person: Person, tmp_path: Path
) -> None:
    rollbook.json("import", write_csv(tmp_path / "a.csv", student(1)))
    start = "Student ID,SSID,Last Name,First Name,School,Grade"
    one = [f"{n:07},{9000000000 + n},Lovelace,Ada,North,3,6,1" for n in range(1, 21)]
    two = [f"{n:07},{9000000000 + n},Fi,La,South,4,1,6" for n in range(31, 51)]
    two += ["0000052,9000000052,Fi,La,South,5,2,77,x", "0000053,9000000053,Fi,La,South,5,2,6"]
    file = tmp_path / "m.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("1.csv", "\n".join([f"{start},Absences YTD,Tardies YTD", *one, ""]))
        archive.writestr("2.csv", "\n".join([f"{start},Tardies YTD,Absences YTD", *two, ""]))
    job = upload(file, files="all", new_limit=100)
    address = f"/imports/{job}/rows/20000022/"
    client = person()
    page = client.get(address).content.decode()
    cells = dict(re.findall(r'name="cell-(\d)"[^>]*?value="([^"]*)"', page))
    assert (cells["6"], cells["7"]) == ("77", "2")
    assert ",77,2,x" in rollbook("jobs", "fixit", str(job)).out
    fix(client, job, 20000022, **{"cell-5": "6"})
    assert stored("0000052")["absences_ytd"] == 77


def test_a_row_of_the_widest_file_can_be_fixed(
    rollbook: CommandLine, person: Person, tmp_path: Path
) -> None:
    more = 1_991
    rows = [f"{student(n)}{',v' * more}" for n in range(1, 21)]
    rows.append(f"{student(21, absences='x')}{',v' * more}")
    file = write_csv(tmp_path / "w.csv", *rows)
    header, rest = file.read_text().split("\n", 1)
    named = "".join(f",Extra {n}" for n in range(more))
    file.write_text(f"{header}{named}\n{rest}")
    job = int(rollbook.json("import", file)["job"])
    fix(person(), job, 22, **{"cell-4": "7"})
    assert stored("0000021")["absences_ytd"] == 7


def test_saved_fixes_of_an_undone_import_are_no_dead_end(
    rollbook: CommandLine, person: Person, tmp_path: Path
) -> None:
    rows = [*map(student, range(1, 21)), student(21, absences="x")]
    job = int(rollbook.json("import", write_csv(tmp_path / "a.csv", *rows))["job"])
    twice = ("jobs", "fix", str(job), "--row", "22", *("--column", "Absences YTD") * 2)
    refused = rollbook(*twice, stdin="4\n5\n")
    assert refused.code == 2 and "named twice" in refused.err
    client = person()
    address = f"/imports/{job}/rows/22/"
    assert client.post(address, SEEN | {"cell-4": "5", "save": ""}).status_code == 302
    undone = rollbook("jobs", "undo", str(job), "--reason", "A wrong file", "--yes")
    assert undone.code == 0, undone.err
    rows_page = text_of(client.get(f"/imports/{job}/rows/"))
    assert "is not imported yet" not in rows_page
    from rollbook.records.models import RowFix

    assert not RowFix.objects.exists(), "values of a student that no one can import any more"

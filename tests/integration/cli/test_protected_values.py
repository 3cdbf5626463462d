"""`rollbook students protect`, `release`, `protected`: corrections that imports leave."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.integration.cli.commands import CommandLine, Stored, student, write_csv

WHY = ("--reason", "The registrar has the certificate")
CORRECT = (
    "UPDATE public.students SET first_name = 'Adele' WHERE student_id = '0000001' RETURNING id"
)
NAMES = (
    "SELECT k.first_name, n.first_name FROM public.students k"
    " JOIN public.student_data_snapshots n ON n.student_id = k.id ORDER BY k.student_id LIMIT 1"
)
EVENTS = (
    "SELECT action, subject, after->>'field', after->>'reason', after->>'put_back_of_import'"
    " FROM rollbook.audit_events WHERE action LIKE 'value.%' ORDER BY id"
)


@pytest.fixture
def file(rollbook: CommandLine, tmp_path: Path) -> Path:
    """What was imported."""
    path = write_csv(tmp_path / "first.csv", student(1), student(2))
    rollbook.json("import", path)
    return path


def protected(rollbook: CommandLine) -> list[dict[str, Any]]:
    found: Any = rollbook.json("students", "protected")
    return list(found)


def test_a_correction_stays_through_imports_until_the_file_agrees(
    rollbook: CommandLine, file: Path, stored: Stored, tmp_path: Path
) -> None:
    stored(CORRECT)
    done = rollbook("students", "protect", "-", "first_name", *WHY, stdin="0000001\n")
    assert done.code == 0, done
    assert "until the file agrees" in done.out
    assert stored(NAMES) == [("Adele", "Adele")]
    found = rollbook.json("import", file, "--force")
    assert found["protected"] == {"kept": 1, "agreed": 0, "older": 0, "expired": 0, "gone": 0}
    assert "1 protected value was kept, though the file says otherwise." in found["file"]["notes"]
    assert stored(NAMES) == [("Adele", "Adele")]
    [line] = protected(rollbook)
    expected = {
        "student_id": "0000001", "field": "first_name", "value": "Adele", "state": "protected",
        "file_says": "Ada", "job": 2, "row": 2, "by": "command line", "until": None,
    }  # fmt: skip
    assert line.items() >= expected.items()
    agrees = write_csv(tmp_path / "second.csv", student(1, name="Adele"), student(2))
    assert rollbook.json("import", agrees)["protected"]["agreed"] == 1
    [line] = protected(rollbook)
    assert (line["state"], line["ended_by_job"]) == ("agreed", 3)
    table = rollbook("students", "protected").out
    assert "ended: the file agrees" in " ".join(table.split())


def test_only_a_file_that_is_not_older_than_the_protection_ends_it(
    rollbook: CommandLine, stored: Stored, tmp_path: Path
) -> None:
    names = ("Adele", "Ada", "Adele")
    old, newer, newest = (
        write_csv(tmp_path / f"{place}.csv", student(1, name=name), student(2, absences=place))
        for place, name in enumerate(names)
    )
    rollbook.json("import", old)
    rollbook.json("import", newer)
    stored(CORRECT)
    assert rollbook("students", "protect", "0000001", "first_name", *WHY).code == 0
    found = rollbook.json("import", old, "--force")
    assert found["protected"] == {"kept": 0, "agreed": 0, "older": 1, "expired": 0, "gone": 0}
    assert "its protection lasts" in str(found["file"]["notes"])
    assert [line["state"] for line in protected(rollbook)] == ["protected"]
    assert rollbook.json("import", newest)["protected"]["agreed"] == 1


def test_a_fix_it_file_ends_no_protection(
    rollbook: CommandLine, stored: Stored, tmp_path: Path
) -> None:
    broken = student(1, name="Adele").replace("9000000001", "", 1)
    rollbook.json("import", write_csv(tmp_path / "first.csv", student(1), student(2)))
    stored(CORRECT)
    assert rollbook("students", "protect", "0000001", "first_name", *WHY).code == 0
    rollbook.json("import", write_csv(tmp_path / "second.csv", broken, student(2)))
    fixed = tmp_path / "fixed.csv"
    fixed.write_text(rollbook("jobs", "fixit").out.replace("0000001,,", "0000001,9000000001,"))
    assert rollbook.json("import", fixed)["protected"]["older"] == 1


def test_the_value_that_an_import_has_overwritten_is_put_back_and_stays(
    rollbook: CommandLine, file: Path, stored: Stored
) -> None:
    stored(CORRECT)
    rollbook.json("import", file, "--force")
    assert stored(NAMES) == [("Ada", "Ada")]
    told = rollbook("jobs", "changes", "2", "--by-others", "--json").object
    assert (told["by_others"], len(told["changes"])) == (1, 1)
    assert told["changes"][0]["before_by_another_hand"]
    assert "someone else" in rollbook("jobs", "changes", "2").out
    words = ("students", "protect", "0000001", "first_name", "--overwritten-by", "2", *WHY)
    for name, code in (("Dele", 2), ("Ada", 0)):  # whoever came after the import is not passed over
        stored(
            f"with n as (update student_data_snapshots set first_name = '{name}' returning 1)"
            f" update students set first_name = '{name}' where student_id = '0000001' returning 1"
        )
        done = rollbook(*words)
        assert (done.code, "has changed since import 2" in done.err) == (code, code == 2), done
    assert (done.code, "Restored the value from before." in done.out) == (0, True), done
    assert stored(NAMES) == [("Adele", "Adele")]
    rollbook.json("import", file, "--force")
    assert stored(NAMES) == [("Adele", "Adele")]
    shown = rollbook.json("students", "show", "0000001")["values"]["first_name"]
    kept = shown["kept"]
    assert (kept["by"], kept["reason"], kept["at"][-1]) == ("command line", WHY[1], "Z")
    assert (shown["by_another_hand"], shown["job"], shown["history"][0]["kept"]) == (
        False, None, kept,
    )  # fmt: skip
    wide = replace(rollbook, environ={**rollbook.environ, "COLUMNS": "400"})
    assert f"kept by command line: {WHY[1]}" in wide("students", "show", "0000001").out
    undone = rollbook.json("jobs", "undo", "2", *WHY, "--yes")
    assert (undone["values_restored"], undone["values_kept"]) == (0, 1)
    assert stored(NAMES) == [("Adele", "Adele")]
    [event] = stored(EVENTS)
    assert event[1].startswith("student ")
    assert [*event[2:]] == ["first_name", WHY[1], "2"]
    assert "Adele" not in str(stored("SELECT after FROM rollbook.audit_events"))


def test_a_released_value_is_the_files_again_even_if_its_bytes_are_the_same(
    rollbook: CommandLine, file: Path, stored: Stored
) -> None:
    stored(CORRECT)
    assert rollbook("students", "protect", "0000001", "first_name", *WHY).code == 0
    rollbook.json("import", file)
    assert rollbook.json("import", file, code=6)["reason"] == "file_unchanged"
    assert rollbook("students", "release", "0000001", "first_name", "--reason", "Mine").code == 0
    again = rollbook.json("import", file)
    assert again["counts"]["updated"] == 1
    assert not any("has changed its values" in note for note in again["file"]["notes"])
    assert stored(NAMES) == [("Ada", "Ada")]
    assert [row[0] for row in stored(EVENTS)] == ["value.protected", "value.released"]
    assert [line["state"] for line in protected(rollbook)] == ["released"]


REFUSED = (
    (("0000001", "ssid", *WHY), "can't be protected"),
    (("0000001", "students.school_id", *WHY), "can't be protected"),
    (("0000001", "school", *WHY), "can't be protected"),
    (("0000001", "shoe_size", *WHY), "There is no field shoe_size"),
    (("0000001", "students.absences_ytd", *WHY), "There is no field"),
    (("9999999", "grade", *WHY), "No student has this Student ID."),
    (("0000001", "grade"), "needs a reason"),
    (("0000001", "grade", "--until", "2020-01-01", *WHY), "in the past"),
    (("0000001", "grade", "--overwritten-by", "1", *WHY), "didn't change this value"),
)


@pytest.mark.usefixtures("file")
def test_what_cannot_be_protected_is_refused_with_a_sentence(rollbook: CommandLine) -> None:
    for words, told in REFUSED:
        done = rollbook("students", "protect", *words)
        assert (done.code, done.out, told in done.err) == (2, "", True), done
    assert protected(rollbook) == []


@pytest.mark.usefixtures("file")
def test_a_field_is_also_called_by_its_header_and_the_day_written_as_in_the_us(
    rollbook: CommandLine,
) -> None:
    given = ("0000001", "First Name", *WHY, "--until", "12/31/2060")
    assert "through Dec 31, 2060" in rollbook("students", "protect", *given).out
    assert [line["field"] for line in protected(rollbook)] == ["first_name"]
    assert rollbook("students", "release", "0000001", "first name", *WHY).code == 0


@pytest.mark.usefixtures("file")
def test_a_value_is_protected_once_and_released_once(rollbook: CommandLine) -> None:
    words = ("0000001", "absences_ytd", *WHY)
    assert rollbook("students", "protect", *words).code == 0
    again = rollbook("students", "protect", *words)
    assert (again.code, "already protected" in again.err) == (2, True)
    assert rollbook("students", "release", *words).code == 0
    assert rollbook("students", "release", *words).code == 2
    assert rollbook("students", "protect", *words).code == 0


@pytest.mark.usefixtures("file")
def test_a_value_whose_day_is_over_is_neither_released_nor_kept_by_an_undo(
    rollbook: CommandLine, stored: Stored
) -> None:
    words = ("0000001", "absences_ytd", *WHY)
    assert rollbook("students", "protect", *words, "--until", "2060-01-01").code == 0
    stored("UPDATE rollbook.protected_values SET until_at = '2000-01-02' RETURNING id")
    again = rollbook("students", "release", *words)
    assert (again.code, "isn't protected" in again.err) == (2, True), again
    undone = rollbook.json("jobs", "undo", "1", *WHY, "--yes")
    assert (undone["students_removed"], undone["students_kept"]) == (2, 0)
    assert [line["state"] for line in protected(rollbook)] == ["date"]


@pytest.mark.usefixtures("file", "records")
def test_an_import_that_holds_a_protection_is_not_waited_for_without_end(
    rollbook: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.records.database import DatabaseBusy
    from rollbook.records.operations import protections

    assert rollbook("students", "protect", "0000001", "absences_ytd", *WHY).code == 0
    monkeypatch.setattr(protections, "PATIENCE", "50ms")
    with psycopg.connect(rollbook.environ["DATABASE_URL"]) as importing:
        importing.execute("UPDATE rollbook.protected_values SET said = '5'")
        with pytest.raises(DatabaseBusy):
            protections.release_value(1, reason="Mistaken", actor="ada")


@pytest.mark.usefixtures("file")
def test_of_two_different_values_the_one_that_another_hand_wrote_is_kept(
    rollbook: CommandLine, stored: Stored
) -> None:
    stored("UPDATE public.student_data_snapshots SET first_name = 'Adele' RETURNING id")
    assert rollbook("students", "protect", "0000001", "first_name", *WHY).code == 0
    assert stored(NAMES) == [("Adele", "Adele")]
    stored("UPDATE public.student_data_snapshots SET last_name = 'X' RETURNING id")
    stored("UPDATE public.students SET last_name = 'Y' RETURNING id")
    done = rollbook("students", "protect", "0000001", "last_name", *WHY)
    assert (done.code, "have different values" in done.err) == (2, True)
    assert rollbook("students", "protect", "0000001", "students.last_name", *WHY).code == 0
    [(last_names,)] = stored(
        "SELECT array_agg(n.last_name) FROM public.student_data_snapshots n"
        " JOIN public.students k ON k.id = n.student_id WHERE k.student_id = '0000001'"
    )
    assert last_names == ["Y"]

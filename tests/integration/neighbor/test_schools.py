"""Schools of the file are mapped to the neighbor's, and its students get their school_id."""

import json
from pathlib import Path

import pytest

from tests.doubles.neighbor import KNOWN, Neighbor
from tests.integration.cli.commands import CommandLine, student, write_csv
from tests.integration.neighbor.conftest import known_rows


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """All known students and one more, of which two are in a school that the neighbor lacks."""
    rows = known_rows(7)
    rows[5] = rows[5].replace("North", "Annex")
    rows[6] = rows[6].replace("North", "North Elem.")
    return write_csv(tmp_path / "students.csv", *rows)


def school_ids(neighbor: Neighbor) -> list[object]:
    return [key for (key,) in neighbor.rows("select school_id from students order by student_id")]


def test_from_the_first_import_to_a_school_that_is_gone(
    owner: CommandLine, neighbor: Neighbor, file: Path
) -> None:
    """One after the other, because each command starts a process."""
    neighbor.as_owner("update students set school_id = null where student_id <= '0000004'")
    assert "import FILE --dry-run" in owner("schools", "list").out
    owner.json("import", file, "--dry-run")
    tried = json.loads(owner("schools", "list", "--json").out)
    assert [(each["name"], each["students"]) for each in tried] == [
        ("North", 0),
        ("Annex", 0),
        ("North Elem.", 0),
    ]
    first = owner.json("import", file)
    assert any("school_id of 1 new" in note for note in first["file"]["notes"])
    assert school_ids(neighbor) == [None] * 4 + [1] * 2 + [None]

    listed = json.loads(owner("schools", "list", "--json").out)
    assert [(each["name"], each["students"], each["state"]) for each in listed] == [
        ("North", 5, "not_mapped"),
        ("Annex", 1, "not_mapped"),
        ("North Elem.", 1, "not_mapped"),
    ]
    north = {"school_id": "1", "school": "North Elementary"}
    assert [each["suggested"] for each in listed] == [north, None, north]
    assert "suggested: North Elementary (1)" in owner("schools", "list").out

    assert owner("schools", "confirm").out.count("“North Elementary” (1)") == 2
    tried = owner.json("import", file, "--dry-run")
    assert school_ids(neighbor) == [None] * 4 + [1] * 2 + [None]
    done = owner.json("import", file)
    assert (tried["counts"], done["counts"]["updated"]) == (done["counts"], 5)
    assert school_ids(neighbor) == [1] * 7
    (issue,) = done["issue_list"]
    assert (issue["code"], issue["value"], issue["row"]) == ("SCHOOL_NOT_MAPPED", "Annex", None)
    assert not any("Annex" in note for note in done["file"]["notes"])
    assert owner.json("import", file, code=6)["reason"] == "file_unchanged"

    assert owner("schools", "map", "Annex", "south middle").code == 0
    assert owner.json("import", file)["counts"]["updated"] == 1
    assert school_ids(neighbor) == [1] * 5 + [2, 1]

    neighbor.as_owner(
        "update students set school_id = 2, updated_by = 1 where student_id = '0000001'"
    )
    again = owner.json("import", file)
    assert any("1 student had a different school" in note for note in again["file"]["notes"])
    assert neighbor.rows(
        "select school_id, updated_by from students order by student_id limit 1"
    ) == [(1, None)]

    assert owner("health").out.count("mapped school") == 0
    neighbor.as_owner("update students set school_id = 1; delete from schools where id = 2")
    other = write_csv(file.with_name("other.csv"), student(1, grade=1))
    assert "SCHOOL_GONE" not in owner.json("check", other)["issues"]["by_code"]
    gone = owner.json("import", file, "--force")
    assert gone["issues"]["by_code"] == {"SCHOOL_GONE": 1}
    assert school_ids(neighbor) == [1] * 7
    health = owner("health")
    assert (health.code, "1 of 3 mapped schools is gone" in health.out) == (1, True)
    neighbor.as_owner("insert into schools (id, name) values (9, 'The Annex')")
    assert "suggested: The Annex (9)" in owner("schools", "list").out
    assert (
        owner("schools", "confirm").out == "“Annex” is “The Annex” (9) from the next import on.\n"
    )
    neighbor.as_owner("delete from schools where id = 9")
    assert owner("schools", "unmap", "Annex").code == 0
    assert owner.json("import", file, "--force")["issues"]["by_code"] == {"SCHOOL_NOT_MAPPED": 1}
    assert "isn't in the application" in owner("schools", "map", "Annex", "--absent").out
    absent = owner.json("import", file, "--force")
    assert absent["issues"]["by_code"] == {}
    assert any(
        "wasn't changed for 1 student of schools that the" in note
        for note in absent["file"]["notes"]
    )
    assert school_ids(neighbor) == [1] * 7
    listed = json.loads(owner("schools", "list", "--json").out)
    assert [(each["state"], each["school_id"], each["suggested"]) for each in listed][1] == (
        "absent",
        None,
        None,
    )
    actions = neighbor.rows("select action from rollbook.audit_events where subject = 'schools'")
    assert [action for (action,) in actions] == [
        "schools.mapped",
        "schools.mapped",
        "schools.mapped",
        "schools.unmapped",
        "schools.mapped",
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("map", "North", "99"), "no such school"),
        (("map", "North", "Nowhere"), "no such school"),
        (("map", " ", "1"), "can't be the name"),
        (("map", "North"), "or use --absent"),
        (("map", "North", "1", "--absent"), "or use --absent"),
        (("unmap", "Nothing"), "isn't mapped"),
        (("confirm",), "There are no suggestions"),
    ],
)
def test_what_cannot_be_mapped_is_refused(
    owner: CommandLine, given: tuple[str, ...], said: str
) -> None:
    done = owner("schools", *given)
    assert (done.code, said in done.err) == (2, True), done


def test_a_school_that_no_file_has_named_is_mapped_and_told(owner: CommandLine, file: Path) -> None:
    owner.json("import", file, "--dry-run", "--force")
    assert "No file has named" not in owner("schools", "map", "North", "1").out
    ghost = owner("schools", "map", "Ghost", "1")
    said = "No file has named “Ghost” yet. Check the spelling with `rollbook schools list`."
    assert (ghost.code, said in ghost.out) == (0, True), ghost
    for name in ("North", "Ghost"):
        assert owner("schools", "unmap", name).code == 0


def test_known_students_in_other_schools_hold_an_import_as_other_schools_do(
    owner: CommandLine, neighbor: Neighbor, file: Path
) -> None:
    owner("schools", "map", "Annex", "1")
    owner("schools", "map", "North", "1")
    owner.json("import", file, "--force")
    neighbor.as_owner("insert into schools (name) values ('West Middle')")
    assert owner("schools", "map", "North", "West Middle").code == 0
    assert owner("feeds", "set", "files", "--school-limit", "50").code == 0
    held = owner.json("import", file, code=7)
    assert held["status"] == "held"
    assert school_ids(neighbor) == [1] * (KNOWN + 1)
    assert owner("jobs", "approve", str(held["job"]), "--reason", "They have moved.").code == 0
    assert school_ids(neighbor).count(1) == 2

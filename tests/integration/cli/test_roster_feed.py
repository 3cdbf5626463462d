"""Which feed says who is a student is said wherever it matters, and a file of tests never does."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from rollbook.core.errors import UsageError
from tests.integration.cli.commands import HEADER, CommandLine, student, write_csv
from tests.integration.records.test_field_owners import SCORES, scored
from tests.unit.core.layouts.headers import PUBLISHED

SERVER = ("--host", "sftp.example.org", "--user", "u", "--pattern", "*.csv", "--make-key")
IREADY = PUBLISHED["iready_reading"]
OF_SIS = ("absences_ytd", "attendance_percentage", "absence_percentage")
KNOWN = (
    "select k.student_id, n.school, n.ssid from students k"
    " join student_data_snapshots n on n.student_id = k.id order by 1"
)
Ask = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture
def take(rollbook: CommandLine, tmp_path: Path) -> Callable[..., Any]:
    def load(feed: str, *rows: str, header: str = HEADER, code: int = 0) -> Any:
        file = write_csv(tmp_path / f"{feed}.csv", *rows, header=header)
        more = ("--feed", feed, "--force", "--issues", "all")
        return rollbook.json("import", file, *more, code=code)

    return load


def assessed(header: Sequence[str], number: int) -> str:
    """A test of a student of `student`, in the fall of 2025."""
    known = {
        "Student ID": f"{number:07d}", "Last Name": "Lovelace", "First Name": "Ada",
        "Academic Year": "2025-2026", "Norming Window": "Fall", "Completion Date": "9/15/2025",
        "Overall Scale Score": "512", "Student Grade": "3", "School": "North",
    }  # fmt: skip
    return ",".join(known.get(name, "") for name in header)


def assessments(*numbers: int, header: Sequence[str] = IREADY) -> dict[str, Any]:
    return {"rows": [assessed(header, each) for each in numbers], "header": ",".join(header)}


def messages(report: Any, code: str) -> list[str]:
    return [each["message"] for each in report["issue_list"] if each["code"] == code]


def test_a_vendors_feed_that_was_added_first_is_told_and_hands_the_roster_over(
    rollbook: CommandLine, stored: Ask, take: Callable[..., Any]
) -> None:
    added = rollbook("feeds", "add", "iready", *SERVER).out
    assert (
        "iready is the roster feed: its file lists your students. If it holds test results" in added
    )
    assert "`rollbook feeds set iready --no-roster`" in added
    added = rollbook("feeds", "add", "sis", *SERVER).out
    assert "its file lists your students. sis adds no students." in added
    take_over = "rollbook feeds hand-over --roster --from iready --to sis"
    assert take_over in added

    sent = assessments(*range(1, 9))
    report = take("iready", *sent["rows"], header=sent["header"], code=7)
    [told] = messages(report, "ROSTER_OF_TESTS")
    assert take_over in told
    assert "Only the roster feed adds students" in report["message"]
    report = take("sis", *map(student, range(1, 9)), code=7)
    assert report["counts"]["rejected"] == 8
    assert any(take_over in note for note in report["file"]["notes"])
    assert stored("select count(*) from students") == [(0,)]
    assert "WRONG  iready: it is the roster feed, but its file has tests" in rollbook("health").out
    checks = {each["name"]: each for each in rollbook("doctor", "--json").object["checks"]}
    assert (checks["roster"]["status"], checks["roster"]["feed"]) == ("warning", "iready")

    assert (
        "sis is the roster feed: its file lists your students. Until now, it was iready."
        in rollbook(*take_over.split()[1:]).out
    )
    assert "iready: it is the roster feed" not in rollbook("health").out
    checks = {each["name"]: each for each in rollbook("doctor", "--json").object["checks"]}
    assert checks["roster"]["message"] == "sis is the roster feed: its file lists your students."
    assert take("sis", *map(student, range(1, 9)))["counts"]["inserted"] == 8
    report = take("iready", *sent["rows"], header=sent["header"])
    assert (report["counts"]["updated"], report["issues"]["errors"]) == (8, 0)
    [line] = [each for each in rollbook("feeds", "list").out.splitlines() if "roster feed" in each]
    assert line.startswith("sis ")


@pytest.mark.parametrize("name", ["iready_spanish", "iready_lessons"])
def test_a_file_that_only_resembles_tests_adds_nobody_unless_an_administrator_says_so(
    rollbook: CommandLine, stored: Ask, take: Callable[..., Any], name: str
) -> None:
    assert rollbook("feeds", "set", "files", "--requires", "student_id").code == 0
    take("files", *map(student, range(1, 8)))
    known, header = stored(KNOWN), PUBLISHED[name]
    rows = [assessed(header, number) for number in range(2, 11)]
    rows.append(assessed(header, 1).replace("North", "Elsewhere"))
    report = take("files", *rows, header=",".join(header))
    assert [each for each in messages(report, "RESEMBLES_TESTS") if "adds no students" in each]
    counts = report["counts"]
    assert (counts["inserted"], counts["updated"], counts["rejected"]) == (0, 0, 3)
    assert stored(KNOWN) == known
    assert rollbook("feeds", "set", "files", "--layout", "none").code == 0
    counts = take("files", *rows, header=",".join(header))["counts"]
    assert (counts["inserted"], counts["updated"]) == (3, 1)


def test_students_that_a_feed_beside_the_roster_does_not_know_have_a_limit_of_their_own(
    rollbook: CommandLine, take: Callable[..., Any]
) -> None:
    rollbook("feeds", "add", "sis", *SERVER)
    rollbook("feeds", "add", "iready", *SERVER)
    rollbook("feeds", "set", "iready", "--requires", "student_id")
    take("sis", *map(student, range(1, 13)))
    half = [scored(number, 500) for number in range(1, 25)]
    report = take("iready", *half, header=SCORES)
    assert (report["status"], report["counts"]["rejected"]) == ("completed", 12)
    assert "12 rows name students who aren't in the roster" in str(report["file"])
    report = take("iready", *half, scored(25, 500), header=SCORES, code=7)
    assert "13 of 25 rows (52%) name students we don't know" in report["message"]
    assert "rows were rejected" not in report["message"]
    faulty = [row.replace("Lovelace", "") for row in half[:6]]
    report = take("iready", *faulty, *half[6:], header=SCORES, code=None)
    assert report["counts"]["rejected"] >= 12


def test_a_feed_owns_only_fields_of_which_it_has_stored_a_value(
    rollbook: CommandLine, take: Callable[..., Any]
) -> None:
    rollbook("feeds", "add", "sis", *SERVER)
    rollbook("feeds", "add", "iready", *SERVER)
    take("sis", f"{student(1)},,", header=f"{HEADER},Tardies YTD,Fall 2025 i-Ready Reading Score")
    sent = assessments(1)
    take("iready", *sent["rows"], header=sent["header"])
    owners = json.loads(rollbook("feeds", "owners", "--json").out)["fields"]
    found = {name: each["feed"] for name, each in owners.items()}
    assert found.pop("fall_2025_iready_reading_score") == "iready"
    assert found == dict.fromkeys(OF_SIS, "sis")


def test_the_roster_is_handed_over_only_where_it_is_clear_from_which_feed_to_which(
    rollbook: CommandLine, records: str
) -> None:
    from rollbook.records.models import AuditEvent
    from rollbook.records.operations.rosters import hand_over_roster
    from rollbook.records.queries.field_owners import roster_feeds

    for name in ("north", "south", "iready"):
        rollbook("feeds", "add", name, *SERVER, "--roster" if name == "south" else "--no-roster")
    assert roster_feeds() == ["south"]
    assert hand_over_roster("north", actor="a test") == "south"
    rollbook("feeds", "set", "south", "--roster")
    for to, from_feed, why in (
        ("iready", "", "there are several roster feeds"),
        ("iready", "files", "files isn't another roster feed"),
        ("north", "north", "north isn't another roster feed"),
        ("files", "north", "it is for files imported by hand"),
        ("nobody", "north", "There is no feed named nobody"),
    ):
        with pytest.raises(UsageError, match=why):
            hand_over_roster(to, from_feed=from_feed, actor="a test")
    assert roster_feeds() == ["north", "south"]
    assert hand_over_roster("iready", from_feed="south", actor="a test") == "south"
    assert roster_feeds() == ["iready", "north"]
    [last] = AuditEvent.objects.filter(subject="iready").order_by("-pk")[:1]
    assert (last.action, last.after) == ("feed.changed", {"is_roster": True})
    refused = rollbook("feeds", "hand-over", "absences_ytd", "--roster", "--to", "north")
    assert (refused.code, "one after the other" in refused.err) == (2, True)

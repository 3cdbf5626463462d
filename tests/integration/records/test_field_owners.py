"""Each field has one feed that writes it; only the roster feed says who is a student."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rollbook.core.errors import UsageError
from tests.integration.cli.commands import CommandLine, student, write_csv

ME = "a test"
READING, MATH = "fall_2025_iready_reading_score", "fall_2025_iready_math_score"
SCORES = (
    "Student ID,SSID,Last Name,First Name,Grade,School,Fall 2025 i-Ready Reading Score,Absences YTD"
)
STUDENTS = (
    "select k.student_id, k.first_name, k.last_name, k.grade::text, n.ssid, n.school,"
    " n.absences_ytd from students k join student_data_snapshots n on n.student_id = k.id"
    " order by 1"
)

Add = Callable[..., Any]
Take = Callable[..., Any]
Ask = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture
def add(records: str) -> Add:
    from rollbook.records.operations.feeds import create_feed

    def feed(name: str, **settings: Any) -> Any:
        server = {"host": "sftp.example.org", "username": "u", "pattern": "*.csv"}
        return create_feed(name, server | settings, actor=ME, note={})

    return feed


@pytest.fixture
def ask(records: str) -> Ask:
    def rows(statement: str) -> list[tuple[Any, ...]]:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall())

    return rows


@pytest.fixture
def take(rollbook: CommandLine, tmp_path: Path) -> Take:
    """Import a file by a feed; return the report."""

    def load(feed: str, *rows: str, header: str | None = None, code: int = 0) -> Any:
        options = {} if header is None else {"header": header}
        file = write_csv(tmp_path / f"{feed}.csv", *rows, **options)
        more = ("--feed", feed, "--force", "--issues", "all")
        return rollbook.json("import", file, *more, code=code)

    return load


def scored(number: int, score: int, *, last: str = "Lovelace", absences: int = 40) -> str:
    """A row of a vendor, who knows another grade, school and SSID of the student."""
    return f"{number:07d},{7_000_000_000 + number},{last},Ada,9,Elsewhere,{score},{absences}"


def owner(field: str) -> str | None:
    from rollbook.records.queries.field_owners import field_owners

    row = field_owners().get(field)
    return None if row is None else str(row.feed.name)


def change(feed: str, **settings: Any) -> None:
    from rollbook.records.operations.feeds import change_feed

    change_feed(feed, settings=settings, secret=None, environ={}, actor=ME)


def set_aside(report: Any) -> list[str]:
    return [
        each["column"] for each in report["issue_list"] if each["code"] == "FIELD_OF_ANOTHER_FEED"
    ]


def test_the_first_feed_with_a_server_is_the_roster_feed_and_later_ones_are_not(add: Add) -> None:
    assert add("sis").is_roster
    assert not add("iready").is_roster
    assert add("north", is_roster=True).is_roster


def test_a_feed_of_tests_is_never_the_roster_feed_unless_it_is_said(add: Add) -> None:
    assert not add("iready", layout="iready-diagnostic-results").is_roster
    assert add("sis").is_roster


def test_a_feed_beside_the_roster_fills_its_own_fields_alone(
    add: Add, take: Take, ask: Ask
) -> None:
    add("sis")
    add("iready", required=["student_id"])
    take("sis", *map(student, range(1, 12)))
    before, there = ask(STUDENTS), ask("select count(*) from rollbook.presence")
    report = take("iready", *(scored(each, 500 + each) for each in range(2, 13)), header=SCORES)
    counts = report["counts"]
    assert (counts["updated"], counts["inserted"], counts["missing_from_file"]) == (10, 0, 0)
    assert report["issues"]["by_code"]["STUDENT_UNKNOWN"] == 1
    assert any(
        "1 row names a student who isn't in the roster" in each for each in report["file"]["notes"]
    )
    assert ask(STUDENTS) == before
    assert ask("select count(*) from rollbook.presence") == there
    assert ask(f"select max({READING}) from student_data_snapshots") == [(511,)]
    assert set_aside(report) == ["Absences YTD"]
    assert (owner("absences_ytd"), owner(READING), owner("grade")) == ("sis", "iready", None)


def test_a_row_with_other_names_than_the_student_of_its_number_is_rejected(
    add: Add, take: Take
) -> None:
    add("sis")
    add("iready", required=["student_id"])
    take("sis", student(1, name="Emmy").replace("Lovelace", "Noether"), *map(student, range(2, 13)))
    report = take("iready", *(scored(each, 500) for each in range(1, 13)), header=SCORES)
    assert report["issues"]["by_code"]["NAMES_DIFFER"] == 1
    assert report["counts"]["updated"] == 11


def test_the_same_file_is_read_again_once_its_field_is_handed_over(
    rollbook: CommandLine, add: Add, take: Take, ask: Ask
) -> None:
    from rollbook.records.models import AuditEvent

    add("sis")
    add("iready", required=["student_id"])
    take("sis", student(1))
    take("iready", scored(1, 500), header=SCORES)
    assert rollbook("feeds", "hand-over", "absences_ytd", "--to", "iready").code == 0
    event = AuditEvent.objects.get(action="feed.fields_handed_over")
    assert (event.subject, event.before) == ("iready", {"absences_ytd": "sis"})
    assert event.after == {"absences_ytd": "iready"}
    file = Path(rollbook.home.parent) / "again.csv"
    report = rollbook.json(
        "import", write_csv(file, scored(1, 500), header=SCORES), "--feed", "iready"
    )
    assert (report["reason"], report["stored"]) == (None, True)
    assert ask("select absences_ytd from student_data_snapshots") == [(40,)]
    late = take("sis", student(1))
    assert set_aside(late) == ["Absences YTD"]
    assert "hand the field over from iready to this feed" in late["issue_list"][0]["message"]
    assert ask("select absences_ytd from student_data_snapshots") == [(40,)]
    listed = rollbook.json("feeds", "owners")["fields"]["absences_ytd"]
    assert (listed["feed"], listed["set_aside_of"]) == ("iready", ["sis"])


def test_mapping_a_column_to_another_feeds_field_is_refused_and_ignoring_it_is_not(
    add: Add, take: Take
) -> None:
    from rollbook.records.operations.mappings import map_header

    add("sis")
    add("iready", required=["student_id"])
    take("sis", student(1))
    with pytest.raises(UsageError) as caught:
        map_header("iready", "Days Missed", "absences_ytd", actor=ME)
    told = str(caught.value)
    assert "Absences YTD belongs to the feed sis" in told
    assert "Ignore the column “Days Missed” of iready under Feeds, Columns, or hand" in told
    map_header("iready", "Absences YTD", "", actor=ME)
    assert set_aside(take("iready", scored(1, 500), header=SCORES)) == []


def test_a_layout_whose_fields_another_feed_owns_is_refused(add: Add, take: Take) -> None:
    add("sis")
    add("wide", required=["student_id"])
    take("sis", student(1))
    take("wide", "0000001,40", header="Student ID,Fall 2025 DIBELS ORF WC Score")
    told = "Fall 2025 DIBELS ORF WC Score belongs to the feed wide"
    with pytest.raises(UsageError, match=told):
        add("vendor", layout="mclass-dibels8-benchmark")
    add("vendor")
    with pytest.raises(UsageError, match=told):
        change("vendor", layout="mclass-dibels8-benchmark")
    add("math", layout="iready-diagnostic-results")


def test_no_longer_being_the_roster_feed_is_refused_while_fields_are_shared(
    add: Add, take: Take, ask: Ask
) -> None:
    add("sis")
    add("north", is_roster=True)
    take("sis", student(1))
    report = take("north", student(2, absences=5))
    assert set_aside(report) == []
    assert any("fields are also written by sis" in each for each in report["file"]["notes"])
    with pytest.raises(UsageError, match="belongs to the feed sis, as 2 more of its columns do"):
        change("north", is_roster=False)
    change("north", host="other.example.org")
    change(
        "north",
        is_roster=False,
        headers=dict.fromkeys(("Absences YTD", "Attendance %", "Absence %"), ""),
    )
    assert ask("select count(*) from rollbook.presence") == [(1,)]


def test_files_by_hand_write_every_field_and_own_none(add: Add, take: Take) -> None:
    add("sis")
    take("sis", student(1))
    report = take("files", student(1, absences=9))
    assert (report["counts"]["updated"], set_aside(report)) == (1, [])
    assert owner("absences_ytd") == "sis"


def test_fields_of_a_removed_feed_are_free(add: Add, take: Take) -> None:
    from rollbook.records.operations.feeds import remove_feed

    add("sis")
    add("iready", required=["student_id"])
    take("sis", student(1))
    take("iready", scored(1, 500), header=SCORES)
    remove_feed("sis", environ={}, actor=ME)
    assert owner("absences_ytd") is None
    assert set_aside(take("iready", scored(1, 500, absences=41), header=SCORES)) == []
    assert owner("absences_ytd") == "iready"


@pytest.mark.parametrize(
    ("fields", "to", "told"),
    [
        (["absences_ytd"], "files", "owns no field"),
        (["grade"], "sis", "written only by roster feeds"),
        (["absence_ytd"], "sis", "There is no field absence_ytd"),
        ([], "sis", "No field was named"),
    ],
)
def test_what_cannot_be_handed_over_is_said(
    add: Add, fields: list[str], to: str, told: str
) -> None:
    from rollbook.records.operations.field_owners import hand_over

    add("sis")
    with pytest.raises(UsageError, match=told):
        hand_over(fields, to, actor=ME)


def test_upgrading_gives_fields_to_who_wrote_them_last_and_leaves_nights_as_they_were(
    add: Add, take: Take, ask: Ask
) -> None:
    from django.db import connection

    from rollbook.records.migrations import sql
    from rollbook.records.models import Feed

    for name in ("sis", "north", "tests"):
        add(name, is_roster=True)
    take("sis", student(1))
    take("north", student(2))
    take("files", student(3))
    Feed.objects.exclude(name="sis").update(is_roster=False, missing_limit=20)
    with connection.cursor() as cursor:
        cursor.execute("drop table rollbook.field_owners")
        cursor.execute(sql("field_owners.sql"))
    assert (owner("absences_ytd"), owner("grade")) == ("north", None)
    feeds = Feed.objects.order_by("name").values_list("name", "is_roster", "missing_limit")
    assert list(feeds) == [
        ("files", True, 100), ("north", True, 100), ("sis", True, 20), ("tests", False, 20),
    ]  # fmt: skip
    assert set_aside(take("sis", student(1, absences=4))) == []


def test_a_mapping_from_a_file_brings_no_field_of_another_feed(add: Add, take: Take) -> None:
    from rollbook.records.operations.mapping_files import bring_mapping, mapping_document
    from rollbook.records.queries.feeds import feed_by_name

    add("sis")
    iready = add("iready", required=["student_id"])
    take("sis", *map(student, range(1, 12)))
    document = mapping_document(iready) | {"headers": {"Days Out": "absences_ytd"}}
    for dry_run in (True, False):
        with pytest.raises(UsageError, match="belongs to the feed sis"):
            bring_mapping("iready", document, actor=ME, dry_run=dry_run)
    assert feed_by_name("iready").headers == {}

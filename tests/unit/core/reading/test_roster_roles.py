"""OneRoster 1.2: roles.csv says who is a student, in which schools, and since when."""

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core import cells
from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.errors import FileRefused
from rollbook.core.feed_settings import FeedRules
from rollbook.core.layouts.enrollments import is_of_its_day
from rollbook.core.layouts.recognition import layout_of
from rollbook.core.layouts.resemblance import header_known
from rollbook.core.layouts.student_rows import StudentRows
from rollbook.core.reading import roster_roles
from rollbook.core.reading.errors import (
    ChangesOnly,
    FileDamaged,
    FileTooLarge,
    MissingColumns,
    NoHeaderRow,
    RolesMissing,
)
from rollbook.core.reading.open import open_table
from rollbook.core.sandbox.columns import read_columns
from rollbook.core.table import Table

CATALOGUE = student_catalogue()
TODAY = date(2026, 1, 20)
PLAIN = FeedRules()
USERS = (
    "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,"
    "middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,"
    "resourceSourcedIds,preferredGivenName,preferredMiddleName,preferredFamilyName,"
    "primaryOrgSourcedId,pronouns"
)
ROLES = (
    "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,"
    "userProfileSourcedId"
)
ORGS = (
    "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId",
    "d,,,The District,district,,",
    "a,,,Hilltop,school,,d",
    "b,,,Lakeview,school,,d",
    "c,,,Hilltop,school,,d",
    "old,tobedeleted,,Gone,school,,d",
)
ENROLLMENTS = "sourcedId,schoolSourcedId,userSourcedId,role,beginDate,endDate"
ALL_OF_1_2 = (
    "academicSessions", "categories", "classes", "classResources", "courses", "courseResources",
    "demographics", "enrollments", "lineItems", "lineItemLearningObjectiveIds",
    "lineItemScoreScales", "resources", "results", "resultLearningObjectiveIds",
    "resultScoreScales", "scoreScales", "userProfiles", "userResources",
)  # fmt: skip


def user(number: str, primary: str = "", status: str = "") -> str:
    return f"{number},{status},,true,u,,F,L,,50010{number},,,,,03,,,,P,,,{primary},"


def role(
    number: str, org: str, begins: str = "", ends: str = "", kind: str = "student", status: str = ""
) -> str:
    return f"r,{status},,{number},primary,{kind},{begins},{ends},{org},"


def archive(**files: Iterable[str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as written:
        for name, lines in files.items():
            written.writestr(f"{name}.csv", "\n".join([*lines, ""]))
    return packed.getvalue()


def opened(
    users: Iterable[str],
    roles: Iterable[str],
    **more: Iterable[str],
) -> Table:
    files = {"orgs": ORGS, **more}
    content = archive(users=[USERS, *users], roles=[ROLES, *roles], **files)
    return open_bytes(content)


def open_bytes(content: bytes, rules: FeedRules = PLAIN) -> Table:
    return open_table(
        io.BytesIO(content), name="o.zip", size=len(content), catalogue=CATALOGUE, rules=rules,
        scratch=io.BytesIO, day=TODAY,
    )  # fmt: skip


def added(table: Table) -> list[list[str]]:
    at = table.header.index("School")
    return [record[at:] for chunk in table.chunks() for record in chunk.records]


def schools(table: Table) -> list[str]:
    return [cells[0] for cells in added(table)]


def test_students_are_the_people_with_that_role() -> None:
    table = opened(
        [user("1"), user("2"), user("3"), user("4"), user("5", status="tobedeleted")],
        [
            role("1", "a", "2025-09-01", "2026-06-20"),
            role("2", "a", kind="teacher"),
            role("3", "b", kind="teacher"),
            role("3", "b"),
            role("5", "b"),
        ],
    )
    for _ in range(2):  # as often as it is read
        assert added(table) == [
            ["Hilltop", "student", "2025-09-01", "2026-06-20"],
            ["", "other", "", ""],
            ["Lakeview", "student", "", ""],
            ["", "other", "", ""],
            ["", "", "", ""],
        ]
        assert any("no role for 1 person, who is left out" in note for note in table.notes)
    rows = read_columns(table, header_known(table.header, PLAIN), CATALOGUE, PLAIN, day=TODAY).table
    assert isinstance(rows, StudentRows)
    assert [row for chunk in rows.chunks() for row in chunk.rows] == [2, 4]
    assert rows.left_out == {"people who aren't students": 2, "records that are to be deleted": 1}


def test_a_person_whose_only_roles_are_blank_may_be_a_student_and_is_asked_about() -> None:
    table = opened(
        [user("1"), user("2"), user("3")],
        [role("1", "a", kind=""), role("2", "a"), role("2", "b", kind=""), role("3", "a", kind="")],
    )
    assert added(table)[0] == ["", "", "", ""]
    rows = read_columns(table, header_known(table.header, PLAIN), CATALOGUE, PLAIN, day=TODAY).table
    chunks = list(rows.chunks())
    assert [row for chunk in chunks for row in chunk.rows] == [3]
    damaged = [each for chunk in chunks for each in chunk.damaged]
    assert [(each.row, each.code, each.column) for each in damaged] == [
        (row, "ROW_UNDECIDED", "role (roles.csv)") for row in (2, 4)
    ]


def test_a_class_without_a_role_leaves_open_which_of_several_schools_counts() -> None:
    lines = [ENROLLMENTS, "e1,a,1,student,,", "e2,b,1,,,"]
    roles = [role("1", "a"), role("1", "b")]
    manifest = ["propertyName,value", "file.enrollments,bulk"]
    assert schools(opened([user("1")], roles, enrollments=lines, manifest=manifest)) != ["Hilltop"]
    assert schools(opened([user("1")], roles, enrollments=lines[:2], manifest=manifest)) == [
        "Hilltop"
    ]


def test_the_columns_that_are_added_are_of_the_layout_and_no_strangers() -> None:
    table = opened([user("1")], [role("1", "a")])
    read = layout_of(table.header, PLAIN)
    assert read is not None
    assert (read.layout.name, read.is_certain, read.unknown) == ("oneroster-12-users", True, ())
    assert (
        read_columns(table, header_known(table.header, PLAIN), CATALOGUE, PLAIN, day=TODAY).issues
        == []
    )
    assert is_of_its_day(table.header, PLAIN)


@pytest.mark.parametrize(
    ("roles", "primary", "school"),
    [
        ([role("1", "a", ends="2026-01-10"), role("1", "b", "2026-01-11")], "", "Lakeview"),
        ([role("1", "a"), role("1", "b", "2026-02-01")], "b", "Hilltop"),
        ([role("1", "a"), role("1", "b")], "b", "Lakeview"),
        ([role("1", "a"), role("1", "b")], "", None),
        ([role("1", "a"), role("1", "b")], "x", None),
        ([role("1", "a"), role("1", "b", status="tobedeleted")], "", "Hilltop"),
        ([role("1", "a"), role("1", "b", kind="aide")], "", "Hilltop"),
        ([role("1", "a"), role("1", "c")], "", "Hilltop"),
        ([role("1", "a"), role("1", "d")], "", "Hilltop"),
        ([role("1", "a", ends="2025-06-20"), role("1", "b", "2026-09-01")], "", "Hilltop"),
        ([role("1", "b", "2026-09-01")], "", "Lakeview"),
        ([role("1", "a", "soon"), role("1", "b")], "", None),
    ],
    ids=[
        "moved", "not yet begun", "the primary organization", "two of them",
        "a primary one without a role", "a role to be deleted", "another role elsewhere",
        "two numbers of one name", "of the district too", "ended rather than not begun",
        "none has begun", "a date that is none",
    ],
)  # fmt: skip
def test_of_several_roles_the_current_one_counts_then_the_primary_organization(
    roles: list[str], primary: str, school: str | None
) -> None:
    found = schools(opened([user("1", primary)], roles))
    assert found == [school or f"{cells.SEVERAL}Hilltop, Lakeview"]


def test_of_two_current_roles_the_school_with_classes_today_counts() -> None:
    lines = [ENROLLMENTS, "e,b,1,student,,", "e,a,1,student,,2025-12-01"]
    manifest = ["propertyName,value", "file.users,bulk", "file.enrollments,bulk"]
    roles = [role("1", "a"), role("1", "b")]
    table = opened([user("1")], roles, enrollments=lines, manifest=manifest)
    assert schools(table) == ["Lakeview"]
    delta = ["propertyName,value", "file.enrollments,delta"]
    table = opened([user("1")], roles, enrollments=lines, manifest=delta)
    assert schools(table) == [f"{cells.SEVERAL}Hilltop, Lakeview"], "changes alone tell nothing"


def test_a_school_that_is_not_known_is_told_of_the_row() -> None:
    users = [user("1"), user("2"), user("3"), user("4")]
    roles = [role("1", "x"), role("2", "d"), role("3", "old"), role("4", "")]
    lacking = cells.LACKING
    assert schools(opened(users, roles)) == [cells.SEVERAL, lacking, lacking, lacking]


def test_without_orgs_csv_there_is_no_school_and_all_else_is_read() -> None:
    content = archive(users=[USERS, user("1")], roles=[ROLES, role("1", "a", "2025-09-01")])
    table = open_bytes(content)
    assert "School" not in table.header
    [record] = [record for chunk in table.chunks() for record in chunk.records]
    assert record[-3:] == ["student", "2025-09-01", ""]
    assert not any("Schools are those" in note for note in table.notes)


def test_users_without_roles_csv_are_refused_wherever_they_come_from() -> None:
    users = "\n".join([USERS, user("1"), ""])
    for content in (users.encode(), archive(users=[USERS, user("1")], orgs=ORGS)):
        with pytest.raises(RolesMissing):
            open_bytes(content)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as written:
        for folder in "ab":
            written.writestr(f"{folder}/users.csv", users)
            written.writestr(f"{folder}/roles.csv", "\n".join([ROLES, role("1", "a"), ""]))
    with pytest.raises(FileRefused):
        open_bytes(packed.getvalue(), FeedRules(files="all"))


@pytest.mark.parametrize("part", ["users", "roles"])
def test_changes_alone_are_refused(part: str) -> None:
    manifest = ["propertyName,value", f"file.{part},delta"]
    with pytest.raises(ChangesOnly):
        opened([user("1")], [role("1", "a")], manifest=manifest)


@pytest.mark.parametrize(
    ("roles", "error"),
    [
        (["sourcedId,user,role,orgSourcedId", "r,1,student,a"], MissingColumns),
        ([], MissingColumns),
        ([ROLES, role("1", "a"), "r,,,1,primary,student"], FileDamaged),
        ([ROLES, '"r,,,1,primary,student,,,a,', role("1", "a")], FileDamaged),
    ],
    ids=["another header", "empty", "a short row", "an open quote"],
)
def test_a_roles_csv_that_cannot_be_read_refuses_the_archive(
    roles: list[str], error: type[FileRefused]
) -> None:
    content = archive(users=[USERS, user("1")], roles=roles, orgs=ORGS)
    with pytest.raises(error):
        added(open_bytes(content))


def test_more_people_and_kinds_of_roles_than_any_district_has_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    roles = [role(str(number), "a", f"2025-09-{number:02}") for number in range(1, 6)]
    monkeypatch.setattr(roster_roles, "MOST_ALIKE", 3)
    with pytest.raises(FileTooLarge):
        opened([user("1")], roles)
    monkeypatch.setattr(roster_roles, "MOST_ALIKE", 100)
    of_one = [role("1", "a", f"2025-09-{number:02}") for number in range(1, 6)]
    monkeypatch.setattr(roster_roles, "MOST_TOGETHER", 1 + 2 + 3 + 4 + 5)
    opened([user("1")], of_one)
    monkeypatch.setattr(roster_roles, "MOST_TOGETHER", 1 + 2 + 3 + 4)
    with pytest.raises(FileTooLarge, match=r"roles\.csv has too many different"):
        opened([user("1")], of_one)
    opened([user("1")], roles[:4])
    monkeypatch.setattr(roster_roles, "MOST_USERS", 4)
    with pytest.raises(FileTooLarge):
        opened([user("1")], roles)


def test_more_student_roles_of_one_person_than_any_school_gives_are_refused() -> None:
    most = [role("1", f"o{number}") for number in range(roster_roles.MOST_ROLES)]
    opened([user("1")], [*most, *most, *(role("1", f"t{n}", kind="teacher") for n in range(50))])
    with pytest.raises(FileTooLarge, match=r"roles\.csv has more than 100 student roles of one"):
        opened([user("1")], [*most, role("1", "one-more")])


@pytest.mark.parametrize("name", ["roles.csv", "orgs.csv", "enrollments.csv"])
def test_a_file_beside_it_without_a_header_row_refuses_the_archive_and_is_named(name: str) -> None:
    days = ("2025-09-01", "2026-06-30")
    files = {
        "roles": [ROLES, *(role(f"{at}", org, *days) for at in range(30) for org in "ab")],
        "orgs": [*ORGS, *(f"{70000 + at},,2026-01-05,East,school,1,d" for at in range(30))],
        "enrollments": [ENROLLMENTS, *(f"e,a,{at},student,{','.join(days)}" for at in range(30))],
    }
    headless = name.removesuffix(".csv")
    files[headless] = files[headless][-30:]
    content = archive(users=[USERS, *(user(f"{at}") for at in range(30))], **files)
    with pytest.raises(NoHeaderRow, match=rf"The file {name} of the archive has no header row"):
        added(open_bytes(content))


def test_an_archive_with_all_files_of_the_standard_is_read() -> None:
    more = {each: ["sourcedId,status,dateLastModified,title,grades"] for each in ALL_OF_1_2}
    more["enrollments"] = [ENROLLMENTS]
    more["demographics"] = [
        "sourcedId,status,dateLastModified,birthDate,sex",
        "1,,,2015-05-05,male",
    ]
    table = opened([user("1")], [role("1", "a")], manifest=["propertyName,value"], **more)
    assert schools(table) == ["Hilltop"]


def test_a_record_that_is_too_long_or_short_stays_so() -> None:
    users = [user("1"), f"{user('2')},x", user("3").rpartition(",")[0]]
    users += [user(str(number)) for number in range(4, 9)]
    table = opened(users, [role(str(number), "a") for number in range(1, 9)])
    damaged = [each for chunk in table.chunks() for each in chunk.damaged]
    codes = [(each.row, each.code, len(each.cells) - len(table.header)) for each in damaged]
    assert codes == [(3, "ROW_TOO_LONG", 1), (4, "ROW_TOO_SHORT", -1)]


@pytest.mark.parametrize(
    "header",
    [
        f"{USERS},role",
        f"{USERS},orgSourcedIds",
        USERS.replace("identifier,", ""),
        USERS.replace("primaryOrgSourcedId,", ""),
        USERS.replace("userMasterIdentifier,", ""),
        "sourcedId,status,dateLastModified,userSourcedId,role,identifier",
    ],
)
def test_what_is_only_like_it_is_not_read_as_it(header: str) -> None:
    read = layout_of(header.split(","), PLAIN)
    assert read is None or read.layout.name != "oneroster-12-users"


@dataclass(frozen=True)
class Drawn:
    user: str
    org: str
    begins: int | None
    ends: int | None
    kind: str

    @property
    def line(self) -> str:
        first, last = (
            "" if at is None else (TODAY + timedelta(at)).isoformat()
            for at in (self.begins, self.ends)
        )
        return role(self.user, self.org, first, last, self.kind)

    @property
    def standing(self) -> int:
        if (self.begins or 0) > 0:
            return 1
        return 2 if self.ends is not None and self.ends < 0 else 3


NAMES = {"a": "Hilltop", "b": "Lakeview", "c": "Hilltop"}
DAYS = st.none() | st.integers(-2, 2)


@given(
    st.lists(
        st.builds(
            Drawn, st.sampled_from("123"), st.sampled_from("abcd"), DAYS, DAYS,
            st.sampled_from(["student", "Student", "teacher"]),
        )
    ),
    st.sampled_from(["", "a", "b", "c", "d"]),
)  # fmt: skip
def test_of_any_roles_each_student_has_the_school_that_the_rule_names(
    drawn: list[Drawn], primary: str
) -> None:
    table = opened([user(each, primary) for each in "123"], [each.line for each in drawn])
    for number, (school, said, *_) in zip("123", added(table), strict=True):
        own = [each for each in drawn if each.user == number and each.kind != "teacher"]
        assert said == ("student" if own else "other")
        if not own:
            assert school == ""
            continue
        best = max(each.standing for each in own)
        counting = [each for each in own if each.standing == best]
        counting = [each for each in counting if each.org == primary] or counting
        orgs = sorted(each.org for each in counting)
        names = dict.fromkeys(NAMES[each] for each in orgs if each in NAMES)
        if len(names) < 2:
            assert school == ("".join(names) or cells.LACKING)
        else:
            assert school == f"{cells.SEVERAL}{', '.join(names)}"

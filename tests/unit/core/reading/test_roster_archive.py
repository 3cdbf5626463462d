"""The schools of a OneRoster archive: by name where one alone counts, and never a wrong one."""

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
from rollbook.core.reading import roster_archive, roster_tables
from rollbook.core.reading.errors import (
    ChangesOnly,
    FileDamaged,
    FileTooLarge,
    MissingColumns,
    SeveralFiles,
)
from rollbook.core.reading.open import open_table
from rollbook.core.table import Table

CATALOGUE = student_catalogue()
TODAY = date(2026, 1, 20)
PLAIN = FeedRules()
USERS = (
    "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,"
    "familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password"
)
ORGS = (
    "sourcedId,status,name,type",
    "d,,The District,district",
    "a,,Hilltop,school",
    "b,,Lakeview,school",
    "c,,Hilltop,school",
    "old,tobedeleted,Gone,school",
)
ENROLLMENTS = "sourcedId,schoolSourcedId,userSourcedId,role,beginDate,endDate"


def user(number: str, orgs: str, role: str = "student") -> str:
    return f'{number},,,true,"{orgs}",{role},,,F,L,,50010{number},,,,,03,'


def archive(**files: Iterable[str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as written:
        for name, lines in files.items():
            written.writestr(f"export/{name}.csv", "\n".join([*lines, ""]))
    return packed.getvalue()


def opened(
    content: bytes, rules: FeedRules = PLAIN, day: date | None = TODAY, name: str = "o.zip"
) -> Table:
    return open_table(
        io.BytesIO(content), name=name, size=len(content), catalogue=CATALOGUE, rules=rules,
        scratch=io.BytesIO, day=day,
    )  # fmt: skip


def schools(table: Table) -> list[str]:
    assert table.header[-1] == "School"
    return [record[-1] for chunk in table.chunks() for record in chunk.records]


def test_a_student_of_one_school_has_its_name() -> None:
    users = [USERS, user("1", "a"), user("2", "d,b"), user("3", "a, c"), user("4", "old"),
             user("5", "d"), user("6", "a,b", "teacher")]  # fmt: skip
    table = opened(archive(users=users, orgs=ORGS, classes=["sourcedId,title", "k,Math"]))
    for _ in range(2):  # as often as it is read
        none = cells.LACKING
        assert schools(table) == ["Hilltop", "Lakeview", "Hilltop", none, none, ""]

    assert "no school for 2 students" in table.notes[-1]
    assert "those of orgs.csv; nothing else" in table.notes[-1]


def test_a_school_that_the_list_does_not_have_is_not_taken_for_none() -> None:
    users = [USERS, user("1", "x"), user("2", "a,x"), user("3", "a,d"), user("4", "")]
    table = opened(archive(users=users, orgs=ORGS))
    expected = [cells.SEVERAL, f"{cells.SEVERAL}Hilltop", "Hilltop", cells.LACKING]
    assert schools(table) == expected
    assert "no school for 2 students." in table.notes[-1]
    assert not any("looks like students" in note for note in table.facts.notes)


@pytest.mark.parametrize(
    ("enrollments", "school"),
    [
        (["e,a,1,student,2025-09-01,2026-01-10", "e,b,1,student,2026-01-11,"], "Lakeview"),
        (["e,a,1,student,,", "e,a,1,student,2025-09-01,2026-06-20"], "Hilltop"),
        (["e,a,1,student,,", "e,b,1,teacher,,"], "Hilltop"),
        (["e,a,1,student,,", "e,b,2,student,,"], "Hilltop"),
        (["e,a,1,student,,", "e,b,1,student,2026-01-21,"], "Hilltop"),
        (["e,a,1,student,,", "e,d,1,student,,"], "Hilltop"),
        (["e,a,1,student,,", "e,b,1,student,,"], None),
        (["e,a,1,student,,", "e,b,1,student,soon,"], None),
        (["e,a,1,student,,2026-01-10"], None),
        ([], None),
    ],
    ids=[
        "moved", "several classes of one school", "as a teacher elsewhere", "of another student",
        "not yet begun", "of the district", "classes in both", "a date that is none",
        "none is current", "none at all",
    ],
)  # fmt: skip
def test_of_several_schools_the_one_with_classes_today_counts(
    enrollments: list[str], school: str | None
) -> None:
    files = {"users": [USERS, user("1", "a,b")], "orgs": ORGS}
    table = opened(archive(**files, enrollments=[ENROLLMENTS, *enrollments]))
    assert schools(table) == [school or f"{cells.SEVERAL}Hilltop, Lakeview"]
    if not enrollments:
        assert schools(opened(archive(**files))) == [f"{cells.SEVERAL}Hilltop, Lakeview"]


def test_a_school_of_two_names_is_none_that_is_known() -> None:
    orgs = ["sourcedId,name,type", "a,Hilltop,school", "a,Lakeview,school", "a,Hilltop,school"]
    enrollments = [ENROLLMENTS, "e,a,1,student,,"]
    table = opened(archive(users=[USERS, user("1", "a")], orgs=orgs, enrollments=enrollments))
    assert schools(table) == [f"{cells.SEVERAL}Hilltop, Lakeview"]


def test_a_user_in_two_rows_has_in_none_the_school_of_the_other() -> None:
    users = [USERS, user("1", "a,b"), user("1", "b,c"), user("2", "a")]
    orgs = ["sourcedId,name,type", "a,A,school", "b,B,school", "c,C,school"]
    for current, expected in (
        (["c"], [f"{cells.SEVERAL}A, B", "C"]),
        (["b"], ["B", "B"]),
        (["a", "b"], [f"{cells.SEVERAL}A, B", f"{cells.SEVERAL}B, C"]),
    ):
        enrollments = [ENROLLMENTS, *(f"e,{school},1,student,," for school in current)]
        table = opened(archive(users=users, orgs=orgs, enrollments=enrollments))
        assert schools(table) == [*expected, "A"]


def test_a_school_of_several_is_never_stored_by_guess() -> None:
    verdict = CATALOGUE.by_name["school"].type.judge(f"{cells.SEVERAL}A, B", FeedRules())
    assert (verdict.refused, verdict.code, verdict.value) == (True, "SCHOOL_UNCERTAIN", None)


def test_a_student_without_a_school_is_named_and_imported() -> None:
    verdict = CATALOGUE.by_name["school"].type.judge(cells.LACKING, FeedRules())
    assert (verdict.refused, verdict.code, verdict.value) == (False, "SCHOOL_LACKING", None)


def test_a_record_that_is_too_long_or_short_stays_so() -> None:
    lines = [USERS, user("1", "a"), f"{user('2', 'a')},x", user("3", "a").rpartition(",")[0],
             *(user(str(number), "a") for number in range(4, 9))]  # fmt: skip
    table = opened(archive(users=lines, orgs=ORGS))
    damaged = [each for chunk in table.chunks() for each in chunk.damaged]
    codes = [(each.row, each.code, len(each.cells) - len(table.header)) for each in damaged]
    assert codes == [(3, "ROW_TOO_LONG", 1), (4, "ROW_TOO_SHORT", -1)]


def test_what_the_archive_lacks_or_the_feed_says_itself_changes_nothing() -> None:
    users = [USERS, user("1", "a")]
    assert opened(archive(users=users, classes=["a,b", "c,d"])).header[-1] == "password"
    mapped = FeedRules(headers={"orgsourcedids": "school"})
    assert opened(archive(users=users, orgs=ORGS), mapped).header[-1] == "password"
    alone = "\n".join([*users, ""]).encode()
    assert opened(alone, name="users.csv").header[-1] == "password"


def test_an_archive_of_changes_alone_is_refused() -> None:
    users = [USERS, user("1", "a")]
    for orgs in ({"orgs": ORGS}, {}):
        manifest = ["propertyName,value", "file.orgs,absent", "file.users,delta"]
        with pytest.raises(ChangesOnly):
            opened(archive(users=users, manifest=manifest, **orgs))
    manifest = ["propertyName,value", "file.orgs,delta", "file.users,bulk"]
    assert schools(opened(archive(users=users, manifest=manifest, orgs=ORGS))) == ["Hilltop"]


@pytest.mark.parametrize(
    ("orgs", "error"),
    [
        (["sourcedId,title,type", "a,Hilltop,school"], MissingColumns),
        ([], MissingColumns),
        (["sourcedId,name,type", '"a,Hilltop,school', "b,Lakeview,school"], FileDamaged),
        (["sourcedId,name,type", f"a,{'x' * (1 << 20)},school"], FileTooLarge),
        (["sourcedId,name,type", "a,Hilltop", "b,Lakeview,school"], FileDamaged),
        (["sourcedId,name,type", "a,Hilltop, East,school"], FileDamaged),
        (["sourcedId,name,type,name", "a,Hilltop,school,Lakeview"], FileDamaged),
    ],
    ids=[
        "another header", "empty", "an open quote", "a line without end", "a short row",
        "a long row", "a column twice",
    ],
)  # fmt: skip
def test_what_cannot_be_read_beside_it_refuses_the_archive(
    orgs: list[str], error: type[FileRefused]
) -> None:
    with pytest.raises(error):
        opened(archive(users=[USERS, user("1", "a")], orgs=orgs))


def test_more_schools_and_students_of_several_than_any_district_has_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(roster_archive, "MOST_SCHOOLS", 3)
    users = [USERS, user("1", "a,b"), user("2", "a,b")]
    table = opened(archive(users=users, orgs=ORGS))
    monkeypatch.setattr(roster_tables, "MOST_OF_SEVERAL", 1)
    with pytest.raises(FileTooLarge):
        schools(table)
    with pytest.raises(FileTooLarge):
        opened(archive(users=users, orgs=[*ORGS, "e,,East,school"]))


def test_two_files_of_one_name_are_not_chosen_between() -> None:
    packed = io.BytesIO(archive(users=[USERS, user("1", "a")], orgs=ORGS))
    with zipfile.ZipFile(packed, "a") as written:
        written.writestr("other/Orgs.csv", "\n".join(ORGS))
    with pytest.raises(SeveralFiles):
        opened(packed.getvalue())


def with_orgs(orgs: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as written:
        written.writestr("users.csv", "\n".join([USERS, user("1", "a"), ""]))
        written.writestr("orgs.csv", orgs)
    return packed.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_each_file_of_an_archive_is_read_as_it_is_written(
    encoding: str, delimiter: str, end: str
) -> None:
    names = ["Peña García", "San José", "Muñoz, East", "Cañada"]
    lines = [
        ["sourcedId", "name", "type"],
        *(
            [number, f'"{name}"' if delimiter in name else name, "school"]
            for number, name in zip("abcd", names, strict=True)
        ),
    ]
    text = end.join([*(delimiter.join(line) for line in lines), ""])
    assert schools(opened(with_orgs(text.encode(encoding)))) == ["Peña García"]


def test_an_encoding_that_was_decided_is_told_of_the_file_beside() -> None:
    lines = ["sourcedId,name,type", "a,García,school", "b,Peña,school", "c,Muñoz,school", ""]
    table = opened(with_orgs("\n".join(lines).encode("mac_roman")))
    assert [note for note in table.facts.notes if note.startswith("orgs.csv: ")]


def test_a_byte_that_is_no_letter_refuses_its_cell() -> None:
    orgs = "sourcedId,name,type\na,Pe\udcf1a,school\nb,García,school\n"
    [school] = schools(opened(with_orgs(orgs.encode("utf-8", "surrogateescape"))))
    verdict = CATALOGUE.by_name["school"].type.judge(school, FeedRules())
    assert (verdict.refused, verdict.code) == (True, "INVALID_BYTE")


def test_such_an_archive_means_something_else_on_another_day() -> None:
    header = opened(archive(users=[USERS, user("1", "a")], orgs=ORGS)).header
    assert is_of_its_day(header, FeedRules())
    assert not is_of_its_day(header[:-1], FeedRules())


@dataclass(frozen=True)
class Enrollment:
    user: str
    school: str
    begins: int | None
    ends: int | None

    @property
    def line(self) -> str:
        first, last = (
            "" if at is None else (TODAY + timedelta(at)).isoformat()
            for at in (self.begins, self.ends)
        )
        return f"e,{self.school},{self.user},student,{first},{last}"

    @property
    def is_current(self) -> bool:
        return (self.begins or 0) <= 0 <= (0 if self.ends is None else self.ends)


NAMES = {"a": "Hilltop", "b": "Lakeview", "c": "Hilltop"}
DAYS = st.none() | st.integers(-2, 2)


@given(
    st.dictionaries(st.sampled_from("1234"), st.sets(st.sampled_from("abcd")), min_size=1),
    st.lists(st.builds(Enrollment, st.sampled_from("1234"), st.sampled_from("abcd"), DAYS, DAYS)),
)
def test_of_any_archive_each_student_has_the_school_that_the_rule_names(
    users: dict[str, set[str]], enrollments: list[Enrollment]
) -> None:
    table = opened(
        archive(
            users=[USERS, *(user(each, ",".join(sorted(orgs))) for each, orgs in users.items())],
            orgs=ORGS,
            enrollments=[ENROLLMENTS, *(each.line for each in enrollments)],
        )
    )
    expected = []
    for each, orgs in users.items():
        named = list(dict.fromkeys(NAMES[org] for org in sorted(orgs) if org in NAMES))
        current = {
            NAMES[one.school]
            for one in enrollments
            if one.user == each and one.is_current and one.school in NAMES
        }.intersection(named)
        if len(named) < 2:
            expected.append("".join(named) or cells.LACKING)
        elif len(current) == 1:
            expected.append(current.pop())
        else:
            expected.append(f"{cells.SEVERAL}{', '.join(named)}")
    assert schools(table) == expected


def test_where_all_files_are_one_export_the_schools_are_read_too() -> None:
    content = archive(users=[USERS, user("1", "a")], orgs=ORGS)
    assert schools(opened(content, FeedRules(files="all"))) == ["Hilltop"]


def test_a_file_that_is_not_needed_need_not_be_understood() -> None:
    users = [USERS, user("1", "a")]
    files = {"orgs": ORGS, "roles": ["role,title", "x,y"], "enrollments": ["a,b", "c,d"]}
    assert schools(opened(archive(users=users, **files))) == ["Hilltop"]
    with pytest.raises(MissingColumns):
        schools(opened(archive(users=[*users, user("2", "a,b")], **files)))

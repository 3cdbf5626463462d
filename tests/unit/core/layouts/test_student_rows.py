"""Exports in which a row is a student: the vendor's codes, and the rows that are not meant."""

import io

import pytest

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.feed_settings import AUTO, IGNORE, FeedRules
from rollbook.core.layouts.recognition import layout_of, recognize
from rollbook.core.layouts.student_rows import StudentRows, rules_of_students
from rollbook.core.reading.delimited import DelimitedTable

CATALOGUE = student_catalogue()
POWERSCHOOL = (
    "Student_Number\tState_StudentNumber\tLast_Name\tFirst_Name\tGrade_Level\tSchoolID\t"
    "Enroll_Status"
)
ONEROSTER = (
    "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,"
    "familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password"
)
ILLUMINATE = (
    "01 Student ID\t02 State Student ID\t03 Student Last Name\t04 Student First Name\t"
    "05 Middle Name\t06 Birth Date\t07 Site ID\t08 Enrollment Start\t09 Enrollment End\t"
    "10 Student Grade Level ID\t11 Academic Year\t12 Is Primary ADA\t13 Attendance Category\t"
    "14 Enrollment Exit Code\t15 Session Type"
)
NEAR = {
    "Student ID,State Student ID,Last Name,First Name,Grade,Days Absent,% Days Absent": "aeries",
    "STU.ID,STU.CID,STU.LN,STU.FN,STU.GR,STU.SC,STU.SN": "aeries",
    "Stu Other ID,Stu State ID,Stu Last Name,Stu First Name,Stu Grade,Entity ID": "skyward",
    "SIS Number,State Student Number,Last Name,First Name,Grade,Organization Name": "synergy",
    "School_id,Student_id,Student_number,State_id,Last_name,First_name,Grade,Frl_status": "clever",
    "student.studentNumber,student.stateID,student.lastName,student.firstName,student.grade,"
    "student.calendarName": "infinite-campus",
}


@pytest.mark.parametrize(
    ("header", "vendor"),
    [(POWERSCHOOL, "powerschool"), (ONEROSTER, "oneroster"), (ILLUMINATE, "illuminate")],
)
def test_published_exports_are_known_for_certain(header: str, vendor: str) -> None:
    read = recognize(split(header))
    assert read is not None
    assert (read.layout.vendor, read.is_certain, read.unknown) == (vendor, True, ())


@pytest.mark.parametrize(("header", "vendor"), NEAR.items())
def test_exports_without_a_published_header_are_named_and_not_applied(
    header: str, vendor: str
) -> None:
    read = recognize(split(header))
    assert read is not None
    assert (read.layout.vendor, read.is_certain) == (vendor, False)
    assert layout_of(split(header), FeedRules()) is None
    assert layout_of(split(header), FeedRules(layout=read.layout.name)) is not None


def test_the_specifications_own_header_is_of_no_vendor() -> None:
    assert recognize([field.header for field in CATALOGUE.fields]) is None
    assert recognize([field.name for field in CATALOGUE.fields]) is None


@pytest.mark.parametrize(
    ("header", "code", "grade"),
    [
        (POWERSCHOOL, "-1", "PK"),
        (POWERSCHOOL, "-2", "PK"),
        (POWERSCHOOL, "0", None),
        (ILLUMINATE, "1", "K"),
        (ILLUMINATE, "2", "1"),
        (ILLUMINATE, "13", "12"),
        (ILLUMINATE, "15", "PK"),
    ],
)
def test_a_vendors_code_means_what_it_means_there(
    header: str, code: str, grade: str | None
) -> None:
    read = recognize(split(header))
    assert read is not None
    rules = rules_of_students(FeedRules(), read, split(header))
    assert rules.values["grade"].get(code) == grade


def test_what_the_feed_says_counts_before_the_layout() -> None:
    header = split(POWERSCHOOL)
    own = FeedRules(headers={"schoolid": "school"}, values={"grade": {"-1": "TK"}})
    read = layout_of(header, own)
    assert read is not None
    rules = rules_of_students(own, read, header)
    assert rules.values["grade"] == {"-1": "TK", "-2": "PK"}
    assert CATALOGUE.find("SchoolID", rules) == CATALOGUE.by_name["school"]
    assert rules.headers["Enroll_Status"] == IGNORE


def test_of_the_required_identifiers_those_stay_that_the_export_has() -> None:
    for header, required in ((ONEROSTER, ("student_id",)), (POWERSCHOOL, ("student_id", "ssid"))):
        read = recognize(split(header))
        assert read is not None
        assert rules_of_students(FeedRules(), read, split(header)).required == required


def test_people_who_are_not_students_are_left_out_and_counted() -> None:
    lines = [
        "u0,active,,true,101,teacher,u0,,G,F,,500100,,,,,,",
        "u1,active,,true,101,Student,u1,,G,F,,500101,,,,,05,",
        "u2,tobedeleted,,true,101,student,u2,,G,F,,500102,,,,,05,",
        "u3,,,true,101,student,u3,,G,F,,500103,,,,,05,",
    ]
    rows = student_rows(ONEROSTER, *lines)
    found = [row for chunk in rows.chunks() for row in chunk.rows]
    assert found == [3, 5]
    assert rows.left_out == {
        "people who aren't students": 1,
        "records that are to be deleted": 1,
    }
    assert "2 rows were left out" in rows.notes[-1]


def test_students_who_are_not_enrolled_are_left_out() -> None:
    lines = [f"50010{n}\t770010{n}\tL\tF\t3\t102\t{code}" for n, code in enumerate("0123")]
    rows = student_rows(POWERSCHOOL, *lines)
    assert [row for chunk in rows.chunks() for row in chunk.rows] == [2]
    assert rows.left_out == {"students who aren't enrolled": 3}


@pytest.mark.parametrize(
    ("header", "line", "column"),
    [
        (POWERSCHOOL, "500100\t7700100\tL\tF\t3\t102\t", "Enroll_Status"),
        (ONEROSTER, "u1,active,,true,101,,u1,,G,F,,500101,,,,,05,", "role"),
        (ONEROSTER, "u1,active,,true,101,NULL,u1,,G,F,,500101,,,,,05,", "role"),
    ],
)
def test_a_row_that_does_not_say_whose_it_is_is_rejected_and_told(
    header: str, line: str, column: str
) -> None:
    rows = student_rows(header, line)
    chunks = list(rows.chunks())
    [damaged] = [each for chunk in chunks for each in chunk.damaged]
    assert not any(chunk.rows for chunk in chunks)
    assert (damaged.row, damaged.code, damaged.column) == (2, "ROW_UNDECIDED", column)
    assert "wasn't imported" in damaged.message
    assert not rows.left_out


def student_rows(header: str, *lines: str) -> StudentRows:
    data = "\n".join([header, *lines, ""]).encode()
    table = DelimitedTable(
        io.BytesIO(data), name="f.csv", size=len(data), catalogue=CATALOGUE, rules=FeedRules()
    )
    read = layout_of(table.header, FeedRules(layout=AUTO))
    assert read is not None
    return StudentRows(table, read)


def split(header: str) -> list[str]:
    return header.split("\t" if "\t" in header else ",")

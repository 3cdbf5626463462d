"""What an unknown header may mean: right hints, and none rather than a wrong one."""

import pytest

from rollbook.core.catalogue.students import student_catalogue

CATALOGUE = student_catalogue()

RIGHT = {
    "Student Primary ID": "student_id",
    "STUDENT_PRIMARY_ID": "student_id",
    "Stu Other ID": "student_id",
    "SIS Number": "student_id",
    "Perm ID": "student_id",
    "studentPermId": "student_id",
    "Student ID (District ID or School ID)": "student_id",
    "Studnet ID": "student_id",
    "Stu State ID": "ssid",
    "Student ID (State ID)": "ssid",
    "Student SASID": "ssid",
    "SSID Number": "ssid",
    "Stu Last Name": "last_name",
    "STUDENT_LNAME": "last_name",
    "Student Legal First Name": "first_name",
    "Frist Name": "first_name",
    "Student Nickname": "preferred_name",
    "Current Site Name": "school",
    "Organization Name": "school",
    "Scool": "school",
    "Enrollment Grade": "grade",
    "Current Grade Level": "grade",
    "grades": "grade",
    "Days Absent": "absences_ytd",
    "Total Days Absent": "absences_ytd",
    "Absenses YTD": "absences_ytd",
    "Days Tardy": "tardies_ytd",
    "Tardees YTD": "tardies_ytd",
    "% Days Absent": "absence_percentage",
    "Days Absent in the past 30": None,
    "Absent past 30 days": "absences_last_30_days",
    "Unexcused Days": "unexcused_absences_ytd",
    "Excused Absences Total": "excused_absences_ytd",
    "Discipline Incidents": "incident_count_ytd",
    "Fall 2025 iReady Reading Scale Score": "fall_2025_iready_reading_score",
    "iReady Math Relative Placement (Spring 2025)": "spring_2025_iready_math_level",
    "Fall 2025 PSF Score": "fall_2025_dibels_psf_score",
}

WRONG = """Classed|Percentile|status|Student Status|School Year|School ID|SchoolID|School SIS ID
School State ID|District State ID|District Primary ID|Municipality Primary ID|Primary School ID
Class SIS ID|Teacher Primary ID|Teacher Last Name|FSF Assessor First Name|Parent First Name
Student Middle Name|Student Name|Student DOB|Student Email|Student Secondary ID|Assessment Grade
Lesson Grade|Course Grade|Final Grade|Grade Level 1|Year in School
Student Grade at Time of Diagnostic
State|State Standards|Title 1|Race|Composite Score|Composite - National Norm Percentile
Letter Names (LNF) - National Norm Percentile|School_Percentile_LNF_K_End|Overall Scale Score
iReady Reading Scale Score|Fall iReady Reading Score|Bus Route|Entity ID|Days Enrolled
Absences This Month
Reading Accuracy (ORF-Accu) - Semester Growth|sourcedId|role|enabledUser|dateLastModified|username
Rush Flag|Last Login|First Day|Home Room|Preferred Language|Number|Level|Date|ID""".replace(
    "\n", "|"
)


@pytest.mark.parametrize(("header", "field"), RIGHT.items())
def test_the_right_field_is_suggested(header: str, field: str | None) -> None:
    assert CATALOGUE.find(header) is None
    assert [each.name for each in CATALOGUE.nearest(header, 1)] == ([field] if field else [])


@pytest.mark.parametrize("header", WRONG.split("|"))
def test_what_is_something_else_has_no_hint(header: str) -> None:
    assert CATALOGUE.find(header) is None
    assert CATALOGUE.nearest(header) == []


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("01 Student ID", "student_id"),
        ("1. SSID", "ssid"),
        ("03_Last_Name", "last_name"),
        ("(4) First Name", "first_name"),
        ("STUDENTS.Student_Number", "student_id"),
        ("students.ssid", "ssid"),
        ("[Students].[SSID]", "ssid"),
        ("dbo.Students.Last_Name", "last_name"),
        ('"s"."first_name"', "first_name"),
    ],
)
def test_a_number_or_the_table_of_students_in_front_does_not_count(header: str, field: str) -> None:
    assert CATALOGUE.find(header) == CATALOGUE.by_name[field]


@pytest.mark.parametrize(
    "header", ["Contacts.First_Name", "Teachers.Last_Name", "2025 Grade", "30 days", "1 2 Grade"]
)
def test_another_table_or_a_year_in_front_counts(header: str) -> None:
    assert CATALOGUE.find(header) is None


def test_a_field_is_found_by_a_name_with_a_slip() -> None:
    assert CATALOGUE.similar("absences_ydt")[0].name == "absences_ytd"

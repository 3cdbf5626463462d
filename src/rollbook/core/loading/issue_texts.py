"""The issues of a row whose student was judged: code, severity, sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rollbook.core.duplicate_texts import TEXTS, about_rows
from rollbook.core.issues import Issue, Severity

_STORED_ZEROS_LOST: Final = (
    "A known student has this Student ID or SSID but for leading zeros, which the stored number "
    "lacks: it was probably typed, or brought in, without them. The row was not imported, so that "
    "none is stored twice. The file may be right: correct the stored number in the application "
    "that keeps it, and import the file again."
)

_REJECTED: Final[Mapping[str, tuple[str, str]]] = {
    # code: field, sentence
    "ID_CONFLICT": (
        "ssid",
        "Student ID and SSID belong to two different students, so the row was not imported. "
        "Correct one of the two numbers in the SIS.",
    ),
    "ID_CUT_OFF": (
        "student_id",
        "The file ends right after this row, without a line end, and a known student has a longer "
        "number that begins with this one's, so the file may have been cut here; the row was not "
        "imported. Have the file uploaded again, with an end to its last line.",
    ),
    "FILE_TRUNCATED": (
        "student_id",
        "The file ends within the last cell of this row, as its other rows show, so the upload may "
        "have broken off; the row was not imported, and students after it may be missing. Have the "
        "file uploaded again.",
    ),
    "SSID_AMBIGUOUS": (
        "ssid",
        "No student is known by this row's Student ID, and several students have its SSID, so the "
        "row was not imported. Write the Student ID, or correct the SSIDs in the SIS.",
    ),
    "STUDENT_UNKNOWN": (
        "student_id",
        "No student with these numbers is known, and this row may not or, without a Student ID, "
        "cannot create one. Let the roster feed bring the student first, or correct the numbers.",
    ),
    "NAMES_DIFFER": (
        "last_name",
        "The student with this number has another first name and another last name, so this test "
        "is perhaps another student's; it was not imported. Correct the number or the names in "
        "the vendor's roster.",
    ),
    "ID_ZEROS_LOST": (
        "student_id",
        "A known student has this Student ID or SSID but for leading zeros, which a spreadsheet "
        "program has probably removed; the row was not imported, so that none is stored twice. "
        "Export the identifiers as text, and save no export with a spreadsheet program.",
    ),
    "ID_ZEROS_DIFFER": (
        "student_id",
        "Row{s} {rows} of the file {has} the same Student ID but for leading zeros, and no SSID "
        "tells whether this is one student or several; none of these rows was imported. Write the "
        "number with all its digits, or bring the SSIDs.",
    ),
    "ID_TWIN": (
        "student_id",
        "A known student has this Student ID or SSID, written differently (a blank, another case, "
        "punctuation or .0), and it is not certain that it is the same student: another name or "
        "none, or several have it. The row was not imported, so that none is stored twice. Correct "
        "the number or the name where it was typed; if they are two students, give both an SSID "
        "of their own.",
    ),
    "IDS_ALIKE": (
        "student_id",
        "Row{s} {rows} of the file {has} the same Student ID, written differently, and no SSID "
        "tells whether this is one student or several; none of these rows was imported. Write the "
        "number in one way, or bring the SSIDs.",
    ),
    "ID_REPAIRED": (
        "student_id",
        "The file has it as a number, which may have lost leading zeros: the file does not show "
        "that all numbers of this column have the same length. The row was not imported. Write "
        "the number with all its digits, export the identifiers as text, or declare for this feed "
        "that they have no leading zeros.",
    ),
    "DUPLICATE_STUDENT": (
        "student_id",
        TEXTS["DUPLICATE_STUDENT"],
    ),
    "ENROLLED_TWICE": (
        "student_id",
        TEXTS["ENROLLED_TWICE"],
    ),
    "STUDENT_DISPUTED": (
        "student_id",
        TEXTS["STUDENT_DISPUTED"],
    ),
    "SSID_SHARED": (
        "ssid",
        TEXTS["SSID_SHARED"],
    ),
}

_DEMANDED: Final[Mapping[str, str]] = {
    "first_name": "first name",
    "last_name": "last name",
    "grade": "grade",
    "ssid": "SSID",
}

_TWINS: Final[Mapping[str, str]] = {
    "ID_WRITTEN_DIFFERENTLY": "The student was found although the stored Student ID is written "
    "differently (a blank, another case, punctuation or .0), because the names are the same. The "
    "stored Student ID was kept; correct it in the application where it was typed.",
    "TWIN_RECORDS": "The database has a second record with this Student ID, written differently; "
    "it was probably typed, and Rollbook has never written to it. The row goes into the "
    "record that is written as in the file. See whether both are one student, and merge them in "
    "the application where the other was typed.",
    "POSSIBLE_TWIN": "This new student may be in the database already: a student there has the "
    "same names and grade or the same Student ID in another writing, and is not in the file. It is "
    "a new record. See whether both are one student, and correct the Student ID where it was "
    "typed.",
}
"""Warnings of second records: code -> sentence."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the statement `judgments`."""

    row: int
    given_id: str | None
    ssid: str | None
    known_ssid: str | None
    stored_id: str | None
    code: str | None
    others: list[int] | None
    is_matched_by_ssid: bool
    is_ssid_changed: bool
    unknown_grade: str | None
    is_matched_by_key: bool = False
    is_stored_short: bool = False
    """Where zeros are lost: the stored number has fewer than the file's."""
    twins: Sequence[str] = ()
    """Stored Student IDs that are this one in another writing, or of a namesake."""
    lacking: Sequence[str] = ()
    """Columns of a new student that this database demands, and the row does not fill."""

    @property
    def is_grade_all_that_lacks(self) -> bool:
        """Tell whether only this database's list of grades keeps the student out."""
        return self.unknown_grade is not None and list(self.lacking) == ["grade"]


@dataclass(frozen=True, slots=True)
class _IssueText:
    code: str
    field: str
    message: str
    value: str | None
    severity: Severity = Severity.WARNING


def last_row_cut(row: int) -> Issue:
    """Return the issue of a last row whose last cell was cut, where no database is asked."""
    code = "FILE_TRUNCATED"
    return Issue(code, Severity.ERROR, _REJECTED[code][1], row)


def issues_of(row: Row, headers: Mapping[str, str], *, grade_statements: str = "") -> list[Issue]:
    """Return what is wrong with the row. `headers`: field name -> header as the file writes it.

    `grade_statements` is the SQL that lets the database know every grade.
    """
    if row.code is None:
        issues = _warnings(row, grade_statements)
    elif row.code == "STUDENT_INCOMPLETE":
        issues = [_lack(row, name, headers, grade_statements) for name in row.lacking]
    elif row.code == "DUPLICATE_ROW":
        issues = [_repetition(row)]
    else:
        issues = [_rejection(row, row.code)]
    return [
        Issue(
            code=each.code,
            severity=each.severity,
            message=each.message,
            row=row.row,
            student_id=row.stored_id or row.given_id,
            column=headers.get(each.field),
            field=each.field,
            value=each.value,
        )
        for each in issues
    ]


def _warnings(row: Row, grade_statements: str) -> list[_IssueText]:
    issues = _twins(row)
    if row.is_matched_by_ssid:
        issues.append(
            _IssueText(
                "MATCHED_BY_SSID",
                "student_id",
                "The student was found by SSID, because no student has this row's Student ID. "
                "The stored Student ID was kept; see that the SIS and Rollbook agree on it.",
                value=f"{row.given_id or row.ssid} → {row.stored_id}",
            )
        )
    if row.is_ssid_changed:
        issues.append(
            _IssueText(
                "SSID_CHANGED",
                "ssid",
                "The student's SSID was replaced by a new one that no one else has. See that the "
                "change is meant.",
                value=f"{row.known_ssid} → {row.ssid}",
            )
        )
    if row.unknown_grade is not None:
        issues.append(
            _IssueText(
                "GRADE_NOT_STORED",
                "grade",
                "The database's list of grades lacks this one, so the grade in students was kept; "
                f"the snapshot holds the new one. {_way_out(grade_statements)}",
                value=row.unknown_grade,
            )
        )
    return issues


def _twins(row: Row) -> list[_IssueText]:
    """What is told of a second record of the row's student, or of what may be one."""
    if row.is_matched_by_key:
        code, other = "ID_WRITTEN_DIFFERENTLY", row.stored_id
    elif row.is_matched_by_ssid or not row.twins:
        return []
    else:
        code = "POSSIBLE_TWIN" if row.stored_id is None else "TWIN_RECORDS"
        other = ", ".join(row.twins)
    return [_IssueText(code, "student_id", _TWINS[code], value=f"{row.given_id} → {other}")]


def _lack(row: Row, name: str, headers: Mapping[str, str], grade_statements: str) -> _IssueText:
    if name == "grade" and row.unknown_grade is not None:
        sentence = (
            "The database's list of grades lacks this one, so this new student cannot be stored. "
            f"The row was not imported. {_way_out(grade_statements)}"
        )
        value = row.unknown_grade
    else:
        where = "the cell is empty or was refused" if name in headers else "the file has no column"
        sentence = (
            f"This database demands a {_DEMANDED[name]} of a new student, and {where}. The row was "
            "not imported. Complete it in the SIS or in the export."
        )
        value = None
    return _IssueText("STUDENT_INCOMPLETE", name, sentence, value, severity=Severity.ERROR)


def _way_out(grade_statements: str) -> str:
    return f"Have the database's owner add it, and import again: {grade_statements}"


def _repetition(row: Row) -> _IssueText:
    return _IssueText(
        "DUPLICATE_ROW",
        "student_id",
        about_rows(TEXTS["DUPLICATE_ROW"], row.others or ()),
        value=row.given_id,
    )


def _rejection(row: Row, code: str) -> _IssueText:
    field, sentence = _REJECTED[code]
    others = [other for other in row.others or () if other != row.row]
    value = row.ssid if field == "ssid" else row.given_id
    if code == "ID_ZEROS_LOST" and row.is_stored_short:
        sentence = _STORED_ZEROS_LOST
    if row.twins and (code == "ID_TWIN" or row.is_stored_short):
        value = f"{value or row.ssid} → {', '.join(row.twins)}"
    return _IssueText(
        code, field, about_rows(sentence, others), value=value, severity=Severity.ERROR
    )

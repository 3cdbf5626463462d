"""The issues of a row whose student was judged: code, severity, sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rollbook.core.duplicate_texts import TEXTS, about_rows
from rollbook.core.issues import Issue, Severity

_STORED_ZEROS_LOST: Final = (
    "This ID and a saved student's differ only in leading zeros, and the saved one lacks them. "
    "This row wasn't imported, so that no student is saved twice. The file may be right: "
    "correct the saved ID in the application that keeps it, then import again."
)

_REJECTED: Final[Mapping[str, tuple[str, str]]] = {
    # code: field, sentence
    "ID_CONFLICT": (
        "ssid",
        "This Student ID and SSID belong to two different students, so this row wasn't "
        "imported. Fix one of them in your SIS.",
    ),
    "ID_CUT_OFF": (
        "student_id",
        "The file ends right after this row, and a student's longer ID starts with this one's, "
        "so the file may be cut off here. This row wasn't imported. Upload the file again, and "
        "end its last line with a line break.",
    ),
    "FILE_TRUNCATED": (
        "student_id",
        "The file ends in the middle of this row, so the upload probably broke off. This row "
        "wasn't imported, and students after it may be missing. Upload the file again.",
    ),
    "SSID_AMBIGUOUS": (
        "ssid",
        "No student has this Student ID, and several have this SSID, so this row wasn't "
        "imported. Add the Student ID, or fix the SSIDs in your SIS.",
    ),
    "STUDENT_UNKNOWN": (
        "student_id",
        "No student has this ID, and this row can't add one, so it wasn't imported. Import the "
        "roster first, or fix the ID.",
    ),
    "NAMES_DIFFER": (
        "last_name",
        "This test has another student's name: the student with this ID has a different first "
        "and last name. It wasn't imported. Fix the ID or the name in the vendor's roster.",
    ),
    "ID_ZEROS_LOST": (
        "student_id",
        "A spreadsheet probably dropped leading zeros: a student has this ID with them. This row "
        "wasn't imported, so that no student is saved twice. Export IDs as text, and don't save "
        "the file in a spreadsheet before you upload it.",
    ),
    "ID_ZEROS_DIFFER": (
        "student_id",
        "Row{s} {rows} of the file {has} the same Student ID except for leading zeros, and no "
        "SSID shows whether it's one student. None of these rows was imported. Write the ID with "
        "all its digits, or add the SSIDs.",
    ),
    "ID_TWIN": (
        "student_id",
        "A student's ID differs from this one only in how it's written (a blank, capitals, "
        "punctuation or .0), and we can't tell whether it's the same student. This row wasn't "
        "imported, so that no student is saved twice. Fix the ID or the name where it was typed. "
        "If they are two students, give each an SSID.",
    ),
    "IDS_ALIKE": (
        "student_id",
        "Row{s} {rows} of the file {has} the same Student ID, written differently, and no SSID "
        "shows whether it's one student. None of these rows was imported. Write the ID the same "
        "way everywhere, or add the SSIDs.",
    ),
    "ID_REPAIRED": (
        "student_id",
        "This ID is saved as a number in the file, so it may have lost leading zeros. This row "
        "wasn't imported. Export IDs as text with all their digits. If your IDs never start "
        "with zeros, say so in the feed.",
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
    "first_name": "a first name",
    "last_name": "a last name",
    "grade": "a grade",
    "ssid": "an SSID",
}

NAMES: Final[Mapping[str, str]] = {"last_name": "last name", "first_name": "first name"}
"""What a new student isn't silently added without: field -> its words."""

_TWINS: Final[Mapping[str, str]] = {
    "ID_WRITTEN_DIFFERENTLY": (
        "This student was found by name: the saved Student ID is written differently (a blank, "
        "capitals, punctuation or .0). The saved ID was kept. Correct it in the application "
        "where it was typed."
    ),
    "TWIN_RECORDS": (
        "The database has a second record with this Student ID, written differently and probably "
        "typed. This row goes to the one written as in the file. If both are one student, merge "
        "them in the application where the other was typed."
    ),
    "POSSIBLE_TWIN": (
        "This new student may already be in the database: a student who isn't in the file has "
        "the same name and grade, or the same Student ID written differently. It's a new record. "
        "If both are one student, correct the Student ID where it was typed."
    ),
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
    """Columns of a new student that this database demands, and the row does not fill; without a
    code the names that it is added without."""

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
    issues = [*_twins(row), *map(_unnamed, row.lacking)]
    if row.is_matched_by_ssid:
        issues.append(
            _IssueText(
                "MATCHED_BY_SSID",
                "student_id",
                "No student has this Student ID, so this student was found by SSID. The saved "
                "Student ID was kept. Check which one is right.",
                value=f"{row.given_id or row.ssid} → {row.stored_id}",
            )
        )
    if row.is_ssid_changed:
        issues.append(
            _IssueText(
                "SSID_CHANGED",
                "ssid",
                "This student has a new SSID that no other student has. It replaces the old one. "
                "Check that the change is right.",
                value=f"{row.known_ssid} → {row.ssid}",
            )
        )
    if row.unknown_grade is not None:
        issues.append(
            _IssueText(
                "GRADE_NOT_STORED",
                "grade",
                "The database's list doesn't have this grade, so the student's grade was kept; "
                f"the snapshot has the new one. {_way_out(grade_statements)}",
                value=row.unknown_grade,
            )
        )
    return issues


def _unnamed(name: str) -> _IssueText:
    sentence = (
        f"This new student's {NAMES[name]} is blank, and none is saved. The student is added "
        "without it. Add it in your SIS, or fix the row."
    )
    return _IssueText("NAME_BLANK", name, sentence, value=None)


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
            "The database's list doesn't have this grade, so this new student can't be added. "
            f"This row wasn't imported. {_way_out(grade_statements)}"
        )
        value = row.unknown_grade
    else:
        where = "it is blank or was rejected" if name in headers else "the file has no such column"
        sentence = (
            f"This new student needs {_DEMANDED[name]}, and {where}. This row wasn't imported. "
            "Add it in your SIS or in the export."
        )
        value = None
    return _IssueText("STUDENT_INCOMPLETE", name, sentence, value, severity=Severity.ERROR)


def _way_out(grade_statements: str) -> str:
    return f"Ask the database's owner to add it, then import again: {grade_statements}"


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

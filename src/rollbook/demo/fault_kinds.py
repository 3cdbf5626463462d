"""What is wrong with real files, or only looks so: the kinds of faults, one line each."""

import unicodedata
from typing import Final

from rollbook.demo.faults import (
    FaultKind,
    Place,
    RawRow,
    Row,
    cell,
    replaced,
    rewritten,
)


def _repeat(row: Row, place: Place) -> list[Row]:
    return [row, row]


def _contradict(row: Row, place: Place) -> list[Row]:
    return [row, replaced(row, place("preferred_name"), "Someone Else")]


def _share_ssid(row: Row, place: Place) -> list[Row]:
    # Two new students, so that neither has the older right to the number.
    ssid = f"99{row[place('ssid')][2:]}"
    new = [replaced(row, place("student_id"), f"{letter}{row[0]}") for letter in "NM"]
    return [*(replaced(other, place("ssid"), ssid) for other in new), row]


def _take_neighbors_ssid(row: Row, place: Place) -> list[Row]:
    ssid = place("ssid")
    return [replaced(row, ssid, str(int(row[ssid]) + 37))]


def _recent_above_total(row: Row, place: Place) -> list[Row]:
    total = int(row[place("tardies_ytd")])
    return [replaced(row, place("tardies_last_30_days"), str(total + 3))]


def _unlike_sum(row: Row, place: Place) -> list[Row]:
    return [replaced(row, place("absences_ytd"), str(int(row[place("absences_ytd")]) + 7))]


def _unlike_hundred(row: Row, place: Place) -> list[Row]:
    return [replaced(row, place("absence_percentage"), "88.00")]


def _comma_in_name(row: Row, place: Place) -> list[Row]:
    at = place("first_name")
    return [Row([*row[:at], "Jr", *row[at:]])]


def _cut_in_two(row: Row, place: Place) -> list[Row]:
    at = place("first_name")
    return [RawRow(row[:at]), Row(row[at:])]


def _open_quote(row: Row, place: Place) -> list[Row]:
    return [RawRow(replaced(row, place("last_name"), f'"{row[place("last_name")]}'))]


def _stray_quote(row: Row, place: Place) -> list[Row]:
    return [RawRow(replaced(row, place("preferred_name"), 'Al "Buddy"'))]


def _blank_line(row: Row, place: Place) -> list[Row]:
    return [Row([""] * len(row)), row]


_MATH: Final = "fall_2025_iready_math_score"
_MET: Final = "fall_2025_iready_math_met_standard"

REALISTIC: Final = (
    cell("attendance_percentage", "104", "OUT_OF_RANGE"),
    cell("absences_ytd", "12.5", "NOT_WHOLE"),
    cell("absences_ytd", "3.5", "NOT_WHOLE"),
    cell("tardies_ytd", "see office", "NOT_A_NUMBER"),
    cell("fall_2025_dibels_orf_wc_level", "Emerging", "UNKNOWN_LEVEL"),
    cell("fall_2025_dibels_orf_wc_level", "Emerging", "UNKNOWN_LEVEL"),
    cell("fall_2025_dibels_orf_wc_level", "Emerging", "UNKNOWN_LEVEL"),
    FaultKind(None, ("", "DUPLICATE_ROW"), _repeat),
    FaultKind(None, ("ROW_TOO_LONG",), _comma_in_name),
    cell("student_id", "", "MISSING_ID"),
    cell("spring_2025_dibels_lnf_score", "<1", "CENSORED"),
    cell("grade", "01-04-1900", "GRADE_IS_DATE"),
    cell("grade", "Kindergarten"),
    cell("absences_ytd", "N/A"),
)
"""What a good export still has on an ordinary night."""

EVERYWHERE: Final = (
    *REALISTIC,
    FaultKind(None, ("DUPLICATE_STUDENT", "DUPLICATE_STUDENT"), _contradict),
    FaultKind(None, ("SSID_SHARED", "SSID_SHARED", ""), _share_ssid),
    FaultKind("tardies_last_30_days", ("RECENT_ABOVE_TOTAL",), _recent_above_total),
    FaultKind("absences_ytd", ("ABSENCES_DO_NOT_ADD_UP",), _unlike_sum),
    FaultKind(None, ("", ""), _blank_line),
    # identifiers
    cell("student_id", "1.23E+09", "ID_DIGITS_LOST"),
    cell("student_id", "12 34", "BAD_IDENTIFIER"),
    cell("student_id", "1" * 51, "TOO_LONG"),
    cell("student_id", " ", "MISSING_ID"),
    cell("ssid", "6.222E+18", "ID_DIGITS_LOST"),
    cell("ssid", "N/A", "BAD_IDENTIFIER"),
    rewritten("student_id", lambda text: f"'{text}"),
    rewritten("student_id", lambda text: f'="{text}"'),
    rewritten("student_id", lambda text: f" {text} "),
    # names
    cell("last_name", "Al\x07der", "BAD_CHARACTER"),
    cell("last_name", "A" * 101, "TOO_LONG"),
    cell("last_name", "Null"),
    cell("last_name", "Nu\u00f1ez\u00a0"),
    cell("last_name", unicodedata.normalize("NFD", "Muñoz")),
    cell("last_name", "=Alder", "UNLIKELY_CHARACTER"),
    cell("last_name", "", "NAME_BLANK"),
    # counts
    cell("absences_ytd", "-1", "NEGATIVE"),
    cell("tardies_ytd", "99999999999", "OUT_OF_RANGE"),
    cell("incident_count_ytd", "5-Mar", "NOT_A_NUMBER"),
    cell("tardies_ytd", "1,234"),
    cell("tardies_ytd", "12.0"),
    cell("tardies_ytd", " 12 "),
    cell("incident_count_ytd", "--"),
    cell("incident_count_ytd", "NULL"),
    cell("incident_count_ytd", "\\N"),
    # percentages
    cell("attendance_percentage", "-3", "OUT_OF_RANGE"),
    FaultKind("attendance_percentage", ("PERCENTAGES_DO_NOT_ADD_UP",), _unlike_hundred),
    cell("absence_percentage", "<5", "CENSORED"),
    rewritten("attendance_percentage", lambda text: f"{text}%"),
    # assessments
    cell(_MATH, "900", "OUT_OF_RANGE"),
    cell(_MATH, "512.5", "NOT_WHOLE"),
    cell(_MATH, ">99", "CENSORED"),
    cell(_MATH, "Not Assessed"),
    cell("fall_2025_dibels_orf_acc_score", "98%"),
    cell("fall_2025_dibels_psf_score", "Discontinued"),
    cell(_MET, "Perhaps", "NOT_YES_NO"),
    cell(_MET, "Met"),
    cell("fall_2025_iready_math_level", "L" * 51, "TOO_LONG"),
    cell("fall_2025_iready_math_level", "EARLY ON GRADE LEVEL"),
    # grades
    cell("grade", "13", "BAD_GRADE"),
    cell("grade", " K "),
    cell("grade", "3rd"),
    cell("grade", "Grade 07"),
)
"""What both text files and workbooks have."""

IN_TEXT: Final = (
    FaultKind(None, ("ROW_TOO_SHORT",), lambda row, place: [RawRow(row[:20])]),
    FaultKind(None, ("ROW_BROKEN", "ROW_BROKEN"), _cut_in_two),
    FaultKind(None, ("ROW_QUOTE_OPEN",), _open_quote),
    FaultKind(None, ("STRAY_QUOTE",), _stray_quote),
    cell(_MATH, "#REF!", "NOT_A_NUMBER"),
)

LINE_BREAK: Final = cell("school", "Alder Creek\nElementary")
"""A line break inside a quoted cell: neither a new row nor a fault."""

IN_UTF_8: Final = (cell("last_name", "Mu\udcf1oz", "INVALID_BYTE"),)
"""A byte of another encoding among valid UTF-8."""

IN_WORKBOOKS: Final = (
    cell(_MATH, "#REF!", "CELL_ERROR"),
    cell("student_id", "#N/A", "CELL_ERROR"),
)

OF_KNOWN_STUDENTS: Final = (
    FaultKind(None, ("ID_CONFLICT",), _take_neighbors_ssid),
    rewritten("student_id", lambda text: str(int(text)), "MATCHED_BY_SSID"),
    rewritten("ssid", lambda text: f"77{text[2:]}", "SSID_CHANGED"),
)
"""What can be wrong only with students who are known: a later night's."""

REPAIRED: Final = rewritten("student_id", lambda text: f"{int(text)}.0", "ID_NUMBER ID_REPAIRED")
"""In a text file: a number without its zeros. No known student could have it yet."""

REPAIRED_KNOWN: Final = rewritten(
    "student_id", lambda text: f"{int(text)}.0", "ID_NUMBER ID_ZEROS_LOST"
)
"""The same on a later night."""

"""Faults that real files have, put into a synthetic one, each listed with what must be found."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rollbook.core.catalogue.students import Catalogue


@dataclass(frozen=True, slots=True)
class Fault:
    """`row`: as a spreadsheet program shows it; `code`: the issue that must be found there."""

    row: int
    code: str
    column: str | None


Row = list[str]
Spoil = Callable[[Row, Callable[[str], int]], list[Row]]
"""Takes a clean row and a way to find columns; returns the row or rows that take its place."""


@dataclass(frozen=True, slots=True)
class FaultKind:
    """One way in which files are wrong. `codes`: one per row that `spoil` returns; '' is clean."""

    field: str | None
    codes: tuple[str, ...]
    spoil: Spoil


def _cell(field: str, code: str, text: str) -> FaultKind:
    def spoil(row: Row, column: Callable[[str], int]) -> list[Row]:
        return [_with(row, column(field), text)]

    return FaultKind(field, (code,), spoil)


def _with(row: Row, column: int, text: str) -> Row:
    return [*row[:column], text, *row[column + 1 :]]


def _repeat(row: Row, column: Callable[[str], int]) -> list[Row]:
    return [row, list(row)]


def _contradict(row: Row, column: Callable[[str], int]) -> list[Row]:
    return [row, _with(row, column("preferred_name"), "Somebody Else")]


def _share_ssid(row: Row, column: Callable[[str], int]) -> list[Row]:
    # Two new students, so that neither has the older right to the number.
    first = _with(row, column("student_id"), f"N{row[0]}")
    second = _with(row, column("student_id"), f"M{row[0]}")
    ssid = f"99{row[column('ssid')][2:]}"
    return [_with(first, column("ssid"), ssid), _with(second, column("ssid"), ssid), row]


def _recent_above_total(row: Row, column: Callable[[str], int]) -> list[Row]:
    total = int(row[column("tardies_ytd")])
    return [_with(row, column("tardies_last_30_days"), str(total + 3))]


def _percentages_apart(row: Row, column: Callable[[str], int]) -> list[Row]:
    return [_with(row, column("absence_percentage"), "88.00")]


OUT_OF_RANGE: Final = _cell("attendance_percentage", "OUT_OF_RANGE", "104")
HALF_DAY: Final = _cell("absences_ytd", "NOT_WHOLE", "12.5")
WORDS: Final = _cell("tardies_ytd", "NOT_A_NUMBER", "see office")
UNKNOWN_LEVEL: Final = _cell("fall_2025_dibels_orf_wc_level", "UNKNOWN_LEVEL", "Emerging")
REPEATED: Final = FaultKind(None, ("", "DUPLICATE_ROW"), _repeat)
TOO_LONG: Final = FaultKind(
    None, ("ROW_TOO_LONG",), lambda row, column: [[*row[:3], "Jr", *row[3:]]]
)
NO_ID: Final = _cell("student_id", "MISSING_ID", "")
CENSORED: Final = _cell("spring_2025_dibels_lnf_score", "CENSORED", "<1")

REALISTIC_FAULTS: Final = (
    OUT_OF_RANGE, HALF_DAY, HALF_DAY, WORDS, UNKNOWN_LEVEL, UNKNOWN_LEVEL, UNKNOWN_LEVEL, REPEATED,
    TOO_LONG, NO_ID, CENSORED, _cell("grade", "GRADE_IS_DATE", "01-04-1900"),
    _cell("grade", "", "Kindergarten"), _cell("absences_ytd", "", "N/A"),
)  # fmt: skip
"""What a good export still has on an ordinary night."""

EVERY_FAULT: Final = (
    *REALISTIC_FAULTS,
    FaultKind("preferred_name", ("DUPLICATE_STUDENT", "DUPLICATE_STUDENT"), _contradict),
    FaultKind("ssid", ("SSID_SHARED", "SSID_SHARED", ""), _share_ssid),
    FaultKind("tardies_last_30_days", ("RECENT_ABOVE_TOTAL",), _recent_above_total),
    FaultKind("attendance_percentage", ("PERCENTAGES_DO_NOT_ADD_UP",), _percentages_apart),
    FaultKind(None, ("ROW_TOO_SHORT",), lambda row, column: [row[:20]]),
    _cell("student_id", "ID_DIGITS_LOST", "1.23E+09"),
    _cell("student_id", "BAD_IDENTIFIER", "12 34"),
    _cell("ssid", "MISSING_ID", " "),
    _cell("absences_ytd", "NEGATIVE", "-1"),
    _cell("tardies_ytd", "", "1,234"),
    _cell("tardies_ytd", "", "12.0"),
    _cell("attendance_percentage", "OUT_OF_RANGE", "-3"),
    _cell("fall_2025_iready_math_score", "OUT_OF_RANGE", "900"),
    _cell("fall_2025_iready_math_score", "NOT_A_NUMBER", "#REF!"),
    _cell("fall_2025_iready_math_score", "", "Not Assessed"),
    _cell("fall_2025_iready_math_met_standard", "NOT_YES_NO", "Perhaps"),
    _cell("fall_2025_iready_math_met_standard", "", "Met"),
    _cell("fall_2025_dibels_orf_acc_score", "", "98%"),
    _cell("grade", "BAD_GRADE", "13"),
    _cell("grade", "", " K "),
    _cell("grade", "", "3rd"),
    _cell("last_name", "BAD_CHARACTER", "Al\x07der"),
    _cell("last_name", "TOO_LONG", "A" * 101),
    _cell("last_name", "", "Null"),
    _cell("incident_count_ytd", "", "--"),
    _cell("incident_count_ytd", "", "NULL"),
)


def damage(
    catalogue: Catalogue,
    rows: Iterable[Row],
    kinds: Sequence[FaultKind],
    *,
    listed: list[Fault],
    count: int,
) -> Iterator[Row]:
    """Yield the rows with the faults spread evenly among them, each added to `listed`."""
    names = [field.name for field in catalogue.fields]
    headers = {field.name: field.header for field in catalogue.fields}
    every = max(count // (len(kinds) + 1), 2)
    written = 1  # the header
    waiting = list(kinds)
    for number, row in enumerate(rows, 1):
        spoiled = [row]
        if waiting and number % every == 0:
            kind = waiting.pop(0)
            spoiled = kind.spoil(row, names.index)
            for offset, code in enumerate(kind.codes, 1):
                if code:
                    column = headers[kind.field] if kind.field else None
                    listed.append(Fault(written + offset, code, column))
        written += len(spoiled)
        yield from spoiled

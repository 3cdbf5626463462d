"""The records that are rejected for how they are split, each with its sentence."""

from rollbook.core.catalogue.verdict import OUTER_BLANKS
from rollbook.core.quantities import counted
from rollbook.core.reading.raw import Raw
from rollbook.core.table import DamagedRecord


def wrong_width(raw: Raw, *, width: int, written: int) -> DamagedRecord:
    found = len(raw.cells)
    is_long = found > written or any(cell.strip(OUTER_BLANKS) for cell in raw.cells[width:])
    usual = f"the header has {width:,}" if written == width else f"other rows have {written:,}"
    message = (
        f"The row has {counted(found, 'cell')} where {usual}, so its values may have shifted; it "
        "was not imported. Usually a delimiter is inside a value that is not quoted, or is "
        "missing. Correct it in the SIS or quote the values in the export."
    )
    return DamagedRecord(
        raw.row, "ROW_TOO_LONG" if is_long else "ROW_TOO_SHORT", message, raw.cells
    )


def other_delimiter(raw: Raw, parts: list[str]) -> DamagedRecord:
    message = (
        "The row is written with another delimiter than the rest of the file, so it was not "
        "imported. Correct it, or have the export write all rows the same way."
    )
    return DamagedRecord(raw.row, "ROW_OTHER_DELIMITER", message, parts)


def half(raw: Raw) -> DamagedRecord:
    message = (
        "A line break cut one record in two, here and in the neighboring row; neither was "
        "imported, because half an identifier looks like a whole one. Remove the line break in "
        "the SIS or quote the value in the export."
    )
    return DamagedRecord(raw.row, "ROW_BROKEN", message, raw.cells)


def repeated(raw: Raw) -> DamagedRecord:
    message = (
        "The row repeats the header, so it is no student; it was not imported. Usually several "
        "exports were put together in one file: see that no student is missing or twice in it."
    )
    return DamagedRecord(raw.row, "HEADER_REPEATED", message, raw.cells)


def truncated(raw: Raw) -> DamagedRecord:
    message = (
        "The file ends in the middle of this row, so the upload may have broken off; the row was "
        "not imported, and students after it may be missing. Have the file uploaded again."
    )
    return DamagedRecord(raw.row, "FILE_TRUNCATED", message, raw.cells)

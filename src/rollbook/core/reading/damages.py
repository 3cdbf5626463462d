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
        f"This row has {counted(found, 'cell')}, but {usual}, so its values may have "
        "shifted. It wasn't imported. A value with a comma or another delimiter usually needs "
        "quotation marks: fix it in your SIS, or quote values in the export."
    )
    return DamagedRecord(
        raw.row, "ROW_TOO_LONG" if is_long else "ROW_TOO_SHORT", message, raw.cells
    )


def other_delimiter(raw: Raw, parts: list[str]) -> DamagedRecord:
    message = (
        "This row uses a different delimiter than the rest of the file, so it wasn't imported. "
        "Fix it, or have the export write all rows the same way."
    )
    return DamagedRecord(raw.row, "ROW_OTHER_DELIMITER", message, parts)


def half(raw: Raw) -> DamagedRecord:
    message = (
        "A line break split one record into this row and the one next to it. Neither was "
        "imported, because half an ID can look like a whole one. Remove the line break in your "
        "SIS, or quote the value in the export."
    )
    return DamagedRecord(raw.row, "ROW_BROKEN", message, raw.cells)


def repeated(raw: Raw) -> DamagedRecord:
    message = (
        "This row repeats the header, so it wasn't imported. Several exports were probably put "
        "together in one file: check that no student is missing or there twice."
    )
    return DamagedRecord(raw.row, "HEADER_REPEATED", message, raw.cells)


def truncated(raw: Raw) -> DamagedRecord:
    message = (
        "The file ends in the middle of this row, so the upload probably broke off. This row "
        "wasn't imported, and students after it may be missing. Upload the file again."
    )
    return DamagedRecord(raw.row, "FILE_TRUNCATED", message, raw.cells)

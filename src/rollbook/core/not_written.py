"""The fields of a file that its import does not write, and why."""

from rollbook.core import first_file
from rollbook.core.catalogue.field import Field
from rollbook.core.catalogue.school_year import AREAS
from rollbook.core.file_reading import Reading
from rollbook.core.layouts.rows_of_tests import NAMES
from rollbook.core.limits.older_file import OF_LAST_YEAR


def not_written(reading: Reading, set_aside: tuple[Field, ...]) -> tuple[Field, ...]:
    """Return `set_aside`, and the fields of other feeds, of last year, and of skipped columns; what
    is not known from elsewhere is noted."""
    others = reading.context.others.not_written(
        reading.staged_fields,
        is_roster=reading.is_roster,
        compared=NAMES if reading.is_of_tests else (),
    )
    return (*set_aside, *others, *_of_last_year(reading), *_skipped(reading))


def _of_last_year(reading: Reading) -> list[Field]:
    """Return what is counted by the year, of a file that was stored before the year was switched,
    or of its corrected rows: what was set aside then stays so, whatever else the file brings."""
    is_fixed = reading.is_fix_it and reading.context.first_file().is_before_the_year
    if not (is_fixed or reading.earlier.is_before_the_year):
        return []
    reading.context.findings.note(first_file.OF_LAST_YEAR if is_fixed else OF_LAST_YEAR)
    return [field for field in reading.staged_fields if field.area in AREAS]


def _skipped(reading: Reading) -> list[Field]:
    """Return the fields of corrected rows that their first file brought to none of its students."""
    if not reading.is_fix_it:
        return []
    skipped = reading.context.first_file().set_aside
    fields = [field for field in reading.staged_fields if field.name in skipped]
    if fields:
        names = ", ".join(field.header for field in fields)
        reading.context.findings.note(first_file.SKIPPED.format(fields=names))
    return fields

"""What a layout does, in words: for the command line and for the reference."""

from collections.abc import Iterator

from rollbook.core.catalogue.measures import MEASURES
from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.layouts.layout import SUBJECT, Layout, Role

_MEASURES = {column: header for _, column, header, _ in MEASURES}
_FIELDS = {field.name: field.header for field in student_catalogue().fields}


def described(layout: Layout) -> Iterator[str]:
    """Yield the lines of a description in plain text."""
    yield layout.title
    yield ""
    for holds, headers in columns_of(layout):
        yield f"  {holds}: {headers}"
    yield ""
    yield from (f"  {sentence}" for sentence in sentences_of(layout))


def columns_of(layout: Layout) -> Iterator[tuple[str, str]]:
    """Yield what each column that is read holds, and how its header may be written."""
    for column in layout.columns:
        yield meaning(column.holds), ", ".join(column.headers)


def sentences_of(layout: Layout) -> Iterator[str]:
    """Yield what else there is to know of a layout."""
    if layout.parts:
        yield "A row has several tests. The term of each is told by its window, year and date."
    elif layout.is_of_tests:
        yield "A row is a test. Its term is told by its testing window, school year and date."
    if layout.is_of_tests:
        yield "It creates no students, and changes no names, grades and schools."
        yield "A test by whose names the number is another student's is rejected."
    for name, texts in layout.parts:
        yield f"{{{name}}} in a header is one of: {', '.join(texts)}."
    for meant in layout.meant:
        yield f"Left out and counted: {meant.left_out}."
    yield from layout.notes
    yield f"{len(layout.ignored)} further kinds of columns are known and not read."
    if not layout.is_verified:
        yield "No published header confirms it, so it is only used where a feed is set to it."


def meaning(holds: str) -> str:
    """Return what a column holds, in words."""
    if holds in list(Role):
        return f"({holds})"
    for name in (holds, holds.replace(SUBJECT, "reading")):
        if name in _MEASURES:
            words = _MEASURES[name]
            return words.replace("Reading", "Reading or Math") if SUBJECT in holds else words
    return _FIELDS[holds]

"""What a layout does, in words: for the command line and for the reference."""

from collections.abc import Iterator, Mapping, Sequence

from rollbook.core.catalogue.measures import MEASURES
from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.layouts.layout import ENROLLMENT, SUBJECT, Layout, Role

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
    yield from _recognition(layout)
    if layout.parts:
        yield "A row has several tests. Each test's term comes from its window, year and date."
    elif layout.is_of_tests:
        yield "A row is a test. Its term comes from its testing window, school year and date."
    if layout.is_of_tests:
        yield "It adds no students, and changes no names, grades or schools."
        yield "A test is rejected if its names belong to another student."
    for name, texts in layout.parts:
        yield f"{{{name}}} in a header is one of: {', '.join(texts)}."
    for meant in layout.meant:
        yield f"Left out and counted: {meant.left_out}."
    asked = [str(meant.role) for meant in layout.meant if not meant.is_blank_meant]
    asked += [str(each.holds) for each in layout.columns if each.holds == Role.SUBJECT]
    if asked:
        cells = " or of the ".join(asked)
        yield f"A row is rejected if its {cells} is blank: it could be either one."
    if any(column.holds in ENROLLMENT for column in layout.columns):
        yield "If a student has several enrollments, the primary one counts, otherwise the latest."
    yield from _words(layout)
    yield from layout.notes
    yield f"{len(layout.ignored)} more kinds of columns are known and not read."
    if not layout.is_verified:
        yield "No published header confirms it, so it is used only if a feed is set to it."


def _recognition(layout: Layout) -> Iterator[str]:
    """Yield how a header is known to be of the layout."""
    signs = "; ".join(quoted(group, "or") for group in layout.signs)
    yield f"The file must have a column for each of these: {signs}."
    if layout.others:
        yield f"It must have none of these: {quoted(layout.others, 'or')}."
    for subject, headers in layout.subjects.items():
        yield f"Its tests are {subject} if one of these is there: {quoted(headers, 'or')}."


def _words(layout: Layout) -> Iterator[str]:
    """Yield what texts of testing windows and subjects mean, and days without a window."""
    if layout.window_words:
        yield f"Testing windows may also be called {_meanings(layout.window_words)}."
    if layout.subject_words:
        yield f"Subjects may also be called {_meanings(layout.subject_words)}."
    if layout.seasons:
        days = ", ".join(f"{season} until {month}/{day}" for season, (month, day) in layout.seasons)
        yield f"If no column names the testing window, it comes from the test's date: {days}."


def _meanings(words: Mapping[str, str]) -> str:
    return ", ".join(f"“{text}” ({meant})" for text, meant in words.items())


def quoted(texts: Sequence[str], word: str, *, most: int | None = None) -> str:
    """Return texts in quotes, the last one after `word`: “a”, “b” or “c”."""
    told = [f"“{text}”" for text in texts[:most]]
    if len(texts) > len(told):
        told.append(f"{len(texts) - len(told)} more")
    return f" {word} ".join(filter(None, [", ".join(told[:-1]), told[-1]]))


def meaning(holds: str) -> str:
    """Return what a column holds, in words."""
    if holds in list(Role):
        return f"({holds})"
    for name in (holds, holds.replace(SUBJECT, "reading")):
        if name in _MEASURES:
            words = _MEASURES[name]
            return words.replace("Reading", "Reading or Math") if SUBJECT in holds else words
    return _FIELDS[holds]

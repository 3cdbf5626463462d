"""The form of one row with problems: its cells, the wrong ones first, and what was typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict

from rollbook.core.catalogue.students import Catalogue
from rollbook.core.corrected_rows import (
    LONGEST_EDITED,
    beyond_columns,
    edited,
    own_columns,
    shown_in_form,
)
from rollbook.core.issues import Issue
from rollbook.core.reading.headers import find_column
from rollbook.records.queries.feeds import feed_rules, read_catalogue
from rollbook.records.queries.jobs import JobView
from rollbook.records.queries.row_fixes import (
    Fix,
    cells_to_fix,
    fix_of,
    fixes_of,
    is_imported,
    issues_of_row,
    rows_saved,
    written_row,
)
from rollbook.web.pages.imports.shortcuts import feed_in_use

PREFIX: Final = "cell-"
"""How the names of the fields begin; the position follows."""

MOST_FIELDS: Final = 800
"""Cells that are fields of the form; no one corrects so many."""

IN_ONE_LINE: Final = 80
"""Characters up to which a cell is a line, and no box of several."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the form. `text` is what the form shows, `said` what another person has saved."""

    at: int
    header: str
    text: str
    problems: Sequence[Issue] = ()
    said: str | None = None
    is_cut: bool = False

    @property
    def name(self) -> str:
        return f"{PREFIX}{self.at}"

    @property
    def is_long(self) -> bool:
        return "\n" in self.text or len(self.text) > IN_ONE_LINE


@dataclass(frozen=True, slots=True)
class RowForm:
    """A row to be corrected."""

    row: int
    is_imported: bool
    """Whether it was imported without a value, and not rejected."""
    wrong: Sequence[Cell]
    """Those with a problem of their own."""
    others: Sequence[Cell]
    about: Sequence[Issue]
    """What is wrong with the row as a whole."""
    person: Sequence[tuple[str, str]]
    """Whose row it is, as the file says: header and text."""
    beyond: Sequence[str]
    """Cells that the row has more than the header: they are left out of the fix."""
    unshown: int
    """Cells that are not fields, because there are too many; they stay as they are."""
    fix: Fix | None
    seen: int
    typed: Mapping[int, str]
    cells_typed: Sequence[str]
    """The row as it is with what was typed."""


def row_form(
    job: JobView, row: int, *, typed: Mapping[int, str] | None = None, is_compared: bool = False
) -> RowForm:
    """Return the form of a row that can be fixed; `is_compared`: with what another has saved."""
    report, fix = job.report, fix_of(job.number, row)
    written = written_row(job.number, row) or []
    stored = list(fix.cells) if fix else cells_to_fix(job, row) or []
    sent = dict(typed or {})
    texts = [shown_in_form(cell) for cell in stored]
    issues, header = issues_of_row(job.number, row), _header(job)
    wrong_at = {issue.column for issue in issues} & set(header)
    cells = [
        Cell(
            at,
            header[at],
            sent.get(at, text),
            [each for each in issues if each.column == header[at]],
            text if is_compared and sent.get(at, text) != text else None,
            is_cut=len(text) == LONGEST_EDITED,
        )
        for at, text in enumerate(texts)
    ]
    wrong = [cell for cell in cells if cell.header in wrong_at]
    others = [cell for cell in cells if cell.header not in wrong_at]
    left = max(0, MOST_FIELDS - len(wrong))
    return RowForm(
        row=row,
        is_imported=is_imported(job.number, row),
        wrong=wrong[:MOST_FIELDS],
        others=others[:left],
        about=[issue for issue in issues if issue.column not in wrong_at],
        person=_person(job, header, texts),
        beyond=beyond_columns(written, report.header),
        unshown=len(wrong[MOST_FIELDS:]) + len(others[left:]),
        fix=fix,
        seen=fix.saves if fix else 0,
        typed=sent,
        cells_typed=edited(stored, sent),
    )


def typed_in(sent: QueryDict | None) -> dict[int, str]:
    """Return the cells of what was sent, by their position."""
    found: dict[int, str] = {}
    for name, text in (sent or QueryDict()).items():
        at = name.removeprefix(PREFIX)
        if name.startswith(PREFIX) and at.isascii() and at.isdigit() and len(at) < 6:
            found[int(at)] = str(text)
    return found


def seen_in(sent: QueryDict) -> int:
    """Return how often the fix that the form showed had been saved."""
    seen = sent.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else -1


def waiting(job: JobView) -> dict[str, Any]:
    """Return the fixed rows that wait to be imported, with who fixed them, and how often each was
    saved, by which what is sent knows whether they are still the same."""
    fixes = list(fixes_of(job.number, rows_saved(job.number)).values())
    return {"waiting": fixes, "shown": " ".join(f"{fix.row}-{fix.saves}" for fix in fixes)}


def _header(job: JobView) -> list[str]:
    return [job.report.header[at] for at in own_columns(job.report.header)]


def _person(job: JobView, header: Sequence[str], texts: Sequence[str]) -> list[tuple[str, str]]:
    """Return what the columns of identification say."""
    feed, catalogue = feed_in_use(job), read_catalogue()
    if feed is None:
        return []
    rules = feed_rules(feed)
    return [
        (text, cell)
        for text, cell in zip(header, texts, strict=True)
        if cell and _identifies(text, catalogue, rules)
    ]


def _identifies(text: str, catalogue: Catalogue, rules: Any) -> bool:
    field, _ = find_column(text, catalogue, rules)
    return field is not None and field.area == "identification"

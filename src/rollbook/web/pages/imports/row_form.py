"""The form of one row with problems: its cells, the wrong ones first, and what was typed."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.http import QueryDict

from rollbook.core.catalogue.field import Field
from rollbook.core.corrected_rows import (
    LONGEST_EDITED,
    beyond_columns,
    edited,
    own_columns,
    shown_in_form,
)
from rollbook.core.feed_settings import IDENTIFIERS
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

WHOLE: Final = "whole-"
"""How the names of the boxes begin that say of an ID that it has all its digits."""

ID_REPAIRED: Final = "ID_REPAIRED"
"""Of an issue: an ID that is a number, and may have lost zeros."""

MOST_FIELDS: Final = 800
"""Cells that are fields of the form; no one corrects so many."""

IN_ONE_LINE: Final = 80
"""Characters up to which a cell is a line, and no box of several."""

_NUMBER: Final = re.compile(r"([0-9]+)\.0")
_LISTED: Final = re.compile(r"([0-9]{1,18})-([0-9]{1,9})-([01])")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the form. `text` is what the form shows, `said` what another person has saved."""

    at: int
    header: str
    text: str
    problems: Sequence[Issue] = ()
    said: str | None = None
    is_cut: bool = False
    number: str = ""
    """Of an ID that the file has as a number: its digits, which may lack zeros in front."""
    is_whole: bool = False
    """Whether a person has said that these are all digits."""

    @property
    def name(self) -> str:
        return f"{PREFIX}{self.at}"

    @property
    def whole_name(self) -> str:
        return f"{WHOLE}{self.at}"

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
    whole: Collection[int] = ()
    """The positions of IDs that a person has said to be complete."""

    @property
    def unsure(self) -> Sequence[str]:
        """The headers of IDs that were refused as numbers, and of which no one has said that they
        are complete."""
        return [
            cell.header
            for cell in (*self.wrong, *self.others)
            if cell.number
            and cell.at not in self.typed
            and any(each.code == ID_REPAIRED for each in cell.problems)
        ]


def row_form(
    job: JobView,
    row: int,
    *,
    typed: Mapping[int, str] | None = None,
    whole: Collection[int] = (),
    seen: int | None = None,
    is_compared: bool = False,
) -> RowForm:
    """Return the form of a row that can be fixed. `seen`: how often the fix had been saved that was
    shown to who has typed this; what another has saved since is shown beside it, as always where
    `is_compared`. `whole`: the positions of IDs that count as typed, also where they are as the
    form showed them."""
    report, fix = job.report, fix_of(job.number, row)
    saves = fix.saves if fix else 0
    seen = saves if seen is None else seen
    written = written_row(job.number, row) or []
    stored = list(fix.cells) if fix else cells_to_fix(job, row) or []
    texts = [shown_in_form(cell) for cell in stored]
    issues, header = issues_of_row(job.number, row), _header(job)
    known = _known(job, header)
    numbers = _numbers(known, texts)
    texts = [numbers.get(at, text) for at, text in enumerate(texts)]
    sent = {
        at: text
        for at, text in (typed or {}).items()
        if at in whole or text.strip() != numbers.get(at)
    }
    wrong_at = {issue.column for issue in issues} & set(header)
    cells = _cells(header, texts, sent, issues, numbers=numbers, whole=whole)
    if is_compared or seen != saves:
        cells = [_compared(cell, texts[cell.at]) for cell in cells]
    wrong = [cell for cell in cells if cell.header in wrong_at]
    others = [cell for cell in cells if cell.header not in wrong_at]
    left = max(0, MOST_FIELDS - len(wrong))
    return RowForm(
        row=row,
        is_imported=is_imported(job.number, row),
        wrong=wrong[:MOST_FIELDS],
        others=others[:left],
        about=[issue for issue in issues if issue.column not in wrong_at],
        person=_person(known, header, texts),
        beyond=beyond_columns(written, report.header),
        unshown=len(wrong[MOST_FIELDS:]) + len(others[left:]),
        fix=fix,
        seen=seen,
        typed=sent,
        cells_typed=edited(stored, sent),
        whole=whole,
    )


def _cells(
    header: Sequence[str],
    texts: Sequence[str],
    sent: Mapping[int, str],
    issues: Sequence[Issue],
    *,
    numbers: Mapping[int, str],
    whole: Collection[int],
) -> list[Cell]:
    return [
        Cell(
            at,
            header[at],
            sent.get(at, text),
            [each for each in issues if each.column == header[at]],
            is_cut=len(text) == LONGEST_EDITED,
            number=numbers.get(at, ""),
            is_whole=at in whole,
        )
        for at, text in enumerate(texts)
    ]


def _compared(cell: Cell, said: str) -> Cell:
    return cell if cell.text == said else replace(cell, said=said)


def typed_in(sent: QueryDict | None) -> dict[int, str]:
    """Return the cells of what was sent, by their position."""
    found: dict[int, str] = {}
    for name, text in (sent or QueryDict()).items():
        at = name.removeprefix(PREFIX)
        if name.startswith(PREFIX) and at.isascii() and at.isdigit() and len(at) < 6:
            found[int(at)] = str(text)
    return found


def whole_in(sent: QueryDict | None) -> frozenset[int]:
    """Return the positions of IDs that were said to be complete."""
    names = [name.removeprefix(WHOLE) for name in sent or () if name.startswith(WHOLE)]
    return frozenset(int(at) for at in names if at.isascii() and at.isdigit() and len(at) < 6)


def seen_in(sent: QueryDict) -> int:
    """Return how often the fix that the form showed had been saved."""
    seen = sent.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else -1


def waiting(job: JobView) -> list[Fix]:
    """Return the fixed rows that wait to be imported, with who fixed them."""
    return list(fixes_of(job.number, rows_saved(job.number)).values())


def listed(fixes: Sequence[Fix], wrong: Collection[int]) -> str:
    """Return the rows of a question as its form sends them: number, saves, and 1 where it says that
    the row still has a problem."""
    return ",".join(f"{fix.row}-{fix.saves}-{int(fix.row in wrong)}" for fix in fixes)


def listed_in(sent: QueryDict) -> dict[int, tuple[int, bool]]:
    """Return the same by row; nothing of what isn't of that shape."""
    found = (_LISTED.fullmatch(each) for each in sent.get("listed", "").split(","))
    return {int(each[1]): (int(each[2]), each[3] == "1") for each in found if each}


def _header(job: JobView) -> list[str]:
    return [job.report.header[at] for at in own_columns(job.report.header)]


def _known(job: JobView, header: Sequence[str]) -> list[Field | None]:
    """Return the field of each column, as the feed understands them now."""
    feed, catalogue = feed_in_use(job), read_catalogue()
    if feed is None:
        return [None] * len(header)
    rules = feed_rules(feed)
    return [find_column(text, catalogue, rules)[0] for text in header]


def _numbers(known: Sequence[Field | None], texts: Sequence[str]) -> dict[int, str]:
    """Return, by position, the digits of IDs that the file has as numbers."""
    return {
        at: found[1]
        for at, (field, text) in enumerate(zip(known, texts, strict=True))
        if field is not None and field.name in IDENTIFIERS and (found := _NUMBER.fullmatch(text))
    }


def _person(
    known: Sequence[Field | None], header: Sequence[str], texts: Sequence[str]
) -> list[tuple[str, str]]:
    """Return what the columns of identification say."""
    return [
        (text, cell)
        for field, text, cell in zip(known, header, texts, strict=True)
        if cell and field is not None and field.area == "identification"
    ]

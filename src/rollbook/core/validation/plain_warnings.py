"""Warnings of cells whose rows need no second look: told by column and text, not one by one.

A district with levels of its own has one in nearly every cell of several columns.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import chain, compress, repeat
from typing import TypeVar

from rollbook.core.issues import IssueBatch, IssueKind, Severity
from rollbook.core.validation.columns import Column
from rollbook.core.validation.rows import read_identifier, shown

T = TypeVar("T")


def plain_warnings(
    columns: Sequence[Column],
    rows: Sequence[int],
    *,
    cells: Sequence[Sequence[str]],
    texts: Sequence[Sequence[str]],
    asked: Set[int],
) -> IssueBatch:
    """Return the warnings of a chunk in the order of the file.

    `cells` and `texts` are by column, as read and as COPY text; `asked` are the places of rows
    that are judged one by one, whose warnings come from there.
    """
    kinds: list[IssueKind] = []
    told: list[list[int]] = []  # by column: the number of its kind from 1 on, 0 where there is none
    for column, column_cells in zip(columns, cells, strict=True):
        words = sorted(column.judge.warned.keys() & set(column_cells))
        if words:
            numbers = {word: at for at, word in enumerate(words, start=len(kinds) + 1)}
            kinds += [_kind(column, word) for word in words]
            told.append(list(map(numbers.get, column_cells, repeat(0))))
    if not told:
        return IssueBatch.of(())
    for of_column in told:
        for at in asked:
            of_column[at] = 0
    by_row = list(chain.from_iterable(zip(*told, strict=True)))
    student_ids = _student_ids(columns, cells=cells, texts=texts) or [None] * len(rows)
    return IssueBatch(
        kinds,
        [number - 1 for number in by_row if number],
        list(compress(_each(rows, len(told)), by_row)),
        list(compress(_each(student_ids, len(told)), by_row)),
    )


def _each(values: Iterable[T], times: int) -> Iterator[T]:
    return chain.from_iterable(map(repeat, values, repeat(times)))


def _student_ids(
    columns: Sequence[Column],
    *,
    cells: Sequence[Sequence[str]],
    texts: Sequence[Sequence[str]],
) -> list[str | None]:
    """Return the Student IDs as read, [] where the file has none."""
    for at, column in enumerate(columns):
        if column.field.name == "student_id":
            return [read_identifier(*each) for each in zip(texts[at], cells[at], strict=True)]
    return []


def _kind(column: Column, word: str) -> IssueKind:
    verdict = column.judge.warned[word]
    return IssueKind(
        verdict.code or "",
        Severity.WARNING,
        verdict.message,
        column.header,
        column.field.name,
        shown(word),
    )

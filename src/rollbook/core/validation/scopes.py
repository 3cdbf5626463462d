"""Columns that say whose rows they are: of which role, status, term, school year or subject.

No field has them, so their rows would all be stored as those of students, in the terms that the
other columns are mapped to. A file in which they say otherwise is reported; the pipeline holds it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from rollbook.core import cells
from rollbook.core.catalogue.field import Field
from rollbook.core.catalogue.school_days import school_years_in
from rollbook.core.catalogue.scope_words import (
    person_of_role,
    person_of_status,
    season_alone_in,
    subject_alone_in,
)
from rollbook.core.catalogue.students import is_ignored_header
from rollbook.core.catalogue.verdict import BLANK_MARKERS
from rollbook.core.feed_settings import FeedRules
from rollbook.core.issues import Issue, Severity
from rollbook.core.validation.scope_findings import Finding, finding_of, scores_of
from rollbook.core.validation.scope_headers import (
    Scope,
    is_start_of_test_or_enrollment,
    scope_of_column,
)

MOST_VALUES: Final = 40
"""A column with more different texts says something else of each row."""

MOST_DAYS: Final = 2_000

SHOWN: Final = 5

WORDS: Final = {
    Scope.ROLE: ("OTHER_ROLES", "people who aren't students, or of several roles"),
    Scope.STATUS: ("OTHER_STATUSES", "students who have left, aren't here yet, or are to go"),
    Scope.TERM: ("OTHER_TERMS", "several terms or testing windows, or another than it is read as"),
    Scope.LATEST: ("OTHER_TERMS", "first or latest tests and of others, so of several windows"),
    Scope.DATE: ("OTHER_TERMS", "days of several testing windows, or outside the term"),
    Scope.YEAR: ("OTHER_YEARS", "several school years, or another than its term is of"),
    Scope.SUBJECT: ("OTHER_SUBJECTS", "several subjects or tests, or another than it is read as"),
    Scope.LANGUAGE: ("OTHER_SUBJECTS", "tests in several languages"),
}
"""Code of the issue, and what the rows are of."""

_TIME = re.compile(r"[ T](?=\d{1,2}:)")


@dataclass(slots=True)
class ScopeColumn:
    """One column that may be such a one, and how many rows have each of its texts."""

    index: int
    header: str
    scope: Scope | None
    """What its header says; None: only its texts can."""
    is_doubtful: bool = False
    """Of days: perhaps those of an enrollment."""
    values: Counter[str] = field(default_factory=Counter)

    @property
    def is_of_days(self) -> bool:
        return self.scope is Scope.DATE

    def add(self, texts: Iterable[str]) -> None:
        if self.is_of_days:  # the day without its time, or each row may have its own text
            texts = [_TIME.split(text.strip())[0] for text in texts]
        if len(self.values) <= (MOST_DAYS if self.is_of_days else MOST_VALUES):
            self.values.update(texts)

    @property
    def may_tell(self) -> bool:
        """Tell whether there is a use in counting more of it: most columns are of other things."""
        if self.scope is not None:
            return True
        told = self.told
        return len(self.values) <= MOST_VALUES and (not told or any(map(_is_of_a_kind, told)))

    @property
    def told(self) -> Counter[str]:
        """Its texts without those that say nothing; none where there are too many to say it."""
        told: Counter[str] = Counter()
        for text, rows in self.values.items():
            shown = cells.shown(text).strip()
            if shown.lower() not in BLANK_MARKERS:
                told[shown] += rows
        return Counter() if len(told) > MOST_VALUES and not self.is_of_days else told


class Scopes:
    """The columns of one file that say whose rows they are, and that nobody has decided on."""

    def __init__(
        self, header: Sequence[str], fields: Sequence[Field | None], *, rules: FeedRules
    ) -> None:
        unknown = [
            (index, text)
            for index, (text, known) in enumerate(zip(header, fields, strict=True))
            if known is None and not is_ignored_header(text, rules)
        ]
        self._scores = scores_of(header, fields)
        self.columns = [ScopeColumn(index, text, scope_of_column(text)) for index, text in unknown]
        self._add_starts()

    def add(self, records: Sequence[Sequence[str]]) -> None:
        """Count the texts of a chunk."""
        if not records or not self.columns:
            return
        by_column = list(zip(*records, strict=True))
        for column in self.columns:
            if column.is_of_days and not self._scores.terms:
                continue
            column.add(by_column[column.index])
        self.columns = [column for column in self.columns if column.may_tell]

    def issues(self) -> list[Issue]:
        """Return an issue about the whole file for each column that says too much."""
        found = [(column, self._finding(column)) for column in self.columns]
        told = [(column, finding) for column, finding in found if finding is not None]
        is_one_term = any(
            column.scope is Scope.TERM and column.told and finding is None
            for column, finding in found
        )
        return [
            _issue(column, finding)
            for column, finding in told
            if not (finding.scope is Scope.LATEST and is_one_term)
        ]

    def _add_starts(self) -> None:
        has_days = any(column.is_of_days for column in self.columns)
        for column in self.columns:
            if column.scope is None and is_start_of_test_or_enrollment(column.header):
                column.scope, column.is_doubtful = Scope.DATE, not has_days

    def _finding(self, column: ScopeColumn) -> Finding | None:
        found = finding_of(column.header, column.scope, column.told, scores=self._scores)
        return Finding(found.scope, is_held=False) if found and column.is_doubtful else found


def _is_of_a_kind(text: str) -> bool:
    return (
        person_of_role(text) is not None
        or person_of_status(text) is not None
        or season_alone_in(text) is not None
        or subject_alone_in(text) is not None
        or bool(school_years_in(text))
    )


def _issue(column: ScopeColumn, finding: Finding) -> Issue:
    code, words = WORDS[finding.scope]
    texts = [f"{text} ({count:,})" for text, count in column.told.most_common(SHOWN)]
    return Issue(
        code if finding.is_held else "ROWS_DOUBTFUL",
        Severity.WARNING,
        _message(words, is_held=finding.is_held),
        column=column.header,
        value=", ".join(texts),
    )


def _message(words: str, *, is_held: bool) -> str:
    if not is_held:
        return (
            f"This column suggests that some rows are of {words}. Rollbook has no field for it, "
            "so every row counts the same way. Check whether all rows belong here. If they do, "
            "ignore the column under Feeds, Columns."
        )
    return (
        f"This column says that some rows are of {words}. Rollbook has no field for it and would "
        "save every row the same way. Filter the export. If the column means something else, "
        "ignore it under Feeds, Columns."
    )

"""Columns that say what a row is about: its term, school year, subject, or the role of a person.

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
from rollbook.core.catalogue.students import is_ignored_header, normalize_header
from rollbook.core.catalogue.terms import term_named_in
from rollbook.core.catalogue.verdict import BLANK_MARKERS
from rollbook.core.feed_settings import FeedRules
from rollbook.core.issues import Issue, Severity
from rollbook.core.validation.scope_words import (
    Scope,
    date_in,
    is_day_of_term,
    is_role_of_others,
    names_term,
    school_years_in,
    scope_of_column,
    subject_of,
    years_of_term,
)

MOST_VALUES: Final = 40
"""A column with more different texts says something else of each row."""

MOST_DAYS: Final = 2_000

SHOWN: Final = 5

WORDS: Final = {
    Scope.ROLE: ("OTHER_ROLES", "people who are not students, or of several roles"),
    Scope.TERM: ("OTHER_TERMS", "several terms or testing windows, or another than it is read as"),
    Scope.DATE: ("OTHER_TERMS", "days outside the term that its scores are read as"),
    Scope.YEAR: ("OTHER_YEARS", "several school years, or another than its term is of"),
    Scope.SUBJECT: ("OTHER_SUBJECTS", "several subjects or tests, or another than it is read as"),
}
"""Code of the issue, and what the rows are of."""

_TIME = re.compile(r"[ T](?=\d{1,2}:)")


@dataclass(slots=True)
class ScopeColumn:
    """One such column, and how many rows have each of its texts."""

    index: int
    header: str
    scope: Scope
    values: Counter[str] = field(default_factory=Counter)

    def add(self, texts: Iterable[str]) -> None:
        if self.scope is Scope.DATE:  # the day without its time, or each row may have its own text
            texts = [_TIME.split(text.strip(), 1)[0] for text in texts]
        if len(self.values) <= (MOST_DAYS if self.scope is Scope.DATE else MOST_VALUES):
            self.values.update(texts)

    @property
    def told(self) -> list[str]:
        """Its texts without those that say nothing; [] where there are too many to say it."""
        found = [text for text in self.values if text.strip().lower() not in BLANK_MARKERS]
        return [] if len(found) > MOST_VALUES and self.scope is not Scope.DATE else found


class Scopes:
    """The columns of one file that say what a row is about, and that nobody has decided on."""

    def __init__(
        self, header: Sequence[str], fields: Sequence[Field | None], *, rules: FeedRules
    ) -> None:
        self.columns = [
            ScopeColumn(index, text, scope)
            for index, (text, known) in enumerate(zip(header, fields, strict=True))
            if known is None
            and (scope := scope_of_column(text))
            and not is_ignored_header(text, rules)
        ]
        unnamed = [
            (text, known)
            for text, known in zip(header, fields, strict=True)
            if known is not None and known.term is not None and term_named_in(text) is None
        ]
        self._terms = {known.term for _, known in unnamed if known.term is not None}
        self._subjects = {
            subject_of(known.name)
            for text, known in unnamed
            if subject_of(normalize_header(text)) is None
        } - {None}

    def add(self, records: Sequence[Sequence[str]]) -> None:
        """Count the texts of a chunk."""
        for column in self.columns:
            if column.scope is Scope.DATE and not self._terms:
                continue
            column.add([record[column.index] for record in records])

    def issues(self) -> list[Issue]:
        """Return an issue about the whole file for each column that says too much."""
        return [_issue(column) for column in self.columns if self._is_other(column)]

    def _is_other(self, column: ScopeColumn) -> bool:
        texts = [cells.shown(text) for text in column.told]
        match column.scope:
            case Scope.ROLE:
                return _several(texts) or any(map(is_role_of_others, texts))
            case Scope.PERSON_TYPE:
                return any(map(is_role_of_others, texts))
            case Scope.TERM:
                return _several(texts) or any(
                    not names_term(text, term) for text in texts for term in self._terms
                )
            case Scope.YEAR:
                return self._is_other_year(texts)
            case Scope.SUBJECT:
                found = {subject_of(normalize_header(text)) for text in texts} - {None}
                return _several(texts) or bool(self._subjects and found - self._subjects)
            case Scope.DATE:
                days = [day for text in texts if (day := date_in(text))]
                return any(not is_day_of_term(day, term) for day in days for term in self._terms)

    def _is_other_year(self, texts: list[str]) -> bool:
        years = [found for text in texts if (found := school_years_in(text))]
        if not years or len(years) < len(texts):  # a column of something else, such as "Year 3"
            return False
        is_bare = all(len(found) > 1 for found in years)  # "2025" and "2026", never "2025-26"
        is_several = not frozenset.intersection(*years) or (is_bare and len({*years}) > 1)
        return is_several or any(
            not found & years_of_term(term) for found in years for term in self._terms
        )


def _several(texts: Iterable[str]) -> bool:
    return len({normalize_header(text) for text in texts}) > 1


def _issue(column: ScopeColumn) -> Issue:
    code, words = WORDS[Scope.ROLE if column.scope is Scope.PERSON_TYPE else column.scope]
    texts = [
        f"{cells.shown(text)} ({count:,})"
        for text, count in column.values.most_common(SHOWN)
        if text.strip()
    ]
    return Issue(
        code,
        Severity.WARNING,
        f"By this column, the file's rows are of {words}. Rollbook has no field for it and would "
        "store every row in the same way. Have the export filtered; or, where the column does not "
        "say so, an administrator says under Feeds, Columns that it is ignored.",
        column=column.header,
        value=", ".join(texts),
    )

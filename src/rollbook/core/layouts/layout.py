"""A layout: how to read one kind of vendor's export. Declared as data, one declaration each.

Headers are compared as `normalize_header` writes them: `NORMING_WINDOW` and `Norming Window` are
one. In a declared header, `*` is any text.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from itertools import product
from typing import Final

from rollbook.core.catalogue.measures import MEASURES
from rollbook.core.catalogue.scope_words import subject_of

MEASURED: Final = frozenset(column for _, column, _, _ in MEASURES)
"""The names of measures without their term."""

SUBJECT: Final = "{subject}"
"""In the name of a measure: the subject of the row's test."""


WINDOW_PART: Final = "window"
"""The part of a header that is the testing window of the column's test."""

MOST_TESTS: Final = 200
"""In a row."""

PART: Final = re.compile(r"\{([a-z]+)\}")
"""In a declared header: one of the layout's parts."""

TestName = tuple[str, ...]
"""The text of each part by which headers name a test; “” where a column is of several tests."""


class Role(StrEnum):
    """What a column says of its row, where it holds no field of a student."""

    WINDOW = "testing window"
    YEAR = "school year"
    DATE = "date of the test"
    SUBJECT = "subject"
    OFFICIAL = "official test"
    LANGUAGE = "language of the test"
    EDITION = "edition of the test"
    PERSON = "role of the person"
    STATUS = "status of the enrollment"
    STARTED = "start of the enrollment"
    ENDED = "end of the enrollment"
    PRIMARY = "primary enrollment"


ENROLLMENT: Final = (Role.STARTED, Role.ENDED, Role.PRIMARY)
"""Columns that tell which of a student's enrollments counts."""


@dataclass(frozen=True, slots=True)
class LayoutColumn:
    """One column: what it holds, and how its header may be written."""

    holds: str
    """A field's name, a measure's name without its term, or a Role."""
    headers: tuple[str, ...]
    """Where a row has several tests, `{part}` is any text of that part of the layout."""


@dataclass(frozen=True, slots=True)
class Meant:
    """Of which rows one column must be: the others are left out, and counted.

    `pattern` is matched with the cell's text in lower case. A row whose cell is blank may be
    either, and is rejected.
    """

    role: Role
    pattern: str
    left_out: str
    """What the other rows are: “tests in another language”."""
    words: tuple[str, ...] = ()
    """Of a district's own layout: the words that `pattern` is made of; `*` is any text."""
    as_in: str = ""
    """The built-in layout that `pattern` is of, where it is no words."""
    is_blank_meant: bool = False
    """The vendor leaves the cell blank where nothing is to be said of a row."""


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of export. `name` never changes: feeds are set to it."""

    name: str
    vendor: str
    title: str
    columns: tuple[LayoutColumn, ...]
    signs: tuple[tuple[str, ...], ...]
    """Of each group of headers one must be there: together no other export has them."""
    ignored: tuple[str, ...]
    """Headers of columns that are not read, on purpose."""
    others: tuple[str, ...] = ()
    """Headers that only other exports of the vendor have."""
    subjects: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Subject as the measures' names write it -> headers that only its exports have."""
    seasons: tuple[tuple[str, tuple[int, int]], ...] = ()
    """The vendor's own testing windows in the order of the school year, each with the month and
    day on which it ends: for exports that do not name the window of a test."""
    meant: tuple[Meant, ...] = ()
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Field -> the vendor's code -> the text to read instead, as in `FeedRules.values`."""
    sources: tuple[str, ...] = ()
    """Where such a header is published."""
    notes: tuple[str, ...] = ()
    """What a reader of the documentation should know."""
    window_words: Mapping[str, str] = field(default_factory=dict)
    """Text of the testing window in lower case -> season, on top of the words that are known."""
    subject_words: Mapping[str, str] = field(default_factory=dict)
    """The same of the subject."""
    primary_words: Mapping[str, str] = field(default_factory=dict)
    """The same of the primary enrollment -> yes or no."""
    parts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Where a row has several tests: what a header says of its column's test, each with its texts.
    `(("test", ("1", "2")),)` with the header `score {test}` is two tests in a row."""

    @property
    def is_verified(self) -> bool:
        """A layout without a published header is only applied where a feed is set to it."""
        return bool(self.sources)

    @property
    def is_of_tests(self) -> bool:
        """Whether a row is a test, or several, and not a student."""
        return bool(self.parts) or any(column.holds == Role.WINDOW for column in self.columns)

    def holds(self, header: str) -> str | None:
        """Return what the column under a normalized header holds; None: nothing that is read."""
        return self.reads(header)[0]

    def reads(self, header: str) -> tuple[str | None, TestName]:
        """Return what the column under a normalized header holds, and of which test."""
        exact, patterns = _readers(self.columns, self.parts)
        if header in exact:
            return exact[header]
        found = (read for pattern, read in patterns if pattern.fullmatch(header))
        return next(found, (None, ("",) * len(self.parts)))

    def spellings(self, header: str) -> Iterator[tuple[str, TestName]]:
        """Yield each header that a declared one means, and the test that it names."""
        yield from _spellings(header, self.parts)

    def ignores(self, header: str) -> bool:
        """Tell whether the column under a normalized header is known, and not read."""
        return _matches(self.ignored, header)

    def is_of_another(self, header: str) -> bool:
        """Tell whether only another export of the vendor has such a column."""
        return _matches(self.others, header)

    def pattern_of_another(self, header: str) -> str | None:
        """Return how such a column is declared."""
        return next((each for each in self.others if _matches((each,), header)), None)

    @property
    def only_subject(self) -> str | None:
        """The subject of all its measures, where they name one themselves."""
        named = {subject_of(column.holds) for column in self.columns if column.holds in MEASURED}
        return named.pop() if len(named) == 1 else None

    def has_signs(self, headers: frozenset[str]) -> bool:
        """Tell whether of each group of signs one header is there."""
        return not self.missing_signs(headers)

    def missing_signs(self, headers: frozenset[str]) -> list[tuple[str, ...]]:
        """Return the groups of signs of which no header is there."""
        return [group for group in self.signs if not any(_has(sign, headers) for sign in group)]

    def subjects_of(self, headers: frozenset[str]) -> list[str]:
        """Return the subjects of which the file has columns of their own."""
        return [
            subject
            for subject, own in self.subjects.items()
            if any(_has(each, headers) for each in own)
        ]


@dataclass(frozen=True, slots=True)
class FileLayout:
    """A file's layout by name. Where it is not certain, the file was not read by it."""

    name: str
    vendor: str
    is_certain: bool


def _has(pattern: str, headers: frozenset[str]) -> bool:
    if "*" not in pattern:
        return pattern in headers
    return any(_compiled(pattern).fullmatch(header) for header in headers)


def _matches(patterns: tuple[str, ...], header: str) -> bool:
    plain, starred = _split(patterns)
    return header in plain or (starred is not None and starred.fullmatch(header) is not None)


@lru_cache(maxsize=256)
def _split(patterns: tuple[str, ...]) -> tuple[frozenset[str], re.Pattern[str] | None]:
    starred = "|".join(regex_of(each) for each in patterns if "*" in each)
    plain = frozenset(each for each in patterns if "*" not in each)
    return plain, re.compile(starred) if starred else None


_Read = tuple[str, TestName]


@lru_cache(maxsize=64)
def _readers(
    columns: tuple[LayoutColumn, ...], parts: tuple[tuple[str, tuple[str, ...]], ...]
) -> tuple[dict[str, _Read], list[tuple[re.Pattern[str], _Read]]]:
    exact: dict[str, _Read] = {}
    patterns: list[tuple[re.Pattern[str], _Read]] = []
    for column in columns:
        for declared in column.headers:
            for header, test in _spellings(declared, parts):
                if "*" in header:
                    patterns.append((_compiled(header), (column.holds, test)))
                else:
                    exact[header] = column.holds, test
    return exact, patterns


def _spellings(
    header: str, parts: tuple[tuple[str, tuple[str, ...]], ...]
) -> Iterator[tuple[str, TestName]]:
    named = PART.findall(header)
    for test in product(*(texts if name in named else ("",) for name, texts in parts)):
        spelled = header
        for (name, _), text in zip(parts, test, strict=True):
            spelled = spelled.replace(f"{{{name}}}", text)
        yield spelled, test


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(regex_of(pattern))


def regex_of(pattern: str) -> str:
    """Return a text in which `*` is any text as a regular expression."""
    first, *rest = map(re.escape, pattern.split("*"))
    if not rest:
        return first
    # Each part is taken where it comes first, so that many `*` cost no more than one.
    between = "".join(f"(?>.*?{part})" for part in rest[:-1])
    return f"{first}{between}.*{rest[-1]}"

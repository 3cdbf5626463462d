"""Which layout a header is of. Unsure means ask: a wrong layout would store wrong scores."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rollbook.core.catalogue.students import (
    is_fix_it_header,
    normalize_header,
    student_catalogue,
    without_place,
)
from rollbook.core.feed_settings import AUTO, IDENTIFIERS, IGNORE, NO_LAYOUT, FeedRules
from rollbook.core.layouts.builtin import LAYOUTS
from rollbook.core.layouts.layout import (
    ENROLLMENT,
    MEASURED,
    SUBJECT,
    WINDOW_PART,
    Layout,
    Role,
    TestName,
)
from rollbook.core.layouts.own import layout_named, own_layouts

CERTAIN: Final = 90
"""Percent of a file's columns that a layout must know to be applied without being chosen."""

FEW: Final = 2
"""So many columns that a layout does not know are no doubt, however few the file has."""

LIKELY: Final = 60
"""Percent of them for it to be named to the administrator, who decides."""


_OF_WINDOW: Final = re.compile(
    r"\b(?:round|wave|window|season|cycle|time of year|trimester|term"
    r"|(?:test|testing|assessment|benchmark) period)\b"
)
"""In the header of a column that may say in which window a test was taken."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """A header read by a layout. `holds[i]` is what column i holds, as `LayoutColumn.holds`."""

    layout: Layout
    holds: tuple[str | None, ...]
    unknown: tuple[str, ...]
    """Headers that the layout neither reads nor ignores."""
    is_certain: bool
    subject: str | None = None
    """Of which all tests are, as the header shows."""
    tests: tuple[TestName, ...] = ()
    """`tests[i]` is the test that the header of column i names."""
    window: str = ""
    """The testing window, where the header names it."""

    @property
    def known(self) -> int:
        """How many columns the layout reads."""
        return sum(each is not None for each in self.holds)

    def column(self, role: str) -> int | None:
        """Return where the column that holds `role` is."""
        return self.holds.index(role) if role in self.holds else None

    def each_test(self) -> "list[Recognition]":
        """Return the header as each test of a row reads it: without the columns of the others."""
        if not self.layout.parts:
            return [self]
        names = [name for name, _ in self.layout.parts]
        at = names.index(WINDOW_PART) if WINDOW_PART in names else None
        measured = (
            test for test, holds in zip(self.tests, self.holds, strict=True) if holds in MEASURED
        )
        found = [
            replace(self, holds=self._holds_of(test), window="" if at is None else test[at])
            for test in dict.fromkeys(measured)
        ]
        return found or [self]

    def _holds_of(self, test: TestName) -> tuple[str | None, ...]:
        is_of = {
            named: all(text in ("", own) for text, own in zip(named, test, strict=True))
            for named in set(self.tests)
        }
        return tuple(
            holds if is_of[named] else None
            for named, holds in zip(self.tests, self.holds, strict=True)
        )


def recognize(header: Sequence[str], layouts: Iterable[Layout] = LAYOUTS) -> Recognition | None:
    """Return the layout that fits a header best; None: none comes near."""
    headers = frozenset(map(key_of, header))
    found = [
        (fit, read)
        for layout in layouts
        if layout.has_signs(headers) and (read := read_by(layout, header)) is not None
        if (fit := _fit(read, header)) >= LIKELY
    ]
    if not found:
        return None
    found.sort(key=lambda each: each[0], reverse=True)
    best_fit, best = found[0]
    is_alone = len(found) == 1 or found[1][0] < best_fit
    is_known = best_fit >= CERTAIN or len(best.unknown) <= FEW
    is_certain = is_alone and is_known and best.layout.is_verified and not _hides_window(best)
    return replace(best, is_certain=is_certain)


def layout_of(header: Sequence[str], rules: FeedRules) -> Recognition | None:
    """Return the header as the feed has it read: by the layout it is set to, or by a certain one.

    What the feed itself maps to identifiers counts before the layout. A feed that maps other
    columns of a layout, and is not set to it, has decided against it.
    """
    if rules.layout == NO_LAYOUT:
        return None
    mapped = {normalize_header(each): name for each, name in rules.headers.items()}
    own = [mapped.get(normalize_header(text)) for text in header]
    if rules.layout != AUTO:
        layout = layout_named(rules.layout, rules)
        read = None if layout is None else read_by(layout, header)
    else:
        read = recognize(header)
        if read is None or not read.is_certain or _maps_others(read, own):
            return None
    return read if read is None or not read.layout.is_of_tests else _as_mapped(read, header, own)


def layout_near(header: Sequence[str], rules: FeedRules) -> Recognition | None:
    """Return the layout that a header comes near to, for an administrator to decide on.

    One of the district's own comes first: it was made for its files.
    """
    if rules.layout != AUTO or rules.headers:
        return None
    return recognize(header, own_layouts(rules)) or recognize(header)


def read_by(layout: Layout, header: Sequence[str]) -> Recognition | None:
    """Return the header as `layout` reads it; None: it cannot be of that layout.

    It cannot where an identifier or what is tested is missing, where a column that the layout
    reads is there twice, where the subject is open, where a column is of another export, or where
    one of a row's tests lacks what the others have.
    """
    keys = list(map(key_of, header))
    headers = frozenset(keys)
    subjects = layout.subjects_of(headers)
    read = [layout.reads(key) for key in keys]
    found = [_of_subject(holds, subjects) for holds, _ in read]
    if not layout.has_signs(headers) or any(map(layout.is_of_another, keys)):
        return None
    if read_twice(layout, keys) or are_tests_unlike(layout, keys):
        return None
    if layout.subjects and len(subjects) != 1:
        return None
    unknown = tuple(
        text
        for text, key, holds in zip(header, keys, found, strict=True)
        if holds is None and key and not is_known(layout, text, key)
    )
    subject = subjects[0] if subjects else layout.only_subject
    tests = tuple(test for _, test in read)
    return Recognition(
        layout, tuple(found), unknown, is_certain=False, subject=subject, tests=tests
    )


def read_twice(layout: Layout, keys: Iterable[str]) -> frozenset[tuple[str, TestName]]:
    """Return what several columns hold of one test. Dates may be one for each measure."""
    times = Counter(
        (holds, test, key if holds == Role.DATE and layout.parts else "")
        for key in keys
        for holds, test in (layout.reads(key),)
        if holds is not None
    )
    return frozenset((holds, test) for (holds, test, _), number in times.items() if number > 1)


def are_tests_unlike(layout: Layout, keys: Iterable[str]) -> bool:
    """Tell whether one of a row's tests lacks a column that tells the term of the others, or,
    where tests are numbered, one that the others have."""
    if not layout.parts:
        return False
    read = [layout.reads(key) for key in keys]
    holds = tuple(_of_subject(each, ("reading",)) for each, _ in read)
    tests = tuple(test for _, test in read)
    has_windows = any(name == WINDOW_PART for name, _ in layout.parts)
    kinds = {
        frozenset(each for each in test.holds if each and not (has_windows and each in MEASURED))
        for test in Recognition(layout, holds, (), is_certain=False, tests=tests).each_test()
    }
    return len(kinds) > 1


def is_known(layout: Layout, text: str, key: str) -> bool:
    """Tell whether a column that the layout does not read is known all the same."""
    if layout.ignores(key) or is_fix_it_header(text):
        return True
    return not layout.is_of_tests and student_catalogue(()).find(text) is not None


def key_of(header: str) -> str:
    """Return what is compared of a header: without its number or its table in front."""
    return normalize_header(without_place(header) or header)


def _hides_window(read: Recognition) -> bool:
    """Tell whether tests may name their window in a column that the layout does not know: “Round”.

    Their dates alone would then decide of which term they are.
    """
    if not read.layout.is_of_tests or read.column(Role.WINDOW) is not None:
        return False
    return any(_OF_WINDOW.search(key_of(text)) for text in read.unknown)


def _maps_others(read: Recognition, own: Sequence[str | None]) -> bool:
    """Tell whether the feed maps a column that the layout reads for a field or to leave out rows.

    To ignore what tells enrollments apart is no decision: it holds no field.
    """
    return any(
        name and holds not in (None, *IDENTIFIERS, *ENROLLMENT)
        for holds, name in zip(read.holds, own, strict=True)
    )


def _as_mapped(read: Recognition, header: Sequence[str], own: Sequence[str | None]) -> Recognition:
    """Return a header of tests with the feed's own identifiers, and without what it ignores."""
    taken = [name if name in IDENTIFIERS else None for name in own]
    return replace(
        read,
        holds=tuple(
            mine or (None if holds in taken or name == IGNORE else holds)
            for mine, holds, name in zip(taken, read.holds, own, strict=True)
        ),
        unknown=tuple(text for text in read.unknown if own[header.index(text)] is None),
    )


def _of_subject(holds: str | None, subjects: Sequence[str]) -> str | None:
    if holds is None or not isinstance(holds, str) or holds in list(Role):
        return holds
    return holds.replace(SUBJECT, subjects[0] if len(subjects) == 1 else "")


def _fit(read: Recognition, header: Iterable[str]) -> float:
    named = sum(bool(text.strip()) for text in header)
    return 100 * (named - len(read.unknown)) / named if named else 0

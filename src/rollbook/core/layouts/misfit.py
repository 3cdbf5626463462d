"""Why a header is not of a layout: by the layout's own words, which everybody may read.

What the file says is kept apart: without a header, its first line is a student.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Final

from rollbook.core.layouts.description import meaning, quoted
from rollbook.core.layouts.layout import Layout
from rollbook.core.layouts.recognition import doubled, key_of, read_by, tests_of

MOST_TOLD: Final = 5
"""Columns that a sentence names."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """What speaks against a header: in words of the layout, and the file's own headers."""

    why: str
    headers: tuple[str, ...]


def misfit(layout: Layout, header: Sequence[str]) -> Misfit:
    """Return why `recognition.read_by` takes `header` for none of `layout`."""
    keys = list(map(key_of, header))
    read = [layout.reads(key) for key in keys]
    held, tests = [holds for holds, _ in read], tests_of(layout, [test for _, test in read])
    is_double = doubled(layout, zip(held, tests, keys, strict=True))
    twice = [*dict.fromkeys(holds for holds in compress(held, is_double) if holds)]
    foreign = [layout.is_of_another(key) for key in keys]
    said = [
        _lacking(layout.missing_signs(frozenset(keys))),
        _of_another(layout.pattern_of_another(key) for key in keys),
        *(
            f"several of its columns are {meaning(holds)}"
            for holds in [*twice][:MOST_TOLD]
            if holds
        ),
        _of_subjects(layout, layout.subjects_of(frozenset(keys))),
    ]
    against = [
        text
        for text, is_foreign, is_again in zip(header, foreign, is_double, strict=True)
        if is_foreign or is_again
    ]
    why = "; ".join(filter(None, said))
    if not why and read_by(layout, header) is None:
        why = "one of the tests of a row lacks a column that the others have"
    return Misfit(why, tuple(against))


def _lacking(groups: Sequence[Sequence[str]]) -> str:
    if not groups:
        return ""
    return "it has no column " + ", and none ".join(
        quoted(group, "or", most=MOST_TOLD) for group in groups[:MOST_TOLD]
    )


def _of_another(found: Iterable[str | None]) -> str:
    patterns = [each for each in dict.fromkeys(found) if each is not None]
    if not patterns:
        return ""
    return f"it has columns that only other exports have: {quoted(patterns, 'and', most=MOST_TOLD)}"


def _of_subjects(layout: Layout, found: Sequence[str]) -> str:
    if not layout.subjects or len(found) == 1:
        return ""
    if not found:
        return f"no column shows whether its tests are of {' or '.join(layout.subjects)}"
    return f"its columns are of several subjects: {' and '.join(found)}"

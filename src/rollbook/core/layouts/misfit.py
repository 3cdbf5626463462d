"""Why a header is not of a layout: by the layout's own words, which everybody may read.

What the file says is kept apart: without a header, its first line is a student.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rollbook.core.layouts.description import meaning, quoted
from rollbook.core.layouts.layout import Layout, TestName
from rollbook.core.layouts.recognition import are_tests_unlike, key_of, read_twice

MOST_TOLD: Final = 5
"""Columns that a sentence names."""

_UNLIKE: Final = "one of the tests in a row lacks a column that the others have"


@dataclass(frozen=True, slots=True)
class Misfit:
    """What speaks against a header: in words of the layout, and the file's own headers."""

    why: str
    headers: tuple[str, ...]


def misfit(layout: Layout, header: Sequence[str]) -> Misfit:
    """Return why `recognition.read_by` takes `header` for none of `layout`."""
    keys = list(map(key_of, header))
    held = list(map(layout.reads, keys))
    twice = read_twice(layout, keys)
    foreign = [layout.is_of_another(key) for key in keys]
    said = [
        _lacking(layout.missing_signs(frozenset(keys))),
        _of_another(layout.pattern_of_another(key) for key in keys),
        *(f"several of its columns are {what}" for what in _held(twice)),
        _of_subjects(layout, layout.subjects_of(frozenset(keys))),
        _UNLIKE if are_tests_unlike(layout, keys) else "",
    ]
    against = [
        text
        for text, read, is_foreign in zip(header, held, foreign, strict=True)
        if is_foreign or read in twice
    ]
    return Misfit("; ".join(filter(None, said)), tuple(against))


def _held(twice: Iterable[tuple[str, TestName]]) -> list[str]:
    """Return what is there twice, in words, each with the test that its headers name."""
    found = (" ".join(filter(None, (meaning(holds), *test))) for holds, test in twice)
    return sorted(found)[:MOST_TOLD]


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
    return f"its columns are from several subjects: {' and '.join(found)}"

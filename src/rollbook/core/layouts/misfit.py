"""Why a header is not of a layout: by the layout's own words, which everybody may read.

What the file says is kept apart: without a header, its first line is a student.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rollbook.core.layouts.description import meaning, quoted
from rollbook.core.layouts.layout import Layout
from rollbook.core.layouts.recognition import key_of

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
    held = list(map(layout.holds, keys))
    twice = [holds for holds, times in Counter(held).items() if holds is not None and times > 1]
    foreign = [layout.is_of_another(key) for key in keys]
    said = [
        _lacking(layout.missing_signs(frozenset(keys))),
        _of_another(layout.pattern_of_another(key) for key in keys),
        *(f"several of its columns are {meaning(holds)}" for holds in twice[:MOST_TOLD]),
        _of_subjects(layout, layout.subjects_of(frozenset(keys))),
    ]
    against = [
        text
        for text, holds, is_foreign in zip(header, held, foreign, strict=True)
        if is_foreign or holds in twice
    ]
    return Misfit("; ".join(filter(None, said)), tuple(against))


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

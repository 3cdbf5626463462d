"""What a layout of several tests in a row must be, so that each column is of one test."""

import re
from collections.abc import Iterator
from math import prod
from typing import Final

from rollbook.core.catalogue.scope_words import season_alone_in
from rollbook.core.catalogue.students import normalize_header
from rollbook.core.layouts.layout import (
    MEASURED,
    MOST_TESTS,
    PART,
    SUBJECT,
    WINDOW_PART,
    Layout,
    Role,
)
from rollbook.core.layouts.shapes import Fault

_NAME: Final = re.compile(r"[a-z]{1,20}")
_OF_A_TEST: Final = (Role.DATE, Role.YEAR, Role.LANGUAGE)
"""What a column may say of one test, beside its results."""


def part_faults(layout: Layout) -> list[Fault]:
    """Return what is wrong with the parts of a layout, and with headers that name them."""
    faults = [*_texts(layout)]
    return faults or [*_headers(layout), *_terms(layout)]


def _texts(layout: Layout) -> Iterator[Fault]:
    if prod(len(texts) for _, texts in layout.parts) > MOST_TESTS:
        yield "parts", f"A row has at most {MOST_TESTS} tests."
    for name, texts in layout.parts:
        if not _NAME.fullmatch(name):
            yield "parts", "A part is named by a word in small letters, such as test."
        if not texts or len(set(texts)) < len(texts):
            yield "parts", f"The part “{name[:20]}” has no texts, or one twice."
        wrong = [text for text in texts if not text or normalize_header(text) != text]
        if wrong:
            yield (
                "parts",
                f"“{wrong[0]}” is compared in small letters, without punctuation, as headers are.",
            )


def _headers(layout: Layout) -> Iterator[Fault]:
    names = [name for name, _ in layout.parts]
    for column in layout.columns:
        is_measure = column.holds.replace(SUBJECT, "reading") in MEASURED
        for header in column.headers:
            named = PART.findall(header)
            if unknown := [name for name in named if name not in names]:
                yield "columns", f"“{{{unknown[0]}}}” in a header isn't a part of the layout."
            elif is_measure and sorted(named) != sorted(names):
                yield (
                    "columns",
                    f"“{header}” doesn't say of which test it is; name each part once.",
                )
            elif named and not is_measure and column.holds not in _OF_A_TEST:
                yield "columns", f"“{header}” is of one test, and is read for the student."
    lists = (*layout.signs, *layout.subjects.values(), layout.ignored, layout.others)
    for header in (header for group in lists for header in group):
        if PART.search(header):
            yield "columns", f"“{header}” is only compared: write “*” for what differs."


def _terms(layout: Layout) -> Iterator[Fault]:
    if not layout.parts:
        return
    for text in dict(layout.parts).get(WINDOW_PART, ()):
        if text not in layout.window_words and season_alone_in(text) is None:
            yield "parts", f"“{text}” isn't a testing window. Say which one under “window_words”."
    names = {name for name, _ in layout.parts}
    dates = [column for column in layout.columns if column.holds == Role.DATE]
    is_told = WINDOW_PART in names or any(
        set(PART.findall(header)) == names for column in dates for header in column.headers
    )
    if not is_told:
        yield "parts", "Nothing tells the term of each test; name the column of its date."

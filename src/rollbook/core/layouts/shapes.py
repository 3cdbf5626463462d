"""What a layout's document may look like: its parts, their kinds and sizes."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from rollbook.core.layouts.document import FORMAT, VERSION
from rollbook.core.layouts.names import OWN_NAME, VENDOR

LONGEST: Final = 100
"""Characters of a header or a word."""

LONGEST_SENTENCE: Final = 300
MOST_HEADERS: Final = 500
"""Of one list."""

MOST_COLUMNS: Final = 100
MOST_WORDS: Final = 100
_LISTS: Final = ("others", "ignored", "notes")
_TABLES: Final = ("window_words", "subject_words", "primary_words")
PARTS: Final = (
    FORMAT, "name", "vendor", "title", "columns", "signs", "subjects", "seasons", "rows", "values",
    "parts", *_LISTS, *_TABLES,
)  # fmt: skip
REQUIRED: Final = (FORMAT, "name", "vendor", "title", "columns", "signs")

Fault = tuple[str, str]
"""A part of the document, and a sentence: what is wrong with it and what to do."""


def shape_faults(document: Any) -> list[Fault]:
    """Return what is wrong with the kinds and sizes of a document; what is right has a layout."""
    if not isinstance(document, dict):
        return [(FORMAT, "A layout is a JSON object. Export one to see how it is written.")]
    if FORMAT not in document:
        return [(FORMAT, _no_layout(document))]
    if document.get(FORMAT) != VERSION or isinstance(document.get(FORMAT), bool):
        return [
            (FORMAT, f"“{FORMAT}” has to be {VERSION}: this version of Rollbook reads no other.")
        ]
    missing = [part for part in REQUIRED if part not in document]
    if missing:
        return [(part, f"“{part}” is missing. Add it.") for part in missing]
    unknown = [part for part in document if part not in PARTS]
    if unknown:
        shown = ", ".join(f"“{part[:LONGEST]}”" for part in unknown[:5])
        return [(FORMAT, f"A layout has no part {shown}. Take it out, or correct its name.")]
    return [
        *_names(document),
        *_of_columns(document["columns"]),
        *_of_signs(document["signs"]),
        *_of_lists(document),
        *_of_tables(document),
        *_of_seasons(document.get("seasons", [])),
        *_of_rows(document.get("rows", [])),
    ]


def _no_layout(document: Mapping[str, Any]) -> str:
    if "rollbook_mapping" in document:
        return (
            "The file is the mapping of a feed. Add it on the feed's page Columns, or with "
            "`rollbook feeds mapping import`."
        )
    return f"The file has no “{FORMAT}”, so it isn't a layout. Export one to see how it is written."


def _names(document: Mapping[str, Any]) -> Iterator[Fault]:
    name, vendor = document["name"], document["vendor"]
    if not isinstance(name, str) or not OWN_NAME.fullmatch(name):
        yield (
            "name",
            "The name of an own layout begins with own- and has small letters, digits and "
            "hyphens, 60 at most, such as own-iready-math.",
        )
    if not isinstance(vendor, str) or not VENDOR.fullmatch(vendor):
        yield "vendor", "The vendor has small letters, digits and hyphens, 40 at most."
    if not is_text(document["title"], LONGEST):
        yield "title", f"The title is a text of 1 to {LONGEST} characters in one line."


def _of_columns(columns: Any) -> Iterator[Fault]:
    if not isinstance(columns, list) or not 1 <= len(columns) <= MOST_COLUMNS:
        yield "columns", f"The columns are a list of 1 to {MOST_COLUMNS}."
        return
    for each in columns:
        if (
            not isinstance(each, dict)
            or each.keys() != {"holds", "headers"}
            or not is_text(each["holds"], LONGEST)
            or not each["headers"]
            or not _is_list(each["headers"])
        ):
            yield "columns", "Each column has “holds”, a text, and “headers”, a list of texts."
            return


def _of_signs(signs: Any) -> Iterator[Fault]:
    is_right = isinstance(signs, list) and len(signs) <= MOST_COLUMNS
    if not is_right or not all(group and _is_list(group) for group in signs):
        yield "signs", "The signs are a list of lists of headers, none of them empty."


def _of_lists(document: Mapping[str, Any]) -> Iterator[Fault]:
    for part in _LISTS:
        longest = LONGEST_SENTENCE if part == "notes" else LONGEST
        if not _is_list(document.get(part, []), longest):
            yield (
                part,
                f"“{part}” is a list of {MOST_HEADERS} texts at most, each of 1 to {longest} "
                "characters.",
            )


def _of_tables(document: Mapping[str, Any]) -> Iterator[Fault]:
    for part in _TABLES:
        if not _is_table(document.get(part, {})):
            yield part, f"“{part}” is an object of texts, {MOST_WORDS} at most."
    parts = document.get("parts", {})
    if not isinstance(parts, dict) or not all(map(_is_list, parts.values())):
        yield "parts", "The parts are an object: what a header names, and a list of its texts."
    subjects, values = document.get("subjects", {}), document.get("values", {})
    if not isinstance(subjects, dict) or not all(map(_is_list, subjects.values())):
        yield "subjects", "The subjects are an object: a subject, and a list of headers."
    if not isinstance(values, dict) or not all(map(_is_table, values.values())):
        yield "values", "The values are an object: a field, and an object of texts."


def _of_seasons(seasons: Any) -> Iterator[Fault]:
    if not isinstance(seasons, list) or not all(map(_is_season, seasons)):
        yield "seasons", 'A window is written as ["winter", [3, 1]]: the month and day it ends on.'


def _is_season(each: Any) -> bool:
    if not isinstance(each, list) or len(each) != 2 or not isinstance(each[0], str):
        return False
    end = each[1]
    return isinstance(end, list) and len(end) == 2 and all(type(number) is int for number in end)


def _of_rows(rows: Any) -> Iterator[Fault]:
    if not isinstance(rows, list) or not all(map(_is_rows, rows)):
        yield (
            "rows",
            "Rows that are meant have “column”, “words” (a list of texts) or “as_in” (the name of "
            "a built-in layout), and “left_out”, what the other rows are. With “words” there may "
            'be "blank": "meant", where a blank cell says nothing against a row.',
        )


def _is_rows(each: Any) -> bool:
    if not isinstance(each, dict) or not is_text(each.get("column"), LONGEST):
        return False
    if not is_text(each.get("left_out"), LONGEST):
        return False
    if each.keys() == {"column", "left_out", "as_in"}:
        return is_text(each["as_in"], LONGEST)
    if each.get("blank", "meant") != "meant":
        return False
    return each.keys() - {"blank"} == {"column", "left_out", "words"} and bool(
        each["words"] and _is_list(each["words"])
    )


def is_text(given: Any, longest: int) -> bool:
    """Tell whether it is a text in one line that says something."""
    return isinstance(given, str) and 0 < len(given.strip()) <= longest and given.isprintable()


def _is_list(given: Any, longest: int = LONGEST) -> bool:
    return (
        isinstance(given, list)
        and len(given) <= MOST_HEADERS
        and all(is_text(each, longest) for each in given)
    )


def _is_table(given: Any) -> bool:
    return (
        isinstance(given, dict)
        and len(given) <= MOST_WORDS
        and all(is_text(each, LONGEST) for pair in given.items() for each in pair)
    )

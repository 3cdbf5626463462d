"""What a layout must be so that no value lands where it does not belong.

The built-in layouts are held to the same rules by a test.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from typing import Any, Final

from rollbook.core.catalogue.students import normalize_header, student_catalogue
from rollbook.core.feed_settings import IDENTIFIERS, FeedRules
from rollbook.core.layouts.builtin import BY_NAME
from rollbook.core.layouts.checks_of_parts import part_faults
from rollbook.core.layouts.document import layout_of_document
from rollbook.core.layouts.layout import ENROLLMENT, MEASURED, PART, SUBJECT, Layout, Role
from rollbook.core.layouts.shapes import LONGEST, Fault, is_text, shape_faults

SEASONS: Final = ("fall", "winter", "spring")
SUBJECTS: Final = ("reading", "math")
OTHER: Final = "other"
"""As a subject: one that Rollbook keeps no scores of."""

ROW_ROLES: Final = (Role.LANGUAGE, Role.EDITION, Role.PERSON, Role.STATUS)
"""Columns that are there to tell which rows are meant."""

FIELDS: Final = {field.name: field for field in student_catalogue().fields if field.term is None}
_PLAIN: Final = FeedRules()
_MOST_STARS: Final = 4


def layout_faults(document: Any) -> list[Fault]:
    """Return what is wrong with a document, and with the layout it declares; [] for nothing."""
    found = shape_faults(document)
    if found:
        return found
    found = [*_unknown_holds(document["columns"]), *_unknown_rows(document.get("rows", ()))]
    if found:
        return found
    layout = layout_of_document(document)
    return [*_names_taken(layout), *rule_faults(layout)]


def rule_faults(layout: Layout) -> list[Fault]:
    """Return which rules a layout breaks, one sentence each."""
    rules = (_headers, _identifiers, _kinds, _signs, _subjects, _seasons, _rows, _words, _values)
    return part_faults(layout) or [fault for rule in rules for fault in rule(layout)]


def _unknown_holds(columns: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    known = {*FIELDS, *MEASURED, *Role}
    for each in columns:
        holds = each["holds"]
        if holds not in known and not _is_of_subjects(holds):
            near = get_close_matches(holds, sorted(known), n=1)
            perhaps = f" Perhaps “{near[0]}”?" if near else ""
            yield (
                "columns",
                f"“{holds}” isn't something a column can have.{perhaps} It can have a field of a "
                "student, such as “student_id”, a measure without its term, such as "
                f"“iready_math_score”, or one of: {', '.join(f'“{role}”' for role in Role)}.",
            )


def _unknown_rows(rows: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    for each in rows:
        if each["column"] not in ROW_ROLES:
            choices = ", ".join(f"“{role}”" for role in ROW_ROLES)
            yield "rows", f"Rows are meant by one of the columns {choices}."
        elif "as_in" in each and not any(
            meant.role == each["column"]
            for layout in (BY_NAME.get(each["as_in"]),)
            if layout is not None
            for meant in layout.meant
        ):
            yield "rows", "“as_in” names no built-in layout that says which rows are meant so."


def _is_of_subjects(holds: str) -> bool:
    return SUBJECT in holds and all(holds.replace(SUBJECT, each) in MEASURED for each in SUBJECTS)


def _names_taken(layout: Layout) -> Iterator[Fault]:
    if layout.name in BY_NAME:
        yield "name", "A built-in layout already has this name. Choose another."


def _headers(layout: Layout) -> Iterator[Fault]:
    declared = [header for column in layout.columns for header in column.headers]
    read = [*_spelled(layout)]
    lists = (*layout.signs, *layout.subjects.values(), layout.ignored, layout.others)
    for header in dict.fromkeys([*declared, *(each for group in lists for each in group)]):
        plain = PART.sub(" x ", header).replace("*", " x ")
        if header.count("*") > _MOST_STARS or not header.replace("*", "").strip():
            yield "columns", f"“{header}” needs a letter and has at most {_MOST_STARS} “*”."
        elif normalize_header(plain) != " ".join(plain.split()):
            yield (
                "columns",
                f"“{header}” is compared in small letters, without punctuation: write "
                f"“{plain_header(header)}”.",
            )
    for header, times in Counter(read).items():
        if times > 1:
            yield "columns", f"“{header}” is there twice, but a column has one meaning."
        elif header in layout.ignored or header in layout.others:
            yield "columns", f"“{header}” is both read and not read. Take it out of one list."
    for holds, times in Counter(str(column.holds) for column in layout.columns).items():
        if times > 1:
            yield "columns", f"“{holds}” is there twice. Write its headers in one list."


def _spelled(layout: Layout) -> Iterator[str]:
    """Yield each header that is read, for every test that it may name."""
    for column in layout.columns:
        for declared in column.headers:
            yield from (header for header, _ in layout.spellings(declared))


def plain_header(header: str) -> str:
    """Return a header as it is compared; `*` and `{part}` stay."""
    found = re.split(rf"(\*|{PART.pattern.replace('(', '(?:')})", header)
    return "".join(
        text if number % 2 else _plain_part(text) for number, text in enumerate(found)
    ).strip()


def _plain_part(part: str) -> str:
    plain = normalize_header(part)
    if not plain:
        return " " if part.startswith(" ") else ""
    return f"{' ' * part.startswith(' ')}{plain}{' ' * part.endswith(' ')}"


def _identifiers(layout: Layout) -> Iterator[Fault]:
    if not {*IDENTIFIERS} & {column.holds for column in layout.columns}:
        yield "columns", "No column has the Student ID or the SSID. Name one of them."


def _kinds(layout: Layout) -> Iterator[Fault]:
    """A row is a test or a student: what a row of one kind cannot hold would vanish."""
    holds = {str(column.holds) for column in layout.columns}
    measures = {each for each in holds if each in MEASURED or SUBJECT in each}
    if not layout.is_of_tests:
        if measures or holds & {Role.YEAR, Role.DATE, Role.OFFICIAL, Role.SUBJECT}:
            yield (
                "columns",
                "Scores, school years and dates are of tests, so name the column of the testing "
                "window, or the header that it would have; otherwise take these columns out.",
            )
        return
    if holds & {*ENROLLMENT}:
        yield "columns", "A row is a test, not an enrollment. Take the enrollment columns out."
    if not measures:
        yield "columns", "A row is a test, but no column has a score or a level. Name one."
    if not holds & {Role.YEAR, Role.DATE}:
        yield "columns", "A test needs its school year or its date. Name the column of one."
    others = [FIELDS[each].header for each in holds if each in FIELDS and each not in _OF_TESTS]
    if others:
        yield (
            "columns",
            f"A row that is a test doesn't change {', '.join(sorted(others))}; take it out, or "
            "list its header under those that aren't read.",
        )


_OF_TESTS: Final = (*IDENTIFIERS, "last_name", "first_name")


def _signs(layout: Layout) -> Iterator[Fault]:
    if len(layout.signs) < 2:
        yield "signs", "Name at least two groups of headers by which the file is recognized."
    known = frozenset((*_spelled(layout), *layout.ignored))
    for sign in dict.fromkeys(each for group in layout.signs for each in group):
        is_column = replace(layout, signs=((sign,),)).has_signs(known)
        if not is_column and layout.holds(sign) is None and not layout.ignores(sign):
            yield (
                "signs",
                f"The file is recognized by “{sign}”, and that isn't one of its columns. Add it "
                f"to those that are read or that aren't read.",
            )


def _subjects(layout: Layout) -> Iterator[Fault]:
    holds = [str(column.holds) for column in layout.columns]
    if unknown := [each for each in layout.subjects if each not in SUBJECTS]:
        yield "subjects", f"“{unknown[0][:LONGEST]}” isn't a subject. Use reading or math."
    of_both = any(SUBJECT in each for each in holds)
    if of_both and not layout.subjects:
        yield (
            "subjects",
            "A column holds a result of reading or of math, by the file's subject: say which "
            "headers only the exports of reading have, and which only those of math.",
        )
    if layout.subjects and not of_both:
        yield (
            "subjects",
            "It says which headers only the exports of one subject have, and no column holds a "
            "result of reading or of math, by the file's subject: leave these headers out.",
        )
    if Role.SUBJECT in holds and not of_both and layout.only_subject is None:
        yield (
            "subjects",
            "A column holds the subject, and the scores are of several; make a layout for each "
            "subject, which leaves the other's rows out.",
        )


def _seasons(layout: Layout) -> Iterator[Fault]:
    names = [season for season, _ in layout.seasons]
    if names and names != [each for each in SEASONS if each in names]:
        yield "seasons", "Windows are fall, winter and spring, in this order, each once."
    for season, (month, day) in layout.seasons:
        if not _is_day(month, day):
            yield "seasons", f"The window {season[:LONGEST]} ends on no day of the year."


def _is_day(month: int, day: int) -> bool:
    try:
        date(2024, month, day)
    except (ValueError, OverflowError):
        return False
    return True


def _rows(layout: Layout) -> Iterator[Fault]:
    holds = {column.holds for column in layout.columns}
    said = [meant.role for meant in layout.meant]
    for role in dict.fromkeys(said):
        if role not in holds:
            yield "rows", f"The {role} says which rows are meant, but no column has it."
        if said.count(role) > 1:
            yield "rows", f"The {role} says twice which rows are meant. Write it once."
    for role in ROW_ROLES:
        if role in holds and role not in said:
            yield (
                "rows",
                f"A column holds the {role}, and nothing says which of its words mean a row: say "
                "so, or take the column out.",
            )
    for word in (word for meant in layout.meant for word in meant.words):
        if word.count("*") > _MOST_STARS or not word.replace("*", "").strip():
            yield "rows", f"“{word}” needs a letter and has at most {_MOST_STARS} “*”."


def _words(layout: Layout) -> Iterator[Fault]:
    for text, season in layout.window_words.items():
        if season not in SEASONS:
            yield "window_words", f"“{text}” can mean fall, winter or spring."
    for text, subject in layout.subject_words.items():
        if subject not in (*SUBJECTS, OTHER):
            yield "subject_words", f"“{text}” can mean reading, math or other."
    for text, meant in layout.primary_words.items():
        if meant not in ("yes", "no"):
            yield "primary_words", f"“{text}” can mean yes or no."


def _values(layout: Layout) -> Iterator[Fault]:
    if layout.values and layout.is_of_tests:
        yield "values", "A row is a test: what its texts mean is said in the feed's own mapping."
        return
    for name, texts in layout.values.items():
        field = FIELDS.get(name)
        if field is None or (field.area == "identification" and name != "grade"):
            why = f"“{name[:LONGEST]}” isn't a field whose values can mean something else."
            yield "values", why
            continue
        for text, meant in texts.items():
            verdict = field.type.judge(meant, _PLAIN)
            if not is_text(meant, LONGEST) or verdict.refused or verdict.code is not None:
                yield (
                    "values",
                    f"{field.header} doesn't accept “{meant}” for “{text}”. It accepts: "
                    f"{field.type.describe()}",
                )

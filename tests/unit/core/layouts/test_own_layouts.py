"""A district's own layouts: held to the rules of the built-in ones, and read as these are."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.catalogue.terms import Term
from rollbook.core.feed_settings import FeedRules
from rollbook.core.layouts.builtin import BY_NAME, LAYOUTS
from rollbook.core.layouts.checks import layout_faults, rule_faults
from rollbook.core.layouts.document import document_of, layout_of_document
from rollbook.core.layouts.kept import Kept, kept_rows, look_at
from rollbook.core.layouts.layout import Layout
from rollbook.core.layouts.recognition import layout_near, layout_of, recognize
from rollbook.core.layouts.windows import Windows
from rollbook.core.sandbox.task import Task, Wanted, unpack_task
from tests.unit.core.layouts.headers import PUBLISHED

MATH: dict[str, Any] = {
    "rollbook_layout": 1,
    "name": "own-math-checks",
    "vendor": "our-district",
    "title": "Math checks of our district",
    "columns": [
        {"holds": "student_id", "headers": ["pupil"]},
        {"holds": "testing window", "headers": ["round"]},
        {"holds": "school year", "headers": ["year"]},
        {"holds": "subject", "headers": ["area"]},
        {"holds": "iready_math_score", "headers": ["points"]},
    ],
    "signs": [["pupil"], ["points"]],
    "window_words": {"Round 1": "fall"},
    "subject_words": {"MA": "math", "RE": "reading"},
}
HEADER = ["Pupil", "Round", "Year", "Area", "Points"]


def own(document: dict[str, Any] = MATH, layout: str = "auto") -> FeedRules:
    return FeedRules(layout=layout, own_layouts=(json.dumps(document),))


def without_name(layout: Layout) -> Layout:
    """What a copy has of a layout: neither its name nor its sources."""
    meant = tuple(replace(each, as_in="") for each in layout.meant)
    return replace(layout, name="", sources=(), meant=meant)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_a_built_in_layout_keeps_the_rules_and_is_the_same_after_export_and_import(
    layout: Layout,
) -> None:
    assert rule_faults(layout) == []
    document = json.loads(json.dumps(document_of(layout) | {"name": f"own-{layout.name}"}))
    assert layout_faults(document) == []
    assert without_name(layout_of_document(document)) == without_name(layout)


def test_an_own_layout_is_applied_only_where_a_feed_is_set_to_it_and_named_otherwise() -> None:
    assert layout_faults(MATH) == []
    read = layout_of(HEADER, own(layout="own-math-checks"))
    assert read is not None
    assert (read.holds[4], read.subject) == ("iready_math_score", "math")
    assert layout_of(HEADER, own()) is None, "an administrator has not chosen it"
    near = layout_near(HEADER, own())
    assert near is not None
    assert (near.layout.name, near.is_certain) == ("own-math-checks", False)


def test_an_own_copy_leaves_the_built_in_layout_as_certain_as_it_was() -> None:
    layout = BY_NAME["iready-diagnostic-results"]
    copied = document_of(layout) | {"name": "own-copy"}
    header = PUBLISHED["iready_math"]
    read = layout_of(header, own(copied))
    assert read == recognize(header)
    assert read is not None
    assert read.is_certain
    mine = layout_of(header, own(copied, "own-copy"))
    assert mine is not None
    assert (mine.layout.name, mine.holds) == ("own-copy", read.holds)


def test_words_of_windows_and_subjects_are_the_districts_own() -> None:
    read = layout_of(HEADER, own(layout="own-math-checks"))
    assert read is not None
    kept = kept_rows(read)
    areas = ("ma", "Math", "RE", "Science", "")
    rows = [["1", "Round 1", "2025-26", area, "400"] for area in areas]
    other = "tests of another subject"
    *found, blank = (look_at(kept, row) for row in rows)
    assert found == [None, None, other, other]
    assert isinstance(blank, Kept), "nobody knows of which subject it is"
    windows = Windows([Term("Fall 2025")], words=read.layout.window_words)
    assert windows.place("ROUND 1", "2025-26", "").term == Term("Fall 2025")
    assert windows.place("Round 2", "2025-26", "").why


def test_the_limited_process_reads_by_the_same_own_layout() -> None:
    rules = own(layout="own-math-checks")
    task = Task(Wanted.HEADER, "a.csv", 1, student_catalogue(()), rules)
    assert unpack_task(task.pack()).rules == rules


def changed(**parts: Any) -> dict[str, Any]:
    return copy.deepcopy(MATH) | parts


def column(holds: str, *headers: str) -> dict[str, Any]:
    return {"holds": holds, "headers": list(headers)}


COLUMNS = MATH["columns"]


def of_tests(*columns: Any, **parts: Any) -> dict[str, Any]:
    """A layout of several tests in a row."""
    name = next(iter(parts.get("parts", {"test": ()})))
    own = [column("student_id", "pupil"), column("school year", "year")]
    score = column("iready_math_score", f"points {{{name}}}")
    kept = [each for each in own if each["holds"] not in {given["holds"] for given in columns}]
    signs = [["pupil"], ["year"]]
    several = {"columns": [*kept, *columns, score], "parts": {"test": ["1", "2"]}, "signs": signs}
    return changed(**{**several, **parts})


WRONG: list[tuple[Any, str]] = [
    ([], "JSON object"),
    ({}, "has no “rollbook_layout”, so it isn't a layout"),
    ({"rollbook_mapping": 1, "headers": {}}, "is the mapping of a feed"),
    (changed(columns=[*COLUMNS, column("iready_math_scor", "x")]), "Perhaps “iready_math_score”?"),
    (changed(subjects={"math": ["quantile"]}), "leave these headers out"),
    (changed(rollbook_layout=2), "has to be 1"),
    (changed(rollbook_layout=True), "has to be 1"),
    (changed(colums=[]), "no part “colums”"),
    ({"rollbook_layout": 1, "name": "own-a"}, "“vendor” is missing"),
    (changed(name="math"), "begins with own-"),
    (changed(name="own-" + "a" * 60), "60 at most"),
    (changed(vendor="Our District"), "small letters"),
    (changed(title="a" * 101), "1 to 100 characters"),
    (changed(title="a\nb"), "one line"),
    (changed(columns="student_id"), "a list of 1 to 100"),
    (changed(columns=[{"holds": "student_id", "headers": []}]), "Each column has"),
    (changed(columns=[*COLUMNS, column("locker", "locker")]), "something a column can have"),
    (changed(columns=COLUMNS[1:], signs=[["round"], ["points"]]), "Student ID or the SSID"),
    (changed(columns=[*COLUMNS, column("ssid", "pupil")]), "there twice"),
    (changed(columns=[*COLUMNS, column("ssid", "State-ID")]), "write “state id”"),
    (changed(columns=[*COLUMNS, column("ssid", "*")]), "needs a letter"),
    (changed(columns=[*COLUMNS, column("ssid", "a*b*c*d*e*f")]), "at most 4 “*”"),
    (changed(columns=[*COLUMNS, column("grade", "grade")]), "doesn't change Grade"),
    (changed(columns=COLUMNS[:-1], signs=[["pupil"], ["round"]]), "no column has a score"),
    (changed(columns=[COLUMNS[0], COLUMNS[4]]), "so name the column of the testing window"),
    (changed(columns=[*COLUMNS[:2], *COLUMNS[3:]]), "needs its school year or its date"),
    (changed(columns=[*COLUMNS, column("iready_reading_score", "r")]), "a layout for each subject"),
    (changed(columns=[*COLUMNS, column("iready_{subject}_level", "l")]), "exports of reading have"),
    (changed(ignored=["points"]), "both read and not read"),
    (changed(signs=[["pupil"]]), "at least two groups"),
    (changed(signs=[["pupil"], ["house"]]), "“house”, and that isn't one of its columns"),
    (changed(seasons=[["winter", [3, 1]], ["fall", [11, 15]]]), "in this order"),
    (changed(seasons=[["fall", [13, 1]]]), "no day of the year"),
    (changed(seasons=[["fall", "November"]]), "the month and day"),
    (changed(rows=[{"column": "house", "words": ["a"], "left_out": "b"}]), "by one of the columns"),
    (changed(rows=[{"column": "status of the enrollment", "words": ["a"], "left_out": "b"}]),
     "no column has it"),
    (changed(rows=[{"column": "edition of the test", "as_in": "nowhere", "left_out": "b"}]),
     "names no built-in layout"),
    (changed(columns=[*COLUMNS, column("edition of the test", "edition")]), "which of its words"),
    (changed(window_words={"Round 1": "autumn"}), "fall, winter or spring"),
    (changed(subject_words={"MA": "maths"}), "reading, math or other"),
    (changed(values={"grade": {"0": "K"}}), "the feed's own mapping"),
    (changed(ignored=["a"] * 501), "500 texts at most"),
    (changed(window_words={"a": 1}), "an object of texts"),
    (changed(parts=["test"]), "The parts are an object"),
    (changed(parts={"test": []}), "has no texts"),
    (changed(parts={"test": ["1", "1"]}), "or one twice"),
    (changed(parts={"Test!": ["1"]}), "named by a word"),
    (changed(parts={"test": ["(1)"]}), "compared in small letters"),
    (changed(parts={"a": [*map(str, range(20))], "b": [*map(str, range(20))]}), "at most 200"),
    (changed(parts={"test": ["1", "2"]}), "“points” doesn't say of which test it is"),
    (changed(columns=[*COLUMNS[:4], column("iready_math_score", "points {run}")]), "a part of"),
    (of_tests(column("student_id", "pupil {test}")), "is read for the student"),
    (of_tests(signs=[["pupil"], ["points {test}"]]), "write “*” for what differs"),
    (of_tests(), "Nothing tells the term of each test"),
    (of_tests(column("date of the test", "day"), parts={"window": ["phase 1"]}), "“window_words”"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "why"), WRONG)
def test_what_is_wrong_with_a_layout_is_said_in_sentences(document: Any, why: str) -> None:
    sentences = " ".join(sentence for _, sentence in layout_faults(document))
    assert why in sentences


def test_codes_that_a_field_does_not_take_are_refused() -> None:
    document = document_of(BY_NAME["aeries-query"]) | {"name": "own-a"}
    document["values"] = {"grade": {"0": "Kindergarden"}, "house": {"1": "Red"}}
    sentences = " ".join(sentence for _, sentence in layout_faults(document))
    assert "Grade doesn't accept “Kindergarden” for “0”" in sentences
    assert "“house” isn't a field" in sentences


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@settings(max_examples=200)
@given(part=st.sampled_from([*document_of(LAYOUTS[0])]), value=_ANY)
def test_whatever_a_part_is_the_layout_is_refused_or_can_be_read(part: str, value: Any) -> None:
    document = copy.deepcopy(MATH) | {part: value}
    if not layout_faults(document):
        read: Callable[[], Any] = lambda: layout_of_document(document)  # noqa: E731
        assert document_of(read())["name"] == document["name"]


def test_an_own_layout_may_have_several_tests_in_a_row() -> None:
    document = of_tests(
        parts={"window": ["round 1", "round 2"]},
        window_words={"Round 1": "fall", "Round 2": "winter"},
    )
    assert layout_faults(document) == []
    read = layout_of(
        ["Pupil", "Year", "Points Round 1", "Points Round 2"], own(document, "own-math-checks")
    )
    assert read is not None
    assert [(each.window, each.holds[2:]) for each in read.each_test()] == [
        ("round 1", ("iready_math_score", None)),
        ("round 2", (None, "iready_math_score")),
    ]


def test_parts_without_end_are_refused_at_once() -> None:
    texts = [*map(str, range(500))]
    named = dict.fromkeys("abcdefghij", texts)
    document = of_tests(column("ssid", "".join(f"{{{name}}}" for name in named)), parts=named)
    assert [part for part, _ in layout_faults(document)] == ["parts"]


@pytest.mark.parametrize(("subject", "other"), [("reading", "Math"), ("math", "Reading")])
def test_a_file_whose_subject_a_column_alone_tells_is_read_by_a_layout_for_each(
    subject: str, other: str
) -> None:
    header = [
        "Last Name", "First Name", "Student ID", "Student Grade", "Academic Year", "School",
        "Subject", "Diagnostic: Completion Date (Most Recent)",
        "Diagnostic: Rush Flag (Most Recent)", "Diagnostic: Overall Scale Score (Most Recent)",
        "Diagnostic: Overall Placement (Most Recent)",
    ]  # fmt: skip
    assert recognize(header) is None
    text = json.dumps(document_of(BY_NAME["iready-diagnostic-and-instruction"]))
    document = json.loads(text.replace("{subject}", subject))
    document |= {"name": f"own-iready-{subject}", "subjects": {}}
    assert layout_faults(document) == []
    read = layout_of(header, own(document, f"own-iready-{subject}"))
    assert read is not None
    assert (read.subject, read.unknown) == (subject, ())
    assert f"iready_{subject}_score" in read.holds
    record = [""] * len(header)
    record[6] = subject.capitalize()
    assert look_at(kept_rows(read), record) is None
    record[6] = other
    assert look_at(kept_rows(read), record) == "tests of another subject"

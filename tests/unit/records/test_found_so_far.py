"""What a running import has found so far, kept without a value."""

import json
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.events import RowsCounted, StudentsCounted
from rollbook.core.issues import MOST_CAUSES, Findings, Issue, IssueBatch, Severity
from rollbook.records.found_so_far import FoundSoFar, most_telling

SECRET = "Lovelace, Ada"
MISSING = object()


class Nowhere:
    """An IssueSink that keeps nothing."""

    def add(self, issues: IssueBatch) -> None: ...


def findings(*issues: Issue) -> Findings:
    found = Findings(Nowhere())
    found.add(issues)
    return found


def issue(code: str, column: str | None = "Grade", row: int | None = 2, **more: object) -> Issue:
    severity = Severity.WARNING if code.islower() else Severity.ERROR
    said = {"value": SECRET, "student_id": "1815", **more}
    return Issue(code, severity, f"About {code}.", row=row, column=column, **said)  # type: ignore[arg-type]


def test_causes_are_counted_with_their_first_row_and_errors_come_first() -> None:
    found = findings(*[issue("odd", row=row) for row in (5, 6, 7)], issue("BAD", row=9))
    found.add([issue("BAD", row=11, value="another"), issue("BAD", "School", row=12)])
    told = [(each.example.code, each.example.column, each.example.row, each.count)
            for each in most_telling(found.groups.in_order())]  # fmt: skip
    assert told == [("BAD", "Grade", 9, 2), ("BAD", "School", 12, 1), ("odd", "Grade", 5, 3)]


def test_no_value_and_no_student_is_kept() -> None:
    kept = FoundSoFar(causes=most_telling(findings(issue("BAD"), issue("odd")).groups.in_order()))
    text = json.dumps(kept.as_object())
    assert SECRET not in text and "1815" not in text


@given(
    st.builds(RowsCounted, *[st.integers(0, 10**9)] * 3) | st.none(),
    st.builds(StudentsCounted, *[st.integers(0, 10**9)] * 3) | st.none(),
    st.lists(st.text(max_size=400) | st.none(), max_size=12),
    st.floats(0, 1),
)
def test_what_is_kept_is_read_again_whatever_a_header_holds(
    rows: RowsCounted | None, students: StudentsCounted | None, columns: list[str], furthest: float
) -> None:
    causes = most_telling(findings(*[issue("BAD", each) for each in columns]).groups.in_order())
    found = FoundSoFar(rows, students, 7, causes, furthest)
    text = json.dumps(found.as_object())
    assert "\\u0000" not in text and FoundSoFar.from_object(json.loads(text)) == found
    text.encode()


def test_few_sentences_of_one_cause_are_told_apart_as_in_the_result() -> None:
    few = [replace(issue("BAD"), message=text) for text in ("Did you mean “K”?", "Not known.")]
    many = [replace(issue("odd"), message=f"As row {row} says.", row=row) for row in range(2, 9)]
    kept = most_telling(findings(*few, *few, *many).groups.in_order())
    assert [(each.example.message, each.count) for each in kept] == [
        ("Did you mean “K”?", 2), ("Not known.", 2), ("As row 2 says.", 7),
    ]  # fmt: skip


def test_what_an_earlier_version_wrote_says_nothing() -> None:
    assert FoundSoFar.from_object({}) == FoundSoFar()


OTHERWISE: list[Any] = [None, "", 7, [], ["x"], {}, {"a": 1}, {"count": 3, "severity": "fatal"}]


@pytest.mark.parametrize("other", OTHERWISE)
@pytest.mark.parametrize("name", [each.name for each in fields(FoundSoFar)])
def test_what_a_later_version_wrote_otherwise_is_not_known_and_the_rest_is(
    name: str, other: Any
) -> None:
    causes = most_telling(findings(issue("BAD"), issue("odd")).groups.in_order())
    found = FoundSoFar(RowsCounted(1, 2, 3), StudentsCounted(4, 5, 6), 7, causes, 0.5)
    read = FoundSoFar.from_object(found.as_object() | {name: other})
    rest = [each.name for each in fields(FoundSoFar) if each.name != name]
    assert [getattr(read, each) for each in rest] == [getattr(found, each) for each in rest]


@pytest.mark.parametrize("name", ["code", "severity", "message", "column", "field", "row", "count"])
@pytest.mark.parametrize("other", [*OTHERWISE[3:], "later", MISSING])
def test_one_cause_of_a_later_version_hides_no_other(name: str, other: Any) -> None:
    causes = most_telling(findings(issue("BAD"), issue("odd")).groups.in_order())
    stored = FoundSoFar(causes=causes).as_object()
    stored["causes"][0][name] = other
    if other is MISSING:
        del stored["causes"][0][name]
    read = FoundSoFar.from_object(stored).causes
    assert read[-1] == causes[1]
    assert len(read) == 1 or other == "later"


def test_of_any_number_of_causes_the_first_are_told_apart_and_all_are_counted() -> None:
    found = findings(*[issue("UNKNOWN", f"Column {each}", row=None) for each in range(500)])
    assert len(found.groups.in_order()) == MOST_CAUSES
    assert found.errors == 500
    assert sum(each.count for each in found.groups.in_order()) == MOST_CAUSES

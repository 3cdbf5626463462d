"""What a running import has found so far, kept without a value."""

import json

from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.events import RowsCounted, StudentsCounted
from rollbook.core.issues import MOST_CAUSES, Findings, Issue, IssueBatch, Severity
from rollbook.records.found_so_far import FoundSoFar, most_telling

SECRET = "Lovelace, Ada"


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
            for each in most_telling(found.causes.values())]  # fmt: skip
    assert told == [("BAD", "Grade", 9, 2), ("BAD", "School", 12, 1), ("odd", "Grade", 5, 3)]


def test_no_value_and_no_student_is_kept() -> None:
    kept = FoundSoFar(causes=most_telling(findings(issue("BAD"), issue("odd")).causes.values()))
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
    causes = most_telling(findings(*[issue("BAD", each) for each in columns]).causes.values())
    found = FoundSoFar(rows, students, 7, causes, furthest)
    text = json.dumps(found.as_object())
    assert "\\u0000" not in text and FoundSoFar.from_object(json.loads(text)) == found
    text.encode()


def test_what_an_earlier_version_wrote_says_nothing() -> None:
    assert FoundSoFar.from_object({}) == FoundSoFar()


def test_of_any_number_of_causes_the_first_are_told_apart_and_all_are_counted() -> None:
    found = findings(*[issue("UNKNOWN", f"Column {each}", row=None) for each in range(500)])
    assert len(found.causes) == MOST_CAUSES
    assert found.errors == 500
    assert sum(each.count for each in found.causes.values()) == MOST_CAUSES

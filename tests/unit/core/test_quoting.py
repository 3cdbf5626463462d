"""Administrators read the value in the sentence; the message itself never holds it."""

import pytest

from rollbook.core import cells
from rollbook.core.issues import Issue, Severity
from rollbook.core.quoting import LONGEST_QUOTED, is_quoted, quoting

SENTENCE = "This value isn't a whole number. Fix it in your SIS."


def an_issue(value: str | None, message: str = SENTENCE, column: str | None = None) -> Issue:
    return Issue("NOT_WHOLE", Severity.ERROR, message, 2, "007", column, "absences_ytd", value)


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ("12.5", "12.5"),
        ("see\r\n  office\t now", "see office now"),
        ('the "old" one', 'the "old" one'),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
        ("5\u202e21", "5[U+202E]21"),
        (f"{cells.NUMBER}12.5", "12.5"),
        ("Mu\udcf1oz", "Mu\\xf1oz"),
        ("9" * (LONGEST_QUOTED + 1), "9" * LONGEST_QUOTED + "…"),
        ("9" * LONGEST_QUOTED, "9" * LONGEST_QUOTED),
        ("{field}", "{field}"),
        ("This value ", "This value"),
    ],
)
def test_the_value_takes_its_place_in_one_line_with_nothing_invisible(
    value: str, quoted: str
) -> None:
    issue = an_issue(value)
    assert quoting(issue) == f"“{quoted}” isn't a whole number. Fix it in your SIS."
    assert is_quoted(issue)
    assert issue.message == SENTENCE


def test_what_is_cut_is_cut_before_it_is_spelled_out() -> None:
    text = quoting(an_issue("\u202e" * 100))
    assert text.startswith("“" + "[U+202E]" * LONGEST_QUOTED + "…” isn't")


@pytest.mark.parametrize("value", [None, "", "  ", "\n"])
def test_without_a_value_the_sentence_stays(value: str | None) -> None:
    assert quoting(an_issue(value)) == SENTENCE
    assert not is_quoted(an_issue(value))


def test_a_sentence_without_a_place_stays() -> None:
    for message in ("The ID is blank, so this row wasn't imported.", "Fix This value here."):
        assert quoting(an_issue("12.5", message)) == message
        assert not is_quoted(an_issue("12.5", message))


def test_the_header_takes_the_place_of_this_column_and_the_value_stays_beside() -> None:
    issue = an_issue("7 · 12", "This column isn't one we know.", column="Bus\nRoute")
    assert quoting(issue) == "“Bus Route” isn't one we know."
    assert not is_quoted(issue)
    assert (
        quoting(an_issue("7", "This column isn't one we know.")) == "This column isn't one we know."
    )

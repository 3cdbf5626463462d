"""How much of a column that may say whose rows they are is counted, and what is told of it."""

from collections.abc import Sequence

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.feed_settings import FeedRules
from rollbook.core.issues import Issue
from rollbook.core.validation.scope_headers import Scope
from rollbook.core.validation.scopes import ScopeColumn, Scopes

CATALOGUE = student_catalogue()
SCORE = "Score"
RULES = FeedRules(headers={SCORE: "fall_2025_iready_reading_score"})


def scopes(*names: str) -> Scopes:
    return Scopes(names, [CATALOGUE.find(name, RULES) for name in names], rules=RULES)


def told(names: Sequence[str], *rows: Sequence[str]) -> list[tuple[str | None, str]]:
    found = scopes(*names)
    found.add(rows)
    return [(issue.column, issue.code) for issue in found.issues()]


def issues_of_roles(*chunks: Sequence[str]) -> list[Issue]:
    found = scopes("Role")
    for chunk in chunks:
        found.add([[text] for text in chunk])
    return found.issues()


def others(number: int) -> list[str]:
    return [f"Helper {n}" for n in range(number)]


def test_a_column_with_more_than_40_texts_says_something_else() -> None:
    assert issues_of_roles(["Teacher", *others(39)])
    assert not issues_of_roles(["Teacher", *others(40)])
    assert not issues_of_roles(["Teacher", *others(39)], ["Helper of another chunk"])


def test_an_unknown_column_is_counted_on_while_it_may_tell() -> None:
    for number, is_kept in ((39, True), (40, False)):
        found = scopes("Column 7")
        found.add([[text] for text in ["Teacher", *others(number)]])
        assert bool(found.columns) is is_kept


def test_an_unknown_column_that_begins_with_blanks_is_counted_on() -> None:
    found = scopes("Column 7")
    found.add([[""], ["N/A"]])
    found.add([["Student"], ["Teacher"]])
    found.add([])
    assert [issue.code for issue in found.issues()] == ["OTHER_ROLES"]


def test_2001_days_are_remembered_at_most() -> None:
    column = ScopeColumn(0, "Test Date", Scope.DATE)
    column.add(f"day {n}" for n in range(2_000))
    column.add(["one more"])
    column.add(["too many"])
    assert len(column.values) == 2_001


def test_many_days_tell_of_a_file_what_many_other_texts_do_not() -> None:
    column = ScopeColumn(0, "Test Date", Scope.DATE)
    column.add(f"{1 + n % 28}/{1 + n // 28}/2025" for n in range(41))
    assert len(column.told) == 41


def test_an_issue_shows_the_five_texts_of_most_rows() -> None:
    (issue,) = issues_of_roles(["Teacher"] * 9 + [text for n, text in enumerate("abcdef", 1)
                                                  for _ in range(n)])  # fmt: skip
    assert issue.value == "Teacher (9), f (6), e (5), d (4), c (3)"


def test_days_that_no_score_asks_for_do_not_keep_other_columns_from_being_counted() -> None:
    assert told(["Test Date", "Role"], ["9/1/2025", "teacher"]) == [("Role", "OTHER_ROLES")]


def test_only_a_window_speaks_for_a_flag_of_the_latest_test() -> None:
    latest = "Most Recent Diagnostic"
    by_subject = told(["Subject", latest, SCORE], ["Reading", "Y", "4"], ["Reading", "N", "4"])
    assert by_subject == [(latest, "OTHER_TERMS")]
    blank = told(["Window", latest, SCORE], ["", "Y", "4"], ["", "N", "4"])
    assert blank == [(latest, "OTHER_TERMS")]


def test_one_window_does_not_speak_for_other_columns() -> None:
    assert told(["Window", "Role", SCORE], ["Fall", "teacher", "4"]) == [("Role", "OTHER_ROLES")]


def test_a_held_file_would_be_stored_wrongly_and_a_doubtful_one_was_stored() -> None:
    (held,) = issues_of_roles(["student", "teacher"])
    assert "would save every row the same way" in held.message
    found = scopes("Relationship")
    found.add([["Mother"], ["Father"]])
    (doubtful,) = found.issues()
    assert "suggests that some rows are of" in doubtful.message
    assert "every row counts the same way" in doubtful.message

"""The last cell of a file that ends without a line end: whole, or the beginning of a longer one."""

import pytest

from tests.integration.loading.district import Cut, District, Staged

WHOLE = ("2", "S2", "Bo", "30", "K")


@pytest.fixture
def known(district: District) -> District:
    district.load(("1", "S1", "Ann", "12", "K"), ("12", "S12", "Cy", "4", "K"), WHOLE)
    return district


@pytest.mark.parametrize("given", ["S", "S13"])
def test_an_ssid_that_no_one_has_is_cut_only_where_it_begins_a_known_one(
    known: District, given: str
) -> None:
    outcome = known.load(("9", given, "Eve", "3", "K"), cut=Cut("ssid"))
    assert outcome.codes == ([(2, "ID_CUT_OFF")] if given == "S" else [])


def test_an_ssid_that_a_student_has_is_whole_though_a_longer_one_begins_with_it(
    known: District,
) -> None:
    outcome = known.load(("9", "S1", "Ann", "3", "K"), cut=Cut("ssid"))
    assert outcome.codes == [(2, "MATCHED_BY_SSID")]


def test_the_student_s_own_ssid_is_whole(known: District) -> None:
    assert known.load(("1", "S1", "Ann", "3", "K"), cut=Cut("ssid")).codes == []


def test_a_known_student_id_is_whole_though_a_longer_one_begins_with_it(known: District) -> None:
    assert known.load(("1", "S1", "Ann", "3", "K"), cut=Cut("student_id")).codes == []


def test_only_the_last_row_may_have_been_cut(known: District) -> None:
    outcome = known.load(("1", "S1", "Ann", "1", "K"), WHOLE, cut=Cut("absences_ytd"))
    assert outcome.codes == []
    assert known.snapshots("absences_ytd") == [("1", 1), ("12", 4), ("2", 30)]


def test_a_value_that_begins_the_stored_one_is_told_and_not_stored(known: District) -> None:
    others = ("2", "S2", "Bo", "3", "K")
    outcome = known.load(others, ("1", "S1", "Ann", "1", "K"), cut=Cut("absences_ytd"))
    assert outcome.codes == [(3, "VALUE_CUT_OFF")]
    assert known.snapshots("absences_ytd") == [("1", 12), ("12", 4), ("2", 3)]


def test_another_refused_value_in_the_row_hides_no_cut_one(known: District) -> None:
    row = Staged(("1", "S1", "Ann", "1", "K"), refused=("tardies_ytd",))
    assert known.load(row, cut=Cut("absences_ytd")).codes == [(2, "VALUE_CUT_OFF")]


@pytest.mark.parametrize(("own", "told"), [(None, "Absences YTD"), ("Days Away", "Days Away")])
def test_the_issue_names_the_cells_own_header_where_it_has_one(
    known: District, own: str | None, told: str
) -> None:
    row = ("1", "S1", "Ann", "1", "K")
    (issue,) = known.load(row, cut=Cut("absences_ytd", header=own)).issues
    assert issue.column == told


def test_the_issue_shows_what_the_file_has(known: District) -> None:
    outcome = known.load(("1", "S1", "Ann", "1", "K"), cut=Cut("absences_ytd"))
    assert [issue.value for issue in outcome.issues] == ["1"]


def test_an_empty_last_cell_is_cut_only_where_blanks_would_clear_the_stored_value(
    known: District,
) -> None:
    blank = ("1", "S1", "Ann", None, "K")
    kept = known.load(blank, cut=Cut("absences_ytd"))
    assert (kept.codes, known.snapshots("absences_ytd")[0]) == ([], ("1", 12))
    cleared = known.load(blank, cut=Cut("absences_ytd"), blanks="clear")
    assert cleared.codes == [(2, "VALUE_CUT_OFF")]
    assert [issue.value for issue in cleared.issues] == [""]
    assert known.snapshots("absences_ytd")[0] == ("1", 12)


def test_a_row_whose_last_value_the_stored_one_completes_is_not_rejected_as_cut(
    known: District,
) -> None:
    outcome = known.load(("1", "S1", "Bea", "1", "K"), cut=Cut("absences_ytd", is_certain=True))
    assert outcome.codes == [(2, "VALUE_CUT_OFF")]
    assert known.snapshots("last_name")[0] == ("1", "Bea")
    other = known.load(("1", "S1", "Bea", "3", "K"), cut=Cut("absences_ytd", is_certain=True))
    assert other.codes == [(2, "FILE_TRUNCATED")]

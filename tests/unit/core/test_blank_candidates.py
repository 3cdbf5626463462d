"""Which texts of a file are proposed as words for blank."""

from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.blank_candidates import FEWEST_ROWS, MOST, Unread, blank_candidates
from rollbook.core.catalogue.blank_words import WORDS
from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.catalogue.verdict import BLANK_MARKERS
from rollbook.core.feed_settings import FeedRules
from rollbook.core.mapping import check_marker

CATALOGUE = student_catalogue()
PLAIN = FeedRules()


def unread(text: str, rows: int = 1, field: str = "absences_ytd") -> Unread:
    return Unread(field, CATALOGUE.by_name[field].header, text, rows)


def proposed(*found: Unread, rules: FeedRules = PLAIN) -> list[tuple[str, int]]:
    return [(each.text, each.rows) for each in blank_candidates(found, CATALOGUE, rules)]


def test_a_word_for_no_value_is_proposed_even_of_one_row() -> None:
    assert proposed(unread("Not tested"), unread("?"), unread("**")) == [
        ("**", 1), ("?", 1), ("Not tested", 1),
    ]  # fmt: skip


def test_another_word_among_numbers_is_proposed_where_several_rows_have_it() -> None:
    assert proposed(unread("see office", FEWEST_ROWS - 1)) == []
    assert proposed(unread("see office", FEWEST_ROWS)) == [("see office", FEWEST_ROWS)]
    both = [unread("see office", 2), unread("see office", 1, "tardies_ytd")]
    assert proposed(*both) == [("see office", 3)]


def test_a_word_in_a_column_of_codes_is_rather_a_code() -> None:
    assert proposed(unread("Kinder", 50, "grade")) == []
    assert proposed(unread("Not enrolled", 1, "grade")) == [("Not enrolled", 1)]


def test_a_number_a_value_and_what_is_blank_already_are_not_proposed() -> None:
    texts = ["1,5", "<1", "Met", "Yes", "Kindergarten", *sorted(BLANK_MARKERS), "x" * 41]
    assert proposed(*(unread(text, 99) for text in texts)) == []


def test_what_the_feed_knows_is_not_proposed_again() -> None:
    rules = FeedRules(blank_markers=("NOT TESTED ",), values={"absences_ytd": {"DNT": "0"}})
    assert proposed(unread("Not tested", 9), unread("DNT", 9), rules=rules) == []
    assert proposed(unread("DNT", 9, "tardies_ytd"), rules=rules) == [("DNT", 9)]


def test_spellings_are_one_candidate_in_the_commonest_with_all_its_columns() -> None:
    found = [
        unread("not tested", 2), unread("Not Tested", 5), unread(" Not Tested", 1, "tardies_ytd"),
    ]  # fmt: skip
    [one] = blank_candidates(found, CATALOGUE, PLAIN)
    assert (one.text, one.rows) == ("Not Tested", 8)
    assert list(one.headers) == [
        CATALOGUE.by_name["absences_ytd"].header, CATALOGUE.by_name["tardies_ytd"].header,
    ]  # fmt: skip


def test_the_words_of_the_list_may_be_markers() -> None:
    for word in WORDS:
        check_marker(word, CATALOGUE)


names = st.sampled_from(["absences_ytd", "grade", "tardies_ytd"])


@given(st.lists(st.tuples(st.text(max_size=50), st.integers(1, 99), names), max_size=30))
def test_whatever_is_proposed_can_be_saved_and_is_in_the_file(
    given_: list[tuple[str, int, str]],
) -> None:
    found = [unread(*each) for each in given_]
    candidates = blank_candidates(found, CATALOGUE, PLAIN)
    assert len(candidates) <= MOST
    for each in candidates:
        check_marker(each.text, CATALOGUE)
        assert 0 < each.rows <= sum(one.rows for one in found)


def test_a_text_that_is_proposed_for_blank_is_told_with_where_to_check_it() -> None:
    judge = CATALOGUE.by_name["absences_ytd"].type.judge
    for text, is_told in (("n.a.", True), ("**", True), ("Not Tested", True), ("five", False)):
        message = judge(text, PLAIN).message
        assert ("If it means blank, check it under Feeds, Columns." in message) is is_told
        assert message.startswith("This value isn't a number.") and message.endswith("your SIS.")

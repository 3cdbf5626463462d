"""All columns of a usual file are on its page; of a very wide one a part, and nothing is lost."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rollbook.core.mapping import PLAIN, HeaderMeaning, header_meanings
from tests.spec.judging import CATALOGUE

pytestmark = pytest.mark.usefixtures("django_ready")

KNOWN = ["Student ID", "SSID", "Grade"]


def meanings(count: int) -> tuple[HeaderMeaning, ...]:
    return header_meanings(CATALOGUE, PLAIN, [*KNOWN, *(f"Locker {n}" for n in range(count))])


WIDE = meanings(1_197)


def shown(
    columns: tuple[HeaderMeaning, ...],
    sent: dict[str, str] | None = None,
    *,
    text: str = "",
    page: int = 1,
) -> tuple[list[str], list[str], Any]:
    """Return the headers that need a decision, those that are known, and the part of the list."""
    from rollbook.web.pages.feeds.columns_list import columns_shown
    from rollbook.web.pages.feeds.columns_sent import Sent

    form = Sent(list((sent or {}).items()))
    found = columns_shown(columns, form, CATALOGUE.fields, text=text, page=page)
    attention, known = ([each.header for each in found[name]] for name in ("attention", "known"))
    assert found["is_wide"] is (len(columns) > found["page"].size)
    return attention, known, found["page"]


def test_all_columns_of_a_usual_file_are_there_in_the_order_of_the_file() -> None:
    attention, known, part = shown(meanings(77))
    assert (known, len(attention), part.has_next) == (KNOWN, 77, False)
    assert attention[:2] == ["Locker 0", "Locker 1"]


@pytest.mark.parametrize("text", ["", "locker 11", "GRADE", "nothing"])
def test_every_column_is_on_one_part_and_the_known_ones_are_last(text: str) -> None:
    found: list[str] = []
    part, page = None, 1
    while part is None or part.has_next:
        attention, known, part = shown(WIDE, text=text, page=page)
        assert len(attention) + len(known) <= part.size
        found += [*attention, *known]
        page += 1
    wanted = [each.header for each in WIDE if text.casefold() in each.header.casefold()]
    assert sorted(found) == sorted(wanted)
    assert found[len(found) - sum(each in KNOWN for each in found) :] == [
        each for each in wanted if each in KNOWN
    ]


@given(page=st.integers(1, 10**9))
def test_a_part_that_there_is_not_is_the_last_one(page: int) -> None:
    _, _, part = shown(WIDE, page=page)
    assert part.number == min(page, -(-len(WIDE) // part.size)) and part.items


@settings(max_examples=30)
@given(
    choices=st.dictionaries(st.sampled_from([each.header for each in WIDE]), st.just("-")),
    page=st.integers(1, 12),
)
def test_what_was_chosen_and_is_not_saved_is_on_every_part(
    choices: dict[str, str], page: int
) -> None:
    attention, known, _ = shown(WIDE, choices, page=page)
    assert set(choices) <= {*attention, *known}
    assert len({*attention, *known}) == len([*attention, *known])


def test_a_list_of_fields_has_the_chosen_one_selected_and_takes_no_markup() -> None:
    from rollbook.web.pages.feeds.columns_list import FieldOptions

    options = FieldOptions.of(CATALOGUE.fields)
    assert options.get("grade").count(" selected>") == 1
    assert '<option value="grade" selected>Grade</option>' in options.get("grade")
    for other in ("", "=", "no_such", 'grade"><script>'):
        assert options.get(other) == options.plain


def test_all_lists_of_a_part_are_little_more_than_a_megabyte() -> None:
    from rollbook.web.pages.feeds.columns_list import FieldOptions

    _, _, part = shown(WIDE)
    assert len(FieldOptions.of(CATALOGUE.fields).plain) * part.size < 1_250_000
    assert part.size >= 80, "a usual file is all there"


def test_of_many_codes_the_first_are_shown_and_those_for_which_something_is_chosen() -> None:
    from rollbook.records.queries.feed_codes import Code, FeedCodes
    from rollbook.web.pages.feeds.columns_sent import Sent
    from rollbook.web.pages.feeds.columns_shown import MOST_CODES, shown_codes

    grade = CATALOGUE.by_name["grade"]
    codes = [Code(grade, "Grade", f"Kinder {n}", 1, None, ("K",)) for n in range(MOST_CODES + 50)]
    sent = Sent(codes={("grade", codes[-1].key): "K", ("grade", codes[0].key): "K"})
    found = shown_codes(FeedCodes(None, codes, [], []), sent, CATALOGUE)
    assert [row.code for row in found["new_rows"]] == [*codes[:MOST_CODES], codes[-1]]
    assert found["new_rows"][-1].chosen == "K" and found["new_codes"] == codes

"""A district says which levels are its own: by mapping them to themselves."""

import pytest

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.catalogue.terms import Term
from rollbook.core.errors import UsageError
from rollbook.core.feed_settings import FeedRules
from rollbook.core.mapping import check_value, field_named
from rollbook.core.validation.values import ColumnJudge

NAME = "fall_2026_iready_reading_level"
CATALOGUE = student_catalogue([Term("Fall 2026")])
FIELD = CATALOGUE.by_name[NAME]


def test_a_level_that_is_mapped_to_itself_is_the_districts_own() -> None:
    check_value(FIELD, "Tier A", "Tier A")
    judge = ColumnJudge(FIELD, FeedRules(values={NAME: {"Tier A": "Tier A"}}), factor=None)
    assert judge.texts(["Tier A", " Tier A "]) == ["Tier A", "Tier A"]
    assert judge.verdict("Tier A").code is None
    assert not judge.warned
    assert judge.texts(["tier a", "Tier B"]) == ["tier a", "Tier B"]
    assert judge.warned.keys() == {"tier a", "Tier B"}
    assert judge.verdict("Tier B").code == "UNKNOWN_LEVEL"


def test_a_level_is_not_mapped_to_another_unknown_one_nor_to_what_the_field_refuses() -> None:
    for text, meant in (("Tier A", "Tier B"), ("A" * 51, "A" * 51)):
        with pytest.raises(UsageError):
            check_value(FIELD, text, meant)


def test_what_a_column_remembers_of_its_verdicts_changes_none() -> None:
    judge = ColumnJudge(FIELD, FeedRules(), factor=None)
    words = [f"Tier {number}" for number in range(1_200)]
    first = [judge.verdict(word) for word in words]
    assert [judge.verdict(word) for word in words] == first
    assert [verdict.value for verdict in first] == words


def test_what_is_too_long_is_not_said_again() -> None:
    for text, meant in (("A" * 256, "A"), ("A", "9" * 256)):
        with pytest.raises(UsageError) as told:
            check_value(FIELD, text, meant)
        assert len(str(told.value)) < 200
    with pytest.raises(UsageError) as told:
        field_named("x" * 10_000, CATALOGUE)
    assert len(str(told.value)) < 500

"""Who is in a feed's file, and since when a student is missing from it."""

from datetime import timedelta

import pytest

from tests.integration.loading.district import FIRST_NIGHT, Counts, District, Rejected

ANN = ("1", "S1", "Ann", "3", "K")
BO = ("2", "S2", "Bo", "4", "1")
CY = ("3", "S3", "Cy", "5", "2")


def test_a_student_who_is_not_in_the_file_is_missing_since_that_day(district: District) -> None:
    district.load(ANN, BO)
    assert district.load(ANN).result.missing_from_file == 1
    assert district.missing() == ["2"]
    before = district.versions()
    assert district.load(ANN).result.missing_from_file == 1
    assert district.versions() == before
    assert district.load(ANN, BO).result.missing_from_file == 0
    assert district.missing() == []


def test_a_student_that_another_program_deletes_is_forgotten(district: District) -> None:
    district.load(ANN, BO)
    district.change("DELETE FROM public.students WHERE student_id = '2'")
    assert district.load(ANN).result.missing_from_file == 0
    assert district.rows("SELECT count(*) FROM rollbook.presence") == [(1,)]


def test_missing_is_a_matter_of_each_feed(district: District) -> None:
    district.load(ANN, BO)
    assert district.load(ANN, feed_id=2).result.missing_from_file == 0
    assert (district.missing(1), district.missing(2)) == ([], [])


@pytest.mark.parametrize("mentioned", ["2", "S2"])
def test_a_student_whose_row_was_rejected_is_not_missing(
    district: District, mentioned: str
) -> None:
    district.load(ANN, BO)
    rejected = [Rejected(9, ("\udc92", "no such", mentioned))]
    assert district.load(ANN, rejected=rejected).result.missing_from_file == 0


def test_a_student_whose_rows_contradict_each_other_is_not_missing(district: District) -> None:
    district.load(ANN, BO)
    outcome = district.load(ANN, BO, ("2", "S2", "Bo", "9", "1"))
    assert outcome.counts == Counts(unchanged=1, rejected=2)
    assert outcome.result.missing_from_file == 0


def test_a_student_known_by_ssid_alone_is_not_missing_while_rejected_rows_name_it(
    district: District,
) -> None:
    district.load(ANN, BO)
    rows = (("S2", "4"), ("S2", "9"))  # which of the two is right cannot be known
    outcome = district.load(("S1", "3"), *rows, fields=("ssid", "absences_ytd"))
    assert outcome.counts == Counts(unchanged=1, rejected=2)
    assert outcome.result.missing_from_file == 0


@pytest.mark.parametrize("mentioned", ["02", "0S2"])
def test_leading_zeros_in_a_rejected_row_name_the_same_student(
    district: District, mentioned: str
) -> None:
    district.load(ANN, BO)
    rejected = [Rejected(9, (mentioned,))]
    assert district.load(ANN, rejected=rejected).result.missing_from_file == 0


def test_no_one_is_missing_from_the_first_file_of_a_feed(district: District) -> None:
    district.know("7", "S7")
    result = district.load(ANN).result
    assert (result.missing_from_file, result.newly_missing) == (0, 0)
    assert district.missing() == []


def test_the_day_since_when_a_student_is_missing_stays(district: District) -> None:
    district.load(ANN, BO)
    district.load(ANN)
    district.load(ANN)
    since = district.rows(
        "SELECT missing_since FROM rollbook.presence WHERE missing_since IS NOT NULL"
    )
    assert since == [(FIRST_NIGHT + timedelta(days=1),)]


def test_only_those_who_were_there_before_are_newly_missing(district: District) -> None:
    district.load(ANN, BO, CY)
    assert district.load(ANN, BO).result.newly_missing == 1
    result = district.load(ANN).result
    assert (result.missing_from_file, result.newly_missing) == (2, 1)


def test_a_student_who_comes_back_and_goes_again_is_newly_missing_again(
    district: District,
) -> None:
    district.load(ANN, BO)
    assert district.load(ANN).result.newly_missing == 1
    assert district.load(ANN, BO).result.newly_missing == 0
    assert district.load(ANN).result.newly_missing == 1


def test_who_was_there_before_is_counted_without_the_missing(district: District) -> None:
    district.load(ANN, BO, CY)
    assert district.load(ANN).result.present_before == 3
    assert district.load(ANN, BO).result.present_before == 1


def test_a_student_who_is_new_to_a_feed_is_in_it_from_then_on(district: District) -> None:
    district.load(ANN)
    district.load(ANN, BO)
    assert district.load(ANN).result.newly_missing == 1
    assert district.missing() == ["2"]

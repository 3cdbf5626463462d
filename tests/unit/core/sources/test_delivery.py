"""Which files are one delivery: by the dates in their names, else by a server's times alone."""

from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.sources.arrival import Arrival, Served
from rollbook.core.sources.delivery import (
    Delivery,
    DeliveryUnclear,
    date_in,
    delivery_of,
    delivery_remarks,
    served_delivery,
)

DAY, HOUR = 86_400, 3_600
TONIGHT = 1_800_000_000
FIRST = Arrival()


@dataclass(frozen=True)
class File:
    name: str
    modified: int
    size: int = 1_000


def after(files: int, *times: int) -> Arrival:
    """A feed that has imported so many files, at `times`, the last one first."""
    return Arrival(last=Served("", 1_000, times[0], files=files), before=times)


def night(day: int, grades: range = range(1, 8), *, time: int = TONIGHT) -> list[File]:
    return [File(f"export_g{grade}_2026-11-{day}.csv", time + 60 * grade) for grade in grades]


def plain(grades: range = range(1, 8), *, time: int = TONIGHT) -> list[File]:
    return [File(f"g{grade}.csv", time + 60 * grade) for grade in grades]


def names(delivery: Delivery[File]) -> list[str]:
    return [file.name for file in delivery.files]


def codes(delivery: Delivery[File]) -> list[str]:
    return [each.code for each in delivery_remarks(delivery)]


def counts(delivery: Delivery[File]) -> tuple[int, int]:
    return len(delivery.files), delivery.expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("export_g1_2026-11-26.csv", date(2026, 11, 26)),
        ("20261126_students.csv", date(2026, 11, 26)),
        ("g1_20261126020003.csv", date(2026, 11, 26)),
        ("g1_2026_11_26_0203.csv", date(2026, 11, 26)),
        ("g1 11-26-2026.csv", date(2026, 11, 26)),
        ("g1_26.11.2026.csv", date(2026, 11, 26)),
        ("g1_11262026.csv", date(2026, 11, 26)),
        ("2026-08-20_to_2026-11-26.csv", date(2026, 11, 26)),
        ("students_2026-27.csv", None),
        ("students_2026.csv", None),
        ("school_20269999.csv", None),
        ("120261126.csv", None),
        ("g1_2026-11_26.csv", None),
        ("g1.csv", None),
    ],
)
def test_a_date_is_found_in_a_name(name: str, expected: date | None) -> None:
    assert date_in(name) == expected


@given(st.text(max_size=60))
def test_any_name_has_a_date_or_none(name: str) -> None:
    found = date_in(name)
    assert found is None or 2000 <= found.year <= 2099


def test_files_of_the_latest_date_are_one_delivery_beside_older_nights() -> None:
    files = [*night(24, time=TONIGHT - 2 * DAY), *night(25, time=TONIGHT - DAY), *night(26)]
    delivery = delivery_of(files, after(7, TONIGHT - DAY + 420, TONIGHT - 2 * DAY + 420))
    assert names(delivery) == [file.name for file in night(26)]
    assert counts(delivery) == (7, 7)
    assert codes(delivery) == ["OLDER_FILES"]


def test_dates_in_names_count_more_than_times_that_a_copy_has_made_equal() -> None:
    files = [*night(25), *night(26)]
    assert names(delivery_of(files, FIRST)) == [file.name for file in night(26)]


@pytest.mark.parametrize("arrival", [FIRST, after(7, TONIGHT - DAY + 420)])
def test_a_grade_that_is_missing_of_dated_files_is_missed(arrival: Arrival) -> None:
    files = [*night(25, time=TONIGHT - DAY), *night(26, range(1, 7))]
    delivery = delivery_of(files, arrival)
    assert counts(delivery) == (6, 7)
    assert codes(delivery) == ["FEWER_FILES", "OLDER_FILES"]


def test_an_export_that_passes_midnight_is_not_imported_by_halves() -> None:
    files = [*night(25, range(1, 5)), *night(26, range(5, 8))]
    assert counts(delivery_of(files, FIRST)) == (3, 4)
    assert counts(delivery_of(files, after(7, TONIGHT - DAY))) == (3, 7)


def test_a_second_export_of_a_day_is_not_mixed_with_the_first() -> None:
    first = [File(f"g{grade}_20261126_0200.csv", TONIGHT + grade) for grade in range(7)]
    second = [File(f"g{grade}_20261126_1400.csv", TONIGHT + DAY // 2 + grade) for grade in range(7)]
    delivery = delivery_of([*first, *second], after(7, TONIGHT + 6))
    assert names(delivery) == sorted(file.name for file in second)
    assert counts(delivery) == (7, 7)


def test_a_school_whose_number_looks_like_a_time_is_a_part() -> None:
    files = [File(f"2026-11-26_{school}.csv", TONIGHT) for school in (1203, 1204, 2331)]
    assert counts(delivery_of(files, FIRST)) == (3, 3)


def test_files_without_dates_belong_together_within_a_night() -> None:
    old = [File(f"old{number}.csv", TONIGHT - DAY * number) for number in range(1, 30)]
    delivery = delivery_of([*old, *plain()], after(7, TONIGHT - DAY))
    assert names(delivery) == [file.name for file in plain()]
    assert counts(delivery) == (7, 7)


def test_a_file_that_was_not_written_over_tonight_is_missed() -> None:
    files = [*plain(range(1, 7)), *plain(range(7, 8), time=TONIGHT - DAY)]
    assert counts(delivery_of(files, after(7, TONIGHT - DAY + 420))) == (6, 7)


def test_of_files_uploaded_over_days_a_first_import_misses_the_older_ones() -> None:
    files = [*plain(range(1, 4)), *plain(range(4, 8), time=TONIGHT - DAY)]
    assert counts(delivery_of(files, FIRST)) == (3, 7)


def test_what_cannot_be_looked_at_is_missed_in_a_first_import() -> None:
    assert counts(delivery_of(plain(), FIRST, unseen=1)) == (7, 8)


def test_the_same_files_as_last_time_are_the_same_delivery() -> None:
    delivery = delivery_of(plain(), after(7, TONIGHT + 420, TONIGHT - DAY))
    assert counts(delivery) == (7, 7)


def test_more_files_than_last_time_are_told() -> None:
    delivery = delivery_of(plain(range(1, 9)), after(7, TONIGHT - DAY))
    assert codes(delivery) == ["MORE_FILES"]


def test_a_date_in_the_future_does_not_win_without_a_word() -> None:
    files = [*night(29, time=TONIGHT - DAY), *night(26)]
    delivery = delivery_of(files, FIRST)
    assert names(delivery) == [file.name for file in night(29)]
    assert "NEWER_FILE_PASSED_OVER" in codes(delivery)


def test_without_dates_and_times_nothing_tells_files_apart() -> None:
    with pytest.raises(DeliveryUnclear) as caught:
        delivery_of([File("a.csv", 0), File("Ada.csv", 0)], FIRST)
    assert "Ada" not in str(caught.value)
    assert names(delivery_of([File("a.csv", 0)], FIRST)) == ["a.csv"]
    assert counts(delivery_of([File("a_20261126.csv", 0), File("b_20261126.csv", 0)], FIRST)) == (
        2,
        2,
    )


def test_what_is_kept_of_a_delivery_has_no_names() -> None:
    served = served_delivery(delivery_of(plain(), FIRST))
    assert served == Served("", 7_000, TONIGHT + 420, files=7, files_expected=7)


def test_a_feed_that_took_the_newest_alone_learns_from_the_folder() -> None:
    assert counts(delivery_of(plain(), after(0, TONIGHT - DAY))) == (7, 7)


@given(
    st.lists(
        st.tuples(st.integers(20, 26), st.integers(0, 3 * DAY), st.integers(0, 9)),
        min_size=1,
        max_size=12,
        unique=True,
    ),
    st.lists(st.integers(0, 3 * DAY), max_size=3),
    st.booleans(),
)
def test_a_delivery_is_some_of_the_files_and_holds_the_newest(
    given_files: list[tuple[int, int, int]], before: list[int], is_dated: bool
) -> None:
    files = [
        File(f"g{part}_{at}{f'_2026-11-{day}' if is_dated else ''}.csv", TONIGHT + at)
        for day, at, part in given_files
    ]
    arrival = Arrival(before=tuple(TONIGHT + at for at in before))
    delivery = delivery_of(files, arrival)
    assert set(delivery.files) <= set(files)
    assert len(delivery.files) + delivery.older == len(files)
    of_interest = [date_in(file.name) for file in files]
    latest = [
        file
        for file, day in zip(files, of_interest, strict=True)
        if day == max(of_interest, key=str)
    ]
    assert max(latest, key=lambda file: file.modified).modified == delivery.modified

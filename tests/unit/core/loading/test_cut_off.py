"""Whether a value may be only the beginning of the stored one."""

import pytest

from rollbook.core.loading.cut_off import is_beginning


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ("Gig Harbor", "Gig Harbor High"), ("1", "12"), ("12", "1204"), ("0", "0.5"), ("", "12"),
        ("9.00", "94.50"), ("94.00", "94.50"), ("94.50", "94.56"), ("90.00", "94.50"), ("K", "KG"),
        ("0.00", "94.50"),
    ],
)  # fmt: skip
def test_a_value_may_have_been_cut(value: str, stored: str) -> None:
    assert is_beginning(value, stored)


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ("Gig Harbor High", "Gig Harbor"), ("12", "12"), ("12", "1"), ("2", "12"), ("10", "12"),
        ("94.50", "94.5"), ("95.00", "94.50"), ("North", None), ("North", "North"), ("1", "K"),
        ("100.00", "12.00"),
    ],
)  # fmt: skip
def test_a_value_that_begins_otherwise_was_not_cut(value: str, stored: str | None) -> None:
    assert not is_beginning(value, stored)

"""Which fields a person may protect, and what an import says of protected values."""

import pytest

from rollbook.core.loading.protection import NOT_PROTECTED, Protected


def test_what_students_are_found_by_and_their_school_cannot_be_protected() -> None:
    assert sorted(NOT_PROTECTED) == ["school", "school_id", "ssid", "student_id"]


def test_where_nothing_became_of_protected_values_nothing_is_said() -> None:
    assert not Protected()
    assert [*Protected().notes()] == []


@pytest.mark.parametrize(
    ("found", "note"),
    [
        (Protected(kept=1), "1 protected value was kept, though the file says otherwise."),
        (Protected(kept=2), "2 protected values were kept, though the file says otherwise."),
        (
            Protected(agreed=1),
            "The file agrees with 1 protected value now, so its protection has ended.",
        ),
        (
            Protected(agreed=2),
            "The file agrees with 2 protected values now, so their protection has ended.",
        ),
        (
            Protected(older=1),
            "The file agrees with 1 protected value, but its protection lasts: when it began, the "
            "feed already had newer values, or someone had edited the file.",
        ),
        (
            Protected(older=2),
            "The file agrees with 2 protected values, but their protection lasts: when it began, "
            "the feed already had newer values, or someone had edited the file.",
        ),
        (Protected(expired=1), "The protection of 1 value ended on its last day."),
        (
            Protected(gone=2),
            "The protection of 2 values has ended, because the student was deleted or the term "
            "removed.",
        ),
    ],
)
def test_each_end_of_a_protection_is_said_in_numbers(found: Protected, note: str) -> None:
    assert found
    assert [*found.notes()] == [note]

"""Which fields a person may protect."""

from rollbook.core.loading.protection import NOT_PROTECTED


def test_what_students_are_found_by_and_their_school_cannot_be_protected() -> None:
    assert {"student_id", "ssid", "school", "school_id"} == NOT_PROTECTED

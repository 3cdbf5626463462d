"""What is told of an error that nobody foresaw."""

from rollbook.core.errors import kind_and_place


def test_kind_and_place_are_told_and_never_the_text() -> None:
    try:
        int("marker-of-a-student")
    except ValueError as error:
        told = kind_and_place(type(error), error.__traceback__)
    assert told.startswith("ValueError at test_errors.py:")
    assert "marker" not in told


def test_an_error_without_a_trace_has_no_place() -> None:
    assert kind_and_place(ValueError, None) == "ValueError at ?"

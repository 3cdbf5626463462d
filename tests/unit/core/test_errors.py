"""What everybody may read of an error, what administrators alone, and what of an unforeseen one."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import rollbook
from rollbook.core.errors import Message, RollbookError, kind_and_place
from rollbook.core.issues import LONGEST_DETAIL, private_detail


class FileOdd(RollbookError):
    """The file has {count} columns.

    Nothing was
    changed.

    Correct {what}.
    """

    reason = "file_odd"


def test_the_paragraphs_of_a_docstring_are_the_parts_of_the_message() -> None:
    error = FileOdd(count=3, what="it.\n\nNothing was changed. And so on")
    assert error.message.what == "The file has 3 columns."
    assert error.message.means == "Nothing was changed."
    assert error.message.advice == "Correct it.\n\nNothing was changed. And so on."
    assert str(FileOdd(count=3, what="it")) == (
        "The file has 3 columns. Nothing was changed. Correct it."
    )


def test_a_message_of_one_part_has_no_blank_around_it() -> None:
    assert str(Message("Stop.")) == "Stop."


def test_the_private_part_is_an_issue_of_the_whole_file_and_nowhere_else() -> None:
    error = FileOdd(count=3, what="it", private="Found were: “Jane”.")
    assert "Jane" not in str(error) + repr(error) + str(error.args)
    (issue,) = private_detail(error)
    assert (issue.row, issue.code, issue.value) == (None, "FILE_ODD", "Found were: “Jane”.")
    assert issue.message == "The file has 3 columns. Correct it."
    assert private_detail(FileOdd(count=3, what="it")) == []


def test_the_private_part_is_kept_within_bounds() -> None:
    (issue,) = private_detail(FileOdd(count=3, what="it", private="x" * 1_000_000))
    assert len(issue.value or "") == LONGEST_DETAIL + 1


HAS_ERRORS = re.compile(
    r"^class \w+\((?:RollbookError|UsageError|FieldsRefused|FileRefused|SourceError)\)", re.M
)


def every_error() -> Iterator[type[RollbookError]]:
    root = Path(rollbook.__file__).parent
    for path in root.rglob("*.py"):
        if HAS_ERRORS.search(path.read_text()):
            importlib.import_module(
                ".".join(("rollbook", *path.relative_to(root).with_suffix("").parts))
            )
    waiting = [RollbookError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        yield kind


@pytest.mark.filterwarnings("ignore:'click:DeprecationWarning")  # of Typer, when imported
@pytest.mark.usefixtures("django_ready")
def test_each_error_says_in_parts_what_happened_what_it_means_and_what_to_do() -> None:
    for kind in every_error():
        parts = [" ".join(part.split()) for part in (kind.__doc__ or "").split("\n\n")]
        assert 1 <= len(parts) <= 3, kind
        assert all(parts), kind
        assert "Nothing was changed" not in parts[0], f"{kind}: a paragraph of its own"
        if "Nothing was changed" in " ".join(parts):
            assert parts[1].startswith("Nothing was changed"), f"{kind}: what it means is second"


def test_kind_and_place_are_reported_and_never_the_text() -> None:
    try:
        int("marker-of-a-student")
    except ValueError as error:
        told = kind_and_place(type(error), error.__traceback__)
    assert told.startswith("ValueError at test_errors.py:")
    assert "marker" not in told


def test_an_error_without_a_trace_has_no_place() -> None:
    assert kind_and_place(ValueError, None) == "ValueError at ?"

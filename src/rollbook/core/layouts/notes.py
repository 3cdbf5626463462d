"""What a report says of rows that a layout left out."""

from collections import Counter
from collections.abc import Iterator

from rollbook.core.quantities import counted


def left_out_note(left_out: Counter[str], title: str) -> Iterator[str]:
    """Yield one sentence with all kinds of rows that were left out; none where none was."""
    if left_out:
        listed = ", ".join(f"{rows:,} {what}" for what, rows in left_out.most_common())
        rows = counted(left_out.total(), "row was", "rows were")
        yield f"{rows} left out, following the layout “{title}”: {listed}."


def passed_over_note(tests: Counter[str]) -> Iterator[str]:
    """Yield one sentence with the tests that were not taken of rows that were; none without."""
    if tests:
        listed = ", ".join(f"{number:,} {what}" for what, number in tests.most_common())
        yield f"Some tests in the rows that were read didn't count: {listed}."

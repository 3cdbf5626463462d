"""What a connection test says of an error is said for a test, in which there is no import."""

import pytest

from rollbook.core.errors import RollbookError
from rollbook.core.reading import errors as reading
from rollbook.core.sources import errors as sources
from rollbook.core.sources.connection_test import OF_AN_IMPORT

KINDS = [
    kind
    for module in (sources, reading)
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, RollbookError) and kind.__doc__
]


@pytest.mark.parametrize("kind", KINDS)
def test_a_test_leads_to_no_problems_of_an_import(kind: type[RollbookError]) -> None:
    text = " ".join((kind.__doc__ or "").split())
    left = OF_AN_IMPORT.sub("", text)
    assert "import's problems" not in left
    if "import's problems" in text:
        assert "dministrators" not in left
        assert left.count("(") == left.count(")")
    else:
        assert left == text


def test_what_else_is_advised_stays() -> None:
    text = " ".join((sources.FolderNotFound.__doc__ or "").split())
    assert OF_AN_IMPORT.sub("", text).endswith("Correct the folder in the feed's settings.")

"""What a connection test says of an error is said for a test, in which there is no import."""

import pytest

from rollbook.core.errors import RollbookError
from rollbook.core.reading import errors as reading
from rollbook.core.sources import errors as sources
from rollbook.core.sources import sign_in_errors
from rollbook.core.sources.failed_step import failed_step
from rollbook.core.sources.steps import Layer

KINDS = [
    kind
    for module in (sources, sign_in_errors, reading)
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, RollbookError) and kind.seen_by_administrators
]


class AnyText(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return f"({name})"


@pytest.mark.parametrize("kind", KINDS)
def test_a_test_leads_to_no_problems_of_an_import(
    kind: type[RollbookError], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kind, "__doc__", (kind.__doc__ or "").replace("{", "").replace("}", ""))
    error = kind()
    pointer = f"Administrators can see {kind.seen_by_administrators} on the import's page."
    assert error.message.advice == f"{error.advice} {pointer}"
    assert "dministrators" not in failed_step(Layer.FOLDER, error).advice


def test_what_else_is_advised_stays() -> None:
    assert len(KINDS) >= 6
    error = sources.FolderNotFound(host="sftp.example.org", folder="/out")
    assert failed_step(Layer.FOLDER, error).advice == "Correct the folder in the feed's settings."

"""What goes with each scope, and that a word that is none gives nothing."""

import pytest

from rollbook.access.scopes import MEANINGS, Scope, with_included


@pytest.mark.parametrize(
    ("given", "may"),
    [
        ([], set()),
        (["read"], {"read"}),
        (["import"], {"read", "import"}),
        (["admin"], {"read", "import", "admin"}),
        (["students"], {"students"}),
        (["students", "read"], {"students", "read"}),
        (["everything", "Read"], set()),
        (["everything", "read"], {"read"}),
    ],
)
def test_a_scope_brings_what_it_includes_and_no_more(given: list[str], may: set[str]) -> None:
    assert with_included(given) == may


def test_each_scope_is_explained() -> None:
    assert set(MEANINGS) == set(Scope) == {"read", "import", "admin", "students"}

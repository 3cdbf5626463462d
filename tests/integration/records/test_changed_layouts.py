"""Whatever changes how files are read is a change of a layout, and is told before it is made."""

from typing import Any

from rollbook.core.layouts.document import FORMAT
from rollbook.core.layouts.shapes import PARTS

OF_NO_FILE = {FORMAT, "name", "vendor", "title", "notes"}
"""Parts that say nothing of how a file is read."""


def document(**changed: Any) -> dict[str, Any]:
    from rollbook.records.queries.layouts import document_to_export

    return document_to_export("iready-diagnostic-results") | {"name": "own-a"} | changed


def test_the_order_of_headers_with_any_text_in_them_is_a_change(records: str) -> None:
    from rollbook.records.operations.layouts import save_layout

    first = document()
    assert any("*" in header for each in first["columns"] for header in each["headers"])
    save_layout(first, actor="test")
    assert save_layout(first, actor="test").action == "unchanged"
    turned = first | {"columns": first["columns"][::-1]}
    assert save_layout(turned, actor="test").action == "changed"


def test_every_part_that_says_how_a_file_is_read_is_told(records: str) -> None:
    from rollbook.records.operations.layout_trials import _said_otherwise

    before = document(primary_words={"p": "yes"}, parts={"test": ["1"]})
    others: dict[str, Any] = {
        "columns": [],
        "signs": [["x"]],
        "others": ["x"],
        "ignored": ["x"],
        "subjects": {},
        "seasons": [],
        "rows": [],
        "values": {"grade": {"x": "K"}},
        "window_words": {"x": "fall"},
        "subject_words": {"x": "math"},
        "primary_words": {"p": "no"},
        "parts": {"test": ["1", "2"]},
    }
    assert {*others} | OF_NO_FILE >= {*PARTS}
    for part, value in others.items():
        assert [*_said_otherwise(before, before | {part: value})], part
        assert not [*_said_otherwise(before, before)]

"""The reference of the API is the API's."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs

ROOT = Path(__file__).parents[2]


def test_the_reference_of_the_api_is_made_from_its_document(django_ready: None) -> None:
    from rollbook.api.reference import http_reference
    from rollbook.api.routes import openapi

    assert (ROOT / "docs/reference/http-api.md").read_text() == http_reference(openapi())


def test_every_operation_names_its_scope_its_refusals_and_an_example(
    django_ready: None,
) -> None:
    from rollbook.api.examples import ANSWERED, SENT
    from rollbook.api.reference import operations
    from rollbook.api.routes import openapi

    document = openapi()
    assert document["openapi"] == "3.1.0"
    assert set(document["components"]["securitySchemes"]) == {"Token", "Session"}
    found = {each.name: each for each in operations(document)}
    assert set(SENT) | set(ANSWERED) <= set(found)
    assert set(ANSWERED) == set(found)
    for each in found.values():
        assert each.scope in ("read", "import", "admin", "students")
        assert {"401", "403", "422", "429", "500"} <= set(each.statuses.split(", "))


def test_an_address_has_one_operation_and_its_name_because_the_gate_knows_routes_by_name(
    django_ready: None,
) -> None:
    from rollbook.api.routes import URLS, openapi

    methods = openapi()["paths"].values()
    assert all(len(each) == 1 for each in methods)
    named = {operation["operationId"] for each in methods for operation in each.values()}
    assert named == {getattr(each, "name", "") for each in URLS[0]} - {"openapi-json", "unknown"}


def test_every_example_is_what_its_schema_says(django_ready: None) -> None:
    from rollbook.api.routes import openapi

    document = openapi()
    examples = dict(_examples(document, "#"))
    assert len(examples) > 40
    for place, (schema, example) in examples.items():
        whole = {**schema, "components": document["components"]}
        faults = [error.message for error in jsonschema_rs.iter_errors(whole, example)]
        assert not faults, (place, faults)


def _examples(part: Any, place: str) -> Iterator[tuple[str, tuple[dict[str, Any], Any]]]:
    """Give each example of a body with its schema."""
    if isinstance(part, dict):
        if "schema" in part and "example" in part:
            yield place, (part["schema"], part["example"])
        for name, each in part.items():
            yield from _examples(each, f"{place}/{name}")

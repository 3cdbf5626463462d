"""The reference of the API is the API's."""

from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_reference_of_the_api_is_made_from_its_document(django_ready: None) -> None:
    from rollbook.api.reference import http_reference
    from rollbook.api.routes import openapi

    assert (ROOT / "docs/reference/http-api.md").read_text() == http_reference(openapi())


def test_every_operation_names_its_scope_its_refusals_and_where_json_an_example(
    django_ready: None,
) -> None:
    from rollbook.api.openapi import ANSWERED, SENT
    from rollbook.api.reference import operations
    from rollbook.api.routes import openapi

    document = openapi()
    assert document["openapi"] == "3.1.0"
    assert set(document["components"]["securitySchemes"]) == {"Token", "Session"}
    found = {each.name: each for each in operations(document)}
    assert set(SENT) | set(ANSWERED) <= set(found)
    for each in found.values():
        assert each.scope in ("read", "import", "admin", "students")
        assert {"401", "403", "404", "422", "429", "500"} <= set(each.statuses.split(", "))

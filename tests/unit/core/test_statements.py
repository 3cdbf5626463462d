"""SQL statements are named, each once, and each is run."""

from pathlib import Path

import pytest
from psycopg import sql

import rollbook
from rollbook.core.statements import Statements

PACKAGE = Path(rollbook.__file__).parent
FILES = sorted(
    path for path in PACKAGE.rglob("*.sql") if "migrations" not in path.parts
)  # those of migrations run whole


class Listening:
    """Takes the place of a cursor: says what it would execute."""

    def execute(self, query: sql.Composed, params: object = None, /) -> tuple[str, object]:
        return query.as_string(None), params


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_statement_has_a_name_of_its_own_that_code_beside_it_mentions(path: Path) -> None:
    names = [
        line.removeprefix("-- name: ")
        for line in path.read_text().splitlines()
        if line.startswith("-- name: ")
    ]
    assert names
    assert len(names) == len(set(names))
    beside = "".join(each.read_text() for each in path.parent.glob("*.py"))
    assert [name for name in names if f'"{name}"' not in beside] == []


def test_a_statement_is_filled_with_names_and_gets_its_values_apart() -> None:
    retention = Statements("rollbook.records.operations", "retention.sql")
    parts = {"table": sql.Identifier("rollbook", "mails")}
    text, values = retention.run(Listening(), "delete_of_jobs", parts=parts, jobs=[1])
    assert " ".join(text.split()) == 'DELETE FROM "rollbook"."mails" WHERE job_id = ANY(%(jobs)s)'
    assert values == {"jobs": [1]}


def test_an_unknown_statement_is_an_error() -> None:
    with pytest.raises(KeyError):
        Statements("rollbook.records.operations", "files.sql").run(Listening(), "no_such_name")

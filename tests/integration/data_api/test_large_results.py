"""What is larger than one answer of the Data API, or than one statement, comes and goes."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from rollbook.data_api.address import ClusterAddress
from rollbook.data_api.connection import DataApiConnection
from tests.doubles.data_api import DataApi
from tests.integration.cli.commands import HEADER, student, write_csv
from tests.integration.data_api.test_imports import imported, reached_by

LONG_AFTER_SHORT = (
    "select n, repeat('x', case when n > %s then 40000 else 1 end) as filler"
    " from generate_series(1, %s) n order by n"
)


@pytest.fixture
def over_api(address: ClusterAddress) -> Iterator[DataApiConnection]:
    with DataApiConnection(address, autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize("in_transaction", [False, True])
def test_a_result_above_1_mib_is_read_in_portions(
    over_api: DataApiConnection, api: DataApi, in_transaction: bool
) -> None:
    over_api.autocommit = not in_transaction
    cursor = over_api.execute(LONG_AFTER_SHORT, [5_000, 5_100])
    assert [column[0] for column in cursor.description or ()] == ["n", "filler"]
    assert cursor.rowcount == 5_100
    rows = cursor.fetchall()
    assert [number for number, _ in rows] == list(range(1, 5_101))
    assert [len(text) for _, text in rows] == [1] * 5_000 + [40_000] * 100
    assert over_api.execute("select 1").fetchall() == [(1,)]
    over_api.rollback()
    assert not api.transactions


def test_only_what_reads_is_asked_again(over_api: DataApiConnection, api: DataApi) -> None:
    with pytest.raises(psycopg.OperationalError), over_api.transaction():
        over_api.execute("create table public.kept (n integer, filler text)")
        over_api.execute(
            "insert into public.kept select n, repeat('x', 40000) from generate_series(1, 50) n"
            " returning *"
        )
    with psycopg.connect(api.url) as native:
        assert native.execute("select to_regclass('public.kept')").fetchall() == [(None,)]
    asked = len(api.statements)
    with pytest.raises(psycopg.OperationalError):
        over_api.execute("select point(1, 2)")
    assert len(api.statements) == asked + 1
    assert not api.transactions


@pytest.mark.parametrize("number", [20_000, 4_000_000_000])
def test_a_list_that_is_longer_than_a_statement_goes_beside_it(
    over_api: DataApiConnection, number: int
) -> None:
    numbers = [*range(1, 20_000), number]
    asked = "select n from unnest(array[1, 19_999, 20_000, 20_001]) n where n = any(%s)"
    expected = [1, 19_999, *([number] if number == 20_000 else [])]
    assert over_api.execute(asked, [numbers]).fetchall() == [(each,) for each in expected]
    names = [f"{each}'\\" for each in numbers]
    found = over_api.execute("select cardinality(%(names)s::text[])", {"names": names})
    assert found.fetchall() == [(20_000,)]


def test_a_district_with_more_names_than_an_answer_holds_is_imported(
    django_ready: None, api: DataApi, tmp_path: Path
) -> None:
    with psycopg.connect(api.url) as native:
        native.execute(
            "insert into public.students (student_id, first_name, last_name)"
            " select 'x' || n, repeat('Zoë ', 15) || n, 'Núñez' from generate_series(1, 20000) n"
        )
    file = write_csv(tmp_path / "students.csv", *(student(number) for number in range(1, 31)))
    with reached_by(api.address):
        done = imported(file)
    assert (done.report.status, done.report.counts.inserted) == ("completed", 30)
    assert not api.transactions


def test_what_is_kept_of_an_import_fits_into_a_row_or_the_import_fails(
    django_ready: None, api: DataApi, tmp_path: Path
) -> None:
    from rollbook.records.models import Job

    def named(number: int) -> str:
        return student(number).replace("North", f"{number:0250}")

    rows = [named(number) for number in range(1, 301)]
    wide = [f"column {number:0300}" for number in range(200)]
    unknown = [f",{row.split(',', 1)[1]}" for row in rows[:100]]
    first = write_csv(tmp_path / "first.csv", *rows)
    second = write_csv(tmp_path / "second.csv", *unknown, *rows[100:])
    third = write_csv(tmp_path / "wide.csv", *(row + "," * len(wide) for row in rows))
    text = third.read_text()
    third.write_text(text.replace(HEADER, ",".join([HEADER, *wide]), 1))
    with reached_by(api.address):
        jobs = [imported(each).job for each in (first, second, third)]
        kept = [output.report for each in jobs if (output := Job.imports.get(pk=each).came_to)]
    assert [each.status for each in kept] == ["completed", "held", "failed"]
    assert kept[2].reason == "beyond_data_api"
    assert "roster" not in kept[1].changes
    with reached_by(api.url):
        assert Job.imports.get(pk=jobs[1]).came_to, "the pages read it too"

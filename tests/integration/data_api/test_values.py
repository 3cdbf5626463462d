"""Values and rows through the Data API and back, as the driver itself gives them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from rollbook.data_api.address import ClusterAddress
from rollbook.data_api.connection import DataApiConnection
from rollbook.data_api.copy_rows import LARGEST_REQUEST
from tests.doubles.data_api import DataApi

FEW = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])

FIRST = datetime(1900, 1, 1)  # noqa: DTZ001 - hypothesis adds the time zone itself
TEXTS = st.text(
    st.characters(exclude_characters="\0", codec="utf-8"), max_size=40
) | st.sampled_from(
    (
        *("", "'", "''", "\\", "\\'", "E'\\x'", ":p1", "::text", "%s", "%%", "\x01\x7f", "𝒜😀"),
        *("\r\n\t", "O'Brien \\N :rows $1", '"x"', "NULL", "\\N", "{a,b}", "--", "/*"),
        *("x" * 5_000, "😀" * 3_000),
    )
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXTS,
    "integer": st.integers(-(2**31), 2**31 - 1),
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "numeric": st.decimals(allow_nan=False, allow_infinity=False, places=7),
    "boolean": st.booleans(),
    "date": st.dates(min_value=date(1900, 1, 1)),
    "time": st.times(),
    "timestamp": st.datetimes(min_value=FIRST),
    "timestamptz": st.datetimes(min_value=FIRST, timezones=st.just(UTC)),
    "double precision": st.floats(allow_nan=False, allow_infinity=False),
    "bytea": st.binary(max_size=6_000),
    "uuid": st.uuids(),
    "text[]": st.lists(st.none() | TEXTS.filter(lambda text: len(text) < 1_000), max_size=4),
    "integer[]": st.lists(st.none() | st.integers(-(2**31), 2**31 - 1), max_size=4),
}


@pytest.fixture
def over_api(address: ClusterAddress) -> Iterator[DataApiConnection]:
    with DataApiConnection(address, autocommit=True) as connection:
        yield connection


@FEW
@given(data=st.data(), kind=st.sampled_from(sorted(VALUES)))
def test_a_value_comes_back_as_it_was_sent(
    over_api: DataApiConnection, data: st.DataObject, kind: str
) -> None:
    value = data.draw(st.none() | VALUES[kind])
    [(back,)] = over_api.execute(f"select %s::{kind}", [value]).fetchall()
    assert (type(back), back) == (type(value), value)


@pytest.mark.parametrize(
    ("kind", "least"),
    [
        ("smallint", -(2**15)),
        ("integer", -(2**31)),
        ("bigint", -(2**63)),
        ("numeric", Decimal("-0.5")),
        ("double precision", -1.5),
    ],
)
def test_a_sign_belongs_to_its_number(
    over_api: DataApiConnection, kind: str, least: float | Decimal
) -> None:
    asked = f"select %s::{kind}, -1-%s, %s ^ 2 > 0"
    [(back, more, is_squared)] = over_api.execute(asked, [least] * 3).fetchall()
    assert (back, more, is_squared) == (least, -1 - least, True)


@FEW
@given(
    value=st.recursive(TEXTS | st.booleans() | st.none(), lambda inner: st.lists(inner, max_size=3))
)
def test_json_comes_back_as_it_was_sent(over_api: DataApiConnection, value: Any) -> None:
    [(back,)] = over_api.execute("select %s::jsonb", [Jsonb(value)]).fetchall()
    assert back == value


@FEW
@given(rows=st.lists(st.tuples(st.none() | TEXTS, st.none() | st.integers(-9, 9)), max_size=8))
def test_rows_arrive_as_they_were_given(
    over_api: DataApiConnection, rows: list[tuple[Any, ...]]
) -> None:
    with over_api.transaction(), over_api.cursor() as cursor:
        cursor.execute("create temporary table given (t text, n smallint) on commit drop")
        with cursor.copy("copy pg_temp.given from stdin") as copy:
            for row in rows:
                copy.write_row(row)
        assert cursor.execute("select t, n from pg_temp.given").fetchall() == rows


def test_all_kinds_are_those_of_the_driver(over_api: DataApiConnection, api: DataApi) -> None:
    asked = (
        "select 1::smallint, 2, 3::bigint, 1.50::numeric, 2.5::float8, true, null::text, ''::text,"
        " date '2026-02-28', timestamp '2026-02-28 01:02:03.000004', time '01:02',"
        " timestamptz '2026-02-28 01:02:03+02', '{\"a\": [1, null]}'::jsonb, '\\x00ff'::bytea,"
        " array['a', null, 'b c'], '{}'::integer[], 'abc'::varchar(5), 'ab'::char(4), 'x'::name,"
        " 'c56a4180-65aa-42ec-a945-5fd21dec0538'::uuid, 99999999999999999999.000000001"
    )
    with psycopg.connect(api.url) as native:
        native.execute("set timezone = 'UTC'")
        [expected] = native.execute(asked).fetchall()
    [found] = over_api.execute(asked).fetchall()
    assert found == expected
    assert [type(each) for each in found] == [type(each) for each in expected]
    assert isinstance(found[3], Decimal)
    assert isinstance(found[10], time)
    assert isinstance(found[19], UUID)


def test_what_is_too_long_for_its_column_is_an_error_and_is_not_cut(
    over_api: DataApiConnection,
) -> None:
    for kind, value in (("varchar(3)", "abcd"), ("numeric(3,1)", "123.4"), ("smallint", "70000")):
        with over_api.cursor() as cursor, pytest.raises(psycopg.DataError), over_api.transaction():
            cursor.execute(f"create temporary table narrow (c {kind}) on commit drop")
            with cursor.copy("copy pg_temp.narrow from stdin") as copy:
                copy.write(f"{value}\n")


def test_rows_are_split_by_their_bytes_on_the_wire(
    over_api: DataApiConnection, api: DataApi
) -> None:
    rows = [("😀\\\"'\n" * 2_000, number) for number in range(400)]
    with over_api.transaction(), over_api.cursor() as cursor:
        cursor.execute("create temporary table wide (t text, n integer) on commit drop")
        with cursor.copy("copy pg_temp.wide (t, n) from stdin") as copy:
            for row in rows:
                copy.write_row(row)
        sent = [each for each in api.statements if each.startswith("insert into")]
        counted = cursor.execute(
            "select count(*), count(distinct t), min(length(t)) from pg_temp.wide"
        ).fetchall()
    assert counted == [(400, 1, 10_000)]
    assert 3 < len(sent) < 20
    assert LARGEST_REQUEST * 0.9 < api.largest_request <= LARGEST_REQUEST


def test_a_long_result_comes_in_portions(over_api: DataApiConnection) -> None:
    asked = "select n, repeat('x', (n * 7) % 3000) from generate_series(1, 3000) n order by n"
    with over_api.transaction(), over_api.cursor(name="long") as cursor:
        cursor.execute(asked)
        rows = list(cursor)
    assert [(number, len(text)) for number, text in rows] == [
        (number, number * 7 % 3000) for number in range(1, 3001)
    ]

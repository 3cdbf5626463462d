"""What the how-to tells drizzle-kit of our tables is what is there, whoever made it first.

drizzle-kit itself was run by hand, as the how-to says: a gate should not need npm.
"""

from pathlib import Path

import psycopg
import pytest

from tests.doubles.neighbor import Neighbor

HOW_TO = Path(__file__).parents[3] / "docs/how-to/live-in-an-existing-database.md"

PUSHED = """
create sequence student_data_snapshots_id_seq maxvalue 2147483647;
alter table students add column ssid varchar(50);
create index idx_students_ssid on students (ssid);
"""
"""What a push makes of the lines in the how-to where Rollbook has not been."""

OURS = """
select c.relkind::text, c.relname, pg_get_indexdef(c.oid), s.seqmax
from pg_class c left join pg_sequence s on s.seqrelid = c.oid
where c.relnamespace = 'public'::regnamespace and c.relkind in ('S', 'i')
and c.relname ~ 'ssid|student_data_snapshots_id_seq'
"""


@pytest.mark.parametrize("pushed", ["", PUSHED], ids=["migrated first", "pushed first"])
def test_names_in_the_how_to_are_those_of_the_database(
    empty_neighbor: Neighbor, django_ready: None, pushed: str
) -> None:
    from rollbook.records.tables.repairs import repair

    with psycopg.connect(empty_neighbor.owner) as connection:
        connection.execute(pushed.encode())
        assert repair(connection.cursor()) == []
        [index, sequence] = sorted(connection.execute(OURS).fetchall(), reverse=True)
        connection.execute(
            "insert into student_data_snapshots (student_id) select id from students"
        )
        numbered = connection.execute(
            "select min(id), pg_get_serial_sequence('student_data_snapshots', 'id')"
            " from student_data_snapshots"
        ).fetchone()
    assert numbered == (1, f"public.{sequence[1]}")
    assert index[2].endswith("ON public.students USING btree (ssid)")
    lines = HOW_TO.read_text(encoding="utf-8")
    assert f'pgSequence("{sequence[1]}", {{ maxValue: {sequence[3]} }})' in lines
    assert f'index("{index[1]}").on(table.ssid)' in lines
    assert 'tablesFilter: ["!student_data_snapshots"]' in lines
    assert 'ssid: varchar("ssid", { length: 50 })' in lines

"""A file that brings its feed up to no later day makes it look no fresher than it was."""

from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.utils import timezone
from psycopg.types.json import Jsonb

from tests.integration.cli.commands import CommandLine, student, write_csv


def outdated(rollbook: CommandLine) -> list[bool]:
    """Of each import, in order, whether its file was outdated."""
    with psycopg.connect(rollbook.environ["DATABASE_URL"]) as connection:
        rows = connection.execute("select output_data -> 'is_outdated' from jobs order by id")
        return [value for (value,) in rows]


def newest_good(feed: str = "files") -> Any:
    from rollbook.records.queries.standings import feed_standings

    [found] = [each for each in feed_standings(timezone.now()) if each.feed.name == feed]
    facts = found.standing.facts
    return facts.good and facts.good.job, facts.last and facts.last.job, facts.stored_at


def test_a_fix_it_file_renews_nothing(rollbook: CommandLine, records: str, tmp_path: Path) -> None:
    rows = [student(number) for number in range(1, 30)]
    broken = student(30).replace("9000000030", "", 1)
    rollbook.json("import", write_csv(tmp_path / "all.csv", *rows, broken))
    before = newest_good()
    fixed = tmp_path / "fixed.csv"
    text = rollbook("jobs", "fixit").out.replace("0000030,,", "0000030,9000000030,")
    fixed.write_text(text, encoding="utf-8")
    assert rollbook.json("import", fixed)["counts"]["inserted"] == 1
    assert outdated(rollbook) == [False, True]
    assert newest_good() == before
    assert before[:2] == (1, 1)


def test_a_fix_it_file_that_was_not_corrected_says_nothing_of_the_feed(
    rollbook: CommandLine, records: str, tmp_path: Path
) -> None:
    from rollbook.records.district import district_zone
    from rollbook.records.queries.issues import Effect, problems
    from rollbook.records.queries.jobs import job_by_number
    from rollbook.records.queries.trends import success_rate, trend

    rows = [student(number) for number in range(1, 30)]
    broken = student(30).replace("9000000030", "", 1)
    rollbook.json("import", write_csv(tmp_path / "all.csv", *rows, broken))
    before = newest_good()
    (tmp_path / "again.csv").write_text(rollbook("jobs", "fixit").out, encoding="utf-8")
    failed = rollbook.json("import", tmp_path / "again.csv", code=None)
    assert failed["status"] == "failed"
    assert newest_good() == before
    assert [each.effect for each in problems(failed["job"])] == [Effect.ROW_REFUSED]
    assert not job_by_number(failed["job"]).unusual.fields
    rate = success_rate(trend(timezone.now(), district_zone()))
    assert (rate.part, rate.whole) == (1, 1)


def test_bytes_that_others_have_followed_renew_nothing(
    rollbook: CommandLine, records: str, tmp_path: Path
) -> None:
    first, second = (
        write_csv(tmp_path / f"{at}.csv", student(1), student(2), *[student(3)] * at)
        for at in range(2)
    )
    for file in (first, second, first, second):
        rollbook.json("import", file, "--force")
    assert outdated(rollbook) == [False, False, True, False]
    assert newest_good()[0] == 4


@pytest.mark.parametrize(
    ("modified", "is_old"), [(99, True), (100, False), (101, False), (None, True)]
)
def test_a_servers_date_counts_before_bytes_that_came_earlier(
    rollbook: CommandLine, records: str, tmp_path: Path, modified: int | None, is_old: bool
) -> None:
    from rollbook.records.queries.standings import is_old_file

    rollbook.json("import", write_csv(tmp_path / "a.csv", student(1)))
    rollbook.json("import", write_csv(tmp_path / "b.csv", student(1), student(2)))
    with psycopg.connect(rollbook.environ["DATABASE_URL"]) as connection:
        set_date = (
            """update jobs set output_data = output_data || '{"served": {"modified": 100}}'"""
        )
        connection.execute(f"{set_date} where id = 2")
        [(feed, sha256)] = connection.execute(
            "select (input_data ->> 'feed_id')::integer,"
            " output_data #>> array['report', 'file', 'sha256'] from jobs where id = 1"
        ).fetchall()
        cursor = connection.cursor()
        assert is_old_file(cursor, feed, sha256=sha256, modified=modified) is is_old
        assert is_old_file(cursor, feed, sha256="new", modified=None) is False


def test_imports_of_an_earlier_version_are_the_newest_as_well(
    rollbook: CommandLine, records: str, tmp_path: Path
) -> None:
    from rollbook.records.queries.feeds import feed_by_name
    from rollbook.records.queries.jobs import newest_file

    rollbook.json("import", write_csv(tmp_path / "a.csv", student(1)))
    rollbook.json("import", write_csv(tmp_path / "b.csv", student(2)))
    for key, newest in (("is_outdated", 2), ("nothing", 2)):
        with psycopg.connect(rollbook.environ["DATABASE_URL"]) as connection:
            connection.execute("update jobs set output_data = output_data - %s::text", [key])
        assert newest_file(feed_by_name("files")) == newest
    with psycopg.connect(rollbook.environ["DATABASE_URL"]) as connection:
        connection.execute(
            "update jobs set output_data = output_data || %s where id = 2",
            [Jsonb({"is_outdated": True})],
        )
    assert newest_file(feed_by_name("files")) == 1

"""What earlier versions wrote into messages is taken out of them by an upgrade."""

import json

import psycopg

from rollbook.records.migrations import sql
from tests.integration.safety.marked_files import MARKED, mark

OLD = f"The file has no column for SSID. Nothing was changed. Found were: “{mark('HEADER')}”."


def test_an_upgrade_takes_the_quotes_of_files_out_of_everything_that_others_read(
    records: str,
) -> None:
    report = {"status": "failed", "reason": "missing_columns", "message": OLD}
    other = {"status": "failed", "reason": "connect_timeout", "message": "sis did not answer."}
    with psycopg.connect(records) as connection:
        for job, each in ((1, report), (2, other)):
            connection.execute(
                "insert into public.jobs (id, job_type, status, input_data, output_data,"
                " error_message, created_at, attempts, max_attempts)"
                " values (%s, 'student_import', 'failed', '{}', %s, %s, now(), 1, 1)",
                [job, json.dumps({"report": each}), each["message"]],
            )
            connection.execute(
                "insert into rollbook.job_events (job_id, at, kind, message)"
                " values (%s, now(), 'failed', %s)",
                [job, each["message"]],
            )
        connection.execute(
            "insert into rollbook.job_events (job_id, at, kind, message)"
            " values (1, now(), 'log', %s)",
            [f"{mark('NAME')}.csv is still being written; waiting."],
        )
        connection.execute(
            "insert into rollbook.job_attempts (job_id, number, started_at, ended_at, reason,"
            " message) values (1, 1, now(), now(), 'missing_columns', %s)",
            [OLD],
        )
        connection.execute(sql("messages_quote_no_file.sql"))
        tables = ("public.jobs", "rollbook.job_events", "rollbook.job_attempts")
        for table in tables:
            for (row,) in connection.execute(f"select t::text from {table} t").fetchall():
                assert not MARKED.search(row), table
        kept = connection.execute("select error_message from public.jobs where id = 2").fetchone()
        assert kept == ("sis did not answer.",)

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
                "insert into rollbook.mails"
                " (kind, job_id, recipients, subject, text, html, created_at, tries, feed_ids,"
                " job_ids, topic)"
                " values ('import_failed', %s, '{}', 'An import failed', %s, %s, now(), 0, '{}',"
                " '{}', '')",
                [job, each["message"], f"<p>{each['message']}</p>"],
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
        connection.execute(
            "insert into rollbook.issues (job_id, code, severity, message)"
            " values (1, 'WORKSHEET_NOT_READ', 'warning', %s), (1, 'OTHER', 'warning', 'stays')",
            [f"The sheet “{mark('SHEET')}” was not read."],
        )
        # What issues say was in the table of the issues themselves then.
        then = sql("messages_quote_no_file.sql")
        connection.execute(then.replace("rollbook.issues", "rollbook.issue_kinds"))
        tables = (
            "public.jobs",
            "rollbook.job_events",
            "rollbook.job_attempts",
            "rollbook.mails",
            "rollbook.issues",
        )
        for table in tables:
            for (row,) in connection.execute(f"select t::text from {table} t").fetchall():
                assert not MARKED.search(row), table
        mails = connection.execute("select text, html from rollbook.mails where job_id = 2")
        assert mails.fetchall() == [("sis did not answer.", "<p>sis did not answer.</p>")]
        [said] = connection.execute(
            "select message from rollbook.issues where code = 'WORKSHEET_NOT_READ'"
        ).fetchone() or [""]
        assert said.startswith("A further sheet has a header of students too and was not read")
        assert connection.execute(
            "select message from rollbook.issues where code = 'OTHER'"
        ).fetchone() == ("stays",)
        kept = connection.execute("select error_message from public.jobs where id = 2").fetchone()
        assert kept == ("sis did not answer.",)

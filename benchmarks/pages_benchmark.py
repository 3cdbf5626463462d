"""Every page with 100,000 students, 5,000 jobs and 200,000 issues: milliseconds on the server."""

import os
import statistics
import sys
import time
from typing import Any

import psycopg
from measuring import new_database, print_table, workplace

PAGES = (
    "/", "/imports/", "/imports/?page=150", "/imports/?result=with_warnings", "/imports/?file=7",
    "/imports/4000/", "/imports/4000/rows/", "/imports/4000/rows/?q=0000017", "/import/", "/feeds/",
    "/feeds/new/", "/audit/", "/audit/?q=sis", "/healthz",
)  # fmt: skip

SEED = """
insert into public.students (student_id)
select lpad(n::text, 7, '0') from generate_series(1, %(students)s) n;
insert into public.student_data_snapshots (student_id, absences_ytd)
select id, 1 from public.students;
insert into public.jobs
    (job_type, status, created_at, started_at, completed_at, input_data, output_data)
select 'student_data_import', case when n %% 50 = 0 then 'failed' else 'completed' end::job_status,
    at, at, at + interval '9 seconds',
    jsonb_build_object('feed', 'sis', 'feed_id', 2, 'started_by', 'schedule', 'dry_run', false),
    jsonb_build_object('header', (select jsonb_agg('Column ' || c) from generate_series(1, 55) c),
        'settings', repeat('0', 64), 'report', jsonb_build_object(
            'job', n, 'status', case when n %% 50 = 0 then 'failed' else 'completed' end,
            'reason', case when n %% 50 = 0 then 'connection_refused' end,
            'message', null, 'phase', 'importing', 'dry_run', false, 'stored', n %% 50 <> 0,
            'file', jsonb_build_object('name', 'students_' || n || '.csv', 'size', 3600000,
                'sha256', repeat('a', 64), 'kind', 'delimited', 'notes', '[]'::jsonb),
            'counts', '{"total": 10000, "inserted": 0, "updated": 400, "unchanged": 9590,
                "rejected": 5, "duplicates": 5, "missing_from_file": 4}'::jsonb,
            'issues', '{"errors": 10, "warnings": 30, "by_code": {"NOT_A_NUMBER": 10}}'::jsonb,
            'columns_set_aside', '[]'::jsonb, 'seconds', '{"total": 9.0}'::jsonb))
from (select n, now() at time zone 'utc' - make_interval(hours => %(jobs)s - n) as at
      from generate_series(1, %(jobs)s) n) as nights;
insert into rollbook.issue_kinds
    (job_id, batch, number, column_header, field, code, severity, value, message)
select job, job, k, 'Absences YTD', 'absences_ytd', 'CODE_' || k,
    case when k %% 4 = 0 then 'error' else 'warning' end, 'x', 'The cell holds no number.'
from generate_series(1, %(jobs)s) job, generate_series(1, 7) k;
insert into rollbook.issue_blocks (job_id, batch, kinds, row_numbers, student_ids)
select 1 + n %% %(jobs)s, 1 + n %% %(jobs)s, array_agg((1 + n %% 7)::smallint),
    array_agg(n %% 10000), array_agg(lpad((n %% 10000)::text, 7, '0'))
from generate_series(1, %(issues)s) n group by 1, 2;
insert into rollbook.audit_events (at, actor, action, subject)
select now(), 'schedule', 'import.completed', 'job ' || n from generate_series(1, %(jobs)s * 2) n;
insert into rollbook.job_events (job_id, at, kind, message)
select n %% %(jobs)s, now(), 'log', 'A line of the log.' from generate_series(1, %(jobs)s * 8) n;
"""


def main(runs: int) -> None:
    """Print a table: median and 95th percentile of each page."""
    with workplace() as (folder, url):
        database = new_database(url)
        with psycopg.connect(database, autocommit=True) as connection:
            cursor = psycopg.ClientCursor(connection)
            cursor.execute(SEED, {"students": 100_000, "jobs": 5_000, "issues": 200_000})
            connection.execute("analyze")
        os.environ |= {
            "DATABASE_URL": database,
            "ROLLBOOK_HOME": str(folder / "home"),
            "DJANGO_SETTINGS_MODULE": "rollbook.project.web_settings",
        }
        client = administrator()
        header = ("page", "median", "95th percentile", "KB")
        print_table(header, [measured(client, page, runs) for page in PAGES])


def administrator() -> Any:
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client

    from rollbook.access.models import Role
    from rollbook.access.operations import add_person
    from rollbook.web.middleware.encryption_key import use_key

    use_key()  # as a server does before it starts: sessions end with another key
    settings.ALLOWED_HOSTS.append("testserver")
    user = add_person(
        "ada@example.org", "a long enough sentence", role=Role.ADMINISTRATOR, actor="benchmark"
    )
    client = Client()
    client.force_login(user, "rollbook.access.backend.AddressBackend")
    return client


def measured(client: Any, page: str, runs: int) -> list[str]:
    times = []
    for _ in range(runs + 1):
        started = time.perf_counter()
        answer = client.get(page)
        times.append((time.perf_counter() - started) * 1000)
        assert answer.status_code == 200, (page, answer.status_code)
    ranked = sorted(times[1:])  # the first one loads the templates
    return [
        page,
        f"{statistics.median(ranked):.0f} ms",
        f"{ranked[int(len(ranked) * 0.95) - 1]:.0f} ms",
        f"{len(answer.content) / 1000:.0f}",
    ]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)

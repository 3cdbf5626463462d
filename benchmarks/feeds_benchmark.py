"""Pages, metrics, commands and a tick with many feeds and imports on record: milliseconds each.

`benchmarks/feeds_benchmark.py 50 100000` fills a database with that many feeds and imports.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import psycopg
from measuring import new_database, print_table, run_rollbook, workplace
from pages_benchmark import administrator

PAGES = (
    "/", "/feeds/", "/feeds/feed-7/", "/imports/", "/imports/?page=9", "/imports/?feed=9",
    "/imports/?result=failed", "/imports/?problems=1", "/imports/history.csv", "/settings/",
    "/healthz/data", "/metrics",
)  # fmt: skip
TOKEN = "a-token-of-the-benchmark"
RUNS = 5

SEED = """
insert into public.students (student_id)
select lpad(n::text, 7, '0') from generate_series(1, 10000) n;
insert into rollbook.feeds (name, host, port, username, folder, pattern, host_key,
    legacy_algorithms, is_roster, required, worksheet, percent_scale, half_days, blanks,
    new_students, leading_zeros, rejected_limit, headers, "values", blank_markers, recipients,
    schedule, planned_at, schedule_set_at, created_at, unchanged_for)
select 'feed-' || n, 'sftp.example.org', 22, 'u', '', '*.csv', '', '{}', true, '{}', '', 'auto',
    'refuse', 'keep', 'create', true, 10, '{}', '{}', '{}', '{}', '{"is_on": true}', now(), now(),
    now(), 60 from generate_series(1, %(feeds)s) n;
insert into public.jobs (job_type, status, created_at, started_at, completed_at, attempts,
    max_attempts, input_data, output_data)
select 'student_data_import', case when n %% 50 = 0 then 'failed' else 'completed' end::job_status,
    at, at, at + interval '9 seconds', 1, 4,
    jsonb_build_object('feed', 'feed-' || n %% %(feeds)s + 1, 'feed_id', n %% %(feeds)s + 2,
        'started_by', 'schedule', 'dry_run', false, 'force', false),
    jsonb_build_object('header', header, 'settings', repeat('0', 64), 'report', jsonb_build_object(
        'job', n, 'status', case when n %% 50 = 0 then 'failed' else 'completed' end,
        'reason', case when n %% 50 = 0 then 'connection_refused'
            when n %% 3 = 0 then 'file_unchanged' end,
        'message', null, 'phase', 'importing', 'dry_run', false,
        'stored', n %% 50 <> 0 and n %% 3 <> 0,
        'file', jsonb_build_object('name', 'students_' || n || '.csv', 'size', 3600000,
            'sha256', repeat(md5(n::text), 2), 'kind', 'delimited', 'notes', '[]'::jsonb),
        'counts', '{"total": 10000, "inserted": 0, "updated": 400, "unchanged": 9590,
            "rejected": 5, "duplicates": 5, "missing_from_file": 4}'::jsonb,
        'issues', '{"errors": 10, "warnings": 30, "by_code": {"NOT_A_NUMBER": 10}}'::jsonb,
        'columns_set_aside', '[]'::jsonb, 'seconds', '{"total": 9.0}'::jsonb))
from (select n, now() at time zone 'utc'
          - make_interval(secs => (%(jobs)s - n) * 86400.0 / %(feeds)s) as at
      from generate_series(1, %(jobs)s) n) as nights,
    (select jsonb_agg('Column ' || c) as header from generate_series(1, 55) c) headers;
insert into public.jobs (job_type, status, input_data, created_at, started_at, completed_at)
select 'rollbook_clean_up', 'completed', '{}', at, at, at
from (select now() at time zone 'utc' as at) today;
insert into rollbook.job_attempts (job_id, number, started_at, ended_at, retried_at)
select id, 1, started_at, completed_at, completed_at from public.jobs where output_data is not null;
insert into rollbook.audit_events (at, actor, action, subject)
select now(), 'schedule', 'import.completed', 'job ' || n from generate_series(1, %(jobs)s) n;
"""


def main(feeds: int, jobs: int) -> None:
    """Print a table: the median of a few runs."""
    with workplace() as (folder, url):
        database = new_database(url)
        with psycopg.connect(database, autocommit=True) as connection:
            psycopg.ClientCursor(connection).execute(SEED, {"feeds": feeds, "jobs": jobs})
            connection.execute("vacuum analyze")
        os.environ |= {
            "DATABASE_URL": database,
            "ROLLBOOK_HOME": str(folder / "home"),
            "ROLLBOOK_METRICS_TOKEN": TOKEN,
            "DJANGO_SETTINGS_MODULE": "rollbook.project.web_settings",
        }
        client = administrator()
        rows = [_row(page, lambda page=page: _looked_at(client, page)) for page in PAGES]
        rows += [_row(name, step) for name, step in _steps().items()]
        rows += [_row(" ".join(words), lambda w=words: _run(w, database)) for words in COMMANDS]
        print_table((f"{feeds} feeds, {jobs:,} imports", "median"), rows)


COMMANDS = (["--help"], ["feeds", "list"], ["jobs", "list"])
"""The first one is what starting a command takes."""


def _steps() -> dict[str, Callable[[], None]]:
    from django.utils import timezone

    from rollbook.automation.tick import Steps, plan, run_errands
    from rollbook.records.queries.health import health

    def ticked() -> None:
        steps = Steps()
        plan(steps, os.environ)
        assert steps.is_whole, steps.faults

    return {
        "a tick: planning": ticked,
        "a tick: errands": lambda: run_errands(Steps(), {}),
        "health": lambda: health(timezone.now()) and None,
    }


def _looked_at(client: Any, page: str) -> None:
    answer = client.get(page, HTTP_AUTHORIZATION=f"Bearer {TOKEN}")
    assert answer.status_code in (200, 503), (page, answer.status_code)
    if answer.streaming:  # what counts is when the first lines come
        next(iter(answer))


def _run(words: list[str], database: str) -> None:
    run_rollbook(words, url=database)


def _row(name: str, step: Callable[[], None]) -> list[str]:
    times = []
    for _ in range(RUNS + 1):
        started = time.perf_counter()
        step()
        times.append((time.perf_counter() - started) * 1000)
    return [name, f"{statistics.median(times[1:]):.0f} ms"]


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:3]))

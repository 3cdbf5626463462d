"""What a program reads: jobs as `--json` writes them, pages by cursor, values on record."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.api.conftest import JOBS, Program, problem
from tests.integration.pages.test_who_saw_values import body, seen

Make = Callable[..., Program]
pytestmark = pytest.mark.usefixtures("values")
ADA = "ada@example.org"


def add_jobs(many: int, *, dry_run: bool = False) -> None:
    from rollbook.core.report import Report
    from rollbook.records.models import JOB_TYPE, Feed, Job
    from rollbook.records.operations.jobs import now

    feed = Feed.objects.get(name="sis")
    for _ in range(many):
        Job.objects.create(
            job_type=JOB_TYPE,
            status="failed",
            created_at=now(),
            input_data={
                "feed": "sis", "feed_id": feed.pk, "started_by": "test", "dry_run": dry_run,
            },
            output_data={"report": Report(status="failed", dry_run=dry_run).as_object(None)},
        )  # fmt: skip


def every_page(calls: Program, address: str, *, limit: int) -> list[Any]:
    found: list[Any] = []
    cursor = ""
    while True:
        answer = calls.get(
            f"{address}{'&' if '?' in address else '?'}limit={limit}&cursor={cursor}"
        )
        assert answer.status_code == 200, answer.content
        page = answer.json()
        assert len(page["items"]) <= limit
        found += page["items"]
        if (cursor := page["next_cursor"]) is None:
            return found


def test_a_job_is_the_object_of_the_command_line_with_its_times(program: Make) -> None:
    from rollbook.records.queries.jobs import job_by_number

    found = program("read").get(f"{JOBS}/1").json()
    told = json.loads(json.dumps(job_by_number(1).report.as_object(1)))
    assert {name: found[name] for name in told} == told
    assert (found["feed"], found["outcome"], found["started_by"]) == ("sis", "succeeded", "test")
    assert found["started_at"].endswith("Z")


def test_values_are_read_with_the_scope_alone_and_on_record(program: Make) -> None:
    assert "marker" not in program("read").get(f"{JOBS}/1").content.decode()
    assert "marker" not in program("import").get(f"{JOBS}/1/issues").content.decode()
    assert seen() == []
    [issue] = program("students", "read").get(f"{JOBS}/1/issues").json()["items"]
    assert (issue["student_id"], issue["value"]) == ("marker-student", "marker-value")
    actor = f"{ADA} (token students+read)"
    assert seen() == [(actor, "students.viewed", "job 1", "rows with problems", "127.0.0.1")]


def test_the_fix_it_file_is_a_download_on_record(program: Make) -> None:
    admin = program("admin")
    answer = admin.get(f"{JOBS}/1/fixit")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "marker-cell" in body(answer)
    [event] = seen()
    assert event[:4] == (
        f"{ADA} (token admin)", "students.downloaded", "job 1", "rejected rows as CSV",
    )  # fmt: skip
    add_jobs(1)
    newest = admin.get(JOBS).json()["items"][0]["job"]
    problem(admin.get(f"{JOBS}/{newest}/fixit"), 404, "nothing_to_fix")


def test_jobs_are_paged_newest_first_and_filtered(program: Make) -> None:
    add_jobs(4)
    add_jobs(3, dry_run=True)
    calls = program("read")
    numbers = [job["job"] for job in every_page(calls, JOBS, limit=3)]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == 8
    assert len(every_page(calls, f"{JOBS}?dry_run=true", limit=2)) == 3
    assert len(every_page(calls, f"{JOBS}?dry_run=false&status=failed", limit=3)) == 4
    assert [job["job"] for job in every_page(calls, f"{JOBS}?status=completed", limit=3)] == [1]
    assert every_page(calls, f"{JOBS}?status=held", limit=3) == []
    assert len(every_page(calls, f"{JOBS}?feed=sis&since=2001-01-01", limit=100)) == 8
    for far in ("2999-01-01T00:00:00Z", "2999-12-31T23:59:59-23:59", "2027-01-01T00:00%2B23:59"):
        assert every_page(calls, f"{JOBS}?since={far}", limit=3) == []
    problem(calls.get(f"{JOBS}?feed=nothing"), 404, "no_such_feed")


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=x",
        "limit=1_0",
        "limit=%2B5",
        "limit=+5",
        "limit=5.0",
        "limit=%EF%BC%95",
        "limit=" + "9" * 5000,
        "dry_run=1",
        "dry_run=on",
        "dry_run=True",
        "status=done",
        "dry_run=perhaps",
        "since=soon",
        "since=0",
        "since=0001-01-01",
        "since=9999-12-31",
        "cursor=x",
        "cursor=WyJ4Il0",
        "cursor=WzEsMl0",
        "cursor=Wy0xXQ",
        "cursor=" + "A" * 300,
    ],
)
def test_a_question_that_makes_no_sense_is_named(program: Make, query: str) -> None:
    answer = program("read").get(f"{JOBS}?{query}")
    assert answer.status_code == 422
    found = problem(answer, 422, json.loads(answer.content)["reason"])
    assert found["errors"][0]["field"] == query.partition("=")[0]


def test_issues_come_in_the_order_of_the_file_those_of_the_whole_file_first(
    program: Make,
) -> None:
    from rollbook.records.models import IssueRow

    for row in (9, None, 3, 9, None):
        IssueRow.objects.create(
            job_id=1, row_number=row, code="X", severity="warning", message="No."
        )
    calls = program("read")
    expected = [None, None, 3, 7, 9, 9]
    for limit in (1, 2, 4, 100):
        found = every_page(calls, f"{JOBS}/1/issues", limit=limit)
        assert [issue["row"] for issue in found] == expected
    assert len(every_page(calls, f"{JOBS}/1/issues?severity=error", limit=1)) == 1
    assert len(every_page(calls, f"{JOBS}/1/issues?code=X", limit=2)) == 5


def test_the_log_and_the_changes_are_read(program: Make) -> None:
    from rollbook.records.models import JobEvent

    for _ in range(3):
        JobEvent.objects.create(job_id=1, kind="log", message="It began.", at="2026-01-01T00:00Z")
    calls = program("read")
    found = every_page(calls, f"{JOBS}/1/log", limit=2)
    assert [each["message"] for each in found] == ["It began."] * 3
    counts: dict[str, Any] = {"fields": {}, "updated": {}, "inserted": {}, "overwritten": {}}
    changes = calls.get(f"{JOBS}/1/changes").json()
    assert changes == {"job": 1, **counts, "items": changes["items"], "next_cursor": None}


def test_what_changed_is_read_page_by_page_and_values_with_their_scope_alone(
    program: Make,
) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("delete from rollbook.student_changes")
        cursor.execute("update rollbook.import_changes set fields = '{a,students.a,b}'")
        cursor.execute(
            "insert into rollbook.student_changes"
            " (job_id, row_number, given_id, is_new, had_data, before, after) values"
            " (1, 2, '7', false, true, '{1,0,null}', '{2,2,3}'),"
            " (1, 5, '8', true, false, null, '{1,1,1}')"
        )
        cursor.execute("update rollbook.student_changes set by_others = '{2}' where row_number = 2")
    calls = program("read", "students")
    expected: list[dict[str, Any]] = [
        {"row": 2, "student_id": "7", "what": "changed", "field": "a", "before": "0", "after": "2"},
        {"row": 2, "student_id": "7", "what": "filled", "field": "b", "before": None, "after": "3"},
        {"row": 5, "student_id": "8", "what": "new", "field": None, "before": None, "after": None},
    ]
    for number, line in enumerate(expected):
        line["before_by_another_hand"] = number == 0
    assert every_page(calls, f"{JOBS}/1/changes", limit=1) == expected
    assert every_page(calls, f"{JOBS}/1/changes?field=b", limit=2) == expected[1:2]
    hidden = {"student_id": None, "before": None, "after": None}
    found = every_page(program("read"), f"{JOBS}/1/changes", limit=2)
    assert found == [each | hidden for each in expected]


def test_feeds_are_read_by_name_and_number_without_secrets(program: Make) -> None:
    from rollbook.records.models import Feed

    calls = program("read")
    found = {feed["name"]: feed for feed in calls.get("/api/admin/import/feeds").json()["items"]}
    assert set(found) == {"files", "sis"}
    number = Feed.objects.get(name="sis").pk
    for named in ("sis", number):
        assert calls.get(f"/api/admin/import/feeds/{named}").json() == found["sis"]
    assert found["sis"]["host"] == "sftp.example.org"
    assert found["files"]["source"] == "upload"
    assert not any("password" in name or name == "key" for name in found["sis"])
    problem(calls.get("/api/admin/import/feeds/nothing"), 404, "no_such_feed")


def test_health_is_that_of_the_command_line(program: Make) -> None:
    from django.utils import timezone

    from rollbook.records.queries.health import health

    found = program("read").get("/api/admin/import/health").json()
    assert set(found) == set(health(timezone.now()).as_object())


def test_students_are_paged_and_seeing_them_is_on_record(program: Make) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for number in range(5):
            cursor.execute(
                "insert into public.students (student_id, first_name, last_name, grade)"
                " values (%s, 'A', 'B', '1') returning id",
                [f"000{number}"],
            )
            cursor.execute(
                "insert into public.student_data_snapshots (student_id, absences_ytd)"
                " values (%s, %s)",
                [cursor.fetchone()[0], number],
            )
    calls = program("students")
    found = every_page(calls, "/api/students", limit=2)
    assert [each["student_id"] for each in found] == [f"000{number}" for number in range(5)]
    assert [each["values"]["absences_ytd"] for each in found] == list(range(5))
    looked = (f"{ADA} (token students)", "students.viewed", "students", "students' values")
    assert [event[:4] for event in seen()] == [
        looked,
        (*looked[:3], f"{looked[3]}, page after page"),
    ]


def test_head_is_answered_where_get_is_without_the_body(program: Make) -> None:
    calls = program("read", "students")
    for address in (JOBS, f"{JOBS}/1", "/api/admin/import/feeds", "/api/students"):
        got, head = calls.get(address), calls.request("HEAD", address)
        assert (head.status_code, head.content) == (got.status_code, b""), address
        assert head["Content-Type"] == got["Content-Type"]
        assert head["Content-Length"] == str(len(got.content))
    assert calls.request("HEAD", f"{JOBS}/999").status_code == 404
    assert calls.request("HEAD", f"{JOBS}/1/cancel").status_code == 405
    assert "HEAD" in calls.request("DELETE", JOBS)["Allow"]

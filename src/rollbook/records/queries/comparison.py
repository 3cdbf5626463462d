"""One import beside those before it: how long its feed usually takes, and what is new."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from statistics import median

from django.db import connection

from rollbook.records.models import AuditEvent, Feed, IssueKind, Job, JobQuerySet
from rollbook.records.queries.first_files import whole_file_before
from rollbook.records.queries.jobs import JobView, job_view

RUNS_LOOKED_AT = 10
FEWEST_RUNS = 3
"""With fewer, nothing counts as usual."""

UNSTEADY = 3.0
"""Where the longest run took so many times as long as the shortest, no time left is promised."""

Cause = tuple[str, str | None]
"""Code and column of a group of issues."""


def usual_seconds(job: JobView) -> Mapping[str, float]:
    """Return the median seconds of each phase in the feed's last runs; {} where they are too few.

    `total` is among them unless the runs differ too much to promise anything.
    """
    # The seconds alone: a running import's page asks every two seconds, and outcomes are long.
    runs = list(_before(job).seconds()[:RUNS_LOOKED_AT])
    if len(runs) < FEWEST_RUNS:
        return {}
    totals = [run.get("total", 0.0) for run in runs]
    steady = max(totals) <= UNSTEADY * min(totals)
    names = {name for run in runs for name in run if name != "total" or steady}
    # A step that a run did not have, such as the wait for its file, says nothing of how long it is.
    taken = {name: [run[name] for run in runs if run.get(name)] for name in names}
    return {name: median(each) for name, each in taken.items() if each}


def seconds_left(job: JobView, usual: Mapping[str, float], now: datetime) -> float | None:
    """Return how long a running import will take, None where that is unknown."""
    if "total" not in usual or job.started_at is None:
        return None
    left = usual["total"] - (now.astimezone(UTC) - job.started_at).total_seconds()
    return left if left > 0 else None


def new_causes(job: JobView) -> set[Cause] | None:
    """Return the causes that the feed's import before did not have. A fix-it file says nothing
    of the rows that it left out.

    None where there was none before it, or where its issues are no longer kept.
    """
    row = whole_file_before(job.feed_id, job.number)
    if row is None or (output := row.came_to) is None:
        return None
    known, report = _causes(row.pk), output.report
    if not known and report.errors + report.warnings:
        return None
    return _causes(job.number) - known


def import_before(job: JobView) -> JobView | None:
    """Return the feed's newest import before this one that stored a file."""
    row = _before(job).first()
    return None if row is None else job_view(row)


def has_newer_data(job: JobView) -> bool:
    """Tell whether an import of the feed has stored a file since this one."""
    later = Job.imports.of_feed(job.feed_id).stored().of_whole_files().after(job.number)
    return later.exists()


def last_change(job: JobView) -> AuditEvent | None:
    """Return who changed the feed's settings last before the job began."""
    changes = AuditEvent.objects.filter(subject=job.feed, action__startswith="feed.")
    if job.started_at is not None:
        changes = changes.filter(at__lte=job.started_at)
    return changes.order_by("-id").first()


def before_and_after(job: JobView) -> Mapping[str, Sequence[tuple[str, int, int]]]:
    """Return, by school and by grade, the students of the feed's last file and of a held one.

    {} where the job was not held, and of a feed that does not say who is there: nobody has kept who
    was in its last file. The largest difference comes first.
    """
    after = job.report.changes.get("roster")
    if after is None or not Feed.objects.filter(pk=job.feed_id, is_roster=True).exists():
        return {}
    before = _last_roster(job.feed_id)
    return {
        kind: sorted(
            (
                (name, before[kind].get(name, 0), after[kind].get(name, 0))
                for name in {*before[kind], *after[kind]}
            ),
            key=lambda line: (-abs(line[2] - line[1]), line[0]),
        )
        for kind in ("schools", "grades")
    }


def _last_roster(feed_id: int) -> dict[str, dict[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select grouping(n.school) = 0, coalesce(n.school, n.grade, ''), count(*)"
            " from rollbook.presence p"
            " join public.student_data_snapshots n on n.student_id = p.student_id"
            " where p.feed_id = %s and p.missing_since is null"
            " group by grouping sets ((n.school), (n.grade))",
            [feed_id],
        )
        roster: dict[str, dict[str, int]] = {"schools": {}, "grades": {}}
        for is_school, name, students in cursor.fetchall():
            roster["schools" if is_school else "grades"][name] = students
    return roster


def _before(job: JobView) -> JobQuerySet:
    """The feed's imports before this one that stored a file, newest first. Corrected rows of
    another one are no measure."""
    stored = Job.imports.of_feed(job.feed_id).stored().of_whole_files()
    return stored.before(job.number).newest_first()


def _causes(job: int) -> set[Cause]:
    found = IssueKind.objects.filter(job_id=job).values_list("code", "column_header").distinct()
    return set(found)

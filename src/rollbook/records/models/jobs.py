"""The shared table `jobs` and its conditions by name: the one place that knows the JSON's paths."""

from collections.abc import Mapping
from typing import Any, Final

from django.db import models
from django.db.models import Q

from rollbook.records.models.fields import UtcDateTimeField
from rollbook.records.models.job_input import SCHEDULE, JobInput
from rollbook.records.models.job_output import JobOutput
from rollbook.records.outcome import Outcome

JOB_TYPE: Final = "student_data_import"
"""Which rows of the shared table `jobs` are imports of ours."""

CLEAN_UP: Final = "rollbook_clean_up"
"""Which rows are nightly clean-ups of ours."""

SCHOOL_YEAR: Final = "rollbook_school_year"
"""Which rows are switches of the school year: no imports, but with a change record."""


class Status(models.TextChoices):
    """The states that the shared table knows; `Outcome` says more."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"


OUTCOMES: Final[Mapping[Outcome, Q]] = {each: Q(index__outcome=each.value) for each in Outcome}
"""The condition under which an import has this outcome; the index says it for each."""


class JobQuerySet(models.QuerySet["Job"]):
    """Jobs by conditions that read like a sentence: `Job.imports.of_feed(1).stored().newest()`."""

    def of_feed(self, feed_id: int) -> "JobQuerySet":
        return self.filter(index__feed_id=feed_id)

    def with_outcome(self, outcome: Outcome) -> "JobQuerySet":
        return self.filter(OUTCOMES[outcome])

    def completed(self) -> "JobQuerySet":
        return self.filter(status=Status.COMPLETED)

    def failed(self) -> "JobQuerySet":
        return self.filter(status=Status.FAILED)

    def stored(self) -> "JobQuerySet":
        """Completed, and what they brought was stored: neither a dry run nor "nothing new"."""
        return self.filter(index__is_stored=True)

    def up_to_date(self) -> "JobQuerySet":
        """Not of an outdated file, as `standings.sql` has it; earlier versions did not say."""
        said = models.Q(output_data__is_outdated__isnull=True)
        return self.filter(said | ~models.Q(output_data__is_outdated=True))

    def from_server(self) -> "JobQuerySet":
        """Ended, with a file that its server described."""
        return self.filter(output_data__served__isnull=False)

    def under_way(self) -> "JobQuerySet":
        """Waiting for a worker, or running."""
        return self.filter(index__is_ended=False, output_data__isnull=True).filter(
            status__in=(Status.PENDING, Status.RUNNING)
        )

    def ended(self) -> "JobQuerySet":
        """With an outcome; held ones too."""
        return self.filter(index__is_ended=True)

    def writing(self) -> "JobQuerySet":
        """Not those that only check."""
        return self.filter(index__is_check=False)

    def except_rehearsals(self) -> "JobQuerySet":
        """Without those of a schedule: what a night finds is news, though it was rehearsed."""
        return self.exclude(index__is_check=True, index__started_by=SCHEDULE)

    def except_checks_by_hand(self) -> "JobQuerySet":
        """Imports, and rehearsals of a feed's own file; not what a person checks of any file."""
        return self.filter(Q(index__is_check=False) | Q(index__started_by=SCHEDULE))

    def except_reason(self, reason: str) -> "JobQuerySet":
        return self.exclude(index__reason=reason)

    def with_header(self) -> "JobQuerySet":
        """Those that have read a header of the feed's own: that of a fix-it file has our columns,
        and the rows below it are a few of another file's."""
        return self.filter(index__has_header=True).of_whole_files()

    def of_whole_files(self) -> "JobQuerySet":
        """Without corrected rows of another file."""
        return self.filter(index__is_fix_it=False)

    def with_problems(self) -> "JobQuerySet":
        return self.filter(index__has_problems=True)

    def with_file_name(self, text: str) -> "JobQuerySet":
        return self.filter(index__file_name__icontains=text)

    def started_by(self, text: str) -> "JobQuerySet":
        return self.filter(index__started_by__icontains=text)

    def by_schedule(self) -> "JobQuerySet":
        """Planned runs and their rehearsals; no person whose name is like it."""
        return self.filter(index__started_by=SCHEDULE)

    def before(self, number: int) -> "JobQuerySet":
        return self.filter(pk__lt=number)

    def after(self, number: int) -> "JobQuerySet":
        return self.filter(pk__gt=number)

    def newest(self) -> "Job | None":
        return self.newest_first().first()

    def newest_first(self) -> "JobQuerySet":
        return self.order_by("-id")

    def seconds(self) -> "models.QuerySet[Job, Any]":
        """The seconds by phase alone; whole outcomes are long."""
        return self.values_list("output_data__report__seconds", flat=True)

    def changes(self) -> "models.QuerySet[Job, Any]":
        """What each would change or has changed, alone; None where it never came so far."""
        return self.values_list("output_data__changes", flat=True)


_JobManager = models.Manager.from_queryset(JobQuerySet)


class _IsImport(models.Func):
    """Whether a row of the shared table is an import that Rollbook wrote."""

    function = "rollbook.is_import"
    output_field = models.BooleanField()


class _Imports(_JobManager["Job"]):
    """The imports that Rollbook wrote, none of a neighbor's jobs of whatever type."""

    def get_queryset(self) -> JobQuerySet:
        # The join with the index lets it, and not the shared table, be read in every order.
        found = JobQuerySet(self.model, using=self._db).filter(index__feed_id__isnull=False)
        return found.filter(_IsImport("id", "job_type", "input_data"))


class _SaysNoOtherNumber(models.Func):
    """Whether a row says no number but its own: a copy says that of the first."""

    template = "coalesce(input_data ->> 'job' = id::text, true)"
    output_field = models.BooleanField()


class _CleanUps(_JobManager["Job"]):
    def get_queryset(self) -> JobQuerySet:
        mine = JobQuerySet(self.model, using=self._db).filter(job_type=CLEAN_UP)
        return mine.filter(_SaysNoOtherNumber())


class Job(models.Model):
    """One import, or one clean-up. What the neighbor's table has no column for is in the JSON."""

    Status = Status

    id = models.AutoField(primary_key=True)
    job_type = models.CharField(max_length=100)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.PENDING)
    user_id = models.IntegerField(null=True)
    input_data = models.JSONField(null=True)
    output_data = models.JSONField(null=True)
    error_message = models.TextField(null=True)
    created_at = UtcDateTimeField()
    started_at = UtcDateTimeField(null=True)
    completed_at = UtcDateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    max_attempts = models.IntegerField(default=3)

    objects = models.Manager["Job"]()
    imports = _Imports()
    clean_ups = _CleanUps()

    class Meta:
        managed = False
        db_table = "jobs"

    def __str__(self) -> str:
        return f"job {self.pk}"

    @property
    def asked(self) -> JobInput:
        """What was asked of it."""
        return JobInput.from_json(self.input_data)

    @property
    def came_to(self) -> JobOutput | None:
        """What came of it; None before its end."""
        return None if self.output_data is None else JobOutput.from_json(self.output_data)

    def wait_again(self) -> None:
        """Be as before its first run; the caller saves it, with an audit event where one is due."""
        self.status, self.output_data, self.error_message = Status.PENDING, None, None
        self.started_at = self.completed_at = None

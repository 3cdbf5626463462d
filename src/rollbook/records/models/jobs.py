"""The shared table `jobs` and its conditions by name: the one place that knows the JSON's paths."""

from collections.abc import Mapping
from typing import Any, Final

from django.db import models
from django.db.models import Q

from rollbook.records.models.fields import UtcDateTimeField
from rollbook.records.models.job_input import JobInput
from rollbook.records.models.job_output import JobOutput
from rollbook.records.outcome import Outcome

JOB_TYPE: Final = "student_data_import"
"""Which rows of the shared table `jobs` are imports of ours."""

CLEAN_UP: Final = "rollbook_clean_up"
"""Which rows are nightly clean-ups of ours."""


class Status(models.TextChoices):
    """The states that the shared table knows; `Outcome` says more."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"


_HELD = Q(output_data__report__reason="held")
_UNCHANGED = Q(output_data__report__reason="file_unchanged")
_STOPPED = Q(output_data__report__reason__in=("cancelled", "discarded"))
_CLEAN = Q(output_data__report__issues__errors=0, output_data__report__issues__warnings=0)
_COMPLETED = Q(status=Status.COMPLETED) & ~_UNCHANGED

OUTCOMES: Final[Mapping[Outcome, Q]] = {
    Outcome.WAITING: Q(status=Status.PENDING, output_data__isnull=True),
    Outcome.RUNNING: Q(status=Status.RUNNING),
    Outcome.SUCCEEDED: _COMPLETED & _CLEAN,
    Outcome.WITH_WARNINGS: _COMPLETED & ~_CLEAN,
    # Another program may have given up what waits for a person: it still does.
    Outcome.NEEDS_REVIEW: Q(status__in=(Status.PENDING, Status.FAILED)) & _HELD,
    Outcome.FAILED: Q(status=Status.FAILED) & ~_STOPPED & ~_HELD,
    Outcome.STOPPED: Q(status=Status.FAILED) & _STOPPED,
    Outcome.NO_NEW_FILE: Q(status=Status.COMPLETED) & _UNCHANGED,
}
"""The condition under which a job has this outcome; the tests prove that one holds."""


class JobQuerySet(models.QuerySet["Job"]):
    """Jobs by conditions that read like a sentence: `Job.imports.of_feed(1).stored().newest()`."""

    def of_feed(self, feed_id: int) -> "JobQuerySet":
        return self.filter(input_data__feed_id=feed_id)

    def with_outcome(self, outcome: Outcome) -> "JobQuerySet":
        return self.filter(OUTCOMES[outcome])

    def completed(self) -> "JobQuerySet":
        return self.filter(status=Status.COMPLETED)

    def failed(self) -> "JobQuerySet":
        return self.filter(status=Status.FAILED)

    def stored(self) -> "JobQuerySet":
        """Completed, and what they brought was stored: neither a dry run nor "nothing new"."""
        return self.completed().filter(output_data__report__stored=True)

    def from_server(self) -> "JobQuerySet":
        """Ended, with a file that its server described."""
        return self.filter(output_data__served__isnull=False)

    def under_way(self) -> "JobQuerySet":
        """Waiting for a worker, or running."""
        is_begun_or_waits = Q(status__in=(Status.PENDING, Status.RUNNING))
        return self.filter(is_begun_or_waits, output_data__isnull=True)

    def ended(self) -> "JobQuerySet":
        """With an outcome; held ones too."""
        return self.filter(output_data__isnull=False)

    def writing(self) -> "JobQuerySet":
        """Not those that only check."""
        return self.exclude(input_data__dry_run=True)

    def except_reason(self, reason: str) -> "JobQuerySet":
        return self.exclude(output_data__report__reason=reason)

    def with_header(self) -> "JobQuerySet":
        """Those that have read a header."""
        return self.filter(output_data__header__0__isnull=False)

    def with_problems(self) -> "JobQuerySet":
        errors = Q(output_data__report__issues__errors__gt=0)
        return self.filter(errors | Q(output_data__report__issues__warnings__gt=0))

    def with_file_name(self, text: str) -> "JobQuerySet":
        return self.filter(output_data__report__file__name__icontains=text)

    def started_by(self, text: str) -> "JobQuerySet":
        return self.filter(input_data__started_by__icontains=text)

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
        return JobQuerySet(self.model, using=self._db).filter(
            _IsImport("id", "job_type", "input_data")
        )


class _CleanUps(_JobManager["Job"]):
    def get_queryset(self) -> JobQuerySet:
        return JobQuerySet(self.model, using=self._db).filter(job_type=CLEAN_UP)


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

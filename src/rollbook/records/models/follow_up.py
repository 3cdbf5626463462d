"""What follows when a run has ended: its attempt, the mails about it, and the last tick."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class JobAttempt(models.Model):
    """One ended run of a job. The row exists once the end has been recorded."""

    id = models.BigAutoField(primary_key=True)
    job_id = models.IntegerField()
    number = models.IntegerField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=100, null=True)
    message = models.TextField(null=True)
    retry_at = models.DateTimeField(null=True)
    """When the job is to be tried again; null: this was its last run."""
    retried_at = models.DateTimeField(null=True)
    """When it was handed to the workers again, or when that became idle."""

    class Meta:
        db_table = "job_attempts"
        constraints = [  # noqa: RUF012 - Django's way
            models.UniqueConstraint(fields=["job_id", "number"], name="one_end_per_attempt")
        ]
        indexes = [  # noqa: RUF012
            models.Index(
                fields=["retry_at"],
                name="attempts_to_retry",
                condition=models.Q(retry_at__isnull=False, retried_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"attempt {self.number} of job {self.job_id}"


class Outgoing(models.Model):
    """What is to be sent, sent, or given up. It holds no student's value."""

    id = models.BigAutoField(primary_key=True)
    created_at = models.DateTimeField()
    tries = models.IntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    """null: sent, or given up."""
    sent_at = models.DateTimeField(null=True)
    error = models.TextField(null=True)
    """Why the last try failed."""

    class Meta:
        abstract = True


class Mail(Outgoing):
    """A mail."""

    kind = models.CharField(max_length=50)
    feed_id = models.IntegerField(null=True)
    job_id = models.IntegerField(null=True)
    feed_ids = ArrayField(models.IntegerField(), default=list)
    """The feeds that it is about: what is told of a feed leaves as it was written."""
    job_ids = ArrayField(models.IntegerField(), default=list)
    """The import of each of them, where it tells of imports."""
    topic = models.CharField(max_length=200, default="")
    """What it has in common with those that become one mail with it; '' for none."""
    items = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    """What it tells of each import, as `notify.messages.Item`, while others may join it."""
    recipients = ArrayField(models.CharField(max_length=254))
    subject = models.TextField()
    text = models.TextField()
    html = models.TextField()

    class Meta:
        db_table = "mails"
        indexes = [  # noqa: RUF012
            models.Index(fields=["feed_id", "kind", "-id"], name="mails_by_feed_and_kind"),
            GinIndex(fields=["job_ids"], name="mails_by_import"),
            models.Index(
                fields=["next_try_at"],
                name="mails_to_send",
                condition=models.Q(next_try_at__isnull=False),
            ),
            models.Index(
                fields=["created_at"],
                name="mails_unsent",
                condition=models.Q(sent_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"mail {self.pk}"


class ToldProblem(models.Model):
    """A problem of a feed that was told and is not over."""

    id = models.BigAutoField(primary_key=True)
    feed_id = models.IntegerField()
    kind = models.CharField(max_length=50)
    """As of mails."""
    cause = models.CharField(max_length=200)
    """What makes it another problem of this kind; '' where there is only one."""
    job_id = models.IntegerField()
    """The import of which it was told."""
    told_at = models.DateTimeField()

    class Meta:
        db_table = "told_problems"
        constraints = (
            models.UniqueConstraint(fields=["feed_id", "kind", "cause"], name="told_once"),
        )

    def __str__(self) -> str:
        return f"{self.kind} of feed {self.feed_id}"


class JudgedPromise(models.Model):
    """A promise by the clock whose time has passed: whether the feed's data was current then."""

    id = models.BigAutoField(primary_key=True)
    feed_id = models.IntegerField()
    promised_at = models.DateTimeField()
    is_kept = models.BooleanField()
    good_job_id = models.IntegerField(null=True)
    """The last good import that had ended by then."""
    judged_at = models.DateTimeField()

    class Meta:
        db_table = "promises"
        constraints = (
            models.UniqueConstraint(fields=["feed_id", "promised_at"], name="judged_once"),
        )

    def __str__(self) -> str:
        return f"promise of feed {self.feed_id} for {self.promised_at}"


class LastTick(models.Model):
    """When the planning of any worker was last done with everything; one row, or none yet."""

    id = models.SmallIntegerField(primary_key=True)
    completed_at = models.DateTimeField()

    class Meta:
        db_table = "last_tick"

    def __str__(self) -> str:
        return f"tick of {self.completed_at:%Y-%m-%d %H:%M:%S}"

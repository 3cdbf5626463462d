"""What administrators decide in advance for exactly the file that a rehearsal would hold."""

from django.db import models

APPLY = "apply"
DISCARD = "discard"


class AdvanceDecision(models.Model):
    """A decision on the file of one planned run. It counts for this run alone, and only where the
    run fetches the same bytes under the same settings."""

    id = models.BigAutoField(primary_key=True)
    feed_id = models.IntegerField()
    job_id = models.IntegerField()
    """The job that has shown what would hold the file."""
    planned_at = models.DateTimeField()
    """The run for which it counts."""
    sha256 = models.CharField(max_length=64)
    settings = models.TextField(null=True)
    """The fingerprint that the file was checked under."""
    accepted = models.JSONField()
    """How many of each kind of limit were seen, as `Approval` has it."""
    verdict = models.CharField(max_length=10)
    """APPLY or DISCARD."""
    reason = models.TextField()
    decided_by = models.TextField()
    decided_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by = models.IntegerField(null=True)
    """The import that it counted for."""
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.TextField(default="", db_default="")

    class Meta:
        db_table = "advance_decisions"
        constraints = (
            models.UniqueConstraint(
                fields=["job_id"],
                condition=models.Q(taken_back_at__isnull=True),
                name="decided_in_advance_once",
            ),
        )
        indexes = (
            models.Index(fields=["feed_id", "planned_at"], name="decisions_by_run"),
            models.Index(fields=["used_by"], name="decisions_by_import"),
        )

    def __str__(self) -> str:
        return f"{self.verdict} the file of rehearsal {self.job_id}"

"""The index of imports: of each row of ours in the shared `jobs`, what lists and feeds ask for.

The shared table may be another application's, so no index of ours can be put on it, and what came
of an import is a long object. The row here is written in the transaction that writes the import
(migrations/import_index.sql says how it follows from that row), and
counts no longer where that is gone.
"""

from django.db import models
from django.db.models import Q

from rollbook.records.models.jobs import Job
from rollbook.records.outcome import ENDED, GOOD

_IS_RUN = Q(is_check=False)


class ImportIndex(models.Model):
    """One import in a few columns."""

    job = models.OneToOneField(
        Job, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="index"
    )
    feed_id = models.IntegerField()
    outcome = models.CharField(max_length=20)
    reason = models.CharField(max_length=100, default="")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    is_check = models.BooleanField()
    """Whether nothing was to be stored: a dry run."""
    is_ended = models.BooleanField()
    """Whether there is an outcome; also of one that is held."""
    is_stored = models.BooleanField()
    is_recorded = models.BooleanField()
    """Whether the end of its last run was seen to: there is a row in `job_attempts`."""
    has_problems = models.BooleanField()
    has_header = models.BooleanField()
    started_by = models.TextField()
    file_name = models.TextField()
    rows_total = models.IntegerField()
    rows_rejected = models.IntegerField()
    is_fix_it = models.BooleanField(default=False, db_default=False)
    """Whether it had corrected rows of another file."""

    class Meta:
        db_table = "import_index"
        indexes = (
            models.Index(fields=["feed_id", "-job"], name="imports_by_feed"),
            models.Index(fields=["outcome", "-job"], name="imports_by_outcome"),
            models.Index(fields=["created_at"], name="imports_by_begin"),
            models.Index(fields=["ended_at"], name="imports_by_end"),
            models.Index(
                fields=["feed_id", "-ended_at", "-job"],
                name="imports_that_ended",
                condition=_IS_RUN & Q(outcome__in=sorted(each.value for each in ENDED)),
            ),
            models.Index(
                fields=["feed_id", "-ended_at", "-job"],
                name="imports_that_went_well",
                condition=_IS_RUN & Q(outcome__in=sorted(each.value for each in GOOD)),
            ),
            models.Index(
                fields=["feed_id", "-job"], name="imports_stored", condition=Q(is_stored=True)
            ),
            models.Index(
                fields=["feed_id", "-job"],
                name="imports_that_read_a_file",
                condition=_IS_RUN & Q(is_ended=True) & ~Q(outcome="no_new_file"),
            ),
            models.Index(
                fields=["feed_id", "-job"], name="imports_with_header", condition=Q(has_header=True)
            ),
            models.Index(
                fields=["feed_id", "-job"],
                name="imports_held",
                condition=_IS_RUN & Q(outcome="needs_review"),
            ),
            models.Index(fields=["-job"], name="imports_under_way", condition=Q(is_ended=False)),
            models.Index(
                fields=["job"],
                name="imports_to_record",
                condition=Q(is_ended=True, is_recorded=False),
            ),
            models.Index(
                fields=["-job"], name="imports_with_problems", condition=Q(has_problems=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.outcome} job {self.pk}"

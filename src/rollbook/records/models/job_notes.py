"""What people write to an import, for each other."""

from django.db import models


class JobNote(models.Model):
    """A note. Its text may name a student: only administrators read it, and no log has it."""

    id = models.BigAutoField(primary_key=True)
    job_id = models.IntegerField(db_index=True)
    made_at = models.DateTimeField()
    author = models.TextField()
    text = models.TextField()
    resolves = models.BooleanField(default=False)
    """Whether no one needs to look at the failed import again."""
    reopens = models.BooleanField(default=False)
    """Whether an earlier note was wrong to say so."""

    class Meta:
        db_table = "job_notes"

    def __str__(self) -> str:
        return f"note {self.pk} to job {self.job_id}"

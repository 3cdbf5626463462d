"""Names of files that came instead of a feed's own."""

from django.db import models

ADOPTED = "adopted"
IGNORED = "ignored"


class NewFileName(models.Model):
    """A file that a run saw when none matched, or beside an older one that did. A person decides
    what becomes of its name."""

    id = models.BigAutoField(primary_key=True)
    feed_id = models.IntegerField()
    shape = models.TextField()
    """The name with # for each number: so it is known again the next day."""
    name = models.TextField()
    """Safe to print. For administrators alone: a file may be called after a student."""
    pattern = models.TextField()
    """The feed's, which did not match."""
    wider = models.TextField()
    """The pattern that takes this file too."""
    job_id = models.IntegerField()
    """The last run that saw it."""
    first_seen_at = models.DateTimeField()
    decision = models.CharField(max_length=10, default="", db_default="")
    """Empty: none yet."""
    why_not = models.CharField(max_length=20, default="", db_default="")
    """Why it is not proposed, of the newest files that are told too; empty: it is proposed."""
    modified_at = models.DateTimeField(null=True)
    """The server's time of the file, where it is told why it is not proposed."""

    class Meta:
        db_table = "new_file_names"
        constraints = (models.UniqueConstraint(fields=["feed_id", "shape"], name="shape_once"),)

    def __str__(self) -> str:
        return f"new name {self.pk} of feed {self.feed_id}"

"""What a person no longer wants to see in a feed's inbox."""

from django.db import models


class IgnoredCode(models.Model):
    """A text of a field that stays as it is. It may be a student's value: its digest is kept."""

    id = models.BigAutoField(primary_key=True)
    feed_id = models.IntegerField()
    field = models.TextField()
    digest = models.CharField(max_length=64)

    class Meta:
        db_table = "ignored_codes"
        constraints = (
            models.UniqueConstraint(fields=["feed_id", "field", "digest"], name="ignored_once"),
        )

    def __str__(self) -> str:
        return f"an ignored text of {self.field}, feed {self.feed_id}"

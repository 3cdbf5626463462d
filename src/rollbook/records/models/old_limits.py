"""Since when values are old, day by day: for programs that read SQL and know no calendar."""

from django.db import models


class OldLimit(models.Model):
    """What holds on one day of the district's clock."""

    from_at = models.DateTimeField(primary_key=True)
    until_at = models.DateTimeField()
    """The first moment of the next day."""
    old_before = models.DateTimeField(null=True)
    """A value that no import has brought since then is old; null: none is."""
    planned_by = models.CharField(max_length=64)
    """A digest of the settings that it was planned by."""

    class Meta:
        db_table = "old_limits"

    def __str__(self) -> str:
        return f"limit from {self.from_at:%Y-%m-%d %H:%M} on"

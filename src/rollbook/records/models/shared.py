"""The specified tables in `public`, which other programs read and a neighbor may own."""

from django.db import models

from rollbook.records.models.fields import UtcDateTimeField


class Setting(models.Model):
    """One setting of the district, by key."""

    id = models.AutoField(primary_key=True)
    key = models.CharField(max_length=255, unique=True)
    value = models.TextField()
    description = models.TextField(null=True)
    category = models.CharField(max_length=100, null=True)
    is_secret = models.BooleanField(default=False)
    created_at = UtcDateTimeField()
    updated_at = UtcDateTimeField()

    class Meta:
        managed = False
        db_table = "settings"

    def __str__(self) -> str:
        return self.key

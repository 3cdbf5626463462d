"""Switches of the school year."""

from django.db import models


class YearSwitch(models.Model):
    """A switch: its job may be deleted by another program, and what it set aside depends on it."""

    job_id = models.IntegerField(primary_key=True)
    first_day = models.DateField()
    started_by = models.TextField()
    students = models.IntegerField()
    values = models.JSONField()
    """Field -> students whose value was set aside."""

    class Meta:
        db_table = "year_switches"

    def __str__(self) -> str:
        return f"switch {self.job_id} to the year of {self.first_day}"

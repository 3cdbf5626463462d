"""The specified tables in `public`, which other programs read and a neighbour may own."""

from django.db import models

from rollbook.records.models.fields import UtcDateTimeField

JOB_TYPE = "student_data_import"
"""Which rows of the shared table `jobs` are ours."""


class Job(models.Model):
    """One run of an import. What the neighbour's table has no column for is in the JSON."""

    class Status(models.TextChoices):
        PENDING = "pending"
        RUNNING = "running"
        COMPLETED = "completed"
        FAILED = "failed"

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

    class Meta:
        managed = False
        db_table = "jobs"

    def __str__(self) -> str:
        return f"job {self.pk}"


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

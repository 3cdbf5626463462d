"""Rows that people correct in the browser: those without a value, and as they were corrected."""

from django.db import models


class IncompleteRow(models.Model):
    """A row that was imported without one of its values, as the file wrote it, to be corrected."""

    id = models.BigAutoField(primary_key=True)
    job_id = models.IntegerField()
    row_number = models.IntegerField()
    cells = models.JSONField()

    class Meta:
        db_table = "incomplete_rows"
        constraints = [  # noqa: RUF012 - Django's way
            models.UniqueConstraint(fields=["job_id", "row_number"], name="one_incomplete_row")
        ]

    def __str__(self) -> str:
        return f"row {self.row_number} of job {self.job_id}"


class RowFix(models.Model):
    """A row as a person has corrected it. `cells` are a student's data."""

    id = models.BigAutoField(primary_key=True)
    job_id = models.IntegerField()
    """The import that rejected the row, or imported it without a value."""
    row_number = models.IntegerField()
    cells = models.JSONField()
    """Those of the file's own columns, in the order of its header."""
    made_by = models.TextField()
    made_at = models.DateTimeField()
    saves = models.IntegerField(default=1)
    """How often it was saved, by which a form knows whether it has become another one."""
    fixed_in = models.IntegerField(null=True, db_index=True)
    """The import of the corrected row; null while it was not asked for."""
    place = models.IntegerField(null=True)
    """The number of the row in the file of that import."""

    class Meta:
        db_table = "row_fixes"
        constraints = [  # noqa: RUF012 - Django's way
            models.UniqueConstraint(fields=["job_id", "row_number"], name="one_fix_per_row")
        ]

    def __str__(self) -> str:
        return f"fix of row {self.row_number} of job {self.job_id}"

"""The index of the search for students: ours, because the tables of students may be another's.

It follows from them and is brought up to date before it is asked (operations/student_search.py).
"""

from django.db import models


class StudentSearch(models.Model):
    """One student in a few narrow columns; all but `source` is a student's data."""

    student_id = models.IntegerField(primary_key=True)
    """The key of the row in `students`."""
    source = models.BigIntegerField()
    """A digest of all that the other columns follow from."""
    words = models.TextField(db_collation="C")
    """Identifiers, names and school in plain small letters, a blank before each word."""
    name = models.TextField(db_collation="C")
    """Last and first name in plain small letters, to sort by."""
    school = models.TextField()
    grade = models.TextField()

    class Meta:
        db_table = "student_search"
        indexes = (models.Index(fields=["school"], name="student_search_by_school"),)

    def __str__(self) -> str:
        return f"words of student {self.student_id}"


class StudentSearchState(models.Model):
    """As of when the index is: one row."""

    is_only = models.BooleanField(primary_key=True, default=True)
    written = models.BigIntegerField()
    """How many rows of the tables of students had been written, as PostgreSQL counts them."""
    noted_at = models.DateTimeField()

    class Meta:
        db_table = "student_search_state"
        constraints = (
            models.CheckConstraint(condition=models.Q(is_only=True), name="one_search_state"),
        )

    def __str__(self) -> str:
        return "state of the search"

"""Protected values: corrections that imports leave, of one student and one field each."""

from django.db import models


class ProtectedValue(models.Model):
    """One protection, as long as it lasts and, for a while, after it has ended."""

    student_id = models.IntegerField()
    """The key of the row in `students`; that is another program's, so nothing refers to it."""
    field = models.TextField()
    value = models.TextField(null=True)
    """The kept value as text; none where an empty one is kept, or the student is gone."""
    reason = models.TextField()
    protected_by = models.TextField()
    protected_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    """The first moment at which it no longer lasts; none: until the SIS agrees."""
    said = models.TextField(null=True)
    """What the last file said that named the student and had a value."""
    said_row = models.IntegerField(null=True)
    said_at = models.DateTimeField(null=True)
    said_job_id = models.IntegerField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.TextField(null=True)
    """The person who released it."""
    ended_job_id = models.IntegerField(null=True)
    why_ended = models.TextField(null=True)
    """agreed, date, released, student_gone or field_gone."""

    class Meta:
        db_table = "protected_values"
        constraints = (
            models.UniqueConstraint(
                fields=["student_id", "field"],
                condition=models.Q(ended_at=None),
                name="one_protection_of_a_value",
            ),
        )

    def __str__(self) -> str:
        return f"protection {self.pk} of student {self.student_id}"

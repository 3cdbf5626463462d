"""Which of the neighbor's schools the file's schools are."""

from django.db import models


class SchoolMapping(models.Model):
    """A school as files write it, and the neighbor's school that an administrator has confirmed.

    No foreign key: the neighbor may delete or renumber its schools, and it is told where it did.
    """

    name = models.TextField(primary_key=True)
    school = models.TextField()
    """`schools.id` as text."""
    school_name = models.TextField()
    """What the neighbor called it then."""

    class Meta:
        db_table = "school_mappings"

    def __str__(self) -> str:
        return self.name

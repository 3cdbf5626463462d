"""The district's own layouts of vendors' exports."""

from django.db import models


class OwnLayout(models.Model):
    """One layout as `core/layouts/document.py` writes it; feeds name it."""

    name = models.CharField(primary_key=True, max_length=60)
    document = models.JSONField()
    changed_by = models.TextField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "own_layouts"

    def __str__(self) -> str:
        return self.name

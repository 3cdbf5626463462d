"""Presence no longer refers to students; see presence_alone.sql."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

from rollbook.records.migrations import sql


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0004_queue_and_progress")]
    operations: ClassVar[list[Operation]] = [migrations.RunSQL(sql("presence_alone.sql"))]

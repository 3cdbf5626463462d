"""The specified tables in `public`."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

from rollbook.records.migrations import sql


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar[list[tuple[str, str]]] = []
    operations: ClassVar[list[Operation]] = [
        migrations.RunSQL(sql("public_tables.sql"), migrations.RunSQL.noop)
    ]

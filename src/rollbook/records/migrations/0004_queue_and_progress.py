"""The queue's own schema, as its package ships it, and the progress of jobs."""

from typing import ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import StateApps

from rollbook.records.migrations import sql


def create_queue(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    # Imported here: listing the migrations must not load the queue.
    from procrastinate.schema import SchemaManager

    editor.execute(SchemaManager.get_schema(), params=None)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0003_choices_are_known")]
    operations: ClassVar[list[Operation]] = [
        migrations.RunPython(create_queue),
        migrations.RunSQL(sql("progress.sql")),
    ]

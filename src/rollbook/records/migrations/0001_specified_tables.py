"""The specified tables in `public`: those that are missing and that our role may add."""

from typing import Any, ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

from rollbook.records.tables.repairs import repair


def add_tables(_: Any, editor: Any) -> None:
    with editor.connection.cursor() as cursor:
        repair(cursor)


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar[list[tuple[str, str]]] = []
    operations: ClassVar[list[Operation]] = [
        migrations.RunPython(add_tables, migrations.RunPython.noop)
    ]

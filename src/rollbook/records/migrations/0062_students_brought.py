"""An import that rejects rows remembers the students of its other rows."""

from django.db import migrations

from rollbook.records.migrations import sql

REVERSE = "alter table rollbook.import_changes drop column brought"


class Migration(migrations.Migration):
    dependencies = [("records", "0061_row_fixes")]

    operations = [migrations.RunSQL(sql("students_brought.sql"), REVERSE)]

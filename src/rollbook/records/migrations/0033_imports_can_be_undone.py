"""An import can be undone: its index says so, and what was left as it was is on record."""

from django.db import migrations

from rollbook.records.migrations import sql

REVERSE = """
drop table rollbook.undo_kept;
alter table rollbook.import_changes drop column undone_at;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0032_change_record")]

    operations = [migrations.RunSQL(sql("undo.sql"), REVERSE)]

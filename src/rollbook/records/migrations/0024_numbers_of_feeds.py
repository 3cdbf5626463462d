"""Only a number that a feed can have makes a row of `jobs` an import of ours."""

from django.db import migrations

from rollbook.records.migrations import sql


class Migration(migrations.Migration):
    dependencies = [("records", "0023_school_mappings")]

    operations = [
        migrations.RunSQL(
            sql("is_import_2.sql"),
            sql("is_import.sql").replace("create function", "create or replace function"),
        )
    ]

"""A copy of a row of ours in the shared table `jobs` is no import of ours."""

from django.db import migrations

from rollbook.records.migrations import sql


class Migration(migrations.Migration):
    dependencies = [("records", "0025_jobs_may_be_deleted")]

    operations = [
        migrations.RunSQL(
            sql("is_import_3.sql"),
            "drop function rollbook.is_import(bigint, varchar, jsonb)",
        )
    ]

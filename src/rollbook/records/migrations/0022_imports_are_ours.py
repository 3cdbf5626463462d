"""What counts as an import: only what Rollbook wrote, whatever others write beside it."""

from django.db import migrations

from rollbook.records.migrations import sql


class Migration(migrations.Migration):
    dependencies = [("records", "0021_webhooks")]

    operations = [
        migrations.RunSQL(
            sql("is_import.sql"),
            "drop function rollbook.is_import(varchar, jsonb)",
        )
    ]

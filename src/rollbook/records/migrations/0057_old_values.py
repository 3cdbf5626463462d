"""Other programs are told which values are old, by limits that are planned ahead."""

from django.db import migrations, models

from rollbook.records.migrations import sql

REVERSE = (
    "drop view rollbook.current_students;"
    "create view rollbook.current_students as select * from rollbook.list_current_students();"
    "drop function rollbook.list_old_values_today;"
    "drop function rollbook.list_old_values;"
)


class Migration(migrations.Migration):
    dependencies = [("records", "0056_job_notes")]

    operations = [
        migrations.CreateModel(
            "OldLimit",
            [
                ("from_at", models.DateTimeField(primary_key=True, serialize=False)),
                ("until_at", models.DateTimeField()),
                ("old_before", models.DateTimeField(null=True)),
                ("planned_by", models.CharField(max_length=64)),
            ],
            options={"db_table": "old_limits"},
        ),
        migrations.RunSQL(sql("old_values.sql"), REVERSE),
    ]

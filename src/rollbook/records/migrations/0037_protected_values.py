"""A correction can be protected: imports leave the value, and know until when."""

from django.db import migrations, models

from rollbook.records.migrations import sql

REVERSE = """
alter table rollbook.student_changes drop column by_others;
drop table rollbook.protected_values;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0036_current_students"),
    ]

    operations = [
        migrations.RunSQL(
            sql("protected_values.sql"),
            REVERSE,
            state_operations=[
                migrations.CreateModel(
                    name="ProtectedValue",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("student_id", models.IntegerField()),
                        ("field", models.TextField()),
                        ("value", models.TextField(null=True)),
                        ("reason", models.TextField()),
                        ("protected_by", models.TextField()),
                        ("protected_at", models.DateTimeField()),
                        ("until_at", models.DateTimeField(null=True)),
                        ("said", models.TextField(null=True)),
                        ("said_row", models.IntegerField(null=True)),
                        ("said_at", models.DateTimeField(null=True)),
                        ("said_job_id", models.IntegerField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ended_by", models.TextField(null=True)),
                        ("ended_job_id", models.IntegerField(null=True)),
                        ("why_ended", models.TextField(null=True)),
                    ],
                    options={
                        "db_table": "protected_values",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("student_id", "field"),
                                name="one_protection_of_a_value",
                            )
                        ],
                    },
                ),
            ],
        ),
    ]

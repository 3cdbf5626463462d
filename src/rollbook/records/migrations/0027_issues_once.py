"""What issues say is stored once for all that say the same; where they are, in blocks."""

from typing import Any, ClassVar

import django.contrib.postgres.fields
from django.db import migrations, models
from django.db.migrations.operations.base import Operation

from rollbook.records.migrations import sql

_VIEW: list[tuple[str, Any]] = [
    ("id", models.BigAutoField(primary_key=True, serialize=False)),
    ("block", models.BigIntegerField(null=True)),
    ("job_id", models.IntegerField()),
    ("row_number", models.IntegerField(null=True)),
    ("student_id", models.TextField(null=True)),
    ("column_header", models.TextField(null=True)),
    ("field", models.TextField(null=True)),
    ("code", models.CharField(max_length=50)),
    ("severity", models.CharField(max_length=10)),
    ("value", models.TextField(null=True)),
    ("message", models.TextField()),
]


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0026_copies_are_no_imports")]

    operations: ClassVar[list[Operation]] = [
        migrations.CreateModel(
            name="IssueKind",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("job_id", models.IntegerField()),
                ("batch", models.BigIntegerField()),
                ("number", models.SmallIntegerField()),
                ("column_header", models.TextField(null=True)),
                ("field", models.TextField(null=True)),
                ("code", models.CharField(max_length=50)),
                ("severity", models.CharField(max_length=10)),
                ("value", models.TextField(null=True)),
                ("message", models.TextField()),
            ],
            options={
                "db_table": "issue_kinds",
                "indexes": [models.Index(fields=["job_id", "code"], name="issue_kinds_by_code")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(severity__in=("error", "warning")),
                        name="severity_of_a_kind_is_known",
                    ),
                    models.UniqueConstraint(fields=["batch", "number"], name="one_kind_per_number"),
                ],
            },
        ),
        migrations.CreateModel(
            name="IssueBlock",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("job_id", models.IntegerField()),
                ("batch", models.BigIntegerField()),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(models.SmallIntegerField(null=True)),
                ),
                (
                    "row_numbers",
                    django.contrib.postgres.fields.ArrayField(
                        models.IntegerField(null=True), null=True
                    ),
                ),
                (
                    "student_ids",
                    django.contrib.postgres.fields.ArrayField(
                        models.TextField(null=True), null=True
                    ),
                ),
            ],
            options={
                "db_table": "issue_blocks",
                "indexes": [models.Index(fields=["job_id", "id"], name="issue_blocks_in_order")],
            },
        ),
        migrations.RunSQL(
            [sql("issues_once_convert.sql"), sql("issues_once.sql")],
            state_operations=[
                migrations.DeleteModel("IssueRow"),
                migrations.CreateModel(
                    name="IssueRow",
                    fields=_VIEW,
                    options={"db_table": "issues", "managed": False},
                ),
            ],
        ),
    ]

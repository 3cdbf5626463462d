"""Our own tables in the schema `rollbook`; `jobs` and `settings` are only made known to Django."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import rollbook.records.models.fields
from rollbook.records.migrations import sql


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("records", "0001_specified_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("job_type", models.CharField(max_length=100)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("running", "Running"),
                            ("completed", "Completed"),
                            ("failed", "Failed"),
                        ],
                        default="pending",
                        max_length=20,
                    ),
                ),
                ("user_id", models.IntegerField(null=True)),
                ("input_data", models.JSONField(null=True)),
                ("output_data", models.JSONField(null=True)),
                ("error_message", models.TextField(null=True)),
                ("created_at", rollbook.records.models.fields.UtcDateTimeField()),
                ("started_at", rollbook.records.models.fields.UtcDateTimeField(null=True)),
                ("completed_at", rollbook.records.models.fields.UtcDateTimeField(null=True)),
                ("attempts", models.IntegerField(default=0)),
                ("max_attempts", models.IntegerField(default=3)),
            ],
            options={
                "db_table": "jobs",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Setting",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=255, unique=True)),
                ("value", models.TextField()),
                ("description", models.TextField(null=True)),
                ("category", models.CharField(max_length=100, null=True)),
                ("is_secret", models.BooleanField(default=False)),
                ("created_at", rollbook.records.models.fields.UtcDateTimeField()),
                ("updated_at", rollbook.records.models.fields.UtcDateTimeField()),
            ],
            options={
                "db_table": "settings",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=200)),
                ("action", models.CharField(max_length=100)),
                ("subject", models.CharField(max_length=200)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
            ],
            options={
                "db_table": "audit_events",
            },
        ),
        migrations.CreateModel(
            name="Feed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, unique=True)),
                ("host", models.CharField(default="", max_length=255)),
                ("port", models.IntegerField(default=22)),
                ("username", models.CharField(default="", max_length=255)),
                ("folder", models.TextField(default="")),
                ("pattern", models.CharField(default="", max_length=255)),
                ("host_key", models.TextField(default="")),
                (
                    "legacy_algorithms",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=50), default=list, size=None
                    ),
                ),
                ("is_roster", models.BooleanField(default=True)),
                (
                    "required",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=50), default=list, size=None
                    ),
                ),
                ("worksheet", models.CharField(default="", max_length=255)),
                ("percent_scale", models.CharField(default="auto", max_length=10)),
                ("half_days", models.CharField(default="refuse", max_length=10)),
                ("blanks", models.CharField(default="keep", max_length=10)),
                ("new_students", models.CharField(default="create", max_length=10)),
                ("leading_zeros", models.BooleanField(default=True)),
                ("rejected_limit", models.IntegerField(default=10)),
                ("headers", models.JSONField(default=dict)),
                ("values", models.JSONField(default=dict)),
                (
                    "blank_markers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100), default=list, size=None
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("removed_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "feeds",
            },
        ),
        migrations.CreateModel(
            name="JobEvent",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("job_id", models.IntegerField(db_index=True)),
                ("at", models.DateTimeField()),
                ("kind", models.CharField(max_length=20)),
                ("message", models.TextField()),
            ],
            options={
                "db_table": "job_events",
            },
        ),
        migrations.CreateModel(
            name="SecretBlob",
            fields=[
                ("name", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("blob", models.BinaryField()),
            ],
            options={
                "db_table": "secrets",
            },
        ),
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("job_id", models.IntegerField(db_index=True)),
                ("size", models.BigIntegerField()),
                ("expires_at", models.DateTimeField(db_index=True)),
            ],
            options={
                "db_table": "stored_files",
            },
        ),
        migrations.CreateModel(
            name="TermRow",
            fields=[
                ("key", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=40)),
                ("starts_on", models.DateField(null=True)),
                ("ends_on", models.DateField(null=True)),
                ("position", models.IntegerField(default=0)),
            ],
            options={
                "db_table": "terms",
            },
        ),
        migrations.CreateModel(
            name="IssueRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("job_id", models.IntegerField()),
                ("row_number", models.IntegerField(null=True)),
                ("student_id", models.TextField(null=True)),
                ("column_header", models.TextField(null=True)),
                ("field", models.TextField(null=True)),
                ("code", models.CharField(max_length=50)),
                ("severity", models.CharField(max_length=10)),
                ("value", models.TextField(null=True)),
                ("message", models.TextField()),
            ],
            options={
                "db_table": "issues",
                "indexes": [
                    models.Index(
                        fields=["job_id", "row_number", "id"], name="issues_in_file_order"
                    ),
                    models.Index(fields=["job_id", "code"], name="issues_by_code"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RejectedRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("job_id", models.IntegerField()),
                ("row_number", models.IntegerField()),
                ("cells", models.JSONField()),
            ],
            options={
                "db_table": "rejected_rows",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("job_id", "row_number"), name="one_rejection_per_row"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StoredFileChunk",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("position", models.IntegerField()),
                ("data", models.BinaryField()),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="chunks",
                        to="records.storedfile",
                    ),
                ),
            ],
            options={
                "db_table": "stored_file_chunks",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("file", "position"), name="one_chunk_per_position"
                    )
                ],
            },
        ),
        migrations.RunSQL(sql("own_tables.sql"), migrations.RunSQL.noop),
    ]

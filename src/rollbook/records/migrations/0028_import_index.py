"""An index of the imports in the shared table `jobs`, so that no question reads all of them."""

import django.db.models.deletion
from django.db import migrations, models

from rollbook.records.migrations import sql


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0027_issues_once"),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportIndex",
            fields=[
                (
                    "job",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="index",
                        serialize=False,
                        to="records.job",
                    ),
                ),
                ("feed_id", models.IntegerField()),
                ("outcome", models.CharField(max_length=20)),
                ("reason", models.CharField(default="", max_length=100)),
                ("created_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("is_check", models.BooleanField()),
                ("is_ended", models.BooleanField()),
                ("is_stored", models.BooleanField()),
                ("is_recorded", models.BooleanField()),
                ("has_problems", models.BooleanField()),
                ("has_header", models.BooleanField()),
                ("started_by", models.TextField()),
                ("file_name", models.TextField()),
                ("rows_total", models.IntegerField()),
                ("rows_rejected", models.IntegerField()),
            ],
            options={
                "db_table": "import_index",
                "indexes": [
                    models.Index(fields=["feed_id", "-job"], name="imports_by_feed"),
                    models.Index(fields=["outcome", "-job"], name="imports_by_outcome"),
                    models.Index(fields=["created_at"], name="imports_by_begin"),
                    models.Index(fields=["ended_at"], name="imports_by_end"),
                    models.Index(
                        condition=models.Q(
                            ("is_check", False),
                            (
                                "outcome__in",
                                [
                                    "failed",
                                    "needs_review",
                                    "no_new_file",
                                    "succeeded",
                                    "with_warnings",
                                ],
                            ),
                        ),
                        fields=["feed_id", "-ended_at", "-job"],
                        name="imports_that_ended",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("is_check", False),
                            (
                                "outcome__in",
                                [
                                    "no_new_file",
                                    "succeeded",
                                    "with_warnings",
                                ],
                            ),
                        ),
                        fields=["feed_id", "-ended_at", "-job"],
                        name="imports_that_went_well",
                    ),
                    models.Index(
                        condition=models.Q(("is_stored", True)),
                        fields=["feed_id", "-job"],
                        name="imports_stored",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("is_check", False),
                            ("is_ended", True),
                            models.Q(("outcome", "no_new_file"), _negated=True),
                        ),
                        fields=["feed_id", "-job"],
                        name="imports_that_read_a_file",
                    ),
                    models.Index(
                        condition=models.Q(("has_header", True)),
                        fields=["feed_id", "-job"],
                        name="imports_with_header",
                    ),
                    models.Index(
                        condition=models.Q(("is_check", False), ("outcome", "needs_review")),
                        fields=["feed_id", "-job"],
                        name="imports_held",
                    ),
                    models.Index(
                        condition=models.Q(("is_ended", False)),
                        fields=["-job"],
                        name="imports_under_way",
                    ),
                    models.Index(
                        condition=models.Q(("is_ended", True), ("is_recorded", False)),
                        fields=["job"],
                        name="imports_to_record",
                    ),
                    models.Index(
                        condition=models.Q(("has_problems", True)),
                        fields=["-job"],
                        name="imports_with_problems",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            sql("import_index.sql"),
            "drop function rollbook.index_changed_imports() cascade;"
            " drop function rollbook.drop_deleted_imports() cascade;"
            " drop function rollbook.note_attempts() cascade;"
            " drop function rollbook.index_all_imports();"
            " drop function rollbook.index_imports(integer[]);"
            " drop function rollbook.count_in(jsonb, text[])",
        ),
    ]

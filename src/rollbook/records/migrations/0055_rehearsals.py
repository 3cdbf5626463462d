"""A planned run can be rehearsed, and the file that would be held decided on in advance."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0054_ignored_codes")]

    operations = [
        migrations.AddField("feed", "rehearsed_for", models.DateTimeField(null=True)),
        migrations.CreateModel(
            "AdvanceDecision",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("feed_id", models.IntegerField()),
                ("job_id", models.IntegerField()),
                ("planned_at", models.DateTimeField()),
                ("sha256", models.CharField(max_length=64)),
                ("settings", models.TextField(null=True)),
                ("accepted", models.JSONField()),
                ("verdict", models.CharField(max_length=10)),
                ("reason", models.TextField()),
                ("decided_by", models.TextField()),
                ("decided_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("used_by", models.IntegerField(null=True)),
                ("taken_back_at", models.DateTimeField(null=True)),
                ("taken_back_by", models.TextField(default="", db_default="")),
            ],
            options={"db_table": "advance_decisions"},
        ),
        migrations.AddConstraint(
            "advancedecision",
            models.UniqueConstraint(
                fields=["job_id"],
                condition=models.Q(taken_back_at__isnull=True),
                name="decided_in_advance_once",
            ),
        ),
        migrations.AddIndex(
            "advancedecision",
            models.Index(fields=["feed_id", "planned_at"], name="decisions_by_run"),
        ),
        migrations.AddIndex(
            "advancedecision",
            models.Index(fields=["used_by"], name="decisions_by_import"),
        ),
    ]

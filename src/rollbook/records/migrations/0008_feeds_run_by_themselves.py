"""Feeds have a schedule; ended runs are seen to once; mails wait until they are sent."""

import django.contrib.postgres.fields
from django.db import migrations, models

# A feed that has been set up is expected to run automatically; what ended before needs no mail.
BEGIN = """
update rollbook.feeds set schedule = '{"is_on": true}', planned_at = now(), schedule_set_at = now()
where host <> '' and removed_at is null;
insert into rollbook.job_attempts (job_id, number, started_at, ended_at)
select id, attempts, started_at at time zone 'UTC', completed_at at time zone 'UTC'
from public.jobs where job_type = 'student_data_import' and output_data is not null
"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0007_feeds_limit_the_missing"),
    ]

    operations = [
        migrations.AddField(
            model_name="feed",
            name="planned_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="feed",
            name="schedule",
            field=models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.AddField(
            model_name="feed",
            name="schedule_set_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="JobAttempt",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("job_id", models.IntegerField()),
                ("number", models.IntegerField()),
                ("started_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(max_length=100, null=True)),
                ("message", models.TextField(null=True)),
                ("retry_at", models.DateTimeField(null=True)),
                ("retried_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "job_attempts",
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("retried_at__isnull", True), ("retry_at__isnull", False)
                        ),
                        fields=["retry_at"],
                        name="attempts_to_retry",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("job_id", "number"), name="one_end_per_attempt")
                ],
            },
        ),
        migrations.CreateModel(
            name="Mail",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=50)),
                ("feed_id", models.IntegerField(null=True)),
                ("job_id", models.IntegerField(null=True)),
                (
                    "recipients",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=254), size=None
                    ),
                ),
                ("subject", models.TextField()),
                ("text", models.TextField()),
                ("html", models.TextField()),
                ("created_at", models.DateTimeField()),
                ("tries", models.IntegerField(default=0)),
                ("next_try_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("error", models.TextField(null=True)),
            ],
            options={
                "db_table": "mails",
                "indexes": [
                    models.Index(fields=["feed_id", "kind", "-id"], name="mails_by_feed_and_kind"),
                    models.Index(
                        condition=models.Q(("next_try_at__isnull", False)),
                        fields=["next_try_at"],
                        name="mails_to_send",
                    ),
                ],
            },
        ),
        migrations.RunSQL(BEGIN, ""),
    ]

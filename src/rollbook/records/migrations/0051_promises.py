"""Whether each feed was current when that was promised: told once, and counted afterwards."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0050_feeds_limit_single_schools")]

    operations = [
        migrations.CreateModel(
            "JudgedPromise",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("feed_id", models.IntegerField()),
                ("promised_at", models.DateTimeField()),
                ("is_kept", models.BooleanField()),
                ("good_job_id", models.IntegerField(null=True)),
                ("judged_at", models.DateTimeField()),
            ],
            options={"db_table": "promises"},
        ),
        migrations.AddConstraint(
            "judgedpromise",
            models.UniqueConstraint(fields=["feed_id", "promised_at"], name="judged_once"),
        ),
    ]

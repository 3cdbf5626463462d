"""A file counts as complete when it has stayed the same for a while; a person may skip the wait."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0019_files_after_import")]

    operations = [
        migrations.AddField(
            model_name="feed",
            name="unchanged_for",
            field=models.IntegerField(db_default=60),
        ),
        migrations.AddConstraint(
            model_name="feed",
            constraint=models.CheckConstraint(
                condition=models.Q(unchanged_for__gte=0, unchanged_for__lte=3600),
                name="unchanged_for_is_an_hour_at_most",
            ),
        ),
        migrations.RunSQL(
            "alter table rollbook.job_progress add column wait_skipped_at timestamptz",
            "alter table rollbook.job_progress drop column wait_skipped_at",
        ),
    ]

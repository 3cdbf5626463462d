"""A feed holds a file in which many of the last one's students are missing.

Files that are imported by hand are often partial: the feed for them does not mind.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0006_feeds_have_recipients")]

    operations = [
        migrations.AddField(
            model_name="feed",
            name="missing_limit",
            field=models.IntegerField(db_default=20, default=20),
        ),
        migrations.RunSQL("update rollbook.feeds set missing_limit = 100 where host = ''", ""),
        migrations.AddConstraint(
            model_name="feed",
            constraint=models.CheckConstraint(
                condition=models.Q(missing_limit__gte=0, missing_limit__lte=100),
                name="missing_limit_is_a_percentage",
            ),
        ),
        migrations.RunSQL(
            "alter table rollbook.job_progress drop column backend_pid",
            "alter table rollbook.job_progress add column backend_pid integer",
        ),
    ]

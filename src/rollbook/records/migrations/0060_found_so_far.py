"""A running import says what it has found so far; a failed one, why new names are not proposed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0059_reopened_imports")]

    operations = [
        migrations.RunSQL(
            "alter table rollbook.job_progress add column found jsonb not null default '{}'",
            "alter table rollbook.job_progress drop column found",
        ),
        migrations.AddField(
            "NewFileName", "why_not", models.CharField(max_length=20, default="", db_default="")
        ),
        migrations.AddField("NewFileName", "modified_at", models.DateTimeField(null=True)),
    ]

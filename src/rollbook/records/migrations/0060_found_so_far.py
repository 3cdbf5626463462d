"""A running import says what it has found so far, beside how far it is."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0059_reopened_imports")]

    operations = [
        migrations.RunSQL(
            "alter table rollbook.job_progress add column found jsonb not null default '{}'",
            "alter table rollbook.job_progress drop column found",
        ),
    ]

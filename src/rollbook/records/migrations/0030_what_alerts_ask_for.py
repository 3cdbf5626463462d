"""Indexes for what monitoring asks every minute: the last backup, and mails that have not left."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0029_copies_are_no_clean_ups")]

    operations = [
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(
                condition=models.Q(("action", "backup.written")),
                fields=["-at"],
                name="audit_events_backups",
            ),
        ),
        migrations.AddIndex(
            model_name="mail",
            index=models.Index(
                condition=models.Q(("sent_at__isnull", True)),
                fields=["created_at"],
                name="mails_unsent",
            ),
        ),
    ]

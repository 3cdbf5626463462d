"""A mail keeps what it tells of each import, so that those of a night can become one."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0033_imports_can_be_undone")]

    operations = [
        migrations.AddField(
            model_name="mail",
            name="items",
            field=models.JSONField(default=list, db_default=models.Value([], models.JSONField())),
        ),
        migrations.AddIndex(
            model_name="mail", index=GinIndex(fields=["job_ids"], name="mails_by_import")
        ),
    ]

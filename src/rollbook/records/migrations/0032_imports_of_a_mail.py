"""A mail keeps what it tells of each import, so that those of a night can become one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0031_mails_in_order")]

    operations = [
        migrations.AddField(
            model_name="mail",
            name="items",
            field=models.JSONField(default=list, db_default=models.Value([], models.JSONField())),
        ),
    ]

"""A feed may say of which vendor's layout its files are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0038_numbers_of_changes")]

    operations = [
        migrations.AddField(
            model_name="feed",
            name="layout",
            field=models.CharField(db_default="auto", default="auto", max_length=60),
        ),
    ]

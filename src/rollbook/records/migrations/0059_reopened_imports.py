"""A failed import that was said to be resolved by mistake is opened again, by another note."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0058_year_switches")]

    operations = [
        migrations.AddField("JobNote", "reopens", models.BooleanField(default=False)),
    ]

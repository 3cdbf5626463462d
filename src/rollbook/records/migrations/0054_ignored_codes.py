"""Texts that a person ignores stay out of their feed's inbox."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0053_new_file_names")]

    operations = [
        migrations.CreateModel(
            "IgnoredCode",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("feed_id", models.IntegerField()),
                ("field", models.TextField()),
                ("digest", models.CharField(max_length=64)),
            ],
            options={"db_table": "ignored_codes"},
        ),
        migrations.AddConstraint(
            "ignoredcode",
            models.UniqueConstraint(fields=["feed_id", "field", "digest"], name="ignored_once"),
        ),
    ]

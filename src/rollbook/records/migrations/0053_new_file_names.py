"""Files that came under another name wait for a decision: adopt the name, or ignore it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0052_places_that_changed")]

    operations = [
        migrations.CreateModel(
            "NewFileName",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("feed_id", models.IntegerField()),
                ("shape", models.TextField()),
                ("name", models.TextField()),
                ("pattern", models.TextField()),
                ("wider", models.TextField()),
                ("job_id", models.IntegerField()),
                ("first_seen_at", models.DateTimeField()),
                ("decision", models.CharField(max_length=10, default="", db_default="")),
            ],
            options={"db_table": "new_file_names"},
        ),
        migrations.AddConstraint(
            "newfilename",
            models.UniqueConstraint(fields=["feed_id", "shape"], name="shape_once"),
        ),
    ]

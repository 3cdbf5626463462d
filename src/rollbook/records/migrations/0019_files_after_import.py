"""An imported file may be moved, renamed or deleted on its server, and is noted until it is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0018_feeds_sign_in_slowly")]

    operations = [
        migrations.AddField(
            model_name="feed",
            name="after_import",
            field=models.CharField(db_default="stay", default="stay", max_length=10),
        ),
        migrations.AddField(
            model_name="feed",
            name="after_import_folder",
            field=models.TextField(db_default="", default=""),
        ),
        migrations.AddField(
            model_name="feed",
            name="after_import_ending",
            field=models.CharField(db_default=".imported", default=".imported", max_length=50),
        ),
        migrations.AddConstraint(
            model_name="feed",
            constraint=models.CheckConstraint(
                condition=models.Q(after_import__in=["stay", "move", "rename", "delete"]),
                name="after_import_is_known",
            ),
        ),
        migrations.CreateModel(
            name="ServerFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("job_id", models.IntegerField(unique=True)),
                ("feed_id", models.IntegerField(db_index=True)),
                ("server", models.TextField()),
                ("path", models.BinaryField()),
                ("size", models.BigIntegerField()),
                ("modified", models.BigIntegerField()),
                ("is_due", models.BooleanField()),
            ],
            options={"db_table": "server_files"},
        ),
    ]

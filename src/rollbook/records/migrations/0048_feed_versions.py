"""Each change of a feed's settings makes a version of them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0047_seals_hold_when_it_was")]

    operations = [
        migrations.AddField("feed", "version", models.IntegerField(default=1, db_default=1)),
        migrations.CreateModel(
            name="FeedVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.IntegerField()),
                ("made_at", models.DateTimeField()),
                ("made_by", models.TextField()),
                ("reason", models.TextField(db_default="", default="")),
                ("before", models.JSONField()),
                (
                    "feed",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="records.feed",
                    ),
                ),
            ],
            options={
                "db_table": "feed_versions",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("feed"), models.F("number"), name="feed_has_each_version_once"
                    )
                ],
            },
        ),
    ]

"""A feed may have a webhook; what it is to be told waits in a table until it has arrived."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0020_files_must_stay_the_same")]

    operations = [
        migrations.AddField(
            model_name="feed", name="webhook", field=models.TextField(db_default="", default="")
        ),
        migrations.AddField(
            model_name="feed",
            name="webhook_salt",
            field=models.CharField(db_default="", default="", max_length=32),
        ),
        migrations.CreateModel(
            name="WebhookMessage",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("feed_id", models.IntegerField()),
                ("job_id", models.IntegerField()),
                ("url", models.TextField()),
                ("body", models.TextField()),
                ("created_at", models.DateTimeField()),
                ("tries", models.IntegerField(default=0)),
                ("next_try_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("error", models.TextField(null=True)),
            ],
            options={
                "db_table": "webhook_messages",
                "indexes": [
                    models.Index(fields=["feed_id", "-id"], name="webhook_messages_by_feed"),
                    models.Index(
                        condition=models.Q(("next_try_at__isnull", False)),
                        fields=["next_try_at"],
                        name="webhook_messages_to_send",
                    ),
                ],
            },
        ),
    ]

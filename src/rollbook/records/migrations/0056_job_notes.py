"""People write notes to imports, and say that a failed one is resolved."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0055_rehearsals")]

    operations = [
        migrations.CreateModel(
            "JobNote",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("job_id", models.IntegerField(db_index=True)),
                ("made_at", models.DateTimeField()),
                ("author", models.TextField()),
                ("text", models.TextField()),
                ("resolves", models.BooleanField(default=False)),
            ],
            options={"db_table": "job_notes"},
        ),
    ]

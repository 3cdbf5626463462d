"""When the workers were last done with all planning, for health checks."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0009_audit_expires")]

    operations = [
        migrations.CreateModel(
            name="LastTick",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("completed_at", models.DateTimeField()),
            ],
            options={"db_table": "last_tick"},
        )
    ]

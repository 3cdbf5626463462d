"""From where an audited act came, and an index for whether a person has looked already."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0012_installation_key")]

    operations = [
        migrations.AddField(
            model_name="auditevent",
            name="origin",
            field=models.CharField(db_default="", default="", max_length=200),
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(
                fields=["actor", "subject", "-at"],
                condition=models.Q(action="students.viewed"),
                name="audit_events_looked",
            ),
        ),
    ]

"""A feed may have recipients of its own."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0005_presence_stands_alone")]

    operations = [
        migrations.AddField(
            model_name="feed",
            name="recipients",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=254), default=list, size=None
            ),
        )
    ]

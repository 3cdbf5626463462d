"""When a link was made; not known of those that are there."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0002_addresses_are_ours")]

    operations = [
        migrations.AddField("signinlink", "made_at", models.DateTimeField(null=True)),
    ]

"""Of a token it is kept from which address it was used last."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0007_disconnected_accounts")]

    operations = [
        migrations.AddField(
            model_name="apitoken",
            name="last_used_from",
            field=models.CharField(db_default="", default="", max_length=100),
        ),
    ]

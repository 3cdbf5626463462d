"""An invitation may be for one address, whose owner comes in through the identity provider."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0005_staff")]

    operations = [
        migrations.AddField(
            model_name="signinlink",
            name="email",
            field=models.EmailField(db_default="", default="", max_length=254),
        ),
    ]

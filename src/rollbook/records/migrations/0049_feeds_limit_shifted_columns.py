"""A feed holds a file in which the values of a column have shifted as a whole."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0048_feed_versions")]

    operations = [
        migrations.AddField(
            "feed", "shifted_limit", models.IntegerField(default=40, db_default=40)
        ),
        migrations.AddConstraint(
            "feed",
            models.CheckConstraint(
                condition=models.Q(shifted_limit__gte=0, shifted_limit__lte=100),
                name="shifted_limit_is_a_percentage",
            ),
        ),
    ]

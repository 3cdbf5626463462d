"""A feed may give its server more than 5 seconds for the sign-in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0017_feeds_limit_changed_identities")]

    operations = [
        migrations.AddField(
            model_name="feed",
            name="sign_in_seconds",
            field=models.IntegerField(db_default=5, default=5),
        ),
        migrations.AddConstraint(
            model_name="feed",
            constraint=models.CheckConstraint(
                condition=models.Q(sign_in_seconds__gte=5, sign_in_seconds__lte=60),
                name="sign_in_seconds_are_few",
            ),
        ),
    ]

"""A feed holds a file in which many known students become others: the file of other students."""

from django.db import migrations, models

LIMITS = {
    "names_limit": 5,
    "ssid_limit": 5,
    "school_limit": 25,
    "grade_limit": 25,
    "new_limit": 40,
}


def _columns() -> list[migrations.AddField]:
    return [
        migrations.AddField("feed", limit, models.IntegerField(default=percent, db_default=percent))
        for limit, percent in LIMITS.items()
    ]


def _constraints() -> list[migrations.AddConstraint]:
    return [
        migrations.AddConstraint(
            "feed",
            models.CheckConstraint(
                condition=models.Q((f"{limit}__gte", 0), (f"{limit}__lte", 100)),
                name=f"{limit}_is_a_percentage",
            ),
        )
        for limit in LIMITS
    ]


class Migration(migrations.Migration):
    dependencies = [("records", "0016_feeds_say_their_encoding")]

    operations = [*_columns(), *_constraints()]

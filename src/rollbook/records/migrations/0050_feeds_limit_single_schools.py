"""A feed holds a file in which single schools lose, gain or change most of their students.

Feeds that are there keep their limit of new students; new ones have a lower one.
"""

from django.db import migrations, models


def _percentage(column: str) -> migrations.AddConstraint:
    condition = models.Q((f"{column}__gte", 0), (f"{column}__lte", 100))
    constraint = models.CheckConstraint(condition=condition, name=f"{column}_is_a_percentage")
    return migrations.AddConstraint("feed", constraint)


class Migration(migrations.Migration):
    dependencies = [("records", "0049_feeds_limit_shifted_columns")]

    operations = [
        migrations.AlterField("feed", "new_limit", models.IntegerField(default=10, db_default=10)),
        migrations.AddField(
            "feed", "one_school_limit", models.IntegerField(default=50, db_default=50)
        ),
        migrations.AddField("feed", "moved_limit", models.IntegerField(default=75, db_default=75)),
        migrations.AddField(
            "feed", "promotion_on", models.CharField(max_length=10, default="", db_default="")
        ),
        _percentage("one_school_limit"),
        _percentage("moved_limit"),
    ]

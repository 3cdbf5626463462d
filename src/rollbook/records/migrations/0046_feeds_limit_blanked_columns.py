"""A feed holds a file in which a column has lost most of its values."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0045_files_of_some_students")]

    operations = [
        migrations.AddField(
            "feed", "blanked_limit", models.IntegerField(default=50, db_default=50)
        ),
        migrations.AddConstraint(
            "feed",
            models.CheckConstraint(
                condition=models.Q(blanked_limit__gte=0, blanked_limit__lte=100),
                name="blanked_limit_is_a_percentage",
            ),
        ),
    ]

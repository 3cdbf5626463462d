"""Districts make layouts of their own, and say that other columns are not wanted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0043_feeds_take_several_files")]

    operations = [
        migrations.CreateModel(
            name="OwnLayout",
            fields=[
                ("name", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("document", models.JSONField()),
                ("changed_by", models.TextField()),
                ("changed_at", models.DateTimeField()),
            ],
            options={"db_table": "own_layouts"},
        ),
        migrations.AddField(
            model_name="feed",
            name="other_columns",
            field=models.CharField(db_default="warn", default="warn", max_length=10),
        ),
        migrations.AddConstraint(
            model_name="feed",
            constraint=models.CheckConstraint(
                condition=models.Q(("other_columns__in", ("warn", "note"))),
                name="other_columns_is_known",
            ),
        ),
    ]

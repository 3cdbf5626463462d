"""Rows are corrected in the browser and imported alone, those too that lacked a value."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0060_found_so_far")]

    operations = [
        migrations.CreateModel(
            "IncompleteRow",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("job_id", models.IntegerField()),
                ("row_number", models.IntegerField()),
                ("cells", models.JSONField()),
            ],
            options={"db_table": "incomplete_rows"},
        ),
        migrations.AddConstraint(
            "IncompleteRow",
            models.UniqueConstraint(fields=["job_id", "row_number"], name="one_incomplete_row"),
        ),
        migrations.CreateModel(
            "RowFix",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("job_id", models.IntegerField()),
                ("row_number", models.IntegerField()),
                ("cells", models.JSONField()),
                ("made_by", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("saves", models.IntegerField(default=1)),
                ("fixed_in", models.IntegerField(db_index=True, null=True)),
                ("place", models.IntegerField(null=True)),
            ],
            options={"db_table": "row_fixes"},
        ),
        migrations.AddConstraint(
            "RowFix",
            models.UniqueConstraint(fields=["job_id", "row_number"], name="one_fix_per_row"),
        ),
    ]

"""A narrow index of students, so that a search reads neither wide table."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0034_imports_of_a_mail"),
    ]

    operations = [
        migrations.CreateModel(
            name="StudentSearch",
            fields=[
                ("student_id", models.IntegerField(primary_key=True, serialize=False)),
                ("source", models.BigIntegerField()),
                ("words", models.TextField(db_collation="C")),
                ("name", models.TextField(db_collation="C")),
                ("school", models.TextField()),
                ("grade", models.TextField()),
            ],
            options={
                "db_table": "student_search",
                "indexes": [models.Index(fields=["school"], name="student_search_by_school")],
            },
        ),
        migrations.CreateModel(
            name="StudentSearchState",
            fields=[
                ("is_only", models.BooleanField(default=True, primary_key=True, serialize=False)),
                ("written", models.BigIntegerField()),
                ("noted_at", models.DateTimeField()),
            ],
            options={
                "db_table": "student_search_state",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("is_only", True)), name="one_search_state"
                    )
                ],
            },
        ),
    ]

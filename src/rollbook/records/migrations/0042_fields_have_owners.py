"""A field belongs to one feed, and only roster feeds say who is a student."""

import django.db.models.deletion
from django.db import migrations, models

from rollbook.records.migrations import sql


class Migration(migrations.Migration):
    dependencies = [("records", "0041_the_audit_is_sealed")]

    operations = [
        migrations.RunSQL(
            sql("field_owners.sql"),
            "drop table rollbook.field_owners",
            state_operations=[
                migrations.CreateModel(
                    name="FieldOwner",
                    fields=[
                        ("field", models.TextField(primary_key=True, serialize=False)),
                        ("since", models.DateTimeField()),
                        (
                            "feed",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="records.Feed",
                            ),
                        ),
                    ],
                    options={"db_table": "field_owners"},
                )
            ],
        )
    ]

"""A change of a known student names the places that differ."""

from django.db import migrations

from rollbook.records.migrations import sql

REVERSE = "alter table rollbook.student_changes drop column changed"


class Migration(migrations.Migration):
    dependencies = [("records", "0051_promises")]

    operations = [migrations.RunSQL(sql("places_that_changed.sql"), REVERSE)]

"""A view of the students for other programs."""

from django.db import migrations

from rollbook.records.migrations import sql

REVERSE = """
drop view rollbook.current_students;
drop function rollbook.list_current_students;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0035_student_search")]

    operations = [migrations.RunSQL(sql("current_students.sql"), REVERSE)]

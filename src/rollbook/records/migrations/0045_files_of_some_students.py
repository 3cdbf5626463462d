"""A fix-it file says nothing of the students who are not in it, neither that they are unchanged."""

from django.db import migrations

from rollbook.records.migrations import sql

REVERSE = (
    sql("current_students.sql")
    .partition("create view")[0]
    .replace("create function", "create or replace function")
    + "alter table rollbook.import_changes drop column named"
)


class Migration(migrations.Migration):
    dependencies = [("records", "0044_own_layouts")]

    operations = [migrations.RunSQL(sql("files_of_some.sql"), REVERSE)]

"""The index of imports says which had corrected rows of another file."""

from django.db import migrations, models

from rollbook.records.migrations import sql

REVERSE = (
    sql("undo.sql").partition("-- Of such an import the index says so")[2].partition("\n")[2]
    + "alter table rollbook.import_index drop column is_fix_it"
)


class Migration(migrations.Migration):
    dependencies = [("records", "0062_students_brought")]

    operations = [
        migrations.RunSQL(
            sql("fix_it_files.sql"),
            REVERSE,
            state_operations=[
                migrations.AddField(
                    "importindex", "is_fix_it", models.BooleanField(default=False, db_default=False)
                )
            ],
        )
    ]

"""An import keeps how many students it changed, by field and school: nobody counts them again."""

from django.db import migrations

from rollbook.records.migrations import sql

REVERSE = "alter table rollbook.import_changes drop column numbers"


class Migration(migrations.Migration):
    dependencies = [("records", "0037_protected_values")]

    operations = [migrations.RunSQL(sql("numbers_of_changes.sql"), REVERSE)]

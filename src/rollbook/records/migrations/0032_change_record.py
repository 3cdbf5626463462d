"""Every import writes down what it changes in which student."""

from django.db import migrations

from rollbook.records.migrations import sql

REVERSE = """
alter table rollbook.presence drop column first_job_id;
drop table rollbook.presence_changes, rollbook.student_changes, rollbook.import_changes;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0031_mails_in_order")]

    operations = [migrations.RunSQL(sql("change_record.sql"), REVERSE)]

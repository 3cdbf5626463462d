"""The record of a student is read from the newest import back."""

from django.db import migrations

ADD = (
    "create index student_changes_by_student_and_job"
    " on rollbook.student_changes (student_id, job_id)"
)
ADD_OLD = "create index student_changes_by_student on rollbook.student_changes (student_id)"


class Migration(migrations.Migration):
    dependencies = [("records", "0039_feeds_name_their_layout")]

    operations = [
        migrations.RunSQL(ADD, "drop index rollbook.student_changes_by_student_and_job"),
        migrations.RunSQL("drop index rollbook.student_changes_by_student", ADD_OLD),
    ]

"""A copy of a clean-up's row in the shared table `jobs` is no clean-up of ours."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0028_import_index")]

    operations = [
        migrations.RunSQL(
            "update public.jobs"
            " set input_data = coalesce(input_data, '{}') || jsonb_build_object('job', id)"
            " where job_type = 'rollbook_clean_up'"
            " and coalesce(jsonb_typeof(input_data), 'object') = 'object'"
            " and not coalesce(input_data, '{}') ? 'job'",
            migrations.RunSQL.noop,
        )
    ]

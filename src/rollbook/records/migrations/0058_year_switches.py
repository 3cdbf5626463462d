"""Switches of the school year get a table of ours: another program may delete their jobs."""

from django.db import migrations, models

FROM_JOBS = """
insert into rollbook.year_switches (job_id, first_day, started_by, students, values)
select j.id, (j.input_data ->> 'first_day')::date, coalesce(j.input_data ->> 'started_by', ''),
       coalesce((j.output_data ->> 'students')::integer, 0),
       coalesce(j.output_data -> 'values', '{}'::jsonb)
from public.jobs j join rollbook.import_changes i on i.job_id = j.id
where j.job_type = 'rollbook_school_year' and j.input_data ->> 'first_day' is not null
on conflict do nothing
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0057_old_values")]

    operations = [
        migrations.CreateModel(
            "YearSwitch",
            [
                ("job_id", models.IntegerField(primary_key=True, serialize=False)),
                ("first_day", models.DateField()),
                ("started_by", models.TextField()),
                ("students", models.IntegerField()),
                ("values", models.JSONField()),
            ],
            options={"db_table": "year_switches"},
        ),
        migrations.RunSQL(FROM_JOBS, migrations.RunSQL.noop),
    ]

"""Mails say which feeds they are about, and a problem of a feed is told once until it is over."""

from typing import Any

import django.contrib.postgres.fields
from django.db import migrations, models

KNOWN = """
update rollbook.mails set feed_ids = array[feed_id], job_ids = array_remove(array[job_id], null)
where feed_id is not null;
insert into rollbook.told_problems (feed_id, kind, cause, job_id, told_at)
select feed_id, kind, '', coalesce(job_id, 0), created_at from (
    select distinct on (feed_id) * from rollbook.mails
    where feed_id is not null
        and kind in ('import_failed', 'import_held', 'run_missed', 'recovered')
    order by feed_id, id desc
) newest
where kind <> 'recovered'
"""


def _numbers() -> "models.Field[Any, Any]":
    return django.contrib.postgres.fields.ArrayField(
        base_field=models.IntegerField(), default=list, size=None
    )


class Migration(migrations.Migration):
    dependencies = [("records", "0030_what_alerts_ask_for")]

    operations = [
        migrations.AddField(
            model_name="feed", name="muted_until", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(model_name="mail", name="feed_ids", field=_numbers()),
        migrations.AddField(model_name="mail", name="job_ids", field=_numbers()),
        migrations.AddField(
            model_name="mail", name="topic", field=models.CharField(default="", max_length=200)
        ),
        migrations.CreateModel(
            name="ToldProblem",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("feed_id", models.IntegerField()),
                ("kind", models.CharField(max_length=50)),
                ("cause", models.CharField(max_length=200)),
                ("job_id", models.IntegerField()),
                ("told_at", models.DateTimeField()),
            ],
            options={
                "db_table": "told_problems",
                "constraints": [
                    models.UniqueConstraint(fields=("feed_id", "kind", "cause"), name="told_once")
                ],
            },
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]

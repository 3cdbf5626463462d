"""Mails say which feeds they are about, and a problem of a feed is told once until it is over."""

from typing import Any

import django.contrib.postgres.fields
from django.db import migrations, models

KNOWN = """
insert into rollbook.told_problems (feed_id, kind, cause, job_id, told_at)
select feed_id, kind, '', coalesce(job_id, 0), created_at from (
    select distinct on (f.id) f.id as feed_id, newest.*
    from rollbook.feeds f
    cross join unnest(array['import_failed', 'import_held', 'run_missed', 'recovered']) as k (kind)
    cross join lateral (
        select m.id, m.kind, m.job_id, m.created_at from rollbook.mails m
        where m.feed_id = f.id and m.kind = k.kind order by m.id desc limit 1
    ) newest
    order by f.id, newest.id desc
) told
where kind <> 'recovered';
update rollbook.mails set feed_ids = array[feed_id], job_ids = array_remove(array[job_id], null)
where feed_id is not null and next_try_at is not null;
update rollbook.mails m set feed_ids = array[m.feed_id], job_ids = array[m.job_id]
from rollbook.told_problems t
where m.feed_id = t.feed_id and m.kind = t.kind and m.job_id = t.job_id and m.next_try_at is null
"""
# Only mails that wait, or that tell what is not over, are ever asked for their feeds. To write all
# of them would take a minute for a million, under lock, and their size once more on the disk.


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

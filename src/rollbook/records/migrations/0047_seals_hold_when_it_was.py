"""A seal's hash covers when its event was, and is checked where the event is gone: sealed again.

Seals without that cannot be turned into such ones, for their events may be gone: all events that
are there are sealed from the start, and checkpoints from before no longer hold.
"""

import django.db.models.deletion
from django.db import migrations, models

from rollbook.records.migrations import sql

NO_SEALS = "delete from rollbook.audit_seals"
EXPIRE = sql("expire_audit.sql").replace("create function", "create or replace function")


class Migration(migrations.Migration):
    dependencies = [("records", "0046_feeds_limit_blanked_columns")]

    operations = [
        migrations.RunSQL(EXPIRE, migrations.RunSQL.noop),
        migrations.RunSQL(NO_SEALS, migrations.RunSQL.noop),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "alter table rollbook.audit_seals alter column event_id drop not null",
                    "alter table rollbook.audit_seals alter column event_id set not null",
                )
            ],
            state_operations=[
                migrations.RemoveField(model_name="auditseal", name="event_id"),
                migrations.AddField(
                    model_name="auditseal",
                    name="event",
                    field=models.OneToOneField(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="seal",
                        to="records.auditevent",
                    ),
                ),
            ],
        ),
        migrations.RemoveField(model_name="auditseal", name="sealed_at"),
        migrations.AddField(
            model_name="auditseal",
            name="at",
            field=models.DateTimeField(),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="auditseal",
            name="digest",
            field=models.CharField(max_length=64),
            preserve_default=False,
        ),
        migrations.RunSQL(migrations.RunSQL.noop, NO_SEALS),
    ]

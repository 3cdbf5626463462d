"""The audit can be shortened by the clean-up alone, and never by what is younger than a year."""

from django.db import migrations

from rollbook.records.migrations import sql

NEVER = """
create or replace function rollbook.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'audit_events is append-only';
end $$
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0008_feeds_run_by_themselves")]

    operations = [migrations.RunSQL(sql("refuse_change.sql"), NEVER)]

"""The audit can be shortened by the clean-up alone, and never by what is younger than a year."""

from django.db import migrations

MAY_EXPIRE = """
create or replace function rollbook.refuse_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        if current_setting('rollbook.retention', true) = 'on'
            and old.at < now() - interval '365 days' then
            return old;
        end if;
    end if;
    raise exception 'audit_events is append-only';
end $$
"""
NEVER = """
create or replace function rollbook.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'audit_events is append-only';
end $$
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0008_feeds_run_by_themselves")]

    operations = [migrations.RunSQL(MAY_EXPIRE, NEVER)]

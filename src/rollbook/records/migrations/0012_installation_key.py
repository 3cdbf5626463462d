"""What the database remembers of the installation's key: enough to tell another one, no more."""

from django.db import migrations

MADE = """
create table rollbook.installation_key (
    is_only boolean primary key default true check (is_only),
    salt bytea not null,
    proof bytea not null,
    since timestamptz not null default now()
)
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0011_cache_without_pickle")]

    operations = [migrations.RunSQL(MADE, "drop table rollbook.installation_key")]

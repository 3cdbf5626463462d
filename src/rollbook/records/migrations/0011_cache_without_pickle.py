"""The cache holds JSON. What it held were pickles, which must not be read again."""

from django.db import migrations

MADE = """
drop table rollbook.web_cache;
create table rollbook.web_cache (
    cache_key text primary key,
    value {} not null,
    expires timestamptz not null
);
create index web_cache_by_time on rollbook.web_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0010_last_tick")]

    operations = [migrations.RunSQL(MADE.format("jsonb"), MADE.format("text"))]

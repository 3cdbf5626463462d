"""Old audit events are deleted by a function of the owner: the role that serves may only add."""

from django.db import migrations

from rollbook.records.migrations import sql


class Migration(migrations.Migration):
    dependencies = [("records", "0013_audit_says_from_where")]

    operations = [migrations.RunSQL(sql("expire_audit.sql"), "drop function rollbook.expire_audit")]

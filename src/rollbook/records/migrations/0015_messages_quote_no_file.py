"""Take out of old messages what a file or a server wrote: viewers read them, and mails had them."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

from rollbook.records.migrations import sql


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0014_audit_expires_by_its_owner")]

    operations: ClassVar[list[Operation]] = [
        migrations.RunSQL(sql("messages_quote_no_file.sql"), migrations.RunSQL.noop)
    ]

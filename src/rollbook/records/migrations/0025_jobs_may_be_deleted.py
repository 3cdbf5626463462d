"""Another program may delete old jobs: the snapshots no longer keep it from that.

The reference is changed by what follows the migrations (records/tables/keys.py), which asks whose
table it is; this one makes every installation run it.
"""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("records", "0024_numbers_of_feeds")]
    operations: ClassVar[list[Operation]] = []

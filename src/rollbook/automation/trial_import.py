"""Checks a file against the students who are known, as an import would, and rolls it all back.

Numbers of sequences are used up, and the students are locked as long as in an import.
"""

from dataclasses import replace

from rollbook.core.import_context import ImportContext
from rollbook.core.pipeline import import_file
from rollbook.core.sandbox.process import Sandbox
from rollbook.core.sources.source import Fetched
from rollbook.records.database import connect, translated
from rollbook.records.models import Feed
from rollbook.records.operations.jobs import insert_trial
from rollbook.records.queries.schools import confirmed_schools
from rollbook.records.tables.comparison import check_tables


def try_import(sandbox: Sandbox, fetched: Fetched, *, feed: Feed, context: ImportContext) -> None:
    """Import the file in a transaction that is rolled back, without a job that anyone sees.

    Raises FileRefused, TablesChanged, and what else a file or the database can be at fault for.
    """
    with translated(), connect() as trial:
        check_tables(trial.cursor())
        number = insert_trial(trial)
        mine = replace(context, feed_id=feed.pk, job_id=number, schools=confirmed_schools())
        import_file(sandbox, fetched, context=mine, cursor=trial.cursor())
        trial.rollback()

"""Imports as jobs: the same for the command line and the worker."""

from collections.abc import Mapping

from rollbook.automation.job import JobRun, Ran
from rollbook.core.events import Listener, TakeTurn
from rollbook.core.report import Report
from rollbook.core.sources.source import Source
from rollbook.environ import largest_file
from rollbook.home import home
from rollbook.records.database import connect
from rollbook.records.models import Feed, JobInput
from rollbook.records.operations import files, jobs
from rollbook.records.operations.installation_key import secret_key
from rollbook.records.queries.jobs import input_of
from rollbook.records.sources import source_of

__all__ = ["Ran", "run_approved", "run_import", "run_requested"]


def run_import(
    feed: Feed,
    source: Source,
    *,
    dry_run: bool,
    force: bool,
    listener: Listener,
    environ: Mapping[str, str],
    started_by: str = "command line",
) -> Ran:
    """Fetch the file of `source` and import it under the settings of `feed`, as one job."""
    with connect(autocommit=True) as visible:
        jobs.mark_interrupted(visible)
        files.expire_files(visible)
        try:
            asked = JobInput.for_feed(feed, started_by=started_by, dry_run=dry_run, force=force)
            number = jobs.start_job(visible, feed, asked)
        except jobs.ImportRunning as error:
            return _running_elsewhere(error)
        job = JobRun(number, feed, visible, started_by=started_by, dry_run=dry_run)
        return job.run(source, force=force, listener=listener, folder=home(environ),
                       environ=environ)  # fmt: skip


def run_requested(
    number: int,
    *,
    listener: Listener,
    environ: Mapping[str, str],
    take_turn: TakeTurn | None = None,
) -> Ran | None:
    """Carry out a job that waits (see operations.requests); None where it no longer does.

    Raises ImportRunning.
    """
    asked = input_of(number)
    feed = Feed.objects.get(pk=asked.feed_id)
    with connect(autocommit=True) as visible:
        if not jobs.claim_job(visible, number, feed.pk):
            return None
        job = JobRun(
            number, feed, visible, started_by=asked.started_by, dry_run=asked.dry_run,
            approved=asked.approved,
        )  # fmt: skip
        job.take_turn = take_turn
        source: Source
        if name := asked.upload:
            source = files.StoredSource(
                visible, number, name=name, key=lambda: secret_key(environ),
                largest=lambda: largest_file(environ),
            )  # fmt: skip
            job.is_stored = True
        else:  # its credentials are read inside the job: what is wrong with them is how it ends
            source = source_of(feed, environ)
        return job.run(source, force=asked.force, listener=listener, folder=home(environ),
                       environ=environ)  # fmt: skip


def run_approved(number: int, *, listener: Listener, environ: Mapping[str, str]) -> Ran:
    """Carry out a job that has just been approved, unless a worker was faster."""
    try:
        ran = run_requested(number, listener=listener, environ=environ)
    except jobs.ImportRunning as error:
        return _running_elsewhere(error)
    return ran or _running_elsewhere(jobs.ImportRunning(number))


def _running_elsewhere(error: jobs.ImportRunning) -> Ran:
    report = Report(status="running", reason=error.reason, message=error.message)
    number = error.details["job"]
    return Ran(number if isinstance(number, int) else None, report, error.exit_code)

"""Imports as jobs: the same for the command line and the worker."""

from collections.abc import Mapping
from dataclasses import replace

from rollbook.automation.import_job import ImportJob
from rollbook.automation.job_context import job_context
from rollbook.automation.outcome import JobResult
from rollbook.core.events import Listener, TakeTurn
from rollbook.core.report import Report
from rollbook.core.sources.source import Source
from rollbook.environ import largest_file
from rollbook.home import home, scratch_file
from rollbook.records.database import connect
from rollbook.records.models import Feed, JobInput
from rollbook.records.operations import bucket_files, files, jobs
from rollbook.records.operations.installation_key import secret_key
from rollbook.records.queries.jobs import input_of, is_tried_again
from rollbook.records.sources import source_of

__all__ = ["JobResult", "run_here", "run_import", "run_requested"]


def run_import(
    feed: Feed,
    source: Source,
    *,
    dry_run: bool,
    force: bool,
    listener: Listener,
    environ: Mapping[str, str],
    no_wait: bool = False,
    started_by: str = "command line",
    encoding: str | None = None,
) -> JobResult:
    """Fetch the file of `source` and import it under the settings of `feed`, as one job.

    `encoding` is that of this file where it differs from the feed's.
    """
    asked = JobInput.for_feed(
        feed, started_by=started_by, dry_run=dry_run, force=force, no_wait=no_wait
    )
    asked = replace(asked, encoding=encoding)
    with connect(autocommit=True) as visible:
        jobs.mark_interrupted(visible)
        files.expire_files(visible)
        try:
            number = jobs.start_job(visible, feed, asked)
        except jobs.ImportRunning as error:
            return _running_elsewhere(error)
        context = job_context(
            number, feed, asked, visible=visible, listener=listener, environ=environ
        )
        return ImportJob(context, source).run()


def run_requested(
    number: int,
    *,
    listener: Listener,
    environ: Mapping[str, str],
    take_turn: TakeTurn | None = None,
) -> JobResult | None:
    """Carry out a job that waits (see operations.queueing); None where it no longer does.

    Raises ImportRunning, and KeyDiffers, KeyMissing and KeyUnusable, with which the job still
    waits: a worker that has the key can do it.
    """
    secret_key(environ)
    asked = input_of(number)
    feed = Feed.objects.get(pk=asked.feed_id)
    with connect(autocommit=True) as visible:
        if not jobs.claim_job(visible, number, feed.pk):
            return None
        source = _source_of(number, feed, asked, visible=visible, environ=environ)
        context = job_context(
            number,
            feed,
            asked,
            visible=visible,
            listener=listener,
            environ=environ,
            is_tried_again=is_tried_again(number),
        )
        return ImportJob(context, source, take_turn=take_turn).run()


def _source_of(
    number: int,
    feed: Feed,
    asked: JobInput,
    *,
    visible: jobs.Connection,
    environ: Mapping[str, str],
) -> Source:
    """Return the stored file that was asked for, or the feed's server.

    Keys and credentials are read inside the job: what is wrong with them is how it ends.
    """
    if not asked.upload:
        return source_of(feed, environ)
    stored = files.StoredSource(
        visible,
        number,
        name=asked.upload,
        key=lambda: secret_key(environ),
        largest=lambda: largest_file(environ),
    )
    if asked.in_bucket is None:
        return stored
    return _uploaded(number, asked.in_bucket, stored, visible=visible, environ=environ)


def _uploaded(
    number: int,
    name: str,
    stored: files.StoredSource,
    *,
    visible: jobs.Connection,
    environ: Mapping[str, str],
) -> Source:
    def take(listener: Listener) -> None:
        bucket_files.take_from_bucket(
            visible,
            number,
            bucket=bucket_files.upload_bucket(environ),
            name=name,
            scratch=lambda: scratch_file(home(environ)),
            key=lambda: secret_key(environ),
            largest=largest_file(environ),
            listener=listener,
        )

    return bucket_files.BucketSource(stored, take)


def run_here(number: int, *, listener: Listener, environ: Mapping[str, str]) -> JobResult:
    """Carry out a job that has just been asked for, in this process; a worker may be faster."""
    try:
        result = run_requested(number, listener=listener, environ=environ)
    except jobs.ImportRunning as error:
        return _running_elsewhere(error)
    return result or _running_elsewhere(jobs.ImportRunning(number))


def _running_elsewhere(error: jobs.ImportRunning) -> JobResult:
    report = Report(status="running", reason=error.reason, message=error.message)
    number = error.details["job"]
    return JobResult(number if isinstance(number, int) else None, report, error.exit_code)

"""The nightly check of the audit: seal what is left, recompute the chain, log how far it goes."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from rollbook.automation.installation_notices import mail_broken_audit
from rollbook.automation.worker_log import log_checkpoint, log_fault
from rollbook.records.operations.audit_seals import seal_all
from rollbook.records.queries.audit_chain import AuditBroken, verify


def check_audit(now: datetime, environ: Mapping[str, str]) -> None:
    """Log the checkpoint of the night, or that the audit was changed; tell that once by mail.

    A line of a log that is kept elsewhere is what shows that a chain was cut off, or made again.
    """
    seal_all()
    try:
        newest = verify(now=now).newest
    except AuditBroken as error:
        log_fault(error.message.what)
        with transaction.atomic():
            mail_broken_audit(environ)
        return
    if newest is not None:
        log_checkpoint(str(newest))

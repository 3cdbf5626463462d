"""The tables as Django knows them. Those that the catalogue shapes are written by SQL alone."""

from rollbook.records.models.feeds import Feed, SecretBlob, TermRow
from rollbook.records.models.follow_up import JobAttempt, LastTick, Mail
from rollbook.records.models.runs import (
    AuditEvent,
    IssueRow,
    JobEvent,
    RejectedRow,
    StoredFile,
    StoredFileChunk,
)
from rollbook.records.models.shared import JOB_TYPE, Job, Setting

__all__ = [
    "JOB_TYPE",
    "AuditEvent",
    "Feed",
    "IssueRow",
    "Job",
    "JobAttempt",
    "JobEvent",
    "LastTick",
    "Mail",
    "RejectedRow",
    "SecretBlob",
    "Setting",
    "StoredFile",
    "StoredFileChunk",
    "TermRow",
]

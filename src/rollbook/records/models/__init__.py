"""The tables as Django knows them. Those that the catalogue shapes are written by SQL alone."""

from rollbook.records.models.feeds import Feed, FeedVersion, FieldOwner, SecretBlob, TermRow
from rollbook.records.models.file_names import NewFileName
from rollbook.records.models.follow_up import (
    JobAttempt,
    JudgedPromise,
    LastTick,
    Mail,
    ToldProblem,
)
from rollbook.records.models.import_index import ImportIndex
from rollbook.records.models.inbox import IgnoredCode
from rollbook.records.models.job_input import Approval, Checked, JobInput
from rollbook.records.models.job_notes import JobNote
from rollbook.records.models.job_output import JobOutput
from rollbook.records.models.job_traces import (
    AuditEvent,
    AuditSeal,
    IssueBlock,
    IssueKind,
    IssueRow,
    JobEvent,
    RejectedRow,
    ServerFile,
    StoredFile,
    StoredFileChunk,
)
from rollbook.records.models.jobs import CLEAN_UP, JOB_TYPE, Job, JobQuerySet
from rollbook.records.models.layouts import OwnLayout
from rollbook.records.models.old_limits import OldLimit
from rollbook.records.models.protections import ProtectedValue
from rollbook.records.models.rehearsals import AdvanceDecision
from rollbook.records.models.row_fixes import IncompleteRow, RowFix
from rollbook.records.models.school_years import YearSwitch
from rollbook.records.models.schools import SchoolMapping
from rollbook.records.models.shared import Setting
from rollbook.records.models.student_search import StudentSearch, StudentSearchState
from rollbook.records.models.webhooks import WebhookMessage

__all__ = [
    "CLEAN_UP",
    "JOB_TYPE",
    "AdvanceDecision",
    "Approval",
    "AuditEvent",
    "AuditSeal",
    "Checked",
    "Feed",
    "FeedVersion",
    "FieldOwner",
    "IgnoredCode",
    "ImportIndex",
    "IncompleteRow",
    "IssueBlock",
    "IssueKind",
    "IssueRow",
    "Job",
    "JobAttempt",
    "JobEvent",
    "JobInput",
    "JobNote",
    "JobOutput",
    "JobQuerySet",
    "JudgedPromise",
    "LastTick",
    "Mail",
    "NewFileName",
    "OldLimit",
    "OwnLayout",
    "ProtectedValue",
    "RejectedRow",
    "RowFix",
    "SchoolMapping",
    "SecretBlob",
    "ServerFile",
    "Setting",
    "StoredFile",
    "StoredFileChunk",
    "StudentSearch",
    "StudentSearchState",
    "TermRow",
    "ToldProblem",
    "WebhookMessage",
    "YearSwitch",
]

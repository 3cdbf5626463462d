"""The tables and columns that Rollbook cannot do without, its terms' columns included."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.db.models import Model

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.catalogue.terms import Term
from rollbook.records.models import Job, Setting

STUDENTS: Final = "public.students"
SNAPSHOTS: Final = "public.student_data_snapshots"
JOBS: Final = "public.jobs"
SETTINGS: Final = "public.settings"

MIGRATIONS: Final = "rollbook.django_migrations"
"""The role that owns it has made Rollbook's own tables."""

Types = Mapping[str, str]
"""Column -> type as SQL writes it; '' where any type will do."""

_STUDENT_COLUMNS: Final = {
    "id": "integer", "student_id": "varchar(50)", "ssid": "varchar(50)",
    "first_name": "varchar(100)", "last_name": "varchar(100)", "grade": "enum",
    "created_at": "timestamp", "updated_at": "timestamp",
}  # fmt: skip
SNAPSHOT_METADATA: Final = {
    "id": "integer", "student_id": "integer", "imported_at": "timestamp",
    "import_job_id": "integer", "created_at": "timestamp", "updated_at": "timestamp",
}  # fmt: skip
_SHARED_TYPES: Final = {
    "AutoField": "integer", "IntegerField": "integer", "JSONField": "jsonb", "CharField": "",
    "TextField": "varchar", "BooleanField": "boolean", "UtcDateTimeField": "timestamp",
}  # fmt: skip

OF_OTHER_APPS: Final = (
    "access_apitoken", "access_disconnectedaccount", "access_idempotentrequest",
    "access_signinlink", "access_user",
    "account_emailaddress", "account_emailconfirmation", "auth_group", "auth_group_permissions",
    "auth_permission", "django_content_type", "django_migrations", "django_session",
    "mfa_authenticator", "socialaccount_socialaccount", "socialaccount_socialapp",
    "socialaccount_socialtoken", "web_cache",
)  # fmt: skip
"""Our tables that imports do without, and that have no model which is loaded everywhere."""

OF_SQL: Final[Mapping[str, str]] = {
    "presence": "feed_id student_id missing_since first_job_id",
    "import_changes": (
        "id job_id feed_id fields is_stored is_compact made_at undone_at numbers named brought"
    ),
    "student_changes": (
        "job_id row_number student_id given_id is_new had_data before after imported_at"
        " import_job_id by_others changed"
    ),
    "undo_kept": "job_id student_id field why",
    "presence_changes": "job_id student_id missing_since",
    "job_progress": (
        "job_id phase done total seconds heartbeat_at cancel_requested_at cancelled_by"
        " wait_skipped_at found"
    ),
    "installation_key": "is_only salt proof since",
    "procrastinate_jobs": (
        "id queue_name task_name priority lock queueing_lock args status scheduled_at attempts"
        " abort_requested worker_id"
    ),
    "procrastinate_events": "id job_id type at",
    "procrastinate_periodic_defers": "id task_name defer_timestamp job_id periodic_id",
    "procrastinate_workers": "id last_heartbeat",
}
"""Our tables that are made by SQL, and the queue's: table -> its columns."""

QUEUE: Final = tuple(f"procrastinate_{name}" for name in (
    "cancel_job_v1", "defer_jobs_v1", "defer_periodic_job_v2", "fetch_job_v2", "finish_job_v1",
    "notify_queue_abort_job_v1", "notify_queue_job_inserted_v1", "prune_stalled_workers_v1",
    "register_worker_v1", "retry_job_v1", "retry_job_v2",
    "trigger_abort_requested_events_procedure_v1", "trigger_function_scheduled_events_v1",
    "trigger_function_status_events_insert_v1", "trigger_function_status_events_update_v1",
    "unlink_periodic_defers_v1", "unregister_worker_v1", "update_heartbeat_v1",
    "jobs_notify_queue_job_inserted_v1", "jobs_notify_queue_job_aborted_v1",
    "trigger_status_events_update_v1", "trigger_status_events_insert_v1",
    "trigger_scheduled_events_v1", "trigger_abort_requested_events_v1", "trigger_delete_jobs_v1",
))  # fmt: skip
"""Functions and triggers of the queue's package."""

FILLED: Final[Mapping[str, frozenset[str]]] = {
    STUDENTS: frozenset(_STUDENT_COLUMNS) - {"id"},
    JOBS: frozenset({
        "job_type", "status", "input_data", "created_at", "started_at", "attempts", "max_attempts",
    }),
    SETTINGS: frozenset({
        "key", "value", "description", "category", "is_secret", "created_at", "updated_at",
    }),
}  # fmt: skip
"""Which columns Rollbook gives a value in a new row. Others may not demand one."""


@dataclass(frozen=True, slots=True)
class Found:
    """A column as the catalogue has it."""

    kind: str
    """The name of its type: int4, varchar, numeric, ..."""
    category: str
    """N for numbers, S for texts, E for enumerations, D for dates, as PostgreSQL groups them."""
    limit: tuple[int, ...]
    """The length of a text, or precision and scale of a number; () where there is no limit."""
    demands_value: bool
    """Whether a new row must give it one."""


def expected_columns(terms: Iterable[str]) -> dict[str, Types]:
    """Return every table that must be there, as `schema.table`, with the columns it must have."""
    fields = student_catalogue([Term(name) for name in terms]).snapshot_fields
    tables: dict[str, Types] = {
        STUDENTS: _STUDENT_COLUMNS,
        JOBS: _columns(Job),
        SETTINGS: _columns(Setting),
        SNAPSHOTS: SNAPSHOT_METADATA | {field.name: field.type.sql for field in fields},
    }
    ours: dict[str, Types] = {f"rollbook.{name}": {} for name in OF_OTHER_APPS}
    for name, columns in OF_SQL.items():
        ours[f"rollbook.{name}"] = dict.fromkeys(columns.split(), "")
    for model in apps.get_app_config("records").get_models():
        if model._meta.managed:
            ours[f"rollbook.{model._meta.db_table}"] = dict.fromkeys(_columns(model), "")
    return tables | ours


def is_added_again(table: str, column: str) -> bool:
    """Tell whether a table, or a column of it, can be added again to what is there.

    Not what another program made, nor a table of our schema: its rows are gone.
    """
    if table == SNAPSHOTS:
        return column not in ("id", "student_id")
    return table in (STUDENTS, JOBS, SETTINGS) and column in ("", "ssid")


def fits(wanted: str, found: Found) -> bool:
    """Tell whether a column can hold what Rollbook writes to one of the type `wanted`."""
    kind, *limits = re.findall(r"[a-z]+|\d+", wanted) or ("",)
    if kind == "varchar":
        is_long = not found.limit or not limits or found.limit[0] >= int(limits[0])
        return found.kind in ("varchar", "text") and is_long
    if kind == "numeric":
        precision, scale = map(int, limits)
        is_fine = not found.limit or (
            found.limit[1] >= scale and found.limit[0] - found.limit[1] >= precision - scale
        )
        return found.kind in ("numeric", "float8") and is_fine
    return {
        "": True,
        "integer": found.kind in ("int4", "int8") or (found.kind == "numeric" and not found.limit),
        "boolean": found.kind == "bool",
        "timestamp": found.kind in ("timestamp", "timestamptz"),
        "enum": found.category in "ES",
        "jsonb": found.kind == "jsonb",
    }[kind]


def _columns(model: type[Model]) -> dict[str, str]:
    fields: Any = model._meta.concrete_fields
    return {
        each.column: _SHARED_TYPES.get(type(each).__name__, "") for each in fields if each.column
    }

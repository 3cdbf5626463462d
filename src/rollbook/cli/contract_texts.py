"""The words of the contract page that no declaration of the code holds."""

from collections.abc import Mapping
from typing import Final

INTRODUCTION: Final = """\
# Contract

Generated from the code by `make docs`; do not edit.

What other programs may rely on. Whatever is not on this page, or on the pages that it names, may
change in any version; what is on it changes only with an entry in the change log.

## Environment

All variables are in [settings](settings.md).

## Commands

Results go to standard output, a file's name, headers and cells only at a terminal or with `--json`
(`--issues 0`: no examples); progress, questions and errors go to standard error.
"""

EXIT_CODES: Final[Mapping[int, str]] = {
    0: "completed, warnings included",
    1: "anything unexpected; `health`: something isn't well",
    2: "wrong usage; nothing was begun",
    3: "the file or its data was rejected; the report says why",
    4: "the source couldn't be reached, or the sign-in failed",
    5: "another import of this feed is running; `job` is its number",
    6: "nothing new: the same bytes as last time; `job` is the last import's number",
    7: "held: an administrator must decide",
    130: "stopped by Ctrl-C",
}

REPORT: Final = """
## The report

`import`, `run`, `check`, `jobs show`, `jobs import` and `jobs approve` print one object with
`--json`, for every exit code but 1 and 2. Other programs must pass over names unknown to them.

| name | type | meaning |
| --- | --- | --- |
"""

REPORT_FIELDS: Final[Mapping[str, tuple[str, str]]] = {
    "job": ("integer or null", "the job's number; null from `check`"),
    "status": ("text", "`pending`, `running`, `completed`, `failed` or `held`"),
    "reason": ("text or null", "why it didn't complete, or stored nothing: a reason below"),
    "message": ("text or null", "the same as a sentence for people; it may change"),
    "phase": ("text or null", "the last phase that it reached"),
    "dry_run": ("boolean", "everything was done but writing"),
    "stored": (
        "boolean",
        "whether the values were stored; otherwise counts say what would have been",
    ),
    "file.name": ("text", "the file's name, without its folder"),
    "file.size": ("integer", "bytes"),
    "file.sha256": ("text", "of the file's bytes, hexadecimal"),
    "file.same_as": ("integer or null", "the earlier import of a file with the same bytes"),
    "file.kind": ("text", "`delimited`, `xlsx`, `xls`, `ods` or another format that was read"),
    "file.encoding": ("text or null", "of a text file"),
    "file.delimiter": ("text or null", "of a delimited file"),
    "file.header_row": ("integer", "the row of the header, counted from 1"),
    "file.worksheet": ("text or null", "of a workbook"),
    "file.layout": (
        "object or null",
        "the vendor's layout: `name`, `vendor` and `is_certain`; where that is false, the file "
        "only comes near to it and wasn't read by it",
    ),
    "file.files": ("list of objects", "where several are one import: the `name` of each"),
    "file.records": ("integer", "rows that a spreadsheet program would show, the header too"),
    "file.notes": ("list of texts", "what was noticed and isn't an issue"),
    "counts.total": ("integer", "student records in the file; the sum of the next five"),
    "counts.inserted": ("integer", "new students"),
    "counts.updated": ("integer", "known students with at least one new value"),
    "counts.unchanged": ("integer", "known students whose values were the same"),
    "counts.rejected": ("integer", "rows that weren't imported"),
    "counts.duplicates": ("integer", "rows that repeat another"),
    "counts.missing_from_file": (
        "integer",
        "students of this feed who aren't in the file; they stay as they are",
    ),
    "counts.combined": (
        "integer",
        "further rows of the same students, such as tests of other terms; not in `total`",
    ),
    "counts.left_out": ("integer", "rows that the file's layout leaves out; not in `total`"),
    "issues.errors": ("integer", "issues of severity `error`"),
    "issues.warnings": ("integer", "issues of severity `warning`"),
    "issues.by_code": ("object", "issues by code, the most frequent first"),
    "undone.at": ("text", "when the import was undone; `undone` is there only where it was"),
    "undone.by": ("text", "who undid it"),
    "undone.paused": ("boolean", "whether that turned the feed's schedule off"),
    "undone.students_removed": ("integer", "students that the import had created"),
    "undone.students_kept": ("integer", "students that it had created, and who stayed"),
    "undone.values_restored": ("integer", "values that are what they were before"),
    "undone.values_kept": ("integer", "values that were changed since, and stayed"),
    "undone.students_active_again": ("integer", "students that it had found missing"),
    "undone.students_missing_again": ("integer", "students that it had found again"),
    "columns_set_aside": (
        "list of texts",
        "fields (database columns) of which nothing was imported",
    ),
    "adoption": (
        "object or null",
        "of the first import into a table that had students: `matched`, of those "
        "`written_differently`, `differing_names` and `differing_schools`, `new`, "
        "`known_not_in_file`, `possible_twins`, `named_only_by_rejected_rows` (with `matched` and "
        "`known_not_in_file` all who were there), `new_possible_twins` (of the new ones), "
        "`second_records` (of the matched ones, who may be there twice)",
    ),
    "protected": (
        "object or null",
        "where there are [protected values](../how-to/keep-a-correction.md): `kept` though the "
        "file says otherwise, `agreed` (the file says the same now, so that protection has ended), "
        "`older` (it says the same, but is older than the protection, which lasts), `expired` "
        "(their day is over) and `gone` (their student or term is)",
    ),
    "seconds": ("object", "seconds by phase, and `total`"),
    "issue_list": ("list of objects", "as many issues as `--issues` asks for, in the file's order"),
}

ISSUE_FIELDS: Final[Mapping[str, tuple[str, str]]] = {
    "row": ("integer or null", "the row of the file, counted from 1; null: about the whole file"),
    "student_id": ("text or null", "the student's number"),
    "column": ("text or null", "the header as the file writes it"),
    "field": ("text or null", "the [field](fields.md)"),
    "code": ("text", "one of the codes below"),
    "severity": ("text", "`error` or `warning`"),
    "value": ("text or null", "the cell; a student's value"),
    "message": ("text", "a sentence for people, without the value; it may change"),
}

ISSUES: Final = """
Where several files are one import, `file.files` lists their names in order, and an entry of
`issue_list`, like one of the list of changes, has a `file` besides: the name of the one in which
its `row` is.

`issue_list` holds students' values. An entry:

| name | type | meaning |
| --- | --- | --- |
"""

STUDENT: Final = """
## One student

`students show --json` prints `student_id`, `last_import` (the job that last changed the student's
data, or null), `presence` and `values`: a field's name, with `students.` in front where the table
`students` holds it too, and an object. `presence` is a list with an object for each feed that has
named the student: `feed`, and `missing_since` or `present_since`, the other one null; both are null
where the student is there since longer than is on record. It holds students' values, and is on
record in the audit log.

| name | type | meaning |
| --- | --- | --- |
"""

RECORD: Final = """
## A student's record

`students record --json` and the page's download print the object of `students show`, each value
with its `header` besides, and more. Each one is on record in the audit log with `requested_by`.

| name | type | meaning |
| --- | --- | --- |
"""

RECORD_FIELDS: Final[Mapping[str, tuple[str, str]]] = {
    "district": ("text", "the setting `district.name`, perhaps empty"),
    "made_at": ("text", "when the record was made, in UTC"),
    "made_by": ("text", "who made it"),
    "requested_by": ("text", "who asked for it"),
    "problems": (
        "list of objects",
        "what imports found in rows of the student, the newest import first: `job`, `file`, `at`, "
        "`is_check`, and an entry of `issue_list`",
    ),
    "undone": (
        "list of objects",
        "values of imports that were undone: `field`, `value`, `before`, `job`, `file`, `row`, "
        "`at`, `undone_at`",
    ),
    "kept_by_undo": (
        "list of objects",
        "what an undo has left as it was: `job`, `field` (null: the student), `why`, `undone_at`",
    ),
    "protected": (
        "list of objects",
        "values that are or were protected, as `students protected --json`, without `student_id`",
    ),
    "copies": ("list of objects", "records made before: `at`, `by`, `requested_by`"),
    "has_all_problems": ("boolean", "whether all imports on record were looked through"),
    "cut": (
        "list of texts",
        "which of these lists has more than 2,000 entries; the newest are there",
    ),
}

STUDENT_FIELDS: Final[Mapping[str, tuple[str, str]]] = {
    "value": ("text, number, boolean or null", "the value now; null: none"),
    "job": (
        "integer or null",
        "the import that brought it; null: none on record, `kept`, or another hand wrote it",
    ),
    "file": ("text or null", "the name of that import's file, as long as the import is kept"),
    "row": ("integer or null", "the row of that file, counted from 1"),
    "at": ("text or null", "when the import was stored, in UTC"),
    "before": ("as `value`", "the value before; null too where it isn't known or no longer kept"),
    "kept": ("object or null", "who protected it, if no import brought it: `by`, `at`, `reason`"),
    "by_another_hand": ("boolean", "whether neither the last import wrote it nor `kept`"),
    "as_of": ("text or null", "when an import last brought the value, changed or not, in UTC"),
    "stale": ("boolean", "whether the source has or may have another value by now"),
    "old": ("boolean", "whether no import has brought it for `quality.old_days` school days"),
    "history": (
        "list of objects",
        "every value on record, the newest first: `value`, `job`, `file`, `row`, `at`, `kept`; "
        "without `job` and `kept`, another hand wrote it, or an import that isn't on record",
    ),
}

CODES: Final = """
### Codes of issues

| code | meaning |
| --- | --- |
"""

REASONS: Final = """
## Reasons

`reason` of a report, with the exit code of a command that ends so. "Tried again" says whether an
automatic run is repeated before a mail is sent.

| reason | exit code | tried again |
| --- | --- | --- |
"""

DATABASE: Final = """
## Tables

Other programs may read four tables of the schema `public`, and the view
`rollbook.current_students`. All others, and the rest of the schema `rollbook`, are internal.

| table | what it holds |
| --- | --- |
| `students` | one row per student; `student_id` is the district's number, `ssid` the state's |
| `student_data_snapshots` | a student's [values](fields.md); `student_id` is `students.id` |
| `rollbook.current_students` | one row per student with today's values: \
[its columns](../how-to/read-students-from-another-program.md) |
| `jobs` | imports: `job_type` is `student_data_import`; `input_data` names feed and row (`job`) |
| `settings` | `import.notification_emails`: who gets mails, comma-separated; others may write it |
|  | `import.problem_emails`, `import.decision_emails`: who gets only these, in the same way |

## Over HTTP

`GET /healthz` answers 200 where the process and its database answer, else 503. `GET /healthz/data`
answers 200 where the data is fresh, and 503 where it is stale. Neither needs a sign-in.

Under `/api/` other programs start imports and read their results: see [the HTTP API](http-api.md),
made from the OpenAPI document at `/api/openapi.json`. A job reads as the object of `--json`.

## On AWS

`make lambda` writes `build/rollbook-lambda.zip` for the runtime `python3.13`. The importer's
handler is `rollbook.aws.importer.handler`. It takes these events and nothing more in them:

| event | what it does |
| --- | --- |
| `{"do": "due"}` | a worker's work: ends, due and missed runs, attempts, mails, clean-up |
| `{"do": "run", "job": 12}` | a job that waits, then what is due |
| `{"do": "test", "feed": "sis"}` | tests the feed's connection with its saved credentials |
| `{"do": "test", "number": "..."}` | carries out the connection test that a page has begun |
| `{"do": "list", "feed": "sis"}` | the same, as far as the list of its files |
| `{"do": "migrate"}` | updates the tables, makes the key known and the role that serves |
| `{"do": "migrate", "term": "Winter 2026"}` | the same, and adds a term with its columns |
| `{"do": "first-link"}` to the pages' function | the link that makes the first administrator |

The answer is `{"ok": true, "did": [...], "next_attempt_at": null}`. `did` has an object for each
run that ended: `job`, `feed`, `outcome` (`succeeded`, `with_warnings`, `no_new_file`,
`needs_review`, `failed`, `stopped`), `reason`, `attempt`, `next_attempt_at`. For a test it has
the steps. `ok` is false where an import has failed and is not tried again, or a step has failed.
`next_attempt_at` says when to send `due` again; null: the schedule is enough.

The handler of the pages and the API is `rollbook.aws.pages.handler`. It takes requests of version
2.0, of an HTTP API or a function URL, and believes no header about address and TLS.

An invocation that fails raises `TransientFailure`, where a later one can succeed, or
`PermanentFailure`. The message is one sentence with its reason in brackets. Where another role of
the database has to act before `migrate` can be done, the lines below it are that role's statements.

## Metrics

`GET /metrics`, for Prometheus ([how to](../how-to/watch-with-prometheus.md)):

| metric | meaning |
| --- | --- |
"""

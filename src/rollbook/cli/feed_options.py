"""The options that adding and changing a feed share, declared once."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Final, get_type_hints

import typer

from rollbook.cli.times import KEPT_DAY
from rollbook.core.feed_settings import ENCODINGS

Folder = Annotated[
    str | None, typer.Option(help="The folder on the server; the login folder if left out.")
]
KeyFile = Annotated[
    Path | None,
    typer.Option("--key-file", help="Sign in with this private key; PuTTY's .ppk works too."),
]
MakeKey = Annotated[
    bool, typer.Option("--make-key", help="Make a key to sign in with, and show its public half.")
]
AlsoPassword = Annotated[
    bool,
    typer.Option("--also-password", help="Also ask for a password, for a server that wants both."),
]
SignInSeconds = Annotated[
    int | None,
    typer.Option(
        "--sign-in-seconds",
        min=5,
        max=60,
        help="How long to wait for a slow server; 5 if left out.",
    ),
]
AfterImport = Annotated[
    str | None,
    typer.Option(help="The file on the server after the import: stay, move, rename or delete."),
]
AfterFolder = Annotated[
    str | None,
    typer.Option("--after-import-folder", help="The subfolder to move it to."),
]
AfterEnding = Annotated[
    str | None,
    typer.Option("--after-import-ending", help="What to add to its name, such as .imported."),
]
HostKey = Annotated[
    str | None, typer.Option("--host-key", help="The server's public key, if you have it.")
]
Legacy = Annotated[
    list[str] | None, typer.Option(help="Allow a group of outdated algorithms; can be repeated.")
]
Requires = Annotated[
    str | None,
    typer.Option(help="The IDs each row must have: student_id, ssid or both with a comma."),
]
Worksheet = Annotated[str | None, typer.Option(help="The sheet of a workbook to read.")]
FileEncoding = Annotated[
    str | None,
    typer.Option("--encoding", help=f"How text files are encoded: {', '.join(ENCODINGS)}."),
]
FileLayoutOption = Annotated[
    str | None,
    typer.Option("--layout", help="A layout from `rollbook layouts list`, auto or none."),
]
FilesOption = Annotated[
    str | None,
    typer.Option("--files", help="newest file, or all files that came together, as one export."),
]
OtherColumns = Annotated[
    str | None,
    typer.Option(help="Unknown columns: warn, or only note."),
]
Scale = Annotated[
    str | None,
    typer.Option("--percent-scale", help="How percentages are written: auto, 100 or 1."),
]
HalfDays = Annotated[
    str | None, typer.Option(help="Half days: reject, or round up, down, or to the nearest.")
]
Blanks = Annotated[str | None, typer.Option(help="A blank cell: keep or clear the saved value.")]
NewStudents = Annotated[str | None, typer.Option(help="Students we don't know: create or reject.")]
Zeros = Annotated[
    bool | None,
    typer.Option("--leading-zeros/--no-leading-zeros", help="Whether IDs can begin with zeros."),
]
Roster = Annotated[
    bool | None,
    typer.Option(
        "--roster/--no-roster",
        help="Whether its file lists every student, as your SIS's does. The first feed's does.",
    ),
]
Recipients = Annotated[
    str | None,
    typer.Option(help="Who gets emails, with commas between. Blank: the district's recipients."),
]
Webhook = Annotated[
    str | None, typer.Option(help="An https address to tell how imports end. Blank: none.")
]
Limit = Annotated[
    int | None,
    typer.Option(
        "--rejected-limit",
        min=0,
        max=100,
        help="Hold an import if more than this % of rows are rejected.",
    ),
]
MissingLimit = Annotated[
    int | None,
    typer.Option(
        "--missing-limit",
        min=0,
        max=100,
        help="Hold it if more than this % of students are missing.",
    ),
]
UnchangedFor = Annotated[
    int | None,
    typer.Option(
        "--unchanged-for", min=0, max=3600,
        help="Seconds the file must stop changing before we fetch it.",
    ),
]  # fmt: skip


def _share(option: str, words: str) -> Any:
    """A limit of what an import may do to known students."""
    return typer.Option(option, min=0, max=100, help=f"Hold it if more than this % {words}.")


NamesLimit = Annotated[int | None, _share("--names-limit", "of known students have another name")]
SsidLimit = Annotated[int | None, _share("--ssid-limit", "of known students have another SSID")]
SchoolLimit = Annotated[int | None, _share("--school-limit", "of known students changed schools")]
GradeLimit = Annotated[
    int | None,
    _share("--grade-limit", "of known students are in another grade that isn't the next"),
]
NewLimit = Annotated[int | None, _share("--new-limit", "of students are new")]
OneSchoolLimit = Annotated[
    int | None,
    _share("--one-school-limit", "of one school's students are missing, new or rejected"),
]
MovedLimit = Annotated[
    int | None,
    _share("--moved-limit", "of one school's students changed school or grade"),
]
PromotionOn = Annotated[
    str | None,
    typer.Option(
        "--promotion-on",
        help="The day students move up a grade, such as 7/1/2027; none: no such day.",
        click_type=KEPT_DAY,
    ),
]
_OF_A_COLUMN = "of a column's values since the last files"
BlankedLimit = Annotated[int | None, _share("--blanked-limit", f"{_OF_A_COLUMN} are gone")]
ShiftedLimit = Annotated[
    int | None,
    _share("--shifted-limit", f"{_OF_A_COLUMN} are different"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedOptions:
    """What was named of a feed; None: it stays, or has its default."""

    folder: Folder = None
    key_file: KeyFile = None
    make_key: MakeKey = False
    also_password: AlsoPassword = False
    sign_in_seconds: SignInSeconds = None
    host_key: HostKey = None
    legacy: Legacy = None
    requires: Requires = None
    worksheet: Worksheet = None
    encoding: FileEncoding = None
    layout: FileLayoutOption = None
    files: FilesOption = None
    other_columns: OtherColumns = None
    percent_scale: Scale = None
    half_days: HalfDays = None
    blanks: Blanks = None
    new_students: NewStudents = None
    leading_zeros: Zeros = None
    rejected_limit: Limit = None
    missing_limit: MissingLimit = None
    names_limit: NamesLimit = None
    ssid_limit: SsidLimit = None
    school_limit: SchoolLimit = None
    grade_limit: GradeLimit = None
    new_limit: NewLimit = None
    one_school_limit: OneSchoolLimit = None
    moved_limit: MovedLimit = None
    promotion_on: PromotionOn = None
    blanked_limit: BlankedLimit = None
    shifted_limit: ShiftedLimit = None
    unchanged_for: UnchangedFor = None
    recipients: Recipients = None
    webhook: Webhook = None
    roster: Roster = None
    after_import: AfterImport = None
    after_import_folder: AfterFolder = None
    after_import_ending: AfterEnding = None

    def settings(self, **connection: str | int | None) -> dict[str, Any]:
        """Return what was named by the feed's columns, beside `connection`, which has them."""
        named = connection | {column: getattr(self, column) for column in AS_THEY_ARE}
        named["is_roster"] = self.roster
        if self.legacy is not None:
            named["legacy_algorithms"] = sorted(self.legacy)
        if self.recipients is not None:
            named["recipients"] = [part for part in _parts(self.recipients) if part]
        if self.requires is not None:
            named["required"] = _parts(self.requires)
        return {column: value for column, value in named.items() if value is not None}


AS_THEY_ARE: Final = (
    "after_import", "after_import_folder", "after_import_ending",
    "folder", "host_key", "sign_in_seconds", "worksheet", "encoding", "layout", "files",
    "other_columns",
    "percent_scale", "half_days", "blanks", "new_students", "leading_zeros", "rejected_limit",
    "missing_limit", "names_limit",
    "ssid_limit", "school_limit", "grade_limit", "new_limit", "one_school_limit", "moved_limit",
    "promotion_on", "blanked_limit", "shifted_limit",
    "unchanged_for", "webhook",
)  # fmt: skip
"""Options that are a column of the feed as they were typed."""


def with_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the fields of FeedOptions as its options; it gets them as `options`."""
    hints = get_type_hints(FeedOptions, include_extras=True)
    shared = {
        field.name: inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=field.default,
            annotation=hints[field.name],
        )
        for field in fields(FeedOptions)
    }

    @wraps(command)
    def run(**given: Any) -> None:
        options = FeedOptions(**{name: given.pop(name) for name in shared})
        command(**given, options=options)

    signature = inspect.signature(command, eval_str=True)
    own = [each for name, each in signature.parameters.items() if name != "options"]
    run.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[*own, *shared.values()]
    )
    return run


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]

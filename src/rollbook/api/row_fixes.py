"""Rows of an import that can be fixed one by one, and one of them fixed and imported."""

import os
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from rollbook.access.scopes import Scope
from rollbook.api.caller import caller_of
from rollbook.api.rules import needs
from rollbook.api.schemas import Begun
from rollbook.api.views import begun
from rollbook.core.corrected_rows import LONGEST_EDITED
from rollbook.core.reading.headers import LONGEST_HEADER
from rollbook.records.operations.fixed_row import fix_row, number_at
from rollbook.records.queries.jobs import job_by_number
from rollbook.records.queries.row_fixes import fixes_object

router = Router(tags=["Imports"])

Header = Annotated[str, Field(min_length=1, max_length=LONGEST_HEADER)]
Cell = Annotated[str, Field(max_length=LONGEST_EDITED)]


class PlaceOut(Schema):
    """A row of the import's file."""

    row: int
    file: str | None = Field(None, description="Its name, where the import read several.")


class FixOut(PlaceOut):
    """A row that was fixed, and what came of it."""

    made_by: str
    made_at: datetime
    state: str = Field(
        description="`saved`, `importing`, `held`, `fixed`, `rejected`, `incomplete` (imported, "
        "again without a value), `left_out` (by the file's layout) or `undone`."
    )
    job: int | None = Field(alias="import", description="The import of the fixed row.")


class FixesOut(Schema):
    """The rows of an import that were rejected, or lack a value; the first 1,000 of those."""

    job: int
    to_fix: list[PlaceOut] = Field(description="Those that no one has fixed.")
    fixes: list[FixOut]


class FixIn(Schema):
    """One row, and the values that it should have."""

    model_config = ConfigDict(extra="forbid", strict=True)

    row: int = Field(ge=1, lt=1 << 31)
    file: str = Field("", max_length=1_000, description="Where the import read several: its name.")
    values: dict[Header, Cell] = Field(
        description="Header, as the file has it, and the new value. All else stays as it is."
    )
    without: bool = Field(False, description="Leave out values that still have a problem.")
    over: bool = Field(False, description="Also where a newer file was imported since.")


@router.get(
    "/jobs/{int:job}/fixes",
    **needs(Scope.ADMIN),
    response=FixesOut,
    by_alias=True,
    exclude_unset=True,
    operation_id="list_fixes",
    summary="Rows of an import that can be fixed, and those that were",
)
def list_fixes(request: HttpRequest, job: int) -> Any:
    return fixes_object(job_by_number(job))


@router.post(
    "/jobs/{int:job}/fixes/import",
    **needs(Scope.ADMIN),
    response={202: Begun},
    operation_id="import_fix",
    summary="Fix a row, and import it alone",
    description="It is checked first, by the rules of an import: where a value still has a problem "
    "nothing is saved (`row_still_wrong`), and `errors` names the columns. Also correct it in your "
    "SIS, or the next file brings the old value back.",
)
def import_fix(request: HttpRequest, response: HttpResponse, job: int, body: FixIn) -> Any:
    found = job_by_number(job)
    asked = fix_row(
        found,
        number_at(found, body.row, body.file),
        body.values,
        actor=caller_of(request).actor,
        now=timezone.now(),
        without=body.without,
        over=body.over,
        environ=os.environ,
    )
    return begun(response, asked)

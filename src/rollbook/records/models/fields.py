"""What Django has no field or constraint for: UTC without a time zone, choices, percentages."""

from datetime import UTC, datetime
from typing import Any

from django.db import models


class UtcDateTimeField(models.DateTimeField):  # type: ignore[type-arg]
    """Aware in Python, without time zone in the database."""

    def db_type(self, connection: Any) -> str:
        return "timestamp"

    def from_db_value(self, value: datetime | None, *_: Any) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, datetime) and value.tzinfo is not None:
            return value.astimezone(UTC).replace(tzinfo=None)
        return value


def one_of(column: str, *allowed: str) -> models.CheckConstraint:
    """Let the database refuse every other text in `column`."""
    return models.CheckConstraint(
        condition=models.Q((f"{column}__in", allowed)), name=f"{column}_is_known"
    )


def percentage(column: str) -> models.CheckConstraint:
    """Let the database refuse what is no whole number from 0 to 100 in `column`."""
    return models.CheckConstraint(
        condition=models.Q((f"{column}__gte", 0), (f"{column}__lte", 100)),
        name=f"{column}_is_a_percentage",
    )

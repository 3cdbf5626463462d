"""What Django loads as a backend: its own for PostgreSQL, over another connection."""

from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base
from django.db.backends.postgresql.psycopg_any import get_adapters_template

from rollbook.data_api.connection import DataApiConnection


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self) -> dict[str, Any]:
        """Return what the connection is made with: the address, and how Django adapts values."""
        adapters = get_adapters_template(settings.USE_TZ, self.timezone).adapters
        return {"address": self.settings_dict["OPTIONS"]["address"], "adapters": adapters}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a new connection; Django switches it to commit at once."""
        return DataApiConnection(**conn_params)

    def ensure_timezone(self) -> bool:
        """Leave it to `records/session.py`, as each connection does."""
        return False

    def _configure_timezone(self, connection: Any) -> bool:
        return False

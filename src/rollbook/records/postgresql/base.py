"""What Django loads as a backend: its own for PostgreSQL, with another way to sign in."""

from typing import Any

from django.db.backends.postgresql import base

from rollbook.records.sign_in import signed_in


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a new connection of the driver."""
        return signed_in(super().get_new_connection, conn_params)

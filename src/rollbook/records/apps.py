"""The Django app of the records."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "rollbook.records"
    label = "records"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created

        from rollbook.records.session import settle

        connection_created.connect(settle)

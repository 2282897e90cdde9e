"""What happens once when the application is loaded."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class AnnotatorConfig(AppConfig):
    name = "annotator"

    def ready(self) -> None:
        from annotator.database_safety import refuse_unsafe_database

        connection_created.connect(refuse_unsafe_database, dispatch_uid="refuse_unsafe_database")

"""`manage.py prepare`: bring database and static files up to date before the site is served."""

import sys
from argparse import ArgumentParser
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor

from annotator import database_planning, database_roles, migrating, static_files
from annotator.management.commands import load_samples
from articles.models import Project


class Command(BaseCommand):
    help = "Brings database and static files up to date; does nothing where they are."
    # The checks are run by migrate where there is something to migrate.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--samples",
            action="store_true",
            help="load the sample project into a database without projects, and say its logins where it is there",
        )

    def handle(self, *args: Any, samples: bool, **options: Any) -> None:
        if settings.DATABASE_URL_GIVEN:
            refuse_unreachable()
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            migrating.migrate()
        if settings.SERVING_ROLE:
            database_roles.grant(settings.SERVING_ROLE)
        if refused := database_planning.plan_for_requests():
            told = (
                f"Only the owner of the database may set {' and '.join(refused)} for it: searches are slower without."
            )
            self.stderr.write(told)
        static_files.collect()
        slugs = set(Project.objects.values_list("slug", flat=True)) if samples else set()
        if samples and (not slugs or load_samples.register()["project"]["slug"] in slugs):
            call_command("load_samples", stdout=self.stdout)


def refuse_unreachable() -> None:
    """End with the server's or the client's reason, at once: the pool would go on trying."""
    asked = connections[DEFAULT_DB_ALIAS].get_connection_params()
    try:
        psycopg.connect(**asked, connect_timeout=10).close()
    except psycopg.OperationalError as error:
        sys.exit(f"The database of DATABASE_URL cannot be reached: {error}")

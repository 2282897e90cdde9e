"""`manage.py worker`: do what waits in the background, until the process is ended."""

import asyncio
import gc
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from annotator.jobs.worker import work


class Command(BaseCommand):
    help = "Does imports, exports, webhooks and other background work; any number of workers may run, anywhere."
    # They would load every page and every address of the site, which it has no use for.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--until-idle", action="store_true", help="end when nothing is due")

    def handle(self, *args: Any, until_idle: bool, **options: Any) -> None:
        # What is loaded by now stays: it is not to be looked through for garbage again and again.
        gc.collect()
        gc.freeze()
        asyncio.run(work(until_idle=until_idle))

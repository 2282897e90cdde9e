"""Two editors on one article: how soon what the one does shows in the open article of the other."""

import time
from collections.abc import Iterator

from django.conf import settings
from django.test import Client
from django.urls import reverse

from annotator.actions.imports import import_rows
from bench import corpus
from bench.browser import median, visiting
from bench.clients import creating
from bench.run import Run
from bench.table import Line, budget


def measure(run: Run) -> Iterator[Line]:
    project = run.new_project("together")
    [outcome] = import_rows(project, [corpus.row(500, 30, run.new_register(project))], by=run.user)
    if outcome.article is None:
        raise RuntimeError(outcome.reason)
    create = creating(str(outcome.article.pk), 4)
    colleague = run.site.connect()
    client = Client()
    client.force_login(run.user)
    name = settings.SESSION_COOKIE_NAME
    with visiting(run.port, {"name": name, "value": client.cookies[name].value}) as visitor, visitor.tab() as tab:
        tab.page.goto(reverse("annotate", args=[project.slug, outcome.article.pk]))
        tab.page.wait_for_selector("html[data-stream=streaming]")

        def seen() -> float:
            request = create(0)
            id = request[1].split("/")[-2]
            started = time.perf_counter()
            colleague.send(request)
            tab.page.wait_for_selector(f"#a-{id}")
            return (time.perf_counter() - started) * 1_000

        yield budget("a colleague's annotation shows, ms", median(seen), 1_000, ".0f")

"""A new text for an article of 20,000 words with 500 annotations: every one is carried over."""

from collections.abc import Iterator
from itertools import count

from annotator.actions.imports import import_rows
from bench import corpus
from bench.measuring import line
from bench.run import Run
from bench.table import Line

WORDS, SPANS = 20_000, 500


def measure(run: Run) -> Iterator[Line]:
    project = run.new_project("revised")
    [outcome] = import_rows(project, [corpus.row(WORDS, SPANS, run.new_register(project))], by=run.user)
    if outcome.article is None:
        raise RuntimeError(outcome.reason)
    text, address = outcome.article.current.text, f"/api/v1/articles/{outcome.article.pk}/revisions/"
    client, numbers = run.site.connect(), count(1)

    def revise() -> None:
        """A word is put in at the beginning of every tenth paragraph."""
        number = next(numbers)
        paragraphs = text.split("\n\n")
        paragraphs[::10] = [f"Revision {number}: {paragraph}" for paragraph in paragraphs[::10]]
        client.send(("POST", address, {"text": "\n\n".join(paragraphs)}), {"If-Match": f'"{number}"'})

    yield line(run, "revise 20,000 words with 500 annotations, ms", revise, n=7, most=300)

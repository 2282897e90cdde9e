"""A corrected text for a long article with many annotations: worked out, and stored with all that goes with it."""

import random
import time
from collections.abc import Iterator
from itertools import count
from statistics import median

from annotator.actions.imports import import_rows
from annotator.actions.revisions import revise_article, undo_revision
from annotator.domain.spans import spans_of
from annotator.queries.annotations import of_article
from articles.models import Article
from articles.reanchoring import carry
from bench import corpus
from bench.measuring import line
from bench.run import Run
from bench.table import Line, budget

WORDS = 20_000
ANNOTATIONS = 500
AT_MOST = 300  # ms
TIMES = 5


def measure(run: Run) -> Iterator[Line]:
    project = run.new_project("revised")
    register = run.new_register(project)
    given = corpus.row(WORDS, ANNOTATIONS, register)
    [outcome] = import_rows(project, [given], by=run.user)
    article = Article.objects.select_related("project", "outlet", "current").get(pk=outcome.article.pk)  # type: ignore[union-attr]
    spans = [spans_of(annotation) for annotation in of_article(run.user, article)]
    old = article.current.text
    carried, stored = [], []
    for number in range(TIMES):
        new = _corrected(old, number)
        started = time.perf_counter()
        carry(old, new, spans)
        carried.append(time.perf_counter() - started)
        started = time.perf_counter()
        revised = revise_article(article, new, by=run.user, version=article.version)
        stored.append(time.perf_counter() - started)
        article = undo_revision(revised, by=run.user, version=revised.version)
    yield budget(f"{WORDS:,} words, {ANNOTATIONS} annotations carried, ms", 1000 * median(carried), AT_MOST, ".0f")
    yield budget("    the same, revised and stored, ms", 1000 * median(stored), AT_MOST, ".0f")
    client, versions = run.site.connect(), count(article.version)

    def send(what: str, given: dict[str, str]) -> None:
        where = f"/api/v1/articles/{article.pk}/revisions/{what}"
        client.send(("POST", where, given), {"If-Match": f'"{next(versions)}"'})

    over_rest = []
    for number in range(TIMES):
        given = {"text": _corrected(old, number)}
        started = time.perf_counter()
        send("", given)
        over_rest.append(time.perf_counter() - started)
        send("undo/", {})
    yield budget("    the same over REST, ms", 1000 * median(over_rest), AT_MOST, ".0f")
    # What waits stands on former texts, from each of which it is tried anew.
    numbers = count(TIMES)
    yield line(
        run,
        "    one after the other, nobody looking, ms",
        lambda: send("", {"text": _corrected(old, next(numbers))}),
        n=5,
    )


def _corrected(text: str, number: int) -> str:
    """One paragraph in ten edited: a word is put in, another one replaced."""
    chance = random.Random(number)
    paragraphs = text.split("\n\n")
    for at in chance.sample(range(len(paragraphs)), len(paragraphs) // 10):
        words = paragraphs[at].split(" ")
        words[chance.randrange(len(words))] = "corrected"
        words.insert(chance.randrange(len(words)), "lately")
        paragraphs[at] = " ".join(words)
    return "\n\n".join(paragraphs)

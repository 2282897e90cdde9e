"""Sketches of texts, by which others much like them are found. Made after the texts came in: no write waits."""

from annotator.actions.deferring import defer
from annotator.queries.arriving import without_sketch
from articles.likeness import sketch
from articles.models import Project, Sketch

AT_ONCE = 2_000  # texts: about four seconds


def keep_sketches(project: Project) -> int:
    """Make the sketches that are wanting, AT_ONCE of them, of the newest texts first; gives how many are left."""
    waiting = without_sketch(project)
    made = [Sketch(revision_id=pk, digests=sketch(text)) for pk, text in waiting.values_list("pk", "text")[:AT_ONCE]]
    Sketch.objects.bulk_create(made, ignore_conflicts=True)
    return waiting.count() if len(made) == AT_ONCE else 0


def defer_sketches(project: Project) -> None:
    """Have those that are wanting made in the background."""
    defer("sketches", once=f"sketches-{project.pk}", project=project.pk)

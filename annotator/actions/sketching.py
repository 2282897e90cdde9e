"""Sketches of texts, by which others much like them are found. Made after the texts came in: no write waits."""

from annotator.queries.arriving import without_sketch
from articles.likeness import sketch
from articles.models import Project, Sketch

AT_ONCE = 2_000  # texts: about four seconds


def keep_sketches(project: Project, *, most: int = AT_ONCE) -> int:
    """Make the sketches that are wanting, ``most`` of them, of the newest texts first; gives how many are left."""
    waiting = without_sketch(project)
    made = [Sketch(revision_id=pk, digests=sketch(text)) for pk, text in waiting.values_list("pk", "text")[:most]]
    Sketch.objects.bulk_create(made, ignore_conflicts=True)
    return waiting.count() if len(made) == most else 0

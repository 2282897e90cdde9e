"""Showing who is in an article. Best effort: it is told to those who look now, and kept nowhere."""

import uuid

from django.db import connection

from annotator.access.rules import require
from annotator.domain.encoding import write
from annotator.domain.errors import Problem, Refused
from annotator.domain.layers import Layers
from annotator.models import User
from articles.models import Article

CHANNEL = "annotator_presence"


def show_presence(
    article: Article,
    *,
    by: User,
    paragraph: int | None = None,
    revision: int | None = None,
    selection: list[int] | None = None,
    annotation: uuid.UUID | None = None,
    away: bool = False,
) -> None:
    """Tell the others in a shared project where in an article ``by`` is, or that ``by`` has left it.

    ``paragraph`` counts from 1; ``selection`` is [start, end) in code points of the text that ``revision`` numbers;
    ``annotation`` is the id of what is being changed. In an independent project nothing is told: who works on what is
    part of what coders do not see. Raises Refused for a selection that ends before it starts, or is of no revision.
    """
    require(by, "project.read", article)
    if selection is not None and selection[0] > selection[1]:
        raise Refused.field("selection", selection, "`selection` is [start, end] in code points, start first.")
    if selection is not None and revision is None:
        raise Refused(Problem("revision", None, "`revision` is required: the text that `selection` counts in."))
    if article.project.layers != Layers.SHARED:
        return
    who = {
        "username": by.username,
        "name": by.get_full_name(),
        "paragraph": paragraph,
        "revision": revision,
        "selection": selection,
        "annotation": annotation,
        "away": away,
    }
    told = {"project": article.project_id, "article": str(article.pk), "who": who}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, write(told).decode()])

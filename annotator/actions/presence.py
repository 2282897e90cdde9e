"""Showing who is in an article. Best effort: it is told to those who look now, and kept nowhere."""

from typing import Any

import orjson
from django.db import connection

from annotator.access.rules import require
from annotator.domain.errors import Problem, Refused
from annotator.domain.layers import Layers
from annotator.models import User
from articles.models import Article

CHANNEL = "annotator_presence"


def show_presence(article: Article, *, by: User, paragraph: Any = None, away: bool = False) -> None:
    """Tell the others in a shared project that ``by`` is in an article (``paragraph`` counts from 1), or has left it.

    In an independent project nothing is told: who works on what is part of what coders do not see.
    """
    require(by, "project.read", article)
    if paragraph is not None and (type(paragraph) is not int or not 1 <= paragraph <= 100_000):
        raise Refused(Problem("paragraph", paragraph, "`paragraph` is a whole number from 1 to 100,000."))
    if article.project.layers != Layers.SHARED:
        return
    who = {"username": by.username, "name": by.get_full_name(), "paragraph": paragraph, "away": away}
    told = {"project": article.project_id, "article": str(article.pk), "who": who}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, orjson.dumps(told).decode()])

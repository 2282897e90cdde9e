"""Pages that users name, fetched before anything is done with them: each may take long."""

from collections.abc import Sequence

from django.db import connection

from annotator.access.rules import require
from annotator.models import User
from articles.models import Project
from articles.readers import url
from articles.readers.row import Row


def pages_at(addresses: Sequence[str], *, project: Project, by: User) -> list[Row]:
    """The articles at these addresses, for who may add them. Until all are there, no connection is held for it."""
    require(by, "article.add", project)
    if not connection.in_atomic_block:  # as of a test
        connection.close()
    return list(url.rows_at(addresses))

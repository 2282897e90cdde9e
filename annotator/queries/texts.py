"""The text of a revision, for who counts offsets in another unit."""

import uuid
from typing import Any

from annotator.access.visibility import visible_revisions


def text_of(user: Any, article_id: uuid.UUID, number: Any) -> str | None:
    """The text of an article's revision of this number; None where there is none, or not for the asker to see."""
    if type(number) is not int or not 0 < number < 2**31:
        return None
    found = visible_revisions(user).filter(article=article_id, number=number)
    return found.order_by().values_list("text", flat=True).first()

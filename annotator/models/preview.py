"""What files and addresses would bring in, looked at before anything of it is stored."""

import uuid

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class Preview(models.Model):
    """The rows of what somebody is about to bring in, as they were read. Forgotten after a day.

    Each of ``rows`` has its ``source``, ``fields``, ``annotations`` and ``notes``, or a ``problem``, and what it would
    be: ``state``, and where it is about an article that is there, ``article``, its ``version``, and ``likeness``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    project = models.ForeignKey("articles.Project", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    rows = models.JSONField(encoder=DjangoJSONEncoder)
    uncompared = models.PositiveIntegerField(
        default=0, help_text="Texts of the project that the rows could not be compared with yet."
    )
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return f"{len(self.rows)} rows for {self.project_id}"

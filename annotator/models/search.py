"""Searches that somebody keeps, for themselves or for all members."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from annotator.models.rules import rule


class SavedSearch(models.Model):
    """What somebody looks for again: ``query`` has the parameters of the list of articles, as an address has them.

    It is seen by who made it; a ``shared`` one by all members, and it stays so.
    """

    MOST = 200  # of one person in one project

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    project = models.ForeignKey("articles.Project", on_delete=models.PROTECT, related_name="searches")
    external_id = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=100)
    query = models.JSONField()
    shared = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "saved search"
        ordering = ["name", "id"]
        constraints = [
            rule("search_has_name", "name", ~Q(name=""), "A saved search has a name."),
            # Of its maker: what others keep for themselves is not told, not even as an id that is taken.
            models.UniqueConstraint(
                fields=["project", "created_by", "external_id"],
                condition=~Q(external_id=""),
                name="search_external_id_once",
                violation_error_code="external_id",
                violation_error_message="You have a search with this external id in the project.",
            ),
        ]
        indexes = [models.Index(fields=["project", "name", "id"], name="search_by_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        return self.name

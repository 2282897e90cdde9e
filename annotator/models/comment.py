import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from annotator.models.place import OfAnnotation, of_one_annotation
from annotator.models.rules import rule
from articles.models import Article


class Comment(OfAnnotation):
    """What members say to each other about an annotation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    external_id = models.CharField(max_length=200, blank=True)
    text = models.TextField(max_length=5_000)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="comments")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            of_one_annotation("comment_of_one_annotation"),
            models.UniqueConstraint(
                fields=["mention", "attribution", "stance", "claim", "external_id"],
                condition=~Q(external_id="") & Q(deleted_at=None),
                nulls_distinct=False,
                name="comment_external_id_once",
                violation_error_code="external_id",
                violation_error_message="The annotation has a comment with this external id.",
            ),
            rule("comment_has_text", "text", ~Q(text=""), "A comment has a text."),
        ]

    @property
    def article(self) -> Article:
        article: Article = getattr(self, self.kind).coding.article
        return article

    def __str__(self) -> str:
        return self.text[:60]

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from annotator.domain.layers import CodingState, Layer
from annotator.models.rules import one_of, rule

# The namespace of coding ids; random, fixed for ever.
_NAMESPACE = uuid.UUID("6a1f5c0e-94c1-4f0e-8b0e-2f7a0c3d9b51")


class CodingQuerySet(models.QuerySet["Coding"]):
    def begun(self) -> "CodingQuerySet":
        return self.exclude(state=CodingState.NEW)


class Coding(models.Model):
    """An article × a layer, and how far the work on it is. It comes into being with the first write to it."""

    id = models.UUIDField(primary_key=True)
    article = models.ForeignKey("articles.Article", on_delete=models.PROTECT, related_name="codings")
    layer = models.CharField(max_length=12)
    coder = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="codings"
    )
    state = models.CharField(max_length=12, default=CodingState.OPEN.value)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = CodingQuerySet.as_manager()

    class Meta:
        ordering = ["article", "layer", "coder"]
        constraints = [
            one_of("coding_layer_known", "layer", Layer),
            one_of("coding_state_known", "state", CodingState),
            rule(
                "coding_own_layer_has_coder",
                "coder",
                Q(layer=Layer.OWN, coder__isnull=False) | (~Q(layer=Layer.OWN) & Q(coder__isnull=True)),
                "A coder's own layer names its coder; the other layers name none.",
            ),
            models.UniqueConstraint(
                fields=["article", "layer", "coder"],
                nulls_distinct=False,
                name="coding_once",
                violation_error_code="article",
                violation_error_message="The article has this layer already.",
            ),
        ]
        indexes = [
            models.Index(fields=["coder", "state"], name="coding_by_coder"),
            models.Index(fields=["state"], name="coding_by_state"),
            models.Index(fields=["created_at", "id"], name="coding_oldest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.layer}"

    @staticmethod
    def id_for(article_id: uuid.UUID, layer: str, coder_id: int | None = None) -> uuid.UUID:
        """The id that a layer of an article has, or will have: it can be named before it exists."""
        return uuid.uuid5(_NAMESPACE, f"{article_id}/{layer}/{coder_id or ''}")

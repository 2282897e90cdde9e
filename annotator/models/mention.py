from django.db import models
from django.db.models import F, Q

from annotator.domain.annotation import Kind
from annotator.domain.mention import EntityType, GpeRole, Level, MentionClass, NoEntityReason
from annotator.models.annotation import COMMON_HEAD, COMMON_TAIL, Annotation, common_indexes, common_rules, counted_by
from annotator.models.rules import one_of, rule


class Mention(Annotation):
    """Words that name an entity."""

    KIND = Kind.MENTION
    SPANS = ("segments",)

    type = models.CharField(max_length=5)
    subtype = models.CharField(max_length=40, blank=True)
    level = models.CharField(max_length=3, default=Level.NAME.value)
    mention_class = models.CharField(max_length=3, default=MentionClass.SPECIFIC.value)
    entity = models.ForeignKey(
        "annotator.Entity", on_delete=models.PROTECT, null=True, blank=True, related_name="mentions"
    )
    no_entity_reason = models.CharField(max_length=10, blank=True)
    role = models.CharField(max_length=3, blank=True)

    WIRE = {
        **COMMON_HEAD,
        "type": F("type"),
        "subtype": F("subtype"),
        "level": F("level"),
        "class": F("mention_class"),
        "entity": F("entity_id"),
        "no_entity_reason": F("no_entity_reason"),
        "role": F("role"),
        **COMMON_TAIL,
    }

    class Meta:
        indexes = [*common_indexes("mention"), counted_by("mention", "entity")]
        constraints = [
            *common_rules("mention"),
            one_of("mention_type_known", "type", EntityType),
            one_of("mention_level_known", "level", Level),
            one_of("mention_class_known", "mention_class", MentionClass, field="class"),
            one_of("mention_no_entity_reason_known", "no_entity_reason", NoEntityReason, blank=True),
            one_of("mention_role_known", "role", GpeRole, blank=True),
            rule(
                "mention_role_for_gpe",
                "role",
                Q(role="") | Q(type=EntityType.GEOPOLITICAL),
                "`role` is for mentions of type GPE only.",
            ),
            rule(
                "mention_entity_or_reason",
                "no_entity_reason",
                Q(entity=None) | Q(no_entity_reason=""),
                "A mention has an entity or a reason why it has none, not both.",
            ),
        ]

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q

from annotator.domain.mention import EntityType
from annotator.models.record import Record, external_id_once, not_merged_into_itself
from annotator.models.rules import one_of, rule


class FoldedNames(Func):
    """Name and aliases in one line, case and accents folded (function made by the first migration)."""

    function = "annotator_folded_names"
    output_field = models.TextField()


class Entity(Record):
    """Who or what mentions name, across all articles of a project."""

    type = models.CharField(max_length=5)
    subtype = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=300)
    aliases = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    description = models.TextField(blank=True, max_length=5_000)
    identifiers = models.JSONField(default=dict, blank=True, help_text='{"wikidata": "Q42", …}')
    names_folded = models.GeneratedField(
        expression=FoldedNames(F("name"), F("aliases")), output_field=models.TextField(), db_persist=True
    )

    class Meta:
        ordering = ["name", "id"]
        verbose_name_plural = "entities"
        constraints = [
            one_of("entity_type_known", "type", EntityType),
            rule("entity_has_name", "name", ~Q(name=""), "An entity has a name."),
            external_id_once("entity"),
            not_merged_into_itself("entity"),
        ]
        indexes = [
            models.Index(fields=["project", "name", "id"], name="entity_by_name"),
            GinIndex(OpClass(F("names_folded"), name="gin_trgm_ops"), name="entity_names_trigrams"),
        ]

    @property
    def label(self) -> str:
        return self.name


class Affiliation(models.Model):
    """What an entity was of an organisation or in an office, and when: a mayor is a mayor for a time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    entity = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="affiliations")
    organisation = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="affiliates")
    role = models.CharField(max_length=200, blank=True)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = [F("since").desc(nulls_last=True), "id"]
        constraints = [
            rule(
                "affiliation_not_with_itself",
                "organisation",
                ~Q(entity=F("organisation")),
                "An entity is not affiliated with itself.",
            ),
            rule(
                "affiliation_since_before_until",
                "until",
                Q(since=None) | Q(until=None) | Q(since__lte=F("until")),
                "An affiliation ends on or after the day it begins.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.organisation_id}"

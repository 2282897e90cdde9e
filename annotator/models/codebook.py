from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from annotator.models.rules import rule


class CodebookField(models.Model):
    """A field of the scheme in a project, and whether its coders use it."""

    project = models.ForeignKey("articles.Project", on_delete=models.PROTECT, related_name="codebook_fields")
    name = models.CharField(max_length=40, help_text="“stance.intensity”: the kind and the wire name.")
    in_use = models.BooleanField(default=True)

    class Meta:
        ordering = ["project", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "name"],
                name="codebook_field_once",
                violation_error_code="name",
                violation_error_message="The codebook has this field.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CodebookValueQuerySet(models.QuerySet["CodebookValue"]):
    def current(self) -> "CodebookValueQuerySet":
        """Those that can be picked."""
        return self.filter(archived_at=None)


class CodebookValue(models.Model):
    """What a value of a field means in a project. Annotations hold ``value``; people read ``label``."""

    project = models.ForeignKey("articles.Project", on_delete=models.PROTECT, related_name="codebook_values")
    field = models.CharField(max_length=40)
    value = models.CharField(max_length=40)
    parent = models.CharField(max_length=40, blank=True, help_text="A subtype's type.")
    label = models.CharField(max_length=80)
    definition = models.TextField(blank=True, max_length=2_000)
    positive_example = models.TextField(blank=True, max_length=1_000)
    negative_example = models.TextField(blank=True, max_length=1_000)
    hotkey = models.CharField(max_length=1, blank=True)
    colour = models.CharField(
        max_length=20,
        blank=True,
        help_text="The name of a design token.",
        validators=[RegexValidator(r"^[a-z]+(-[a-z0-9]+)*\Z", "the name of a design token, such as “accent”.")],
    )
    score = models.SmallIntegerField(null=True, blank=True, help_text="A rating's place on its scale.")
    position = models.PositiveSmallIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = CodebookValueQuerySet.as_manager()

    class Meta:
        ordering = ["project", "field", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "field", "value", "parent"],
                name="codebook_value_once",
                violation_error_code="value",
                violation_error_message="The field has this value already.",
            ),
            models.UniqueConstraint(
                fields=["project", "field", "hotkey"],
                condition=~Q(hotkey="") & Q(archived_at=None),
                name="codebook_hotkey_once",
                violation_error_code="hotkey",
                violation_error_message="Another value of the field has this hotkey.",
            ),
            rule("codebook_value_has_label", "label", ~Q(label=""), "A value has a label."),
            rule(
                "codebook_value_plain",
                "value",
                Q(value__regex=r"^[A-Za-z0-9_+-]+$"),
                "A value is made of letters, digits, _, + and -.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field}={self.value}"

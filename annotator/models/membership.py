from django.conf import settings
from django.db import models

from annotator.domain.roles import Role
from annotator.models.rules import one_of


class Membership(models.Model):
    """A user's role in a project."""

    project = models.ForeignKey("articles.Project", on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10)
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["user__username"]
        constraints = [
            one_of("membership_role_known", "role", Role),
            models.UniqueConstraint(
                fields=["project", "user"],
                name="membership_once",
                violation_error_code="user",
                violation_error_message="They are a member of this project already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role}"

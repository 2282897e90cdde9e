"""A user's own account."""

from django.db import transaction

from annotator.actions.checking import check
from annotator.models import User


@transaction.atomic
def change_account(*, by: User, name: str, email: str) -> User:
    """Change one's own name and address. It belongs to no project and leaves no event."""
    by.name, by.email = " ".join(name.split()), email.strip()
    check(by, ["name", "email"])
    by.save(update_fields=["name", "email"])
    return by

"""A user's own account."""

from typing import Any

from django.db import transaction

from annotator.actions.checking import check
from annotator.domain.keys import own_keys
from annotator.models import User


@transaction.atomic
def change_account(*, by: User, name: str, email: str) -> User:
    """Change one's own name and address. It belongs to no project and leaves no event."""
    by.name, by.email = " ".join(name.split()), email.strip()
    check(by, ["name", "email"])
    by.save(update_fields=["name", "email"])
    return by


@transaction.atomic
def change_keys(keys: Any, *, by: User) -> User:
    """Have one's own keys on the annotation screen, as ``domain.keys`` bounds them; none at all are the usual."""
    by.keys = own_keys(keys)
    by.save(update_fields=["keys"])
    return by

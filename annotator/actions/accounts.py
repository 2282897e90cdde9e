"""A user's own account."""

from django.core.exceptions import ValidationError
from django.db import transaction

from annotator.domain.errors import Problem, Refused
from annotator.models import User


@transaction.atomic
def change_account(*, by: User, name: str, email: str) -> User:
    """Change one's own name and address. It belongs to no project and leaves no event."""
    by.name, by.email = " ".join(name.split()), email.strip()
    try:
        by.clean_fields(exclude=[field.name for field in User._meta.fields if field.name not in ("name", "email")])
    except ValidationError as error:
        raise Refused(
            *(
                Problem(field, getattr(by, field), message)
                for field, found in error.message_dict.items()
                for message in found
            )
        ) from error
    by.save(update_fields=["name", "email"])
    return by

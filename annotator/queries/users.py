"""Finding the account that somebody means."""

from annotator.models import User


def user_called(who: str) -> User | None:
    """The active account of this user name, else the one of this e-mail address; None when there is none, or several.

    Whoever adds members may find any account by its exact name or address, and nothing else of it.
    """
    active = User.objects.filter(is_active=True)
    found = active.filter(username=who).first()
    if found is None and "@" in who:
        by_address = list(active.filter(email__iexact=who)[:2])
        found = by_address[0] if len(by_address) == 1 else None
    return found

"""Finding the account that somebody means."""

from annotator.models import User


def user_called(who: str) -> User | None:
    """The account of this username, else the first of this e-mail address, active ones before disabled ones.

    Whoever adds members may find any account by its exact name or address, and nothing else of it.
    """
    found = User.objects.filter(username=who).first()
    if found is None and "@" in who:
        found = User.objects.filter(email__iexact=who).order_by("-is_active", "id").first()
    return found

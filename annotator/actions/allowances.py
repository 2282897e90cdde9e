"""What is bounded in time: taken from one account in PostgreSQL, whichever of the serving processes takes it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils import timezone

from annotator.models import Allowance

# One statement, so that two at once do not both take the last. The window begins with the first that is taken in it;
# with `extends` it ends that long after the last.
_TAKE = """
INSERT INTO annotator_allowance AS known (key, used, until)
VALUES (%(key)s, %(wanted)s, clock_timestamp() + %(seconds)s * interval '1 second')
ON CONFLICT (key) DO UPDATE SET
    used = CASE WHEN known.until <= clock_timestamp() THEN excluded.used ELSE known.used + excluded.used END,
    until = CASE WHEN known.until <= clock_timestamp() OR %(extends)s THEN excluded.until ELSE known.until END
RETURNING used, until
"""


@dataclass(frozen=True)
class Taken:
    """``granted`` of what was wanted, ``left`` for others until ``until``."""

    granted: int
    left: int
    until: datetime


def take(key: str, *, most: int, seconds: int, wanted: int = 1, extends: bool = False) -> Taken:
    """Take as many of ``most`` in a window of ``seconds`` as are left, up to those ``wanted``."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"key": key, "wanted": wanted, "seconds": seconds, "extends": extends})
        used, until = cursor.fetchone()
    granted = max(0, min(wanted, most - (used - wanted)))
    return Taken(granted, max(0, most - used), until)


def give_back(key: str) -> None:
    """Forget what was taken."""
    Allowance.objects.filter(pk=key).delete()


def forget_allowances() -> int:
    """Delete those whose window has passed; gives how many."""
    return Allowance.objects.filter(until__lte=timezone.now()).delete()[0]

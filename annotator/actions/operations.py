"""Operation ids: a write that is repeated under the same id gives its first answer again, for good."""

import uuid
from collections.abc import Callable
from typing import Any

from django.db import transaction

from annotator.actions.locks import lock_operation
from annotator.domain.errors import NotNow
from annotator.models import Operation, User

Answer = tuple[int, Any]


def once(key: uuid.UUID | None, digest: str, *, by: User, do: Callable[[], Answer]) -> Answer:
    """The answer (status, body) that ``do`` gives, or gave when ``by`` used ``key`` before.

    ``digest`` is of the whole request: NotNow when the key was used with another. What ``do`` writes and the memory
    of its answer are one transaction; an error is not remembered, so that it can be tried again.
    """
    if key is None:
        return do()
    with transaction.atomic():
        lock_operation(key, by.pk)
        earlier = Operation.objects.filter(user_id=by.pk, key=key).first()
        if earlier is not None:
            if earlier.digest != digest:
                raise NotNow("This Idempotency-Key was used with another request: choose a new one.", found=str(key))
            return earlier.status, earlier.body
        status, body = do()
        Operation.objects.create(user_id=by.pk, key=key, digest=digest, status=status, body=body)
        return status, body

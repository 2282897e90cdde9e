"""Asking about the things of the desk at an address as the table of routes has it."""

import uuid
from typing import Any

from django.db import transaction
from rest_framework.test import APIClient

from tests.api.bodies import ONE
from tests.api.clients import API
from tests.api.desk import Desk

NAMED = {"slug": "desk", "username": "sam", "field": "stance.frames", "value": "morality", "number": 1, "place": 0}


def asked(
    client: APIClient, method: str, address: str, desk: Desk, body: Any = None, *, is_new: bool = False, **options: Any
) -> Any:
    """The answer. What was done is undone, so that each asks about the same."""
    noun = address.split("/")[1]
    id = uuid.uuid4() if is_new or noun not in ONE else getattr(desk, ONE[noun]).pk
    path = f"{API}{address.format(**NAMED, id=id)}"
    with transaction.atomic():
        send = getattr(client, method.lower()) if method != "TRACE" else client.trace
        response = send(path, body, **options) if body is not None else send(path, **options)
        transaction.set_rollback(True)
    return response

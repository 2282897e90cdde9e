"""Clients of the REST interface: signed in as somebody, or with a token."""

from typing import Any

from rest_framework.test import APIClient

from annotator.actions.tokens import make_token
from annotator.models import User

API = "/api/v1"


def client_of(user: User | None) -> APIClient:
    client = APIClient()
    if user is not None:
        client.force_login(user)
    return client


def client_with_token(user: User, *, scope: str = "manage", **options: Any) -> APIClient:
    _, secret = make_token(by=user, name="tests", scope=scope, **options)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def read(client: APIClient, path: str) -> Any:
    """What is found at an address, which answers with 200."""
    response = client.get(f"{API}{path}")
    assert response.status_code == 200, response.content
    return response.json()

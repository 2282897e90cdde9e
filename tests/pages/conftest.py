"""The cast, and browsers without a screen in which they are signed in."""

from collections.abc import Callable

import pytest
from django.test import Client

from annotator.models import User
from tests.factories import Cast, a_cast


@pytest.fixture
def cast(db: None) -> Cast:
    return a_cast()


@pytest.fixture
def as_user() -> Callable[[User], Client]:
    """A client that is signed in as somebody."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in

"""The operators' site: accounts are disabled, and nothing of a project is written."""

import pytest
from django.urls import reverse

from annotator.models import Event, Membership, User
from tests.factories import a_user


@pytest.fixture
def operator(db, as_user):
    return as_user(a_user("operator", is_staff=True, is_superuser=True))


def test_an_account_is_disabled_and_never_deleted(cast, operator):
    url = reverse("admin:annotator_user_change", args=[cast.mo.pk])

    saved = operator.post(url, {"username": "mo", "name": "Mo", "email": "mo@example.org"})

    cast.mo.refresh_from_db()
    assert (saved.status_code, cast.mo.is_active) == (302, False)
    assert operator.post(reverse("admin:annotator_user_delete", args=[cast.mo.pk])).status_code == 403
    assert User.objects.filter(username="mo").exists()


def test_an_account_is_made(operator):
    given = {
        "username": "nia",
        "usable_password": "true",
        "password1": "three kind herons",
        "password2": "three kind herons",
    }

    assert operator.post(reverse("admin:annotator_user_add"), given).status_code == 302
    assert User.objects.get(username="nia").check_password("three kind herons")


@pytest.mark.parametrize("name", ["articles_project", "annotator_event"])
def test_projects_and_events_are_shown_and_not_written(cast, operator, name):
    row = {"articles_project": cast.project, "annotator_event": Event.objects.first()}[name]

    assert operator.get(reverse(f"admin:{name}_changelist")).status_code == 200
    assert operator.get(reverse(f"admin:{name}_change", args=[row.pk])).status_code == 200
    assert operator.post(reverse(f"admin:{name}_change", args=[row.pk]), {"name": "X"}).status_code == 403
    assert operator.get(reverse(f"admin:{name}_add")).status_code == 403
    assert operator.post(reverse(f"admin:{name}_delete", args=[row.pk])).status_code == 403
    assert Membership.objects.filter(project=cast.project).count() == 4


def test_managers_of_projects_are_no_operators(cast, as_user):
    assert as_user(cast.alice).get("/admin/").status_code == 302

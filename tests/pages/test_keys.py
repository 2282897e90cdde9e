"""The page of one's own keys: what is sent is stored, and what is no table of keys is told."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from annotator.models import User
from annotator.queries.document import document
from tests.factories import an_article

pytestmark = pytest.mark.django_db
URL = reverse("keys")


def test_they_are_stored_for_oneself_and_are_in_the_document_of_the_screen(cast, as_user):
    article = an_article(cast.project, by=cast.alice)

    answer = as_user(cast.mo).post(URL, {"keys": json.dumps({"stance": ["t"]})})

    assert (answer.status_code, answer.headers["Location"]) == (302, URL)
    assert document(article, User.objects.get(pk=cast.mo.pk))["me"]["keys"] == {"stance": ["t"]}
    assert User.objects.get(pk=cast.rita.pk).keys == {}


def test_no_own_keys_are_the_usual_ones(cast, as_user):
    as_user(cast.mo).post(URL, {"keys": '{"stance": ["t"]}'})
    as_user(cast.mo).post(URL, {"keys": "{}"})

    assert User.objects.get(pk=cast.mo.pk).keys == {}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "This field is required."),
        ({"keys": "{"}, "This is no table of keys: JSON is expected."),
        ({"keys": "[" * 15_000}, "This is no table of keys: JSON is expected."),
        ({"keys": "[]"}, "`keys`: an object of acts and their keys is expected, not list."),
        ({"keys": '"' + "k" * 20_000 + '"'}, "Ensure this value has at most 20000 characters (it has 20002)."),
    ],
)
def test_what_is_no_table_of_keys_is_told_and_nothing_is_stored(cast, as_user, given, told):
    as_user(cast.mo).post(URL, {"keys": '{"stance": ["t"]}'})

    answer = as_user(cast.mo).post(URL, given)

    assert answer.status_code == 400
    assert answer.context["form"].errors["keys"] == [told]
    assert User.objects.get(pk=cast.mo.pk).keys == {"stance": ["t"]}


def test_who_is_not_signed_in_has_none():
    assert Client().get(URL).headers["Location"] == f"/accounts/login/?next={URL}"

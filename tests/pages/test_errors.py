"""Error pages say what happened, in the product's own dress, and nothing about its insides."""

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views.defaults import bad_request, server_error


def test_what_is_not_there_is_told_to_those_signed_in_and_others_alike(cast, as_user):
    for client in (Client(), as_user(cast.mo)):
        answer = client.get("/nothing/here/")
        assert answer.status_code == 404
        assert "There is nothing here" in answer.content.decode()


def test_what_is_forbidden_is_told(cast, as_user):
    answer = as_user(cast.sam).get(reverse("article_new", args=["desk"]))

    assert answer.status_code == 403
    assert "You may not do this" in answer.content.decode()


def test_a_form_without_its_token_is_told_and_nothing_is_saved(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.alice)

    answer = client.post(reverse("project_edit", args=["desk"]), {"name": "Stolen", "version": 1, "language": "en"})

    cast.project.refresh_from_db()
    assert answer.status_code == 403
    assert "This form has run out" in answer.content.decode()
    assert cast.project.name == "Desk"


@pytest.mark.parametrize(
    ("page", "status", "said"), [(server_error, 500, "Something broke"), (bad_request, 400, "could not be read")]
)
def test_the_pages_of_last_resort_need_no_session_and_no_database(page, status, said):
    request = RequestFactory().get("/")
    answer = page(request) if page is server_error else page(request, exception=ValueError("secret detail"))

    assert answer.status_code == status
    assert said in answer.content.decode()
    assert "secret detail" not in answer.content.decode()


def test_pages_send_no_script_or_style_of_their_own(cast, as_user):
    """What the content security policy would refuse is not there in the first place."""
    body = as_user(cast.alice).get(reverse("project", args=["desk"])).content.decode()

    assert " style=" not in body
    assert "<style" not in body
    assert " onclick=" not in body
    assert "default-src 'self'" in as_user(cast.alice).get("/").headers["Content-Security-Policy"]


def test_messages_are_told_in_words_and_not_by_colour_alone():
    message = type("Message", (), {"level_tag": "error", "tags": "error", "__str__": lambda self: "It is full."})()

    assert "Not done." in render_to_string("_messages.html", {"messages": [message]})

"""The service worker's script, and whose a page says that it is."""

import pytest
from django.urls import reverse

from tests.factories import a_cast, a_user

pytestmark = pytest.mark.django_db


def test_the_worker_is_given_to_anyone_below_no_folder_and_asked_for_anew_each_time(client):
    response = client.get("/worker.js")

    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert "no-cache" in response["Cache-Control"]
    assert b"addEventListener" in response.content
    assert client.post("/worker.js").status_code == 405


def test_a_page_says_whose_it_is_or_that_it_is_nobodys(client, as_user):
    cast = a_cast()
    ada = a_user("ada+l@example.org")

    assert as_user(cast.mo).get(reverse("projects"))["X-Signed-In-As"] == "mo"
    assert as_user(ada).get(reverse("projects"))["X-Signed-In-As"] == "ada%2Bl%40example.org"
    assert client.get(reverse("account_login"))["X-Signed-In-As"] == ""
    assert as_user(cast.mo).get("/p/desk/nothing/")["X-Signed-In-As"] == "mo"


def test_what_is_no_page_or_has_failed_says_nothing(client, as_user, monkeypatch):
    cast = a_cast()
    browser = as_user(cast.mo)
    browser.raise_request_exception = False
    assert "X-Signed-In-As" not in browser.get("/api/v1/me/")

    monkeypatch.setattr("annotator.pages.projects.my_projects", None)

    failed = browser.get(reverse("projects"))
    assert failed.status_code == 500
    assert "X-Signed-In-As" not in failed

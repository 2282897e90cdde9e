"""Errors that no request of the other tests provokes."""

import logging

import pytest
from django.db import DataError, IntegrityError, OperationalError, connection, transaction
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from annotator.api.errors import handler, problem
from annotator.models import Membership
from articles.models import Outlet


def answered(error):
    return handler(error, {"request": Request(APIRequestFactory().get("/api/v1/me/"))})


def test_a_fault_of_ours_is_noted_and_tells_nothing(caplog):
    with caplog.at_level(logging.ERROR):
        answer = answered(RuntimeError("password=hunter2 in /srv/app.py"))

    assert (answer.status_code, answer.data) == (
        500,
        {
            "type": "urn:annotator:fault",
            "title": "Our fault",
            "status": 500,
            "detail": "Something failed on our side. It has been noted.",
            "errors": [],
        },
    )
    assert "hunter2" in caplog.text


def test_a_database_that_is_away_is_to_be_asked_again():
    answer = answered(OperationalError("the connection is lost"))

    assert (answer.status_code, answer["Retry-After"], answer.data["type"]) == (503, "1", "urn:annotator:busy")


def test_too_many_requests_say_how_long_to_wait():
    answer = answered(Throttled(wait=12.2))

    assert (answer.status_code, answer["Retry-After"], answer.data["type"]) == (429, "13", "urn:annotator:too-many")


def test_what_a_constraint_refuses_is_told_in_its_words(cast):
    Outlet.objects.create(project=cast.project, name="The Courier")
    with pytest.raises(IntegrityError) as once, transaction.atomic():
        Outlet.objects.create(project=cast.project, name="THE COURIER")

    assert problem(once.value)["errors"] == [
        {"field": "outlet", "value": None, "message": "The project has an outlet of this name."}
    ]


def test_what_has_no_words_is_told_by_the_name_of_its_constraint(cast):
    def join_nothing() -> None:
        Membership.objects.create(project_id=0, user=cast.mo, role="coder")
        connection.check_constraints()

    with pytest.raises(IntegrityError) as away, transaction.atomic():
        join_nothing()

    told = problem(away.value)
    assert told["status"] == 409
    assert told["detail"].startswith("It does not go with what is stored (annotator_membership_project_id_")


def test_what_a_column_cannot_hold_is_refused(cast):
    with pytest.raises(DataError) as unfit, transaction.atomic():
        Outlet.objects.create(project=cast.project, name="x" * 201)

    assert problem(unfit.value)["status"] == 400
    assert problem(unfit.value)["detail"].startswith("A value cannot be stored: ")


@pytest.mark.parametrize(("path", "kind"), [("/api/v1/me/", "application/problem+json"), ("/login/", "text/html")])
def test_an_error_before_any_view_is_a_problem_document_to_programs_and_a_page_to_people(client, path, kind):
    answer = client.get(path, HTTP_HOST="evil.example")

    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (400, kind)
    assert kind == "text/html" or answer.json()["type"] == "urn:annotator:refused"


def test_a_fault_outside_of_the_views_is_a_problem_document_too(client, monkeypatch):
    def fail(*args):
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr("django.middleware.locale.LocaleMiddleware.process_request", fail)
    client.raise_request_exception = False

    answer = client.get("/api/v1/me/")

    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert (answer.json()["type"], b"hunter2" in answer.content) == ("urn:annotator:fault", False)

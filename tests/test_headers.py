"""What every page tells the browser to refuse."""

import pytest
from django.urls import reverse

REFUSALS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.mark.django_db
def test_a_page_lets_in_nothing_but_its_own(client):
    response = client.get(reverse("account_login"))
    policy = {
        name: sources.split() for name, _, sources in (rule.strip().partition(" ") for rule in policy_of(response))
    }

    assert {name: response[name] for name in REFUSALS} == REFUSALS
    assert policy["default-src"] == ["'self'"]
    assert [name for name, sources in policy.items() if {"'unsafe-inline'", "'unsafe-eval'", "*"} & set(sources)] == []
    assert (policy["object-src"], policy["base-uri"], policy["frame-ancestors"]) == (["'none'"],) * 3
    assert policy["form-action"] == ["'self'"]


def policy_of(response) -> list[str]:
    return response["Content-Security-Policy"].split(";")


@pytest.mark.django_db
def test_by_https_a_cookie_goes_no_other_way(client, settings):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 3600

    plain = client.get(reverse("account_login"))
    safe = client.get(reverse("account_login"), secure=True)

    assert (plain.status_code, plain["Location"]) == (301, f"https://testserver{reverse('account_login')}")
    assert safe["Strict-Transport-Security"] == "max-age=3600"
    assert safe.cookies["csrftoken"]["secure"] is True


@pytest.mark.django_db
def test_a_host_that_is_not_ours_is_not_answered(client):
    assert client.get(reverse("account_login"), headers={"host": "elsewhere.example"}).status_code == 400


@pytest.mark.django_db
def test_a_large_page_is_compressed_for_who_can_read_it(client):
    response = client.get(reverse("account_login"), headers={"accept-encoding": "gzip"})

    assert response["Content-Encoding"] == "gzip"

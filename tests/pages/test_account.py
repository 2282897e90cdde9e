"""One's own account, its password and its tokens."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotator.models import Token
from tests.factories import PASSWORD

URL = reverse("account")


def make_token(client, **fields):
    return client.post(URL, {"save": "token", "token-name": "importer", "token-scope": "read", **fields}, follow=True)


def test_name_and_address_are_saved(cast, as_user):
    as_user(cast.mo).post(URL, {"save": "account", "name": "  Mo  Lind ", "email": "mo@new.example"})

    cast.mo.refresh_from_db()
    assert (cast.mo.name, cast.mo.email) == ("Mo Lind", "mo@new.example")


def test_what_is_no_address_is_told(cast, as_user):
    answer = as_user(cast.mo).post(URL, {"save": "account", "name": "Mo", "email": "nonsense"})

    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["email"])


def test_a_token_is_shown_once_and_only_its_digest_kept(cast, as_user):
    client = as_user(cast.mo)

    shown = make_token(client, **{"token-project": "desk", "token-expires_at": "2099-12-31"}).content.decode()

    secret = re.search(r'<code class="secret">(ann_[^<]+)</code>', shown).group(1)
    token = Token.objects.get()
    assert token.digest == Token.digest_of(secret)
    assert (token.user, token.project, token.scope, token.name) == (cast.mo, cast.project, "read", "importer")
    assert str(token.expires_at.date()) == "2099-12-31"
    assert secret not in client.get(URL).content.decode()


def test_a_token_can_only_be_for_a_project_of_ones_own(cast, as_user):
    answer = make_token(as_user(cast.mo), **{"token-project": "elsewhere"})

    assert (answer.status_code, list(answer.context["token"].errors)) == (400, ["project"])
    assert Token.objects.count() == 0


def test_a_token_that_has_run_out_already_is_refused(cast, as_user):
    yesterday = (timezone.now() - timedelta(days=1)).date().isoformat()

    answer = make_token(as_user(cast.mo), **{"token-expires_at": yesterday})

    assert (answer.status_code, list(answer.context["token"].errors)) == (400, ["expires_at"])


def test_a_token_is_revoked_by_its_owner_alone(cast, as_user):
    make_token(as_user(cast.mo))
    token = Token.objects.get()
    url = reverse("token_revoke", args=[token.pk])

    assert as_user(cast.alice).post(url).status_code == 404
    as_user(cast.mo).post(url)

    token.refresh_from_db()
    assert token.revoked_at is not None


def test_the_password_is_changed(cast, as_user):
    new = "three kind herons"

    answer = as_user(cast.mo).post(
        reverse("password_change"), {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    )

    assert answer.headers["Location"] == URL
    assert Client().login(username="mo", password=new)


def test_a_forgotten_password_is_set_by_a_mailed_link(cast):
    client = Client()

    client.post(reverse("password_reset"), {"email": "mo@example.org"})
    link = re.search(r"http://testserver(\S+)", mail.outbox[0].body).group(1)
    form = client.get(link, follow=True)
    client.post(
        form.redirect_chain[-1][0], {"new_password1": "three kind herons", "new_password2": "three kind herons"}
    )

    assert Client().login(username="mo", password="three kind herons")


@pytest.mark.parametrize("address", ["nobody@example.org", "mo@example.org"])
def test_the_answer_does_not_tell_which_addresses_have_accounts(cast, address):
    answer = Client().post(reverse("password_reset"), {"email": address}, follow=True)

    assert answer.redirect_chain == [(reverse("password_reset_done"), 302)]

"""The second factor: turned on and off by its owner, asked for before the session begins."""

import re

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD

ON = reverse("mfa_activate_totp")


def code_of(secret: str) -> str:
    """What an authenticator shows now."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def sign_in(name: str) -> tuple[Client, str]:
    client = Client()
    answer = client.post(reverse("account_login"), {"username": name, "password": PASSWORD})
    return client, answer.headers["Location"]


def turn_on(client: Client) -> str:
    """The secret that the authenticator keeps."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    shown = client.get(ON).content.decode()
    secret = re.search(r'<code class="secret">([A-Z2-7]+)</code>', shown).group(1)
    answer = client.post(ON, {"code": code_of(secret)})
    assert answer.headers["Location"] == reverse("mfa_view_recovery_codes")
    return secret


def test_a_password_alone_no_longer_signs_in(cast):
    client, _ = sign_in("mo")
    turn_on(client)

    stranger, where = sign_in("mo")

    assert where == reverse("mfa_authenticate")
    assert stranger.get(reverse("account")).status_code == 302


def test_the_code_of_the_authenticator_lets_in(cast):
    client, _ = sign_in("mo")
    secret = turn_on(client)
    cache.clear()  # a code is good once, and the one that turned it on was used within the same half minute
    again, where = sign_in("mo")

    wrong = again.post(where, {"code": "000000"})
    answer = again.post(where, {"code": code_of(secret)})

    assert (wrong.status_code, list(wrong.context["form"].errors)) == (200, ["code"])
    assert answer.headers["Location"] == "/p/desk/"
    assert again.get(reverse("account")).status_code == 200


def test_codes_cannot_be_guessed_one_after_the_other(cast):
    client, _ = sign_in("mo")
    secret = turn_on(client)
    cache.clear()
    thief, where = sign_in("mo")
    for guess in range(6):
        thief.post(where, {"code": f"{guess:06}"})

    refused = thief.post(where, {"code": code_of(secret)})

    assert (refused.status_code, thief.get(reverse("account")).status_code) == (200, 302)


def test_a_recovery_code_lets_in_once(cast):
    client, _ = sign_in("mo")
    turn_on(client)
    shown = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    code = re.search(r"<li><code>(\w+)</code>", shown).group(1)

    first, where = sign_in("mo")
    first.post(where, {"code": code})
    second, where = sign_in("mo")
    second.post(where, {"code": code})

    assert [client.get(reverse("account")).status_code for client in (first, second)] == [200, 302]


def test_it_is_turned_on_and_off_only_by_who_says_again_that_it_is_them(cast):
    client, _ = sign_in("mo")
    assert client.get(ON).headers["Location"].startswith(reverse("account_reauthenticate"))
    turn_on(client)
    later = Client()
    later.force_login(cast.mo)

    answer = later.post(reverse("mfa_deactivate_totp"))

    assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert Authenticator.objects.filter(user=cast.mo).count() == 2
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=cast.mo).count() == 0
    assert sign_in("mo")[1] == "/p/desk/"


def test_the_database_alone_makes_no_codes(cast):
    client, _ = sign_in("mo")
    secret = turn_on(client)

    kept = str(list(Authenticator.objects.values_list("data", flat=True)))

    assert secret not in kept
    assert all(code not in kept for code in re.findall(r"\d{8}", client.get(reverse("account")).content.decode()))


def test_the_account_says_whether_it_is_on(cast):
    client, _ = sign_in("mo")
    before = client.get(reverse("account")).content.decode()
    turn_on(client)

    after = client.get(reverse("account")).content.decode()

    assert (ON in before, ON in after) == (True, False)
    assert reverse("mfa_deactivate_totp") in after


def test_the_pages_are_for_those_who_are_signed_in(cast):
    names = "mfa_activate_totp mfa_deactivate_totp mfa_view_recovery_codes mfa_generate_recovery_codes"
    for name in [*names.split(), "account_reauthenticate", "mfa_reauthenticate"]:
        answer = Client().get(reverse(name))
        assert (name, answer.status_code) == (name, 302)
        assert answer.headers["Location"].startswith(reverse("account_login"))
    assert Client().get(reverse("mfa_authenticate")).headers["Location"] == reverse("account_login")

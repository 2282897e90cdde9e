"""Signing in by OpenID Connect, against a provider that is served here: it signs its tokens as a real one does."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from django.urls import reverse
from jwt.algorithms import RSAAlgorithm

from annotator.models import User
from annotator.pages.auth import SignIn

CLIENT_ID = "annotator"
JOIN = reverse("openid_connect_login", args=["oidc"])
CALLBACK = reverse("openid_connect_callback", args=["oidc"])


class Provider(ThreadingHTTPServer):
    """A provider of OpenID Connect with one user, `claims`, who has agreed to everything."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.audience = CLIENT_ID
        self.claims: dict[str, Any] = {"sub": "7f3", "preferred_username": "mo.lind", "name": "Mo Lind"}

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def token(self) -> str:
        now = int(time.time())
        said = {**self.claims, "iss": self.issuer, "aud": self.audience, "iat": now, "exp": now + 60}
        return jwt.encode(said, self.key, algorithm="RS256", headers={"kid": "1"})


class _Answers(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        issuer = self.server.issuer
        jwk = {
            **json.loads(RSAAlgorithm.to_jwk(self.server.key.public_key())),
            "kid": "1",
            "use": "sig",
            "alg": "RS256",
        }
        self._say(
            {
                "/.well-known/openid-configuration": {
                    "issuer": issuer,
                    "authorization_endpoint": f"{issuer}/authorize",
                    "token_endpoint": f"{issuer}/token",
                    "userinfo_endpoint": f"{issuer}/userinfo",
                    "jwks_uri": f"{issuer}/keys",
                },
                "/keys": {"keys": [jwk]},
                "/userinfo": self.server.claims,
            }[urlsplit(self.path).path]
        )

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._say({"access_token": "a", "token_type": "Bearer", "id_token": self.server.token()})

    def _say(self, answer: dict[str, Any]) -> None:
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing on the tests' screen."""


@pytest.fixture
def provider(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    served = Provider()
    threading.Thread(target=served.serve_forever, args=(0.01,), daemon=True).start()
    app = {
        "provider_id": "oidc",
        "name": "Newsroom",
        "client_id": CLIENT_ID,
        "secret": "s",
        "settings": {"server_url": served.issuer},
    }
    settings.SINGLE_SIGN_ON = app
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}
    monkeypatch.setattr(SignIn, "extra_context", {"provider": app})
    yield served
    served.shutdown()
    served.server_close()


def come_back(client: Client, start: str = JOIN, **changed: str) -> Any:
    """Go to the provider as a browser would, and return with what it sends along."""
    asked = parse_qs(urlsplit(client.post(start).headers["Location"]).query)
    return client.get(f"{CALLBACK}?{urlencode({'code': 'c', 'state': asked['state'][0], **changed})}")


def test_who_is_joined_signs_in_without_a_password(cast, as_user, provider):
    come_back(as_user(cast.mo), f"{JOIN}?process=connect")
    client = Client()

    answer = come_back(client)

    assert answer.headers["Location"] == "/p/desk/"
    assert client.get(reverse("account")).context["user"] == cast.mo


def test_who_is_not_joined_stays_out(cast, provider):
    cast.mo.email = provider.claims["email"] = "mo@example.org"  # anybody can give any address as theirs
    provider.claims["email_verified"] = True
    cast.mo.save()
    client = Client()

    answer = come_back(client)

    assert "No account here" in answer.content.decode()
    assert client.get(reverse("account")).status_code == 302
    assert SocialAccount.objects.count() == 0


def test_where_it_is_open_a_newcomer_gets_an_account_in_no_project(cast, provider, settings):
    settings.OIDC_SIGN_UP = True
    client = Client()

    answer = come_back(client)

    made = User.objects.get(username="mo.lind")
    assert (answer.headers["Location"], made.name, made.has_usable_password()) == ("/", "Mo Lind", False)
    assert client.get(reverse("project", args=["desk"])).status_code == 404


def test_a_newcomer_never_takes_a_name_that_is_taken(cast, provider, settings):
    settings.OIDC_SIGN_UP = True
    provider.claims["preferred_username"] = "alice"
    client = Client()

    come_back(client)

    assert client.get(reverse("account")).context["user"] != cast.alice
    assert User.objects.filter(username="alice").count() == 1


@pytest.mark.parametrize("changed", [{"state": "another"}, {"error": "access_denied"}])
def test_an_answer_that_was_not_asked_for_lets_nobody_in(cast, as_user, provider, changed):
    come_back(as_user(cast.mo), f"{JOIN}?process=connect")
    client = Client()

    come_back(client, **changed)

    assert client.get(reverse("account")).status_code == 302


def test_a_token_for_another_site_lets_nobody_in(cast, as_user, provider):
    come_back(as_user(cast.mo), f"{JOIN}?process=connect")
    provider.audience = "another site"
    client = Client()

    come_back(client)

    assert client.get(reverse("account")).status_code == 302


def test_a_disabled_account_stays_out(cast, as_user, provider):
    come_back(as_user(cast.mo), f"{JOIN}?process=connect")
    cast.mo.is_active = False
    cast.mo.save()
    client = Client()

    answer = come_back(client)

    assert answer.headers["Location"] == reverse("account_inactive")
    assert "disabled" in client.get(reverse("account_inactive")).content.decode()
    assert client.get(reverse("account")).status_code == 302


def test_the_second_factor_is_asked_for_all_the_same(cast, as_user, provider):
    from tests.pages.test_second_factor import sign_in, turn_on

    client, _ = sign_in("mo")
    turn_on(client)
    come_back(client, f"{JOIN}?process=connect")

    assert come_back(Client()).headers["Location"] == reverse("mfa_authenticate")


def test_accounts_are_separated_again(cast, as_user, provider):
    client = as_user(cast.mo)
    come_back(client, f"{JOIN}?process=connect")
    joined = SocialAccount.objects.get()
    assert reverse("socialaccount_connections") in client.get(reverse("account")).content.decode()

    client.post(reverse("socialaccount_connections"), {"account": joined.pk})

    assert SocialAccount.objects.count() == 0


def test_the_only_way_in_is_not_taken_away(cast, provider, settings):
    settings.OIDC_SIGN_UP = True
    client = Client()
    come_back(client)

    answer = client.post(reverse("socialaccount_connections"), {"account": SocialAccount.objects.get().pk}, follow=True)

    assert SocialAccount.objects.count() == 1
    assert "your only way in" in answer.content.decode()


def test_signing_in_offers_it_and_keeps_the_page_that_was_asked_for(cast, as_user, provider):
    come_back(as_user(cast.mo), f"{JOIN}?process=connect")
    shown = Client().get(f"{reverse('account_login')}?next=/p/desk/articles/").content.decode()

    answer = come_back(Client(), f"{JOIN}?next=/p/desk/articles/")

    assert "Sign in by Newsroom" in shown and f'action="{JOIN}?next=/p/desk/articles/"' in shown
    assert answer.headers["Location"] == "/p/desk/articles/"
    assert come_back(Client(), f"{JOIN}?next=https://elsewhere.example/").headers["Location"] == "/p/desk/"


def test_without_a_provider_nothing_is_offered(db):
    assert JOIN not in Client().get(reverse("account_login")).content.decode()
    assert Client().post(JOIN).status_code == 404

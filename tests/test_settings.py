"""What the environment says is taken at its word or refused by name; docs/operating.md lists all of it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
KEY = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def load(expression: str = "None", **environment: str) -> str:
    """What `expression` is in the settings under that environment alone, or the words with which they refuse it."""
    done = subprocess.run(
        [sys.executable, "-c", f"import annotator.settings as settings; print(({expression}))"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATA_DIR": "/nonexistent", "SECRET_KEY": KEY} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() if done.returncode == 0 else done.stderr.strip().splitlines()[-1].partition(": ")[2]


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"DEBUG": "maybe"}, "DEBUG=maybe: use True or False."),
        ({"HTTPS": "1"}, "HTTPS=1: use True or False."),
        ({"DATABASE_POOL_SIZE": "0"}, "DATABASE_POOL_SIZE=0: use a whole number from 1 to 100."),
        ({"HSTS_SECONDS": "a year"}, "HSTS_SECONDS=a year: use a whole number from 0 to 63072000."),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL=loud: use DEBUG, INFO, WARNING, ERROR or CRITICAL."),
        (
            {"DATABASE_URL": "mysql://localhost/annotator"},
            "DATABASE_URL starts with 'mysql': use postgresql://user:password@host:port/name.",
        ),
        (
            {"DATABASE_URL": "postgresql://localhost"},
            "DATABASE_URL names no database: use postgresql://user:password@host:port/name.",
        ),
        (
            {"EMAIL_URL": "mail.example.org"},
            "EMAIL_URL starts with '': use console:, file:///folder, smtp://user:password@host:587 or smtps://….",
        ),
        (
            {"OIDC_ISSUER": "http://login.example.org"},
            "OIDC_ISSUER=http://login.example.org: use the https address that the provider gives as its issuer.",
        ),
        (
            {"OIDC_ISSUER": "https://login.example.org", "OIDC_CLIENT_ID": "annotator"},
            "OIDC_ISSUER is set: OIDC_CLIENT_ID and OIDC_CLIENT_SECRET are needed with it.",
        ),
        (
            {"SECRET_KEY": ""},
            "SECRET_KEY is missing: set it to 50 or more random characters, "
            "or start with `make run`, which makes and keeps one.",
        ),
        (
            {"SECRET_KEY": "a" * 60},
            "SECRET_KEY is weak (60 characters, 1 different): use 50 or more random characters.",
        ),
        (
            {"SECRET_KEY": "django-insecure-" + KEY},
            "SECRET_KEY starts with 'django-insecure-', which marks a key that was published: use one of your own.",
        ),
    ],
)
def test_refuses_by_name_value_and_bound(environment, words):
    assert load(**environment) == words


def test_a_database_address_is_read_whole():
    address = "postgresql://rita:s%40fe@db.example.org:5433/news?sslmode=require"
    fields = "[settings.DATABASES['default'][key] for key in ('USER', 'PASSWORD', 'HOST', 'PORT', 'NAME')]"

    assert load(fields, DATABASE_URL=address) == "['rita', 's@fe', 'db.example.org', 5433, 'news']"
    assert load("settings.DATABASES['default']['OPTIONS']['sslmode']", DATABASE_URL=address) == "require"


def test_production_is_what_is_meant_unless_told_otherwise():
    cookies = (
        "(settings.DEBUG, settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SECURE_SSL_REDIRECT)"
    )

    assert load(cookies) == "(False, True, True, True)"
    assert load("settings.SECURE_HSTS_SECONDS") == "31536000"
    assert load(cookies, HTTPS="False") == "(False, False, False, False)"
    assert load("settings.SECURE_HSTS_SECONDS", HTTPS="False") == "0"


def test_mail_goes_where_the_address_says():
    fields = "settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL"

    assert load(fields, EMAIL_URL="smtp://mail.example.org") == "('mail.example.org', 587, True, False)"
    assert load(fields, EMAIL_URL="smtps://mail.example.org") == "('mail.example.org', 465, False, True)"
    assert load("settings.EMAIL_FILE_PATH", EMAIL_URL="file:///var/mail/out") == "/var/mail/out"


def test_only_a_site_behind_a_proxy_believes_the_proxys_header():
    asked = "hasattr(settings, 'SECURE_PROXY_SSL_HEADER')"

    assert load(asked) == "False"
    assert load(asked, BEHIND_PROXY="True") == "True"


def test_every_variable_is_in_the_manual_and_no_other():
    sources = [*(ROOT / "annotator").glob("*.py"), *(ROOT / "annotator" / "embedded").glob("*.py")]
    sources += [ROOT / "tests" / "chromium.py"]
    asked = re.compile(r"""(?:env_\w+|environ\.get)\(\s*"([A-Z_]+)""")
    read = {name for source in sources for name in asked.findall(source.read_text())}
    # Playwright's own.
    read.remove("PLAYWRIGHT_BROWSERS_PATH")

    manual = (ROOT / "docs" / "operating.md").read_text()
    table = set(re.findall(r"^\| `([A-Z_]+)` \|", manual, re.MULTILINE))

    assert table == read


def test_a_form_may_lead_on_to_the_provider_that_is_set_up():
    directive = "settings.CONTENT_SECURITY_POLICY['DIRECTIVES']['form-action']"
    given = {"OIDC_ISSUER": "https://login.example.org/realm", "OIDC_CLIENT_ID": "a", "OIDC_CLIENT_SECRET": "s"}

    assert load(directive, **given) == "[\"'self'\", 'https://login.example.org']"
    assert load(directive) == "[\"'self'\"]"


@pytest.mark.parametrize("loaded", ["annotator.asgi, annotator.urls", "annotator.jobs.worker, annotator.jobs.tasks"])
def test_what_serves_loads_no_http_client_and_no_reader_of_files_before_one_is_needed(loaded):
    heavy = {"requests", "pygments", "lxml", "trafilatura", "docx", "feedparser"}
    said = f"import django; django.setup(); import sys, {loaded}; print(*sys.modules)"
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "annotator.settings", "SECRET_KEY": KEY}

    modules = subprocess.check_output([sys.executable, "-c", said], cwd=ROOT, env=environment, text=True).split()

    assert "annotator.queries.annotations" in modules and heavy & {*modules} == set()

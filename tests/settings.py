"""The settings that the tests run under: production's, but for what a test needs otherwise.

TEST_DATABASE_NAME and DATABASE_URL are the developer's to give; every other variable is set here, so that the
suite means the same on every machine.
"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

os.environ.update(
    {
        "DATA_DIR": str(ROOT / ".data-test"),
        # Playwright's synchronous interface runs an event loop in the tests' own thread, where the ORM is used too.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
        "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
        "ALLOW_UNSAFE_DATABASE": "False",
        # One connection for the test, and one for every request that a browser sends at once.
        "DATABASE_POOL_SIZE": "12",
        "DEBUG": "False",
        "EMAIL_URL": "console:",
        "HTTPS": "False",
        "LOG_LEVEL": "ERROR",
        "SECRET_KEY": "for the tests alone, and as long as one has to be: 0123456789",
    }
)
for name in (
    *("BEHIND_PROXY", "CSRF_TRUSTED_ORIGINS", "EMAIL_FROM", "HSTS_SECONDS", "SECRET_KEY_FALLBACKS"),
    "TOKEN_REQUESTS_PER_MINUTE",
):
    os.environ.pop(name, None)

from annotator.settings import *  # noqa: E402, F403
from annotator.settings import INSTALLED_APPS, STATIC_ROOT, STORAGES  # noqa: E402

# As where single sign-on is set up.
INSTALLED_APPS.append("allauth.socialaccount.providers.openid_connect")

# The application may be imported before the first test collects the files.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)

# A password is hashed for every user of every test.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Names carry their digest as in production, so that a file that is referred to and missing fails; only the
# compressed copies are left out.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}}

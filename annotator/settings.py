"""Settings: one file, from the environment, failing loudly.

docs/operating.md lists every variable that is read here; a test compares the two.
"""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from annotator import embedded

BASE_DIR = Path(__file__).resolve().parent.parent


def env_str(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def env_bool(name: str, default: bool) -> bool:
    text = env_str(name, str(default))
    if text not in ("True", "False"):
        raise ImproperlyConfigured(f"{name}={text}: use True or False.")
    return text == "True"


def env_int(name: str, default: int, low: int, high: int) -> int:
    text = env_str(name, str(default))
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise ImproperlyConfigured(f"{name}={text}: use a whole number from {low} to {high}.")
    return int(text)


def origin(url: str) -> str:
    """``https://host:port`` of an address."""
    return "{0.scheme}://{0.netloc}".format(urlsplit(url))


def env_list(name: str, default: str = "") -> list[str]:
    """The comma-separated values of a variable, without blanks."""
    return [value.strip() for value in env_str(name, default).split(",") if value.strip()]


# Where the application keeps what it makes: the embedded server's files, the secret key, collected static files.
DATA_DIR = Path(env_str("DATA_DIR", str(BASE_DIR / ".data"))).resolve()

DEBUG = env_bool("DEBUG", default=False)


# --- Secrets and hosts ---

SECRET_KEY_LENGTH = 50


def secret_key() -> str:
    """The key from SECRET_KEY, else the one that `make run` keeps in DATA_DIR; a weak one is refused unless DEBUG."""
    kept = DATA_DIR / "secret_key"
    key = env_str("SECRET_KEY") or (kept.read_text().strip() if kept.is_file() else "")
    if DEBUG:
        return key or "for-development-only"
    if not key:
        raise ImproperlyConfigured(
            f"SECRET_KEY is missing: set it to {SECRET_KEY_LENGTH} or more random characters, "
            "or start with `make run`, which makes and keeps one."
        )
    if key.startswith("django-insecure-"):
        raise ImproperlyConfigured(
            "SECRET_KEY starts with 'django-insecure-', which marks a key that was published: use one of your own."
        )
    if len(key) < SECRET_KEY_LENGTH or len(set(key)) < 10:
        raise ImproperlyConfigured(
            f"SECRET_KEY is weak ({len(key)} characters, {len(set(key))} different): "
            f"use {SECRET_KEY_LENGTH} or more random characters."
        )
    return key


SECRET_KEY = secret_key()
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS")

ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")


# --- Applications ---

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "procrastinate.contrib.django",
    "articles",
    "annotator",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # A long article shrinks to a fraction. Padded at random, so that a length tells nothing of secrets.
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "annotator.pages.offline.say_whose",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "annotator.urls"
WSGI_APPLICATION = "annotator.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
        },
    },
]
# Widgets from templates/ as well, where one of ours stands for one of Django's.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"


# --- Database ---

DATABASE_POOL_SIZE = env_int("DATABASE_POOL_SIZE", 4, low=1, high=100)
# Beside them one for each long upload or download that is going on: so many at a time, the others wait.
STREAMS = 4
DATABASE_IDLE = 10
# False behind a pooler that gives each transaction another connection and knows nothing of prepared statements
# (PgBouncer before 1.21, or with max_prepared_statements = 0): the hot paths are then planned anew each time.
DATABASE_PREPARES = env_bool("DATABASE_PREPARES", default=True)


def database(url: str) -> dict[str, object]:
    """Django's settings for `postgresql://user:password@host:port/name?host=/socket/folder&option=value`."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise ImproperlyConfigured(
            f"DATABASE_URL starts with '{parts.scheme}': use postgresql://user:password@host:port/name."
        )
    options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    name = unquote(parts.path.removeprefix("/"))
    if not name:
        raise ImproperlyConfigured("DATABASE_URL names no database: use postgresql://user:password@host:port/name.")
    return {
        "ENGINE": "annotator.postgresql",
        "NAME": name,
        "USER": options.pop("user", "") or unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": options.pop("port", "") or parts.port or "",
        # A transaction is as long as an action, never as long as a request.
        "ATOMIC_REQUESTS": False,
        # The pool keeps connections; Django must not keep them a second time.
        "CONN_MAX_AGE": 0,
        # A connection is asked whether it lives before it is lent: a restarted server costs nobody a failed request.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **options,
            # For the statements of models/prepared.py alone: Django's own cursors prepare nothing.
            "prepare_threshold": 0 if DATABASE_PREPARES else None,
            "pool": {
                # One pool per process, opened by the first query, so that worker processes share no socket.
                "min_size": 1,
                "max_size": DATABASE_POOL_SIZE + STREAMS,
                "timeout": 10,
                # Seconds after which one that was not needed is closed, and then the next.
                "max_idle": DATABASE_IDLE,
            },
        },
        "TEST": {"NAME": env_str("TEST_DATABASE_NAME") or f"test_{name}"},
    }


# What bounds guesses counts in it (allauth's too), so it is one for all processes.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "annotator_cache"}}

# Without an address of yours: the server that `make run` starts, and `python -m annotator.embedded start` by hand.
DATABASE_URL_GIVEN = bool(env_str("DATABASE_URL"))
DATABASES = {"default": database(env_str("DATABASE_URL") or embedded.url(DATA_DIR))}
# Who serves, where that is not who owns the tables: `manage.py prepare`, run by the owner, lets it work on them.
SERVING_ROLE = env_str("SERVING_ROLE")
ALLOW_UNSAFE_DATABASE = env_bool("ALLOW_UNSAFE_DATABASE", default=False)


# --- Background work ---

# Workers import it; processes that only ask for work name a task and do not load it.
PROCRASTINATE_IMPORT_PATHS = ["annotator.jobs.tasks"]


# --- Who signs in ---

AUTH_USER_MODEL = "annotator.User"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# allauth asks for the second factor and speaks OpenID Connect; passwords and the page of signing in are our own.
ACCOUNT_ADAPTER = "annotator.pages.adapters.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
# An address says where mail goes, and not who somebody is.
ACCOUNT_UNIQUE_EMAIL = False
MFA_ADAPTER = "annotator.pages.adapters.SecondFactorAdapter"
MFA_TOTP_ISSUER = "Annotator"
SOCIALACCOUNT_ADAPTER = "annotator.pages.adapters.SingleSignOnAdapter"
OIDC_SIGN_UP = env_bool("OIDC_SIGN_UP", default=False)


def single_sign_on() -> dict[str, object]:
    """The one provider of OpenID Connect that is set up, as allauth wants to be told; empty without OIDC_ISSUER."""
    issuer, client, secret = (env_str(f"OIDC_{name}") for name in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET"))
    if not issuer:
        return {}
    parts = urlsplit(issuer)
    # What the provider says of a user is believed because it comes over TLS from the address that was set.
    if not parts.hostname or f"{parts.scheme}://{parts.hostname}" not in (
        f"https://{parts.hostname}",
        "http://localhost",
    ):
        raise ImproperlyConfigured(
            f"OIDC_ISSUER={issuer}: use the https address that the provider gives as its issuer."
        )
    if not client or not secret:
        raise ImproperlyConfigured("OIDC_ISSUER is set: OIDC_CLIENT_ID and OIDC_CLIENT_SECRET are needed with it.")
    return {
        "provider_id": "oidc",
        "name": env_str("OIDC_NAME", "Single sign-on"),
        "client_id": client,
        "secret": secret,
        "settings": {"server_url": issuer.rstrip("/")},
    }


SINGLE_SIGN_ON = single_sign_on()
if SINGLE_SIGN_ON:
    # Not otherwise: the client that it asks the provider with is as much to load as Django's forms and views.
    INSTALLED_APPS.append("allauth.socialaccount.providers.openid_connect")
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"APPS": [SINGLE_SIGN_ON] if SINGLE_SIGN_ON else [], "OAUTH_PKCE_ENABLED": True}
}


# --- Transport ---

# True where browsers reach the site by https. `make run` serves plain http on this machine and says so here.
HTTPS = env_bool("HTTPS", default=not DEBUG)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = env_int("HSTS_SECONDS", 31_536_000, low=0, high=63_072_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Only where a proxy sets these headers itself: otherwise any client could claim https, and to be anybody.
BEHIND_PROXY = env_bool("BEHIND_PROXY", default=False)
ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_PROXY)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "worker-src": [SELF],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        # A browser holds the redirect that answers a form to this too: signing in goes on to the provider.
        "form-action": [SELF, *([origin(env_str("OIDC_ISSUER"))] if SINGLE_SIGN_ON else [])],
    }
}

# An article of 60,000 words with its annotations fits; what is larger is answered 413 before it is read.
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024
# More than the page for files takes at once, so that the page itself can say how many are too many.
DATA_UPLOAD_MAX_NUMBER_FILES = 2_000


# --- Languages and time ---

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "annotator" / "locale"]
USE_I18N = True
# What a program reads is written by `stringformat`: attributes, ids, addresses.
USE_THOUSAND_SEPARATOR = True
USE_TZ = True
TIME_ZONE = "UTC"


# --- Static files ---

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}


# --- E-mail ---


def email(url: str) -> dict[str, object]:
    """Django's e-mail settings for `console:`, `file:///folder`, `smtp://…:587` (STARTTLS) or `smtps://…:465`."""
    parts = urlsplit(url)
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if parts.scheme == "file" and parts.path:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": unquote(parts.path),
        }
    if parts.scheme in ("smtp", "smtps") and parts.hostname:
        implicit = parts.scheme == "smtps"
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": parts.hostname,
            "EMAIL_PORT": parts.port or (465 if implicit else 587),
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_SSL": implicit,
            "EMAIL_USE_TLS": not implicit,
            "EMAIL_TIMEOUT": 20,
        }
    raise ImproperlyConfigured(
        f"EMAIL_URL starts with '{parts.scheme}': use console:, file:///folder, smtp://user:password@host:587 or smtps://…."
    )


globals().update(email(env_str("EMAIL_URL", "console:")))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env_str("EMAIL_FROM", "annotator@localhost")


# --- REST ---

TOKEN_REQUESTS_PER_MINUTE = env_int("TOKEN_REQUESTS_PER_MINUTE", 60_000, low=1, high=10_000_000)

REST_FRAMEWORK = {
    # The token first: its challenge makes the answer to strangers 401.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "annotator.api.authentication.TokenAuthentication",
        "annotator.api.authentication.BrowserAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["annotator.api.strict_json.JSONRenderer"],
    "DEFAULT_THROTTLE_CLASSES": ["annotator.api.throttling.TokenThrottle"],
    "DEFAULT_PARSER_CLASSES": ["annotator.api.strict_json.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "annotator.api.schema.Schema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "annotator.api.errors.handler",
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Annotator",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "DESCRIPTION": "Political news articles and what editors mark in them. Offsets count code points, [start, end).",
    # What is read and what is written differ: the one has what the server gives, the other what may be left out.
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": [],
    "GET_LIB_DOC_EXCLUDES": "annotator.api.schema.told_to_programmers",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SERVE_INCLUDE_SCHEMA": False,
    # The page to try the API is served from here: no other host is asked.
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}


# --- Logging ---

LOG_LEVEL = env_str("LOG_LEVEL", "INFO")
if LOG_LEVEL not in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"):
    raise ImproperlyConfigured(f"LOG_LEVEL={LOG_LEVEL}: use DEBUG, INFO, WARNING, ERROR or CRITICAL.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    # Django would write to the console on its own terms, and mail the administrators that nobody has named.
    "loggers": {
        "django": {"handlers": ["stderr"], "level": LOG_LEVEL, "propagate": False},
        # It would tell of each job that it begins and that it ends.
        "procrastinate": {"level": "WARNING" if LOG_LEVEL == "INFO" else LOG_LEVEL},
    },
}

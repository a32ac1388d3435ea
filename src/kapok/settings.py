"""The settings. What differs between machines comes from the environment (see dotenv-sample)."""

import os
from pathlib import Path

from kapok.box import database, oidc, texting
from kapok.box.folder import data_folder
from kapok.box.tls import reach

HERE = Path(__file__).parent


def env(name: str, default: str | None = None) -> str:
    """Read a variable, or stop at start-up saying which one is missing."""
    value = os.environ.get(name, default)
    if value is None:
        raise RuntimeError(f"{name} is not set. See dotenv-sample for what it means.")
    return value


SECRET_KEY = env("KAPOK_SECRET_KEY")
DEBUG = False
REACH = reach.of(os.environ)
ALLOWED_HOSTS = list(REACH.hosts)
BEHIND_TLS = REACH.is_behind_tls  # a server in front speaks HTTPS
IS_ENCRYPTED = REACH.is_encrypted  # it does, or Kapok itself
IS_BEYOND = REACH.is_beyond  # other machines come in, where demo accounts open nothing
DEMO = env("KAPOK_DEMO", "no") == "yes"  # data and accounts are made up, see dotenv-sample

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_cotton",
    "django.contrib.postgres",
    "django_htmx",
    "csp",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "ninja",
    "kapok.access",  # before allauth, whose templates it overrides
    "kapok.packs",
    "kapok.places",
    "kapok.people",
    "kapok.workforce",
    "kapok.planning",
    "kapok.matters",
    "kapok.zones",
    "kapok.outreach",
    "kapok.phone",
    "kapok.doors",
    "kapok.hotline",
    "kapok.portal",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
MIDDLEWARE = [
    "kapok.hotline.pulse.Pulse",  # before all else: it is asked four times a second
    "kapok.access.middleware.Security",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "kapok.portal.rush.Rush",  # before anything asks the database
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "kapok.access.middleware.NotTooLarge",  # before anything reads the form
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kapok.access.middleware.Residents",
    "kapok.hotline.typed.KeepsTyped",  # before whoever is signed out is led away
    "kapok.access.middleware.SignInFirst",
    "kapok.access.middleware.SecondFactorFirst",
    "kapok.access.rates.RateLimits",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "kapok.access.middleware.ActAs",
    "kapok.access.middleware.RefusalPages",
]
ROOT_URLCONF = "kapok.urls"
WSGI_APPLICATION = "kapok.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,  # django-cotton puts its own loader before these when it starts
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kapok.access.preferences.theme",
                "kapok.access.preferences.posts",
                "kapok.access.preferences.demo",
                "kapok.access.oversight.navigation.watching",
                "kapok.packs.preferences.packs",
                "kapok.workforce.preferences.staff",
                "kapok.planning.preferences.plans",
                "kapok.zones.preferences.zones",
                "kapok.portal.preferences.homes",
                "kapok.outreach.preferences.notices",
                "kapok.hotline.preferences.calls",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

DATABASES = {"default": database.django_settings(env("DATABASE_URL"))}
# Owns the tables and brings them up to date; the application's own role is held to their policies.
DATABASE_OWNER = database.django_settings(
    os.environ.get("DATABASE_OWNER_URL") or env("DATABASE_URL")
)
# Counters of failed sign-ins, shared by all processes. When there are more entries than this, some
# are thrown away; it is a high number, lest somebody fills the table to be rid of their counter.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "access_cacheentry",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.User"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "start"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["kapok.access.backends.Accounts"]
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600  # how long a link that sets an account up is good
SESSION_ENGINE = "kapok.access.sessions"
SESSION_COOKIE_AGE = 12 * 3600  # a shift

# Sign-in is django-allauth's. Accounts are made by administrators, so that nobody signs up and no
# address of e-mail is asked for.
ACCOUNT_ADAPTER = "kapok.access.adapters.Accounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_SESSION_REMEMBER = True  # until the cookie's age, not until the browser closes
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_LOGOUT_REDIRECT_URL = "start"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_ENCRYPTED else "http"
ACCOUNT_FORMS = {"login": "kapok.access.forms.SignIn"}
# Within 15 minutes: after 5 failures an account waits, after 30 an address (an office has one).
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "30/15m/ip,5/15m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_TLS else 0  # the server that speaks HTTPS

MFA_ADAPTER = "kapok.access.adapters.SecondFactors"
MFA_FORMS = {
    "add_webauthn": "kapok.access.forms.AddPasskey",
    "authenticate_webauthn": "kapok.access.forms.UsePasskey",
    "reauthenticate_webauthn": "kapok.access.forms.ConfirmByPasskey",
    "login_webauthn": "kapok.access.forms.SignInByPasskey",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Kapok"
MFA_TOTP_TOLERANCE = 1  # codes of half a minute ago and in half a minute: clocks differ
MFA_RECOVERY_CODE_COUNT = 10

SOCIALACCOUNT_ADAPTER = "kapok.access.adapters.OtherServices"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_PROVIDERS = oidc.providers(os.environ)

PHONE_REGION = env("KAPOK_PHONE_REGION", "CN")  # of telephone numbers without a country code
TEXTING = texting.of(os.environ, PHONE_REGION)  # text messages: to which numbers, and how many

USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [HERE / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = data_folder() / "static"
STATICFILES_DIRS = [HERE / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # No hashes in file names: the browser's modules import one another by name.
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}

WHITENOISE_ALLOW_ALL_ORIGINS = False

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_ENCRYPTED
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = REACH.origins
CSRF_FAILURE_VIEW = "kapok.portal.expired.csrf_failure"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_HSTS_SECONDS = 31_536_000 if IS_ENCRYPTED else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "media-src": ["'self'", "blob:"],  # voice notes on the phone, before they are sent
        "worker-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'", *oidc.origins(os.environ)],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "kapok.access.logs.WithoutValues",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # An address that leads nowhere, or a visitor who is not signed in, is nothing to write down.
    "loggers": {"django.request": {"level": "ERROR"}},
}

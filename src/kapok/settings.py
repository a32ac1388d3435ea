"""One file of settings. What differs between machines comes from the environment (dotenv-sample)."""

import os
from pathlib import Path

from kapok.box import database

HERE = Path(__file__).parent


def env(name: str, default: str | None = None) -> str:
    """Read a variable, or stop at start-up saying which one is missing."""
    value = os.environ.get(name, default)
    if value is None:
        raise RuntimeError(f"{name} is not set. See dotenv-sample for what it means.")
    return value


SECRET_KEY = env("KAPOK_SECRET_KEY")
DEBUG = False
ALLOWED_HOSTS = env("KAPOK_HOSTS", "127.0.0.1,localhost").split(",")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_cotton",
    "django_htmx",
    "ninja",
    "kapok.access",
    "kapok.places",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "kapok.urls"
AUTH_USER_MODEL = "access.User"
DATABASES = {"default": database.django_settings(env("DATABASE_URL"))}
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

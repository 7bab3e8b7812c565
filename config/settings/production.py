"""Production: everything secret or local comes from the environment. docs/running.md explains each variable."""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

from config.settings.base import *

env = environ.Env()

REQUIRED = {
    "SECRET_KEY": "50 or more random characters",
    "DATABASE_URL": "postgresql://user:password@host:5432/name",
    "REDIS_URL": "redis://host:6379/0",
    "ALLOWED_HOSTS": "the site's host names, separated by commas",
    "BASE_URL": "the site's address, such as https://skisse.example.org",
    "EMAIL_URL": "smtp+tls://user:password@host:587",
}
if missing := [name for name in REQUIRED if not env.str(name, "")]:
    _lines = "\n".join(f"  {name}: {REQUIRED[name]}" for name in missing)
    raise ImproperlyConfigured(f"These environment variables must be set:\n{_lines}")

SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])  # earlier ones, while a new key is rolled out
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
WAGTAILADMIN_BASE_URL = env.str("BASE_URL")
CSRF_TRUSTED_ORIGINS = [WAGTAILADMIN_BASE_URL]

REDIS_URL = env.str("REDIS_URL")
DATABASES = databases(
    env.str("DATABASE_URL"),
    conn_max_age=env.int("DATABASE_CONN_MAX_AGE", 60),
    prepare_after=env.int("DATABASE_PREPARE_AFTER", PREPARE_AFTER),
)
CACHES = caches(REDIS_URL)
globals().update(broker(REDIS_URL))

globals().update(env.email_url("EMAIL_URL"))
POST_OFFICE = post_office(EMAIL_BACKEND)
EMAIL_BACKEND = "post_office.EmailBackend"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", DEFAULT_FROM_EMAIL)

MEDIA_ROOT = Path(env.str("MEDIA_ROOT", str(MEDIA_ROOT)))
PRIVATE_MEDIA_ROOT = Path(env.str("PRIVATE_MEDIA_ROOT", str(PRIVATE_MEDIA_ROOT)))
STORAGES["private"]["OPTIONS"]["location"] = PRIVATE_MEDIA_ROOT
if env.str("PRIVATE_STORAGE_URL", ""):
    STORAGES["private"] = private_storage(env.str("PRIVATE_STORAGE_URL"))
MAIL_KEPT_DAYS = env.int("MAIL_KEPT_DAYS", MAIL_KEPT_DAYS)
SCANNER_URL = env.str("SCANNER_URL", "")
STORAGES["staticfiles"] = HASHED_STATICFILES
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(STATIC_ROOT)))
CELERY_BEAT_SCHEDULE_FILENAME = env.str("CELERY_BEAT_SCHEDULE_FILENAME", CELERY_BEAT_SCHEDULE_FILENAME)

SOCIALACCOUNT_PROVIDERS = openid_connect(env.json("OPENID_CONNECT_PROVIDERS", []))
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"

# The reverse proxy ends TLS and always sets this header (config/deploy/Caddyfile).
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 365 * 24 * 3600)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
LANGUAGE_COOKIE_HTTPONLY = True
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 1)  # rate limits count the visitor, not the proxy

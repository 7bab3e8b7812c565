"""Tests: as production as can be, on embedded servers with fsync off, or on those of DATABASE_URL / REDIS_URL."""

import os
import tempfile
from pathlib import Path

import environ

from config import embedded
from config.settings.base import *

env = environ.Env()

SECRET_KEY = "django-insecure-for-tests-only"
DEMO_ALLOWED = True
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]

_needs_servers = not (env.str("DATABASE_URL", "") and env.str("REDIS_URL", ""))
_urls = embedded.ensure("test") if _needs_servers else embedded.urls("test")
REDIS_URL = env.str("REDIS_URL", "") or _urls.redis
DATABASES = databases(env.str("DATABASE_URL", "") or _urls.database)

# Test runs may overlap, and a worker process started by a test shares its run's database, keys and files: whoever is
# first in a run names it.
TEST_RUN = os.environ.setdefault("SKISSE_TEST_RUN", f"{os.getpid()}")
if env.str("PYTEST_XDIST_WORKER", ""):  # each half of a run has everything of its own
    TEST_RUN = f"{TEST_RUN}-{env.str('PYTEST_XDIST_WORKER')}"
if env.str("SKISSE_TEST_DATABASE", ""):  # we are such a process
    DATABASES["default"]["NAME"] = env.str("SKISSE_TEST_DATABASE")
REDIS_KEY_PREFIX = f"skisse-test-{TEST_RUN}"
CACHES = caches(REDIS_URL, REDIS_KEY_PREFIX)
globals().update(broker(REDIS_URL, REDIS_KEY_PREFIX, visibility_timeout=env.int("SKISSE_TEST_VISIBILITY", 300)))

FILES = Path(tempfile.gettempdir()) / f"skisse-test-{os.getuid()}-{TEST_RUN}"
MEDIA_ROOT = FILES / "media"
PRIVATE_MEDIA_ROOT = FILES / "private"
STORAGES["private"]["OPTIONS"]["location"] = PRIVATE_MEDIA_ROOT
CELERY_BEAT_SCHEDULE_FILENAME = str(FILES / "celerybeat-schedule")

POST_OFFICE = post_office("django.core.mail.backends.locmem.EmailBackend")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # speed; no password here is a secret
SOCIALACCOUNT_PROVIDERS = openid_connect([])
ACCOUNT_RATE_LIMITS = False  # a test that is about them turns them on
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True  # serve static files from where they lie, collect nothing

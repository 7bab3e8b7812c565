"""Development: embedded servers unless DATABASE_URL / REDIS_URL are set, mail written to var/mail."""

import environ

from config import embedded
from config.settings.base import *

env = environ.Env()

DEBUG = True
DEMO_ALLOWED = True
SECRET_KEY = "django-insecure-for-development-only"
ALLOWED_HOSTS = ["*"]
INTERNAL_IPS = ["127.0.0.1"]

_needs_servers = not (env.str("DATABASE_URL", "") and env.str("REDIS_URL", ""))
_urls = embedded.ensure("dev") if _needs_servers else embedded.urls("dev")
REDIS_URL = env.str("REDIS_URL", "") or _urls.redis
DATABASES = databases(env.str("DATABASE_URL", "") or _urls.database)
CACHES = caches(REDIS_URL)
globals().update(broker(REDIS_URL))

EMAIL_FILE_PATH = VAR / "mail"
POST_OFFICE = post_office("django.core.mail.backends.filebased.EmailBackend")
if env.str("EMAIL_URL", ""):
    globals().update(env.email_url("EMAIL_URL"))
    POST_OFFICE = post_office(EMAIL_BACKEND)
    EMAIL_BACKEND = "post_office.EmailBackend"

SOCIALACCOUNT_PROVIDERS = openid_connect(env.json("OPENID_CONNECT_PROVIDERS", []))
WAGTAILADMIN_BASE_URL = env.str("BASE_URL", "http://localhost:8000")
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # passkeys on http://localhost
ACCOUNT_RATE_LIMITS = False  # the same few logins from one address, all day
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True  # serve static files from where they lie, collect nothing

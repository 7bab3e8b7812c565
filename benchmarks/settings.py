"""Production's settings, on the embedded servers (the durable ones) or on those of DATABASE_URL and REDIS_URL.

What is written goes to a database, to keys and to folders that are the measuring process's own.
"""

import os
import tempfile

from config import embedded

EMBEDDED = not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))
if EMBEDDED:
    _urls = embedded.ensure("dev")
    os.environ["DATABASE_URL"] = os.environ.get("DATABASE_URL") or _urls.database
    os.environ["REDIS_URL"] = os.environ.get("REDIS_URL") or _urls.redis

# What production insists on, where it makes no difference to a timing.
for _name, _value in {
    "SECRET_KEY": "for-measuring-only-" * 4,
    "ALLOWED_HOSTS": "testserver",
    "BASE_URL": "https://testserver",
    "EMAIL_URL": "dummymail://",
}.items():
    os.environ[_name] = _value

from config.settings.production import *

# The rush starts servers of its own on the database of the process that measures.
RUN = os.environ.get("SKISSE_BENCH_RUN") or f"{os.getpid()}"
REDIS_KEY_PREFIX = f"skisse-bench-{RUN}"
CACHES = caches(REDIS_URL, REDIS_KEY_PREFIX)
globals().update(broker(REDIS_URL, REDIS_KEY_PREFIX))

if "SKISSE_BENCH_DATABASE" in os.environ:
    DATABASES["default"]["NAME"] = os.environ["SKISSE_BENCH_DATABASE"]

ROOT_URLCONF = "benchmarks.urls"  # the site's own and the yardsticks
TEMPLATES[0]["DIRS"] = [*TEMPLATES[0]["DIRS"], ROOT / "benchmarks" / "templates"]
STATIC_ROOT = VAR / "bench" / "static"
FILES = Path(tempfile.gettempdir()) / f"skisse-bench-{RUN}"
MEDIA_ROOT = FILES / "media"
PRIVATE_MEDIA_ROOT = FILES / "private"
STORAGES["private"]["OPTIONS"]["location"] = PRIVATE_MEDIA_ROOT
LOGGING["root"]["level"] = "WARNING"
LOGGING["loggers"]["django"]["level"] = "ERROR"

"""Where things are kept: PostgreSQL, Redis (cache and sessions) and files."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import environ

from config.settings.parts.core import ROOT, VAR

# A statement that a connection has seen this often is planned once and kept: half of what PostgreSQL does for a small
# request is planning. A pooler between (PgBouncer in transaction mode before 1.21) wants 0.
PREPARE_AFTER = 3

# Every key of ours begins with this, so that a Redis may be shared; the tests have one of their own.
REDIS_KEY_PREFIX = "skisse"


def databases(
    url: str, *, conn_max_age: int = 0, prepare_after: int | None = PREPARE_AFTER
) -> dict[str, dict[str, Any]]:
    """DATABASES for one PostgreSQL address. A TransactionTestCase-like autocommit is Django's own default."""
    database = environ.Env.db_url_config(url)
    if database["ENGINE"] != "django.db.backends.postgresql":
        raise ValueError("DATABASE_URL must name a PostgreSQL database: postgresql://user:password@host:5432/name")
    database |= {"CONN_MAX_AGE": conn_max_age, "CONN_HEALTH_CHECKS": bool(conn_max_age)}
    if prepare_after:
        database.setdefault("OPTIONS", {}).update(server_side_binding=True, prepare_threshold=prepare_after)
    return {"default": database}


def caches(url: str, prefix: str = REDIS_KEY_PREFIX) -> dict[str, dict[str, Any]]:
    return {
        "default": {
            "BACKEND": "config.cache.RedisCache",
            "LOCATION": url,
            "KEY_PREFIX": f"{prefix}:cache",
        }
    }


# cached_db: fast from Redis, and an emptied Redis signs nobody out.
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

MEDIA_ROOT = VAR / "media"
MEDIA_URL = "/media/"
PRIVATE_MEDIA_ROOT = VAR / "private"  # attachments: never below MEDIA_ROOT, never served by a web server

STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_MEDIA_ROOT, "base_url": None, "file_permissions_mode": 0o600},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


def private_storage(url: str) -> dict[str, Any]:
    """The private storage for "s3://bucket", with ?endpoint= and ?region= where the service is not Amazon's.

    The keys come from the environment, as boto3 reads them (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY).
    """
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.hostname:
        raise ValueError("PRIVATE_STORAGE_URL must name a bucket: s3://bucket?endpoint=https://host&region=name")
    given = dict(parse_qsl(parts.query))
    options = {
        "bucket_name": parts.hostname,
        "location": parts.path.strip("/"),
        "endpoint_url": given.get("endpoint"),
        "region_name": given.get("region"),
        "default_acl": None,  # the bucket is private; no object says otherwise
        "file_overwrite": False,
        "querystring_auth": False,  # this site asks who wants a file; no address opens one by itself
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


# Production's: file names carry a hash of their contents, so that browsers may keep them for ever.
HASHED_STATICFILES = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}

STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "staticfiles"
# Frontend packages are served as they are from node_modules; only these folders of them, each under its own prefix.
STATICFILES_DIRS = [
    ROOT / "static",
    ("npm/designsystemet-css", ROOT / "node_modules/@digdir/designsystemet-css/dist/src"),
    ("npm/designsystemet-web", ROOT / "node_modules/@digdir/designsystemet-web/dist/umd"),
    ("npm/inter", ROOT / "node_modules/@fontsource-variable/inter"),
    ("npm/htmx", ROOT / "node_modules/htmx.org/dist"),
]
STATICFILES_FINDERS = [
    "config.staticfiles.ChosenFilesFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
# What is served of the folders above, by glob. A folder that is not named here is served whole.
STATICFILES_CHOSEN = {
    "npm/inter": ["index.css", "files/*-wght-normal.woff2"],
    "npm/htmx": ["htmx.min.js"],
    "npm/designsystemet-web": ["index.js", "index.js.map"],  # the manifest storage follows the link to the map
    "npm/designsystemet-css": ["*.css"],
}
FILE_UPLOAD_PERMISSIONS = 0o640
# A disk that fills up while a file arrives is told to the uploader and is no fault of the page.
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "config.uploads.TemporaryFileUploadHandler",
]

SCANNER_URL = ""  # of ClamAV: clamd://host:port or unix:/path; files are then quarantined until it has spoken
ATTACHMENT_MAX_BYTES = 25 * 1024 * 1024  # of one file; a question may ask for less
SKETCH_FILES_MAX_BYTES = 250 * 1024 * 1024  # of all files in one draft
REQUEST_MAX_BYTES = 60 * 1024 * 1024  # of anything else that is sent here

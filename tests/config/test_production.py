"""The production settings, in a process of their own: settings are read once."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def environment(django_db_setup) -> dict[str, str]:
    database, redis_url = settings.DATABASES["default"], settings.REDIS_URL
    host = database["HOST"] or database["OPTIONS"].get("host", "")
    port = database["PORT"] or database["OPTIONS"].get("port", "")
    account = f"{database['USER']}:{quote(database['PASSWORD'])}"
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "SECRET_KEY": "a-long-random-secret-for-this-test-only-0123456789-abcdefghij",
        "DATABASE_URL": f"postgresql://{account}@/{database['NAME']}?host={host}&port={port}",
        "REDIS_URL": redis_url,
        "ALLOWED_HOSTS": "skisse.example.org",
        "BASE_URL": "https://skisse.example.org",
        "EMAIL_URL": "smtp+tls://user:password@mail.example.org:587",
    }


def manage(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_deployment_check_is_clean(environment):
    result = manage(environment, "check", "--deploy", "--fail-level", "INFO")

    assert (result.returncode, result.stdout) == (0, "System check identified no issues (0 silenced).\n"), result.stderr


def test_missing_secrets_are_named(environment):
    del environment["SECRET_KEY"], environment["DATABASE_URL"]

    result = manage(environment, "check")

    assert result.returncode == 1
    assert "These environment variables must be set:\n  SECRET_KEY: " in result.stderr
    assert "  DATABASE_URL: postgresql://" in result.stderr

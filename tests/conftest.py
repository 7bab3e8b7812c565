"""What every test may rely on: a database of its run's own, an emptied Redis, files in a temporary folder.

`django_db(transaction=True)` tests leave the rows that migrations made (languages, root page, permissions) as they
were, so that the order of tests does not matter.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation

from competition.selectors import form_cache
from tests import database, remembered

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Instead of pytest-django's: see tests/database.py."""
    original = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = lambda self: database.restore()
    with django_db_blocker.unblock(), database.own_database():
        connection.execute_wrappers.append(remembered.watch)
        yield
    TransactionTestCase._fixture_teardown = original


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    marker = item.get_closest_marker("django_db")
    is_committing = "transactional_db" in item.fixturenames or (marker and marker.kwargs.get("transaction"))
    remembered.begin(in_a_transaction=not is_committing)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    remembered.end()


@pytest.fixture(scope="session", autouse=True)
def _files_of_this_run(django_test_environment: None) -> Iterator[None]:
    yield
    shutil.rmtree(settings.FILES, ignore_errors=True)


@pytest.fixture(scope="session")
def redis_client() -> Iterator[redis.Redis]:
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=90) as client:
        yield client


@pytest.fixture(autouse=True)
def _empty_redis(redis_client: redis.Redis) -> Iterator[None]:
    """Cache, rate limits, queue and heartbeat begin empty; only this run's keys are touched."""
    yield
    keys = list(redis_client.scan_iter(match=f"{settings.REDIS_KEY_PREFIX}:*", count=1000))
    if keys:
        redis_client.delete(*keys)


@pytest.fixture(autouse=True)
def _no_known_forms() -> None:
    """A call of one test may have the key and revision of another's."""
    form_cache.forget_forms()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a browser. Without one, browser tests are skipped, or fail where SKISSE_REQUIRE_BROWSER is set."""
    paths = map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))
    path = next(filter(None, paths), "")
    if not path:
        give_up = pytest.fail if os.environ.get("SKISSE_REQUIRE_BROWSER") else pytest.skip
        give_up("NO BROWSER: install chromium (on Debian: apt-get install chromium)")
    return path


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Messages are compared in the language of the code; a test about translations chooses its own."""
    with translation.override("en"):
        yield


@pytest.fixture
def celery_worker(transactional_db: None) -> Iterator[None]:
    """A real worker in a thread, over the real Redis, for the length of a test."""
    from celery.contrib.testing.worker import start_worker

    from config.celery import app

    with start_worker(app, pool="solo", concurrency=1, perform_ping_check=False, shutdown_timeout=30):
        yield


@pytest.fixture
def worker_process(transactional_db: None) -> Iterator[Callable[[], subprocess.Popen]]:
    """Starts worker processes that may be killed: `worker = worker_process(); worker.kill()`.

    A killed worker's task is handed out again after a second instead of the usual minutes. The process leads a group
    of its own, so that `os.killpg(worker.pid, signal.SIGKILL)` takes its children along.
    """
    started: list[subprocess.Popen] = []

    def start(*arguments: str) -> subprocess.Popen:
        command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--concurrency=1", "--loglevel=INFO"]
        process = subprocess.Popen(
            [*command, *arguments],
            cwd=ROOT,
            env=os.environ | {"SKISSE_TEST_VISIBILITY": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        output = []
        for line in process.stdout:
            output.append(line)
            if " ready." in line:
                return process
        raise AssertionError("the worker did not start:\n" + "".join(output))

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        process.stdout.read()  # until it ends: a full pipe would keep it from ending
        process.wait(timeout=30)
        process.stdout.close()

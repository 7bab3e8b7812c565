import pytest
import redis
from django.conf import settings
from django.db import connection
from django.db.utils import OperationalError

from config import health
from config.tasks import worker_heartbeat


def test_healthz_answers_without_a_database(client):
    # No django_db mark: a query would fail the test.
    response = client.get("/healthz", headers={"host": "10.0.0.7"})

    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_readyz_is_ready_when_a_worker_was_seen(client):
    health.note_worker()

    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (200, {"database": True, "redis": True, "worker": True})


@pytest.mark.django_db
def test_readyz_is_not_ready_without_a_worker(client):
    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (503, {"database": True, "redis": True, "worker": False})


@pytest.mark.django_db
def test_readyz_says_that_redis_is_gone(client, settings, tmp_path):
    settings.REDIS_URL = f"unix://{tmp_path}/nothing.sock"

    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (503, {"database": True, "redis": False, "worker": False})


@pytest.mark.django_db
def test_readyz_says_that_the_database_is_gone(client, monkeypatch):
    health.note_worker()

    def refuse(*args, **kwargs):
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "cursor", refuse)

    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (503, {"database": False, "redis": True, "worker": True})


def test_a_worker_is_seen_when_it_starts(worker_process, redis_client: redis.Redis):
    worker_process()

    assert redis_client.exists(f"{settings.REDIS_KEY_PREFIX}:worker-seen")


def test_heartbeat_runs_on_a_real_worker(celery_worker, redis_client: redis.Redis):
    worker_heartbeat.delay()

    assert _appears(redis_client, f"{settings.REDIS_KEY_PREFIX}:worker-seen")


def _appears(client: redis.Redis, key: str) -> bool:
    """Wait for a key by Redis's own blocking read of an event, at most ten seconds."""
    client.config_set("notify-keyspace-events", "K$")
    with client.pubsub() as events:
        events.subscribe(f"__keyspace@0__:{key}")
        while not client.exists(key):
            if events.get_message(timeout=10) is None:
                return False
    return True

"""A task that only the tests' worker processes load (`--include`)."""

import redis
from celery import shared_task
from django.conf import settings


@shared_task(name="tests.wait_for_word")
def wait_for_word(key: str) -> None:
    """Say that we began, wait for a word from the test, say that we finished."""
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=90) as client:
        client.rpush(f"{key}:began", "yes")
        if client.blpop([f"{key}:word"], timeout=60):
            client.rpush(f"{key}:finished", "yes")

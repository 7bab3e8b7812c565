from django.conf import settings
from django.core.cache import cache


def test_clearing_the_cache_leaves_the_queue_alone(redis_client):
    queue = f"{settings.REDIS_KEY_PREFIX}:queue:celery"
    redis_client.lpush(queue, "a task")
    cache.set("colour", "blue")

    cache.clear()

    assert cache.get("colour") is None
    assert redis_client.lrange(queue, 0, -1) == [b"a task"]

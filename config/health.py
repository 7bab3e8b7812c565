"""Is the process alive (/healthz), and can it do its work (/readyz)?

/healthz touches nothing else, so that a database that is down does not have every web process restarted. /readyz looks
at PostgreSQL, Redis and the worker: {"database": true, "redis": true, "worker": false}, 503 unless all three are true.
"""

import logging
import time
from collections.abc import Callable

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

logger = logging.getLogger(__name__)

WORKER_SEEN_WITHIN = 120  # seconds: four turns of the heartbeat


def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)


def _key() -> str:
    return f"{settings.REDIS_KEY_PREFIX}:worker-seen"


def note_worker() -> None:
    """Remember that a worker ran just now."""
    with _redis() as client:
        client.set(_key(), time.time(), ex=WORKER_SEEN_WITHIN)


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.warning("readyz: the database does not answer", exc_info=True)
        return False
    return True


def redis_and_worker() -> tuple[bool, bool]:
    """(Redis answers, a worker was seen lately)."""
    try:
        with _redis() as client:
            return True, client.get(_key()) is not None
    except redis.RedisError:
        logger.warning("readyz: Redis does not answer", exc_info=True)
        return False, False


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


def readyz(request: HttpRequest) -> JsonResponse:
    redis_answers, worker_seen = redis_and_worker()
    parts = {"database": database_answers(), "redis": redis_answers, "worker": worker_seen}
    return JsonResponse(parts, status=200 if all(parts.values()) else 503, headers={"Cache-Control": "no-store"})


class HealthMiddleware:
    """Answers the two addresses before anything else: a load balancer knows neither our host name nor TLS."""

    views = {"/healthz": healthz, "/readyz": readyz}

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        view = self.views.get(request.path_info)
        return view(request) if view else self.get_response(request)

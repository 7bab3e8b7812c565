"""A migrated database of the measuring process's own, dropped afterwards; what a killed process left is dropped too."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import redis
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from psycopg import sql

PREFIX = "skisse_bench_"


@contextmanager
def own_database() -> Iterator[None]:
    """Point Django at a new, migrated database. Needs the right to create one on the server."""
    parameters = connection.get_connection_params()
    parameters = {key: parameters[key] for key in ("host", "port", "user", "password") if parameters.get(key)}
    name = f"{PREFIX}{settings.RUN}"
    with psycopg.connect(**parameters, dbname="postgres", autocommit=True) as keeper:
        _drop_abandoned(keeper)
        keeper.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])  # held until we end: not abandoned
        _drop(keeper, name)
        keeper.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            connection.close()
            settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
            call_command("migrate", verbosity=0, interactive=False)
            cache.clear()
            ContentType.objects.clear_cache()
            yield
        finally:
            connection.close()
            _drop(keeper, name)
            _forget_keys()


def settle() -> None:
    """What autovacuum would have done by the time somebody opens a page: statistics, and a written log."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            cursor.execute("CHECKPOINT")


def _drop(keeper: psycopg.Connection, name: str) -> None:
    keeper.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _drop_abandoned(keeper: psycopg.Connection) -> None:
    rows = keeper.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
    for (name,) in rows.fetchall():
        (is_free,) = keeper.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [name]).fetchone()
        if is_free:
            _drop(keeper, name)
            keeper.execute("SELECT pg_advisory_unlock(hashtext(%s))", [name])


def _forget_keys() -> None:
    """Cache, sessions, and the tasks that no worker was there to take."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        keys = list(client.scan_iter(match=f"{settings.REDIS_KEY_PREFIX}:*", count=1000))
        if keys:
            client.delete(*keys)

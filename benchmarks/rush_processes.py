"""The servers of the rush: two web workers and one Celery worker, and what each of them takes of the processors."""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil
from django.conf import settings
from django.db import connection

START_WITHIN = 60.0
THREADS = 8  # of a web worker, as in the Dockerfile
Started = dict[str, subprocess.Popen]


@contextmanager
def servers(options: argparse.Namespace) -> Iterator[tuple[int, Started]]:
    """Two web workers and one Celery worker on this process's database and broker; yields the port, and what runs."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "SKISSE_BENCH_RUN": settings.RUN,
        "SKISSE_BENCH_DATABASE": connection.settings_dict["NAME"],
    }
    log = settings.FILES.with_suffix(".log").open("wb")
    started = {
        name: subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
        for name, command in _commands(port, options).items()
    }
    try:
        _wait_for(port)
        yield port, started
    finally:
        for process in started.values():
            process.terminate()
        for process in started.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
            if process.poll() is None:
                process.kill()
        log.close()


def _commands(port: int, options: argparse.Namespace) -> dict[str, list[str]]:
    web = ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "2"]
    worker = ["celery", "-A", "config", "worker", "--loglevel=WARNING", "--concurrency=1"]
    return {
        "web": [sys.executable, "-m", *web, "--blocking-threads", str(options.threads), "config.wsgi:application"],
        "worker": ["nice", "-n", str(options.nice), sys.executable, "-m", *worker],
    }


def processor_seconds(started: Started) -> dict[str, float]:
    """Processor time that each server, its children, the database and this process have used so far."""
    used = {name: _of(psutil.Process(process.pid)) for name, process in started.items()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = psutil.Process(cursor.fetchone()[0])
    return used | {"database": _of(backend.parent()), "clients": sum(psutil.Process().cpu_times()[:2])}


def _of(process: psutil.Process | None) -> float:
    """With its children, those that have ended included."""
    if process is None:  # the database runs on another machine
        return 0.0
    total = 0.0
    for one in [process, *process.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            total += sum(one.cpu_times()[:4])
    return total


def since(before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    return {name: round(after[name] - before[name], 1) for name in after}


def _wait_for(port: int) -> None:
    ends = time.monotonic() + START_WITHIN
    while time.monotonic() < ends:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.2)
    raise SystemExit(f"the web server did not start within {START_WITHIN:.0f} seconds")

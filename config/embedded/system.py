"""Accounts, directories and processes: what both servers need of the machine."""

import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

START_TIMEOUT = 60  # seconds
# PostgreSQL refuses to run as root, so that root's servers run as this account (the first that exists, or is made).
UNPRIVILEGED_ACCOUNTS = ("skisse", "postgres", "pgserver")


class EmbeddedError(RuntimeError):
    """The servers could not be started; the message says why and what to do."""


def account() -> pwd.struct_passwd | None:
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


def package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        hint = "Install requirements/embedded.txt, or set DATABASE_URL and REDIS_URL."
        raise EmbeddedError(f"The package {name} is not installed. {hint}")
    return Path(spec.origin).parent


def own(path: Path, mode: int = 0o700) -> None:
    """Make a directory for PostgreSQL, and let its account reach it. Refuses one that somebody else made."""
    runner = account()
    owner = runner.pw_uid if runner else os.getuid()
    path.mkdir(parents=True, exist_ok=True, mode=mode)
    if path.is_symlink() or path.stat().st_uid not in (owner, os.getuid()):
        raise EmbeddedError(f"{path} belongs to another account. Run as that account, or remove it to begin afresh.")
    path.chmod(mode)
    if runner:
        os.chown(path, runner.pw_uid, runner.pw_gid)


def open_the_way(path: Path) -> None:
    """Root only: let the unprivileged account pass through (not list) the directories above `path`."""
    for parent in path.parents:
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            sys.stderr.write(f"embedded: chmod o+x {parent} (PostgreSQL, which refuses to run as root, passes here)\n")
            parent.chmod(mode | stat.S_IXOTH)


def run(command: list[str], *, cwd: Path, as_account: bool = False) -> None:
    """Run a program of the servers to its end, as the unprivileged account if asked. Raises EmbeddedError."""
    runner = account() if as_account else None
    identity: dict[str, Any] = {"user": runner.pw_uid, "group": runner.pw_gid, "extra_groups": []} if runner else {}
    result = subprocess.run(
        command,
        check=False,
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


def answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(5)
        try:
            client.connect(str(path))
        except OSError:
            return False
    return True


def end_leftovers(program: str, directory: Path) -> None:
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

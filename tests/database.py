"""One migrated template database for many test runs, and a quick way back to its contents.

Migrating takes seconds, copying a template takes a tenth of one. The template's name carries a hash of what it was
made of. Each run has a copy of its own, so that runs may overlap; a copy whose run was killed is dropped by the next.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = "skisse_template_"
COPIES = "skisse_test_"
BASELINE = "baseline"  # a schema of the template: the rows that migrations made


@contextmanager
def own_database() -> Iterator[None]:
    """Point Django at a fresh copy of the template; drop it at the end."""
    parameters = connection.get_connection_params()
    parameters = {key: parameters[key] for key in ("host", "port", "user", "password") if parameters.get(key)}
    with psycopg.connect(**parameters, dbname="postgres", autocommit=True) as keeper:
        _drop_abandoned(keeper)
        keeper.execute("SELECT pg_advisory_lock(hashtext(%s))", [TEMPLATES])
        template = _template(keeper)
        name = f"{COPIES}{settings.TEST_RUN}"
        keeper.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])  # held until we end: not abandoned
        _drop(keeper, name)
        keeper.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        keeper.execute("SELECT pg_advisory_unlock(hashtext(%s))", [TEMPLATES])
        _use(name)
        os.environ["SKISSE_TEST_DATABASE"] = name  # for the processes that a test starts
        yield
        connection.close()
        _drop(keeper, name)


def restore() -> None:
    """Back to what the migrations left: empty tables, and the rows they made (languages, root page, permissions)."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL lock_timeout = '10s'"
        )  # somebody's open transaction fails the test, and hangs nothing
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [BASELINE])
        kept = {row[0] for row in cursor.fetchall()}
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            _restore_changed(cursor, kept)
        else:
            tables = ", ".join(f'"{table}"' for table in _tables())
            cursor.execute("SET LOCAL skisse.retention = 'on'")
            cursor.execute(f"SET CONSTRAINTS ALL DEFERRED; TRUNCATE {tables} CASCADE")
            cursor.execute(" ".join(_refill(table) for table in kept))


def _restore_changed(cursor: CursorWrapper, kept: set[str]) -> None:
    """Empty and refill just the changed tables, fifty times as quick; a superuser may switch triggers off."""
    checks = [_has_changed(table) if table in kept else f'EXISTS (SELECT 1 FROM "{table}")' for table in _tables()]
    cursor.execute("SELECT " + ", ".join(checks))
    changed = [table for table, has_changed in zip(_tables(), cursor.fetchone(), strict=True) if has_changed]
    cursor.execute("SET LOCAL session_replication_role = replica")
    for table in changed:
        cursor.execute(f'DELETE FROM "{table}"')
        if table in kept:
            cursor.execute(_refill(table))


def _has_changed(table: str) -> str:
    now, then = f'SELECT t::text FROM "{table}" t', f'SELECT t::text FROM {BASELINE}."{table}" t'
    return f"EXISTS (({now} EXCEPT {then}) UNION ALL ({then} EXCEPT {now}))"


def _template(keeper: psycopg.Connection) -> str:
    name = f"{TEMPLATES}{_fingerprint()}"
    existing = _names(keeper, TEMPLATES)
    if name in existing:
        return name
    for old in existing:
        _drop(keeper, old)
    building = f"{TEMPLATES}building"
    _drop(keeper, building)  # of a run whose migrations failed
    keeper.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(building)))
    _use(building)
    call_command("migrate", verbosity=0, interactive=False)
    _keep_baseline()
    connection.close()
    keeper.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(building), sql.Identifier(name)))
    return name


def _fingerprint() -> str:
    """Changes with every migration of ours, the locked packages (with theirs), and the languages."""
    ours = sorted(ROOT.glob("*/migrations/*.py"))
    digest = hashlib.sha256()
    for path in [*ours, Path(__file__), ROOT / "requirements/base.txt", ROOT / "config/settings/parts/languages.py"]:
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _use(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def _drop(keeper: psycopg.Connection, name: str) -> None:
    keeper.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _names(keeper: psycopg.Connection, prefix: str) -> list[str]:
    rows = keeper.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
    return [row[0] for row in rows.fetchall()]


def _drop_abandoned(keeper: psycopg.Connection) -> None:
    for name in _names(keeper, COPIES):
        (is_free,) = keeper.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [name]).fetchone()
        if is_free:
            _drop(keeper, name)
            keeper.execute("SELECT pg_advisory_unlock(hashtext(%s))", [name])


@cache
def _tables() -> list[str]:
    """Every table of the models, in one list; many-to-many tables included."""
    models = apps.get_models(include_auto_created=True)
    return sorted({model._meta.db_table for model in models if model._meta.managed and not model._meta.proxy})


def _keep_baseline() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {BASELINE}")
        for table in _tables():
            cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}")')
            if cursor.fetchone()[0]:
                cursor.execute(f'CREATE TABLE {BASELINE}."{table}" AS TABLE "{table}"')


def _refill(table: str) -> str:
    """Insert the kept rows, generated columns left out, and move the table's identity past them."""
    model = next(model for model in apps.get_models(include_auto_created=True) if model._meta.db_table == table)
    fields = [field for field in model._meta.local_concrete_fields if not getattr(field, "generated", False)]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    statement = f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM {BASELINE}."{table}";'
    key = model._meta.pk
    if key.get_internal_type().endswith("AutoField"):
        # Never back to a number that was given out before: tests/remembered.py puts rows with such numbers in place.
        sequence = f"pg_get_serial_sequence('\"{table}\"', '{key.column}')::regclass"
        greatest = f'greatest(max("{key.column}"), pg_sequence_last_value({sequence}))'
        statement += f' SELECT setval({sequence}, {greatest}) FROM "{table}";'
    return statement

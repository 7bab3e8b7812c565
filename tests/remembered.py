"""Worlds that many tests begin with, made through the services once and put back as rows ever after.

Half of the suite's time went into walking the same way through the same services: a programme, a call, its pages, a
jury. `@remembered` on such a factory keeps what its call left in the database, and the object it gave back; the next
test that begins with the very same steps gets those rows in one statement, with the same keys.

A step is only ever put back where it would have come out the same: at the beginning of a test or straight after other
remembered steps, within the test's transaction, for the same plain arguments, language and settings, at the clock's
real time, and within a minute. In all other cases, and always with SKISSE_REMEMBER=0, the factory simply runs.

Callbacks that services left for the end of the transaction are put back, too. What they left in Redis or on disk is
not, so that factories of files are no candidates.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import pickle
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, wraps
from itertools import count
from typing import Any, ParamSpec, TypeVar

from django.conf import UserSettingsHolder, settings
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone, translation

P = ParamSpec("P")
R = TypeVar("R")
PLAIN = (str, int, float, bool, type(None), Decimal, dt.date, dt.timedelta)
# How statements begin that leave alone what factories look at. A session is nobody's business but the browser's.
HARMLESS = (
    "SELECT",
    "SAVEPOINT",
    "RELEASE SAVEPOINT",
    'INSERT INTO "django_session"',
    'UPDATE "django_session"',
    'DELETE FROM "django_session"',
    'UPDATE "accounts_user" SET "last_login"',
)
LONG = 0.15  # seconds of CPU time, beside which keeping costs little
FRESH = 45  # seconds; some rules begin when a row is two minutes old
MOST_STEPS = 400  # in memory; each is some hundred kilobytes
REALLY_NOW = timezone.now
BEGINNING = 0
_numbers = count(BEGINNING + 1)


@dataclass
class Step:
    """What a factory left: statements that put its rows back, its result and arguments, callbacks for the commit."""

    statements: str
    result: bytes
    callbacks: list[tuple[Callable[[], Any], bool]]
    number: int = field(default_factory=lambda: next(_numbers))
    made: float = field(default_factory=time.monotonic)


@dataclass
class _Memory:
    """after: the number of the step that the test has just made; None once anything else has written."""

    steps: dict[tuple, Step] = field(default_factory=dict)
    seen: set[tuple] = field(default_factory=set)
    after: int | None = None


_memory = _Memory()


def begin(*, in_a_transaction: bool) -> None:
    """A test begins, with a database as the migrations left it."""
    _memory.after = BEGINNING if in_a_transaction and os.environ.get("SKISSE_REMEMBER") != "0" else None


def end() -> None:
    _memory.after = None


def watch(execute: Callable, statement: Any, parameters: Any, many: bool, context: dict) -> Any:
    """Around every statement of a test (`connection.execute_wrappers`): from the first that writes, no step fits."""
    if _memory.after is not None and not str(statement).startswith(HARMLESS):
        _memory.after = None
    return execute(statement, parameters, many, context)


def remembered(factory: Callable[P, R]) -> Callable[P, R]:
    """A factory whose work is kept from the second time on that tests begin with it; at once where it took long."""

    @wraps(factory)
    def wrapper(*args: P.args, **fields: P.kwargs) -> R:
        if not _fits():
            return factory(*args, **fields)
        given = _reachable([*args, *fields.values()])
        key = _key(factory, args, fields, given)
        if key is None:
            return factory(*args, **fields)
        if key in _memory.steps and not _is_stale(_memory.steps[key]):
            return _put_back(_memory.steps[key], given)
        before, waiting, began = _writes(), len(connection.run_on_commit), time.process_time()
        result = factory(*args, **fields)
        if key in _memory.seen or time.process_time() - began > LONG:
            _keep(key, result, given, before, waiting)
        _memory.seen.add(key)
        return result

    return wrapper


def _is_stale(step: Step) -> bool:
    """Whether its rows are too old for just now. What is built on a first step is judged with that one."""
    return _memory.after == BEGINNING and time.monotonic() - step.made > FRESH


def _reachable(values: Iterable[Any]) -> list[Model]:
    """The rows among the arguments, and those that they hold on to; always in the same order."""
    found, ahead = [], [value for value in values if isinstance(value, Model)]
    while ahead:
        row = ahead.pop(0)
        if not any(row is one for one in found):
            found.append(row)
            ahead += [held for _name, held in sorted(row._state.fields_cache.items()) if isinstance(held, Model)]
    return found


def _fits() -> bool:
    """Whether anything may be put back at all, as things stand."""
    is_usual = timezone.now is REALLY_NOW and not isinstance(settings._wrapped, UserSettingsHolder)
    return _memory.after is not None and is_usual and connection.in_atomic_block and _may_switch_triggers_off()


def _key(factory: Callable, args: tuple, fields: dict[str, Any], given: list[Model]) -> tuple | None:
    """None where the arguments cannot be told from others."""
    try:
        named = _named((args, fields)), tuple(_contents(row) for row in given)
    except (TypeError, AttributeError, pickle.PicklingError):
        return None
    return _memory.after, factory.__module__, factory.__name__, named, translation.get_language()


def _named(value: Any) -> Any:
    """The argument as a key. Raises TypeError for what has no lasting name."""
    if isinstance(value, PLAIN):
        return type(value).__name__, value
    if isinstance(value, Model):
        return value._meta.label, value.pk
    if isinstance(value, dict):
        return "dict", tuple((name, _named(held)) for name, held in value.items())
    if isinstance(value, list | tuple):
        return type(value).__name__, tuple(map(_named, value))
    raise TypeError(type(value))


def _contents(row: Model) -> bytes:
    columns = [field.attname for field in row._meta.concrete_fields if field.attname != "last_login"]
    return pickle.dumps((row._meta.label, sorted(row._state.fields_cache), [vars(row).get(name) for name in columns]))


@cache
def _may_switch_triggers_off() -> bool:
    """Rows are put back as they were: triggers would write more of them, or refuse. Only a superuser may say so."""
    (row,) = connection.connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    return row[0]


def _keep(key: tuple, result: Any, given: list[Model], before: dict[str, tuple[int, int, int]], waiting: int) -> None:
    """What came about since the tables had seen the writes `before`, and that many callbacks were waiting."""
    changed = {
        table: [now - then for now, then in zip(counts, before.get(table, (0, 0, 0)), strict=True)]
        for table, counts in _writes().items()
        if counts != before.get(table)
    }
    statements = [
        "SET LOCAL session_replication_role = replica;",
        *(_refill(table, inserted - deleted) for table, (inserted, _updated, deleted) in sorted(changed.items())),
        "SET LOCAL session_replication_role = origin;",
    ]
    callbacks = [(callback, robust) for _savepoints, callback, robust in connection.run_on_commit[waiting:]]
    try:
        pickled = _pickled((result, [vars(row) for row in given]), given)
    except (TypeError, AttributeError, pickle.PicklingError):
        return
    if len(_memory.steps) > MOST_STEPS:
        _memory.steps.clear()
    step = _memory.steps[key] = Step("\n".join(statements), pickled, callbacks)
    _memory.after = step.number


def _put_back(step: Step, given: list[Model]) -> Any:
    connection.connection.execute(step.statements)  # past Django: no test counts it
    for callback, robust in step.callbacks:
        transaction.on_commit(callback, robust=robust)
    _memory.after = step.number
    unpickler = pickle.Unpickler(io.BytesIO(step.result))
    unpickler.persistent_load = lambda place: given[place]
    result, contents = unpickler.load()
    for row, content in zip(given, contents, strict=True):
        vars(row).update(content)
    return result


def _pickled(value: Any, given: list[Model]) -> bytes:
    """What the test has in its hands already is named by its place: it stays the same object."""
    places = {id(row): place for place, row in enumerate(given)}
    file = io.BytesIO()
    pickler = pickle.Pickler(file)
    pickler.persistent_id = lambda thing: places.get(id(thing))
    pickler.dump(value)
    return file.getvalue()


def _writes() -> dict[str, tuple[int, int, int]]:
    """Rows of each table that this transaction has inserted, updated and deleted; those of triggers included."""
    statement = """
        SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables
        WHERE schemaname = 'public' AND n_tup_ins + n_tup_upd + n_tup_del > 0
    """
    return {table: tuple(counts) for table, *counts in connection.connection.execute(statement)}


def _refill(table: str, added: int) -> str:
    """The statements that make the table's rows those it has now. `added`: how many more they are than before."""
    columns = [
        f'"{name}"'
        for (name,) in connection.connection.execute(
            "SELECT attname FROM pg_attribute "
            f"WHERE attrelid = '\"{table}\"'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"
        )
    ]
    row = " || ', ' || ".join(f"quote_nullable({column}::text)" for column in columns)
    ((count, values),) = connection.connection.execute(
        f"SELECT count(*), string_agg('(' || {row} || ')', ', ') FROM \"{table}\""
    )
    statements = [f'DELETE FROM "{table}";'] if count != added else []
    if count:
        statements.append(f'INSERT INTO "{table}" ({", ".join(columns)}) VALUES {values};')
    return "\n".join(statements)

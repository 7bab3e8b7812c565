"""Two people at the same form: the later one is told, and nothing is overwritten unknowingly."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from competition.errors import StaleEdit

DIGEST_LENGTH = 12
TO_THE_MINUTE = len("2027-08-21T11:00")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:[\d.]+\+00:00")


def digest(value: Any) -> str:
    """A short mark of a value: a form carries those of what it showed, so that it is known who changed what.

    The same for a column's value and for its JSON in an amendment. Instants count to the minute, as they are typed.
    """
    return hashlib.sha256(json.dumps(_plain(value), ensure_ascii=False).encode()).hexdigest()[:DIGEST_LENGTH]


def _plain(value: Any) -> str | list[str]:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()[:TO_THE_MINUTE]
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)  # rows, whose order counts
    if isinstance(value, list | tuple | set):
        return sorted(str(one) for one in value)
    text = str(value)
    return text[:TO_THE_MINUTE] if _INSTANT.fullmatch(text) else text.replace("\r\n", "\n")


def same(one: Any, other: Any) -> bool:
    """Whether saving `other` over `one` changes nothing. A text that is missing is an empty one; lists are sets."""
    if isinstance(one, list) and isinstance(other, list):
        return sorted(one) == sorted(other)
    return one == other or (one in (None, "") and other in (None, ""))


def merged(
    *,
    present: Mapping[str, Any],
    wanted: Mapping[str, Any],
    seen: Mapping[str, str] | None,
    expected: int | None,
    count: int,
) -> dict[str, Any]:
    """Of the values wanted, those to be written: what only somebody else has changed since stays theirs.

    present: {field: value now}, read under the row's lock. seen: {field: digest of what the form showed}; without it
    every field that differs counts as changed by both. Raises StaleEdit where both changed a field, to different
    values, and the form does not say by carrying the present `count` that this is on purpose.
    """
    if seen is None and expected in (None, count):
        return dict(wanted)
    theirs, kept = {}, {}
    for name, value in wanted.items():
        now, shown = digest(present.get(name)), (seen or {}).get(name)
        if digest(value) in (now, shown):
            continue
        kept[name] = value
        if now != shown:
            theirs[name] = present.get(name)
    if theirs and expected not in (None, count):
        raise StaleEdit(theirs, revision=count)
    return kept


def refuse_stale(*, row: Any, expected: int | None, wanted: Mapping[str, Any]) -> None:
    """Raise StaleEdit where the row, locked by the caller, has moved on since the form was made.

    row: has a column `revision`, which every service counts on. expected: the count that the form carried; None asks
    nothing. wanted: {column: value typed}. Where all that differs is the count, there is nothing to lose.
    """
    present = {name: getattr(row, name) for name in wanted}
    merged(present=present, wanted=wanted, seen=None, expected=expected, count=row.revision)

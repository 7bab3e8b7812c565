"""Takes the services to another day, so that a competition of the past can be built through the same doors.

Everything that decides about deadlines asks the database function `skisse_now()`. A traveller's own connection finds
another function of that name first, in a schema that only exists where a demo or a test has made it; no other
connection is affected. Python's clock is moved by the same distance.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from django.db import connection
from django.utils import timezone

SCHEMA = "skisse_travel"
_SET_UP = f"""
CREATE SCHEMA IF NOT EXISTS {SCHEMA};
CREATE OR REPLACE FUNCTION {SCHEMA}.skisse_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS
  $$ SELECT clock_timestamp() + make_interval(secs => current_setting('skisse.seconds_away')::double precision) $$;
"""


@contextmanager
def at(instant: dt.datetime) -> Iterator[None]:
    """Within the block it is `instant` (aware), and time goes on from there, for this connection only."""
    really_now = timezone.now
    away = instant - really_now()
    with connection.cursor() as cursor:
        cursor.execute(_SET_UP)
        cursor.execute("SELECT set_config('skisse.seconds_away', %s, false)", [str(away.total_seconds())])
        cursor.execute(f"SET search_path = {SCHEMA}, public")
    try:
        with mock.patch("django.utils.timezone.now", side_effect=lambda: really_now() + away):
            yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET search_path")

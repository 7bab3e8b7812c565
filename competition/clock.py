"""The clock that deadlines are kept by."""

import datetime as dt

from django.db import connection
from django.db.models import DateTimeField, Func


class DatabaseNow(Func):
    """The same clock inside a query, where the instant of reading the row is good enough."""

    function = "skisse_now"
    output_field = DateTimeField()


def database_now() -> dt.datetime:
    """The instant at the database, aware, in UTC.

    The function `skisse_now()` is `clock_timestamp()`, which moves on inside a transaction; `now()` stands still at its
    beginning, so that somebody who began before the deadline and waited for a lock would get in after it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT skisse_now()")
        return cursor.fetchone()[0].astimezone(dt.UTC)

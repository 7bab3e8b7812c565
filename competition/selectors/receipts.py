"""Receipts as they are looked up."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Concat

from competition.clock import database_now
from competition.models import ReceiptLeaf, SketchVersion
from competition.numbers import is_number, normalise
from notifications.models import Letter

# A version this young is left to its own task; one this old has been looked at often enough.
YOUNG = dt.timedelta(minutes=2)
OLD = dt.timedelta(days=7)


def find_leaf(typed: str) -> ReceiptLeaf | None:
    """The receipt of the number somebody typed, or None."""
    number = normalise(typed)
    if not is_number(number):
        return None
    return ReceiptLeaf.objects.select_related("call__receipt_tree").filter(number=number).first()


def versions_without_letter() -> list[int]:
    """Keys of versions whose receipt was never written, because a queue or a worker was lost."""
    now = database_now()
    letters = Letter.objects.filter(
        occasion__startswith=Concat(Value("receipt:"), OuterRef("leaf__number"), Value(":"))
    )
    return list(
        SketchVersion.objects.filter(submitted_at__lt=now - YOUNG, submitted_at__gt=now - OLD)
        .filter(~Exists(letters))
        .order_by("pk")
        .values_list("pk", flat=True)
    )

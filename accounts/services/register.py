"""Loads a snapshot of a country's register of organisations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from accounts.errors import Refused
from accounts.models import RegisterEntry
from accounts.register.adapters import ADAPTERS, Row
from accounts.register.entry import BadRow, Entry
from accounts.register.folding import fold

BATCH = 1000
REPORTED = 100
_UPDATED = ["name", "folded", "kind", "language_form", "mail_domains", "part_of", "loaded_at"]


@dataclass
class Loaded:
    """What became of a file's rows. `broken` says why for the first hundred: (row, why), never with a number in it."""

    read: int = 0
    loaded: int = 0
    left_out: int = 0
    broken_rows: int = 0
    gone: int = 0
    broken: list[tuple[int, str]] = field(default_factory=list)

    def report(self, row: int, why: str) -> None:
        self.broken_rows += 1
        if len(self.broken) < REPORTED:
            self.broken.append((row, why))


@transaction.atomic
def load_register(
    *, country: str, rows: Iterable[tuple[int, Row]], companies: bool = False, partial: bool = False
) -> Loaded:
    """Put the rows of a register's file in place of what was loaded for the country before.

    Loading the same file again changes nothing. `companies`: also companies, for calls that they may answer.
    `partial`: the file holds a part of the register, so what it does not mention stays. Raises Refused, and leaves
    everything as it was, where no row of the file can be used or most are broken: then it is another file.
    """
    result, now, batch = Loaded(), timezone.now(), {}
    for number, row in rows:
        result.read += 1
        try:
            entry = ADAPTERS[country].read(row)
        except BadRow as bad:
            result.report(number, str(bad))
            continue
        if entry is None or (entry.kind == OrganisationKind.COMPANY and not companies):
            result.left_out += 1
            continue
        batch[entry.number] = entry
        if len(batch) >= BATCH:
            result.loaded += _store(batch, now)
    result.loaded += _store(batch, now)
    if not result.loaded or result.broken_rows > result.read / 2:
        raise Refused(_("This does not look like a file of that register: nothing was changed."))
    if not partial:
        result.gone, _of = RegisterEntry.objects.filter(country=country, loaded_at__lt=now).delete()
    return result


def _store(batch: dict[str, Entry], now: dt.datetime) -> int:
    rows = [
        RegisterEntry(
            country=entry.country,
            number=entry.number,
            name=entry.name,
            folded=fold(entry.name)[:400],
            kind=entry.kind,
            language_form=entry.language_form,
            mail_domains=list(entry.mail_domains),
            part_of=entry.part_of,
            loaded_at=now,
        )
        for entry in batch.values()
    ]
    batch.clear()
    RegisterEntry.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["country", "number"], update_fields=_UPDATED
    )
    return len(rows)

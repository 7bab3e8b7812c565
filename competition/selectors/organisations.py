"""Organisations that may stand behind a sketch."""

from __future__ import annotations

from django.db.models import Q

from accounts.models import Organisation
from competition.models import Sketch
from competition.selectors.access import eligible

MATCHES_AT_MOST = 20
SHORTEST_QUERY = 2


def organisations_matching(query: str, *, sketch: Sketch) -> list[Organisation]:
    """Registered organisations by name or number, of kinds that may apply; those of the sketch are left out."""
    query = query.strip()
    if len(query) < SHORTEST_QUERY:
        return []
    digits = "".join(character for character in query if character.isalnum())
    return list(
        eligible(sketch.call, Organisation.objects.filter(Q(name__icontains=query) | Q(number=digits)))
        .exclude(pk=sketch.organisation_id)
        .exclude(co_applications__sketch=sketch)[:MATCHES_AT_MOST]
    )


def get_organisation(key: str) -> Organisation | None:
    """The organisation of the key that a button carries, or None."""
    return Organisation.objects.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 19 else None

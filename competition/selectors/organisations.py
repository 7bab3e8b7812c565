"""Organisations that may stand behind a sketch."""

from __future__ import annotations

from django.db.models import Q

from accounts.models import Organisation
from competition.models import Sketch
from competition.selectors.access import eligible

MATCHES_AT_MOST = 20
SHORTEST_QUERY = 2


def organisations_matching(query: str, *, sketch: Sketch) -> list[Organisation]:
    """Registered organisations by name or number, of kinds that may apply; the sketch's own are left out."""
    query = query.strip()
    if len(query) < SHORTEST_QUERY:
        return []
    digits = "".join(character for character in query if character.isalnum())
    return list(
        eligible(sketch.call, Organisation.objects.filter(Q(name__icontains=query) | Q(number=digits)))
        .exclude(pk=sketch.organisation_id)
        .exclude(co_applications__sketch=sketch)[:MATCHES_AT_MOST]
    )


def co_applicants_after(sketch: Sketch, *, add: str | None = None, remove: str | None = None) -> list[Organisation]:
    """The sketch's co-applicants, with one more or one less; keys that name nothing change nothing."""
    present = [co.organisation for co in sketch.co_applicants.select_related("organisation")]
    if remove:
        present = [organisation for organisation in present if str(organisation.pk) != remove]
    if add and add.isdecimal() and len(add) < 19:
        present += Organisation.objects.filter(pk=int(add)).exclude(pk__in=[one.pk for one in present])
    return present

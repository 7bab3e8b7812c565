"""Asking jurors what they would rather assess, and taking down what they say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import InvalidInput, NotAllowed, Refused
from accounts.guards import require
from accounts.models import User
from competition import audit, clock
from competition.models import Call, Sketch, Topic
from scoring.enums import Wish
from scoring.models import Juror, JurorWish, WishPeriod
from scoring.selectors import wishes as selectors
from scoring.services.periods import hold_phase


@transaction.atomic
def ask_for_wishes(*, by: User, call: Call, until: dt.date | None) -> WishPeriod:
    """Ask the jurors for wishes to the end of a day, or no longer. What was said stays. Raises InvalidInput."""
    require("scoring.manage_jury", by, call)
    if call.cancelled_at or call.assessment_completed_at:
        raise Refused(_("The assessment is over. Wishes change nothing now."))
    period = WishPeriod.objects.select_for_update().filter(call=call).first() or WishPeriod(call=call)
    if period.until == until:
        return period
    if until is not None and until < clock.database_now().astimezone(call.zone).date():
        raise InvalidInput({"until": _("This day has passed.")})
    period.until = until
    period.save()
    audit.record(call=call, action="scoring.ask_for_wishes", by=by, until=until.isoformat() if until else "")
    return period


@transaction.atomic
def save_wishes(
    *, by: User, juror: Juror, sketches: Mapping[Sketch, str] | None = None, topics: Mapping[Topic, str] | None = None
) -> int:
    """Keep wishes about sketches and topics; an empty one takes an earlier one back, what is not named stays.

    Returns how many changed. Raises NotAllowed (also for a sketch that the juror is not cleared for), Refused (not
    asked, or no longer), InvalidInput (no such wish).
    """
    require("scoring.act_as_juror", by, juror)
    hold_phase(juror.call_id)
    juror = Juror.objects.select_for_update(of=("self",)).select_related("call").get(pk=juror.pk)
    now = clock.database_now()
    if not selectors.asks_for_wishes(selectors.wish_period(juror.call), now):
        raise Refused(_("Wishes are not asked for now. Nothing was changed."))
    sketches, topics = sketches or {}, topics or {}
    if not {*sketches.values(), *topics.values()} <= {*Wish.values, ""}:
        raise InvalidInput({"wish": _("Choose one of the answers.")})
    cleared = set(selectors.sketches_to_wish_for(juror).values_list("pk", flat=True))
    if not {sketch.pk for sketch in sketches} <= cleared:
        raise NotAllowed(_("You have no access to this."))
    changed = _store(juror, "sketch", {sketch.pk: wish for sketch, wish in sketches.items()}, now)
    changed += _store(juror, "topic", {topic.pk: wish for topic, wish in topics.items()}, now)
    if changed:
        audit.record(call=juror.call, action="scoring.save_wishes", by=by, juror=juror.pk)
    return changed


def _store(juror: Juror, about: str, said: dict[int, str], now: dt.datetime) -> int:
    """One kind of wishes, in at most three statements. The log tells that wishes were saved, not which."""
    rows = JurorWish.objects.filter(juror=juror, **{f"{about}__in": list(said)})
    standing = dict(rows.values_list(about, "wish"))
    changed = {key: wish for key, wish in said.items() if wish != standing.get(key, "")}
    if not changed:
        return 0
    rows.filter(**{f"{about}__in": list(changed)}).delete()
    JurorWish.objects.bulk_create(
        JurorWish(juror=juror, wish=wish, said_at=now, **{f"{about}_id": key}) for key, wish in changed.items() if wish
    )
    return len(changed)

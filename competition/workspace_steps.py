"""What the owner should do next with a call, and what is about to go wrong, as far as the call itself goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import rules
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from competition.enums import Phase, SketchState
from competition.models import Call
from competition.selectors import readiness
from competition.selectors.enquiries import waiting_enquiries
from competition.selectors.outbox import states_of
from competition.selectors.sketches import state_counts
from competition.workspace import HubWarning, NextAction
from notifications.enums import LetterState


def next_step(call: Call, user, now: dt.datetime) -> NextAction | None:
    """Publish a draft, wait for the deadline, or finish the formal check; later steps belong to the jury's room."""
    phase = call.phase_at(now)
    if phase == Phase.DRAFT and rules.has_perm("competition.manage_call", user, call):
        return _publish_or_complete(call, now)
    if phase in (Phase.ANNOUNCED, Phase.OPEN):
        if rules.has_perm("competition.answer_enquiries", user, call) and (waiting := waiting_enquiries(call)):
            return _answer(call, waiting)
        return NextAction(_("Wait for the sketches"), _("Nothing needs to be done until the deadline."), "", 90)
    if phase == Phase.FORMAL_CHECK and rules.has_perm("competition.check_formalities", user, call):
        return _check(call)
    return None


def _publish_or_complete(call: Call, now: dt.datetime) -> NextAction:
    missing = len(readiness.problems(call, now=now))
    if missing:
        text = ngettext(
            "%(number)d thing is missing before it can be published.",
            "%(number)d things are missing before it can be published.",
            missing,
        )
        return NextAction(
            _("Complete the call"), text % {"number": missing}, reverse("workspace:publish", args=[call.pk]), 10
        )
    return NextAction(
        _("Publish the call"), _("Everything is in place."), reverse("workspace:publish", args=[call.pk]), 10
    )


def _answer(call: Call, waiting: int) -> NextAction:
    text = ngettext(
        "%(number)d question waits for a published answer.",
        "%(number)d questions wait for a published answer.",
        waiting,
    )
    url = reverse("workspace:enquiries", args=[call.pk])
    return NextAction(_("Answer the questions"), text % {"number": waiting}, url, 30)


def _check(call: Call) -> NextAction:
    waiting = state_counts(call).get(SketchState.SUBMITTED, 0)
    if waiting:
        text = ngettext(
            "%(number)d sketch is neither admitted nor dismissed.",
            "%(number)d sketches are neither admitted nor dismissed.",
            waiting,
        )
        url = reverse("workspace:sketches", args=[call.pk]) + f"?state={SketchState.SUBMITTED}"
        return NextAction(_("Check the sketches"), text % {"number": waiting}, url, 20)
    url = reverse("workspace:complete_check", args=[call.pk])
    return NextAction(_("Complete the formal check"), _("Every sketch is admitted or dismissed."), url, 20)


def competition_warnings(call: Call, user, now: dt.datetime) -> Iterator[HubWarning]:
    """Letters that did not arrive, and an open period that is shorter than applicants need."""
    may_read = rules.has_perm("competition.view_letters", user, call)
    if may_read and (failed := states_of(call).get(LetterState.FAILED, 0)):
        text = ngettext(
            "%(number)d letter could not be delivered.", "%(number)d letters could not be delivered.", failed
        )
        url = reverse("workspace:letters", args=[call.pk]) + f"?state={LetterState.FAILED}"
        yield HubWarning(text % {"number": failed}, url, "critical")
    days = (call.deadline - call.opens_at).days
    if days < call.min_open_days and now < call.deadline:
        text = _("The call is open for %(days)d days. Public agencies need at least %(usual)d.")
        url = reverse("workspace:edit", args=[call.pk])
        yield HubWarning(text % {"days": days, "usual": call.min_open_days}, url)

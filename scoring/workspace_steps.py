"""What the owner should do next with the jury, and what is about to go wrong there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import rules
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from competition.enums import Phase
from competition.models import Call
from competition.workspace import HubWarning, NextAction
from scoring.enums import AssessmentState, JurorState
from scoring.selectors import jury
from scoring.selectors.assignment import latest_run, published_run, short_of_jurors
from scoring.selectors.letters import letters_have_left
from scoring.selectors.objections import cases_waiting
from scoring.selectors.ranking import latest_run as latest_ranking
from scoring.selectors.sealed import is_sealed_to
from scoring.selectors.workspace import assessment_counts, juror_counts

ORDER = 30


def next_step(call: Call, user, now: dt.datetime) -> NextAction | None:
    """The jury's next step in the phase, for somebody who may take it."""
    phase = call.phase_at(now)
    step = {
        Phase.ASSESSMENT: _assess,
        Phase.JURY_MEETING: _recommend,
        Phase.DECISION: _decide,
        Phase.LETTERS: _tell,
    }.get(phase)
    return step(call, user) if step else None


def _action(label: str, detail: str, name: str, call: Call, *args: object) -> NextAction:
    return NextAction(label, detail, reverse(f"scoring_workspace:{name}", args=[call.pk, *args]), ORDER)


def _jury_url(call: Call) -> str:
    return reverse("scoring_workspace:jury", args=[call.pk])


def _assess(call: Call, user) -> NextAction | None:
    if not rules.has_perm("scoring.run_assignment", user, call):
        return None
    if not juror_counts(call).get(JurorState.ACCEPTED):
        return _action(_("Invite the jury"), _("No juror has accepted yet."), "jury", call)
    if published_run(call) is None:
        run = latest_run(call)
        if run is not None and run.state == "done":
            return _action(
                _("Publish the assignment"), _("It is computed; the jurors wait."), "assignment_run", call, run.pk
            )
        return _action(
            _("Assign the sketches"), _("The sketches are admitted, and jurors have accepted."), "assignment", call
        )
    if is_sealed_to(user, call):
        detail, url = _("How far the jury has come is closed to its own members."), _jury_url(call)
        return NextAction(_("Wait for the jurors"), detail, url, ORDER, button=_("See the jury"))
    counts = assessment_counts(call)
    final, all_of_them = counts.get(AssessmentState.FINAL, 0), sum(counts.values())
    if final < all_of_them:
        detail = _("%(final)d of %(all)d assessments are sent.") % {"final": final, "all": all_of_them}
        return NextAction(_("Wait for the jurors"), detail, _left_url(call, user), ORDER, button=_("See who is left"))
    if cases_waiting(call):
        return _action(_("Settle impartiality"), _("All assessments are sent; a case waits."), "jury", call)
    return _action(_("Complete the assessment"), _("All assessments are sent."), "complete_assessment", call)


def _left_url(call: Call, user) -> str:
    page = "monitoring" if rules.has_perm("scoring.monitor_jury", user, call) else "jury"
    return reverse(f"scoring_workspace:{page}", args=[call.pk])


def _recommend(call: Call, user) -> NextAction | None:
    if not rules.has_perm("scoring.recommend", user, call):
        return None
    if latest_ranking(call) is None:
        return _action(_("Compute the ranking"), _("The assessment is complete."), "ranking", call)
    return _action(_("Make the recommendation"), _("The ranking is computed; the jury has met."), "recommend", call)


def _decide(call: Call, user) -> NextAction | None:
    if not rules.has_perm("scoring.decide", user, call):
        return NextAction(_("Wait for the decision"), _("The decision-maker has the recommendation."), "", ORDER)
    return _action(_("Make the decision"), _("The jury has recommended. You decide."), "decide", call)


def _tell(call: Call, user) -> NextAction | None:
    if not letters_have_left(call):
        if rules.has_perm("scoring.send_letters", user, call):
            return _action(_("Send the letters"), _("Applicants hear first, all at once."), "decision_letters", call)
    elif rules.has_perm("scoring.publish_result", user, call):
        return _action(_("Publish the result"), _("The letters have left."), "publish_result", call)
    return None


def jury_warnings(call: Call, user, now: dt.datetime) -> Iterator[HubWarning]:
    """Sketches short of jurors, invitations without an answer, impartiality to settle, late jurors."""
    if call.recommended_at or call.cancelled_at or not rules.has_perm("scoring.manage_jury", user, call):
        return
    jury_url = reverse("scoring_workspace:jury", args=[call.pk])
    if call.phase_at(now) == Phase.ASSESSMENT and published_run(call) is not None and (short := short_of_jurors(call)):
        text = ngettext(
            "%(number)d sketch has fewer than %(wanted)d jurors.",
            "%(number)d sketches have fewer than %(wanted)d jurors.",
            short,
        )
        url = reverse("scoring_workspace:assignment", args=[call.pk])
        yield HubWarning(text % {"number": short, "wanted": call.jurors_per_sketch}, url, "critical")
    if waiting := jury.jurors_without_answer(call):
        text = ngettext(
            "%(number)d juror has not answered the invitation.",
            "%(number)d jurors have not answered the invitation.",
            waiting,
        )
        yield HubWarning(text % {"number": waiting}, jury_url)
    if cases := cases_waiting(call):
        text = ngettext(
            "%(number)d case of impartiality is to be settled.",
            "%(number)d cases of impartiality are to be settled.",
            cases,
        )
        yield HubWarning(text % {"number": cases}, jury_url)
    if is_sealed_to(user, call):
        return
    if (
        call.assessment_due_at
        and call.assessment_due_at < now
        and (late := jury.late_jurors(call).exclude(extended_until__gt=now).count())
    ):
        text = ngettext("%(number)d juror is late.", "%(number)d jurors are late.", late)
        yield HubWarning(text % {"number": late}, jury_url)

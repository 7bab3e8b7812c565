"""Who may do what with juries, grades, rankings and decisions. A veto stands above every role."""

from __future__ import annotations

import rules
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from competition import role_conflicts
from competition.enums import ProgrammeRole
from competition.models import Call, Sketch
from competition.rules import LETTERS, MANAGERS, has_role, is_lead, register_veto
from competition.selectors.co_applicants import own_row
from competition.selectors.vetoes import register_list_veto, register_log_veto
from scoring.enums import GRADING_ROLES, AssessmentState, JurorRole, JurorState
from scoring.models import Assessment, Juror
from scoring.selectors import people, sealed
from scoring.selectors.proceedings import ATTENDING_ROLES

SECRETARIAT = (*MANAGERS, ProgrammeRole.JURY_SECRETARY)

is_manager = has_role(*MANAGERS)
is_secretariat = has_role(*SECRETARIAT)
is_decision_maker = has_role(ProgrammeRole.DECISION_MAKER)
is_observer = has_role(ProgrammeRole.OBSERVER)


@rules.predicate
def is_juror_of_call(user, call: Call | None) -> bool:
    return people.has_seat(user, call)


@rules.predicate
def is_chair(user, call: Call | None) -> bool:
    return user.is_active and people.has_seat(user, call, roles=(JurorRole.CHAIR,))


@rules.predicate
def made_the_recommendation(user, call: Call | None) -> bool:
    return people.has_recommended(user, call)


@rules.predicate
def holds_seat(user, juror: Juror | None) -> bool:
    return (
        juror is not None
        and user.is_active
        and juror.user_id == user.pk
        and juror.state == JurorState.ACCEPTED
        and juror.role in GRADING_ROLES
    )


@rules.predicate
def attends(user, juror: Juror | None) -> bool:
    """The person is there as secretary or observer: reads what the jury has come to, and gives no grades."""
    return (
        juror is not None
        and user.is_active
        and juror.user_id == user.pk
        and juror.state == JurorState.ACCEPTED
        and juror.role in ATTENDING_ROLES
    )


@rules.predicate
def is_own_assessment(user, assessment: Assessment | None) -> bool:
    """Content comes after the declaration: without “impartial” on record there is nothing to grade."""
    return (
        assessment is not None
        and assessment.state != AssessmentState.VOID
        and holds_seat(user, assessment.juror)
        and people.is_impartial(user, assessment.sketch)
    )


@rules.predicate
def speaks_for_sketch(user, sketch: Sketch | None) -> bool:
    """Somebody who writes for the lead applicant or a confirmed co-applicant, whatever the lead lets it do there."""
    return sketch is not None and user.is_active and (is_lead.test(user, sketch) or own_row(user, sketch) is not None)


@register_veto
def has_left_the_room(user, obj: Call | Sketch | None) -> bool:
    """A veto for whatever shows a sketch: a juror who is disqualified there, whatever else the person may be."""
    return isinstance(obj, Sketch) and people.is_disqualified(user, obj)


register_list_veto(people.without_left_rooms)
register_log_veto(sealed.without_sealed_entries)


def sits_in_the_jury(user, obj: Call | Sketch | None) -> bool:
    """A veto on the outbox of a call: receipts carry whole sketches, and a juror may have left the room for some."""
    return isinstance(obj, Call) and people.has_seat(user, obj)


register_veto(sits_in_the_jury, permissions=(LETTERS,))


@role_conflicts.register
def decides_where_it_judges(*, programme, user, role) -> str | Promise:
    """Whoever sits in the jury of a call that is not decided must not become the one who decides."""
    if role != ProgrammeRole.DECISION_MAKER:
        return ""
    call = people.undecided_call_of_juror(user, programme)
    if call is None:
        return ""
    return _("This person sits in the jury of “%(call)s”, which is not decided yet.") % {"call": call.title}


rules.add_perm("scoring.manage_jury", is_secretariat)
rules.add_perm("scoring.manage_pool", is_secretariat)  # on a Programme
rules.add_perm("scoring.run_assignment", is_secretariat)
rules.add_perm("scoring.run_aggregation", is_secretariat & ~is_juror_of_call)
rules.add_perm("scoring.view_ranking", (is_secretariat | is_decision_maker | is_observer) & ~is_juror_of_call)
rules.add_perm("scoring.monitor_jury", is_secretariat & ~is_juror_of_call)
rules.add_perm("scoring.complete_assessment", is_secretariat & ~is_juror_of_call)
rules.add_perm("scoring.recommend", is_secretariat & (~is_juror_of_call | is_chair))
rules.add_perm("scoring.decide", is_decision_maker & ~is_juror_of_call & ~made_the_recommendation)
rules.add_perm("scoring.send_letters", is_manager)
rules.add_perm("scoring.publish_result", is_manager)
rules.add_perm("scoring.settle_impartiality", is_chair | is_secretariat)
rules.add_perm("scoring.object_to_juror", speaks_for_sketch)
rules.add_perm("scoring.act_as_juror", holds_seat)
rules.add_perm("scoring.read_proceedings", attends)  # on a Juror
rules.add_perm("scoring.assess", is_own_assessment)

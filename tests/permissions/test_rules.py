"""One truth behind three doors: the predicate, the list and the guard in the service give the same answer.

For every permission there is, everybody in every phase; and for a sketch in every state.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import rules
from django.db import transaction
from django.http import Http404
from rules.permissions import permissions

from accounts.errors import NotAllowed, Refused
from accounts.models import Organisation, User
from accounts.selectors import get_organisation_for, organisations_of
from accounts.services import invite_member
from competition.enums import Phase, ProgrammeRole, SketchState
from competition.models import CoApplicant, Sketch
from competition.selectors.calls import calls_of_workspace
from competition.selectors.programme_settings import get_managed_programme
from competition.selectors.sketches import get_sketch_for, received_sketches, sketches_visible_to
from competition.selectors.workspace import managed_programmes, workspace_call
from competition.services import (
    access,
    calls,
    co_applicants,
    endorsements,
    enquiries,
    enquiry_answers,
    exceptions,
    formal_check,
    meetings,
    records,
    registrations,
    sketches,
)
from competition.services.programme_settings import update_programme
from scoring.enums import JurorState
from scoring.models import Assessment, ImpartialityReason, Juror
from scoring.selectors.assessments import get_assessment_for
from scoring.selectors.jury import get_seat
from scoring.selectors.proceedings import get_attending_seat
from scoring.services import (
    aggregation,
    assessments,
    assignment,
    decision,
    impartiality,
    jury,
    letters,
    objections,
    pool,
    reminders,
)
from tests import factories
from tests.permissions.url_table import (
    APPLICANT,
    CHAIR,
    CHECKERS,
    DECISION_MAKER,
    MANAGERS,
    OF_PROGRAMME,
    OWNER,
    RANKING,
    SECRETARIAT,
    SIGNED_IN,
    WRITER,
    Who,
    always,
    since,
    who,
)
from tests.permissions.world import PHASES, ROLES, World, build

JUROR = who("juror")


@dataclass(frozen=True)
class Permission:
    """`obj`: what is asked about, None where it does not exist yet. `listed`: whether a list shows it to the person.

    `act`: a service behind the guard (or a read that raises Http404); whatever else it answers, it lets the person in.
    """

    granted: dict[Phase, Who]
    obj: Callable[[World], Any]
    listed: Callable[[User, World], bool] | None = None
    act: Callable[[User, World], object] | None = None


def _call(world: World):
    return world.call


def _sketch(world: World):
    return world.sketch and Sketch.objects.select_related("call", "organisation").get(pk=world.sketch.pk)


def _co_applicant(world: World):
    return world.co_applicant and CoApplicant.objects.select_related("sketch__call").get(pk=world.co_applicant.pk)


def _assessment(world: World):
    rows = Assessment.objects.select_related("juror__call", "juror__user", "sketch__call")
    return rows.filter(juror=world.jurors["juror"], sketch=world.sketch).first()


def _seat(world: World):
    return world.jurors["juror"]


def _own_or_the(user: User, world: World) -> Organisation:
    return organisations_of(user).first() or world.agency


def _sees_seat(user: User, world: World) -> bool:
    try:
        return get_seat(user, world.call.slug) == world.jurors["juror"]
    except Http404:
        return False


def _sees_assessment(user: User, world: World) -> bool:
    try:
        return get_assessment_for(user, world.call.slug, world.sketch.reference) == _assessment(world)
    except Http404:
        return False


PERMISSIONS: dict[str, Permission] = {
    "accounts.view_organisation": Permission(
        always(APPLICANT),
        lambda world: world.agency,
        lambda user, world: world.agency in organisations_of(user),
        lambda user, world: get_organisation_for(user, world.agency.pk),
    ),
    "accounts.administer_organisation": Permission(
        always(WRITER),
        lambda world: world.agency,
        act=lambda user, world: invite_member(
            by=user, organisation=world.agency, email="one@example.com", role="reader", language="en"
        ),
    ),
    "competition.create_call": Permission(
        always(MANAGERS),
        lambda world: world.call.programme,
        lambda user, world: world.call.programme in managed_programmes(user),
        lambda user, world: calls.create_call(by=user, programme=world.call.programme, slug="another"),
    ),
    "competition.view_workspace": Permission(
        always(OF_PROGRAMME),
        _call,
        lambda user, world: world.call in calls_of_workspace(user),
        lambda user, world: workspace_call(user, world.call.pk),
    ),
    "competition.view_programme": Permission(
        always(MANAGERS),
        lambda world: world.call.programme,
        lambda user, world: world.call.programme in managed_programmes(user),
        lambda user, world: get_managed_programme(user, world.call.programme_id),
    ),
    "competition.edit_pages": Permission(always(MANAGERS), lambda world: world.call.programme),
    "competition.manage_programme": Permission(
        always(OWNER),
        lambda world: world.call.programme,
        act=lambda user, world: update_programme(by=user, programme=world.call.programme, name_en="Another"),
    ),
    "competition.manage_access": Permission(
        always(MANAGERS),
        _call,
        act=lambda user, world: access.make_codes(by=user, call=world.call, labels=[""]),
    ),
    "competition.grant_exception": Permission(
        always(MANAGERS),
        _call,
        act=lambda user, world: exceptions.grant_exception(
            by=user, call=world.call, organisation=world.agency, reasons={}
        ),
    ),
    "competition.manage_call": Permission(
        always(MANAGERS), _call, act=lambda user, world: calls.update_call(by=user, call=world.call, title_en="Other")
    ),
    "competition.check_formalities": Permission(
        always(CHECKERS),
        _call,
        act=lambda user, world: formal_check.admit_sketches(by=user, call=world.call, sketches=[]),
    ),
    "competition.answer_enquiries": Permission(
        always(CHECKERS),
        _call,
        act=lambda user, world: enquiry_answers.publish_enquiries(by=user, call=world.call, chosen={}),
    ),
    "competition.manage_meetings": Permission(
        always(CHECKERS), _call, act=lambda user, world: meetings.update_meeting(by=user, meeting=world.meeting)
    ),
    "competition.ask": Permission(
        since(Phase.OPEN, SIGNED_IN),
        _call,
        act=lambda user, world: enquiries.ask(by=user, call=world.call, text="When?", language="en"),
    ),
    "competition.register_for_meeting": Permission(
        since(Phase.OPEN, SIGNED_IN),
        _call,
        act=lambda user, world: registrations.register(by=user, meeting=world.meeting),
    ),
    "competition.view_submissions": Permission(always(OF_PROGRAMME), _call),
    "competition.view_letters": Permission(always(MANAGERS), _call),
    "competition.keep_records": Permission(
        always(MANAGERS), _call, act=lambda user, world: records.confirm_kept(by=user, call=world.call, place="")
    ),
    "competition.apply": Permission(
        since(Phase.OPEN, who("agency_admin", "other_agency")),
        _call,
        act=lambda user, world: sketches.start_sketch(by=user, call=world.call, organisation=_own_or_the(user, world)),
    ),
    "competition.view_sketch": Permission(
        since(Phase.OPEN, APPLICANT | OF_PROGRAMME),
        _sketch,
        lambda user, world: world.sketch in sketches_visible_to(user),
        lambda user, world: get_sketch_for(user, world.sketch.reference),
    ),
    "competition.write_sketch": Permission(
        since(Phase.OPEN, WRITER),
        _sketch,
        act=lambda user, world: sketches.save_answers(by=user, sketch=_sketch(world), values={}),
    ),
    "competition.submit_sketch": Permission(
        since(Phase.OPEN, WRITER), _sketch, act=lambda user, world: factories.submit(_sketch(world), by=user)
    ),
    "competition.ask_endorsement": Permission(
        since(Phase.OPEN, WRITER),
        _sketch,
        act=lambda user, world: endorsements.ask_endorsement(
            by=user, sketch=_sketch(world), role_title="Chief executive", mailbox="chief@example.com"
        ),
    ),
    "competition.manage_co_applicants": Permission(
        since(Phase.OPEN, WRITER),
        _sketch,
        act=lambda user, world: co_applicants.resend_co_applicant(by=user, co_applicant=_co_applicant(world)),
    ),
    "competition.withdraw_co_applicant": Permission(
        since(Phase.OPEN, WRITER),
        _co_applicant,
        act=lambda user, world: co_applicants.withdraw_co_applicant(
            by=user, co_applicant=_co_applicant(world), reason="We join others."
        ),
    ),
    "competition.withdraw_sketch": Permission(
        since(Phase.OPEN, WRITER),
        _sketch,
        act=lambda user, world: sketches.withdraw_sketch(by=user, sketch=_sketch(world), reason="We join others."),
    ),
    "scoring.manage_jury": Permission(
        always(SECRETARIAT),
        _call,
        act=lambda user, world: jury.invite_juror(by=user, call=world.call, email="new@example.com"),
    ),
    "scoring.read_proceedings": Permission(
        always(who("seat_observer")),
        lambda world: Juror.objects.get(pk=world.attending.pk),
        act=lambda user, world: get_attending_seat(user, world.call.slug),
    ),
    "scoring.manage_pool": Permission(
        always(SECRETARIAT),
        lambda world: world.call.programme,
        act=lambda user, world: pool.add_to_pool(
            by=user, programme=world.call.programme, email="new@example.com", facts=pool.Facts()
        ),
    ),
    "scoring.object_to_juror": Permission(
        since(Phase.OPEN, WRITER),
        _sketch,
        act=lambda user, world: objections.object_to_juror(
            by=user, sketch=_sketch(world), juror=world.jurors["juror"], reason=ImpartialityReason.objects.first()
        ),
    ),
    "scoring.run_assignment": Permission(
        always(SECRETARIAT), _call, act=lambda user, world: assignment.start_assignment(by=user, call=world.call)
    ),
    "scoring.run_aggregation": Permission(
        always(SECRETARIAT), _call, act=lambda user, world: aggregation.start_aggregation(by=user, call=world.call)
    ),
    "scoring.monitor_jury": Permission(
        always(SECRETARIAT),
        _call,
        act=lambda user, world: reminders.remind_by_hand(by=user, juror=world.jurors["juror"]),
    ),
    "scoring.view_ranking": Permission(always(RANKING), _call),
    "scoring.complete_assessment": Permission(
        always(SECRETARIAT), _call, act=lambda user, world: decision.complete_assessment(by=user, call=world.call)
    ),
    "scoring.recommend": Permission(
        always(SECRETARIAT),
        _call,
        act=lambda user, world: decision.recommend(
            by=user, call=world.call, run=world.aggregation_run, reasons="", items=[]
        ),
    ),
    "scoring.decide": Permission(
        always(DECISION_MAKER), _call, act=lambda user, world: decision.decide(by=user, call=world.call)
    ),
    "scoring.send_letters": Permission(
        always(MANAGERS), _call, act=lambda user, world: letters.send_letters(by=user, call=world.call)
    ),
    "scoring.publish_result": Permission(
        always(MANAGERS), _call, act=lambda user, world: letters.publish_result(by=user, call=world.call)
    ),
    "scoring.settle_impartiality": Permission(
        always(SECRETARIAT | CHAIR),
        _call,
        act=lambda user, world: (
            world.case and impartiality.settle(by=user, declaration=world.case, verdict="impartial")
        ),
    ),
    "scoring.act_as_juror": Permission(
        always(JUROR),
        _seat,
        _sees_seat,
        lambda user, world: impartiality.declare_many(by=user, juror=world.jurors["juror"], declarations=[]),
    ),
    "scoring.assess": Permission(
        since(Phase.ASSESSMENT, JUROR),
        _assessment,
        _sees_assessment,
        lambda user, world: assessments.save_assessment(by=user, assessment=_assessment(world), scores={}),
    ),
}
# Needs a thing that earlier phases do not have.
ACTS_FROM = {"scoring.recommend": Phase.ASSESSMENT, "scoring.settle_impartiality": Phase.FORMAL_CHECK}


def lets_in(act: Callable[[User, World], object], user: User, world: World) -> bool:
    """Whether the guard lets the person through; what the service then does is undone."""
    try:
        with transaction.atomic():
            act(user, world)
            transaction.set_rollback(True)
    except (NotAllowed, Http404):
        return False
    except Refused:
        pass  # by a rule about the thing, not about the person
    return True


def test_every_permission_stands_in_the_table() -> None:
    ours = {name for name in permissions if name.split(".")[0] in ("accounts", "competition", "scoring", "home")}

    assert ours == set(PERMISSIONS)


@pytest.mark.django_db
@pytest.mark.parametrize("phase", PHASES)
def test_predicate_list_and_guard_agree(phase: Phase) -> None:
    world = build(phase)
    wrong = []

    for role in ROLES:
        if role == "visitor":
            continue  # signed out, there is nobody to act; tests/permissions/test_urls.py asks for the pages
        for name, permission in PERMISSIONS.items():
            obj = permission.obj(world)
            if obj is None:
                continue
            want = role in permission.granted[phase]
            answers = {"predicate": rules.has_perm(name, world.person(role), obj)}
            if permission.listed is not None:
                answers["list"] = permission.listed(world.person(role), world)
            if permission.act is not None and PHASES.index(phase) >= PHASES.index(ACTS_FROM.get(name, PHASES[0])):
                answers["guard"] = lets_in(permission.act, world.person(role), world)
            wrong += [f"{role}: {door} of {name} says {is_}" for door, is_ in answers.items() if is_ != want]

    assert wrong == []


# Nobody but its organisation knows of a draft; the programme sees it from the moment it is handed in.
SEEN_IN_STATE = dict.fromkeys(SketchState, APPLICANT | OF_PROGRAMME) | {SketchState.DRAFT: APPLICANT}


@pytest.mark.django_db
def test_a_sketch_is_seen_by_its_state() -> None:
    world = build(Phase.ASSESSMENT)
    wrong = []

    for state in SketchState:
        Sketch.objects.filter(pk=world.sketch.pk).update(state=state)
        for role in ROLES:
            if role == "visitor":
                continue
            user, want = world.person(role), role in SEEN_IN_STATE[state]
            answers = {
                "predicate": rules.has_perm("competition.view_sketch", user, _sketch(world)),
                "list": world.sketch in sketches_visible_to(user),
                "read": lets_in(lambda user, world: get_sketch_for(user, world.sketch.reference), user, world),
            }
            if role in OF_PROGRAMME:
                answers["owner's list"] = world.sketch in received_sketches(world.call, user=user)
            wrong += [f"{role}, {state}: {door} says {is_}" for door, is_ in answers.items() if is_ != want]

    assert wrong == []


def test_visitors_are_granted_nothing(db: None) -> None:
    from django.contrib.auth.models import AnonymousUser

    world = build(Phase.COMPLETED)

    granted = [name for name, one in PERMISSIONS.items() if rules.has_perm(name, AnonymousUser(), one.obj(world))]

    assert granted == []
    assert not sketches_visible_to(AnonymousUser()).exists()


NOT_FOR_JURORS = (
    "competition.keep_records",
    "competition.view_letters",
    "scoring.run_aggregation",
    "scoring.view_ranking",
    "scoring.monitor_jury",
    "scoring.complete_assessment",
    "scoring.recommend",
    "scoring.decide",
)


@pytest.mark.django_db
class TestVetoes:
    """A restriction stands above every role."""

    def test_disqualified_juror_who_also_owns_the_programme(self) -> None:
        world = build(Phase.ASSESSMENT)
        user = _with_role(world, "disqualified_juror", ProgrammeRole.OWNER)

        seen = sketches_visible_to(user)

        assert not rules.has_perm("competition.view_sketch", user, _sketch(world))
        assert world.sketch not in seen
        assert world.sketch not in received_sketches(world.call, user=user)
        assert world.other_sketch in seen

    @pytest.mark.parametrize("name", NOT_FOR_JURORS)
    @pytest.mark.parametrize("role", [ProgrammeRole.OWNER, ProgrammeRole.DECISION_MAKER, ProgrammeRole.OBSERVER])
    def test_juror_with_a_role_in_the_programme(self, name: str, role: str) -> None:
        world = build(Phase.DRAFT)
        user = _with_role(world, "juror", role)

        assert not rules.has_perm(name, user, world.call)

    def test_chair_with_a_role_recommends_and_does_not_decide(self) -> None:
        world = build(Phase.DRAFT)
        _with_role(world, "chair", ProgrammeRole.JURY_SECRETARY)
        user = _with_role(world, "chair", ProgrammeRole.DECISION_MAKER)

        assert rules.has_perm("scoring.recommend", user, world.call)
        assert not rules.has_perm("scoring.decide", user, world.call)

    def test_whoever_recommended_does_not_decide(self) -> None:
        world = build(Phase.COMPLETED)
        user = _with_role(world, "jury_secretary", ProgrammeRole.DECISION_MAKER)

        assert not rules.has_perm("scoring.decide", user, world.call)

    def test_juror_who_was_taken_off(self) -> None:
        world = build(Phase.ASSESSMENT)
        Juror.objects.filter(pk=world.jurors["juror"].pk).update(state=JurorState.REMOVED)
        world.jurors["juror"].refresh_from_db()
        user = world.person("juror")

        assert not rules.has_perm("scoring.act_as_juror", user, world.jurors["juror"])
        assert not rules.has_perm("scoring.assess", user, _assessment(world))
        assert not _sees_seat(user, world)
        assert not _sees_assessment(user, world)

    def test_person_who_was_deactivated(self) -> None:
        world = build(Phase.ASSESSMENT)
        User.objects.filter(pk__in=[world.people[role].pk for role in ROLES if role != "visitor"]).update(
            is_active=False
        )

        granted = [
            (role, name)
            for role in ROLES
            if role != "visitor"
            for name, one in PERMISSIONS.items()
            if rules.has_perm(name, world.person(role), one.obj(world))
        ]

        assert granted == []


def _with_role(world: World, person: str, role: str) -> User:
    """As roles may have come about before the service refused what does not go together."""
    factories.add_role(world.call.programme, world.people[person], role)
    return world.person(person)

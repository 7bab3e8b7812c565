"""One competition and everybody who could knock at its doors, taken to a phase through the real services.

The call has two sketches. "The" sketch is the first one, of the agency; the other is another agency's. The jury has
four seats: a juror who is impartial everywhere, one who is disqualified from the sketch, the chair, and one whose case
on the other sketch waits for the chair's finding. Programme and jury are the same in every phase.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.enums import MemberRole, OrganisationKind
from accounts.models import Invitation, JoinRequest, Membership, Organisation, User
from accounts.services import invite_member, request_to_join
from accounts.tokens import make as make_token
from competition.enums import Phase, ProgrammeRole, SketchState
from competition.models import (
    AccessException,
    Attachment,
    Call,
    CoApplicant,
    Endorsement,
    Enquiry,
    InformationMeeting,
    InvitationCode,
    ProgrammePartner,
    Question,
    Sketch,
    Upload,
)
from competition.selectors.co_applicants import token_of
from competition.services import formal_check
from competition.services.access import make_codes
from competition.services.attachments import add_attachment
from competition.services.co_applicants import decline_co_applicant
from competition.services.enquiries import ask
from competition.services.meetings import create_meeting
from competition.services.previews import make_preview
from competition.services.programmes import grant_programme_role
from competition.services.uploads import begin_upload
from notifications.enums import LetterKind
from notifications.models import Letter
from scoring.enums import JurorRole, Verdict
from scoring.models import (
    AggregationRun,
    Assessment,
    AssignmentRun,
    ImpartialityDeclaration,
    ImpartialityReason,
    Juror,
    JurorProfile,
    Objection,
)
from scoring.services import assignment, decision, impartiality, jury, letters, objections
from scoring.services.publication import publish_jury
from scoring.services.wishes import ask_for_wishes
from tests import factories
from tests.competition import exceptions
from tests.documents import PDF
from tests.remembered import remembered
from tests.scoring import factories as scoring_factories
from tests.scoring import pool as pool_factories

PHASES = (Phase.DRAFT, Phase.OPEN, Phase.FORMAL_CHECK, Phase.ASSESSMENT, Phase.COMPLETED)

# Everybody, by the name the tables use. The visitor has not signed in; the stranger has, and has no role anywhere.
STAFF = ("owner", "call_manager", "case_officer", "jury_secretary", "decision_maker", "observer")
JURORS = ("juror", "disqualified_juror", "chair", "unsettled_juror")
ATTENDING = ("seat_observer",)  # sits in the jury, and gives no grades
OUTSIDERS = ("stranger", "other_agency", "other_juror")
ROLES = (
    "visitor",
    *OUTSIDERS,
    "agency_admin",
    "agency_reader",
    *JURORS,
    *ATTENDING,
    *STAFF,
    "other_owner",
    "superuser",
)


@dataclass
class World:
    phase: Phase
    call: Call
    people: dict[str, User] = field(default_factory=dict)
    agency: Organisation | None = None
    invitation: Invitation | None = None
    join_request: JoinRequest | None = None
    code: InvitationCode | None = None
    exception: AccessException | None = None
    sketch: Sketch | None = None
    other_sketch: Sketch | None = None
    co_applicant: CoApplicant | None = None
    endorsement: Endorsement | None = None
    attachment: Attachment | None = None
    upload: Upload | None = None
    enquiry: Enquiry | None = None
    meeting: InformationMeeting | None = None
    jurors: dict[str, Juror] = field(default_factory=dict)
    profile: JurorProfile | None = None
    attending: Juror | None = None
    case: ImpartialityDeclaration | None = None
    objection: Objection | None = None
    assignment_run: AssignmentRun | None = None
    aggregation_run: AggregationRun | None = None

    def person(self, role: str) -> User:
        """Freshly read: roles are remembered on the object."""
        return User.objects.get(pk=self.people[role].pk)

    @property
    def letter(self) -> Letter:
        return Letter.objects.filter(recipient=self.people["juror"].email).first()

    @property
    def letter_of_sketch(self) -> Letter:
        """A letter about the agency's sketch, as its people find it below the sketch."""
        told = {
            "kind": LetterKind.DISMISSAL,
            "recipient": "post@agency.example",
            "language": "en",
            "subject": "About it",
        }
        letter, _made = Letter.objects.get_or_create(
            occasion=f"dismissal:{self.sketch.pk}:0:mailbox",
            defaults=told | {"text": "A word.", "html": "", "released_at": timezone.now()},
        )
        return letter

    @property
    def receipt_number(self) -> str:
        return self.sketch.current_version.leaf.number

    @property
    def member_token(self) -> str:
        return make_token("invitation", pk=self.invitation.pk, nonce=self.invitation.nonce)

    @property
    def juror_token(self) -> str:
        return jury.invitation_token(self.jurors["juror"])


@remembered
def build(phase: Phase) -> World:
    """The world in that phase, grown from the one before it. Other phases than those of PHASES are not known."""
    if phase in (Phase.DRAFT, Phase.OPEN):
        world = _world(phase)
    else:
        world = build(PHASES[PHASES.index(phase) - 1])
        world.phase = phase
    steps = {
        Phase.OPEN: _receive,
        Phase.FORMAL_CHECK: _close,
        Phase.ASSESSMENT: _assess,
        Phase.COMPLETED: _complete,
    }
    if phase in steps:
        steps[phase](world)
    world.call.refresh_from_db()
    return world


def _world(phase: Phase) -> World:
    programme = factories.make_programme(owner=(owner := factories.make_user()))
    world = World(phase, factories.make_call(programme=programme, publish=phase != Phase.DRAFT))
    people = world.people
    people["owner"] = owner
    for role in ROLES:
        if role not in ("visitor", "owner"):
            people[role] = factories.make_user(is_superuser=role == "superuser")
    for role in STAFF:
        grant_programme_role(by=None, programme=programme, user=people[role], role=ProgrammeRole(role))
    world.agency = factories.make_organisation(member=people["agency_admin"])
    Membership.objects.create(user=people["agency_reader"], organisation=world.agency, role=MemberRole.READER)
    factories.make_organisation(member=people["other_agency"])
    world.invitation = invite_member(
        by=people["agency_admin"], organisation=world.agency, email="new@example.com", role="reader", language="en"
    )
    world.join_request = request_to_join(by=people["stranger"], organisation=world.agency)
    for role in JURORS:
        world.jurors[role] = scoring_factories.make_juror(
            world.call, email=people[role].email, role=JurorRole.CHAIR if role == "chair" else JurorRole.JUROR
        )
    world.attending = scoring_factories.make_juror(
        world.call, email=people["seat_observer"].email, role=JurorRole.OBSERVER
    )
    world.profile = pool_factories.make_profile(programme, email=people["juror"].email)
    publish_jury(by=people["owner"], call=world.call, is_published=True)
    ask_for_wishes(by=people["owner"], call=world.call, until=(timezone.now() + dt.timedelta(days=30)).date())
    ProgrammePartner.objects.create(programme=programme, name="County of Fjords")
    world.code = make_codes(by=people["owner"], call=world.call, labels=["Northern municipalities"])[0]
    if phase != Phase.DRAFT:
        world.exception = exceptions.grant(
            world.call, world.agency, closes_at=world.call.deadline + dt.timedelta(seconds=1)
        )
    soon = timezone.now() + dt.timedelta(days=5)
    world.meeting = create_meeting(
        by=owner, call=world.call, title_en="Before you write", starts_at=soon, ends_at=soon + dt.timedelta(hours=1)
    )
    _other_competition(world)
    return world


def _other_competition(world: World) -> None:
    """Somebody else's programme and call, with a juror and an owner of their own."""
    organisation = factories.make_organisation(kind=OrganisationKind.PROGRAMME_OWNER)
    programme = factories.make_programme(owner=world.people["other_owner"], organisation=organisation)
    grant_programme_role(by=None, programme=programme, user=world.people["other_owner"], role=ProgrammeRole.OWNER)
    scoring_factories.make_juror(factories.make_call(programme=programme), email=world.people["other_juror"].email)


def _receive(world: World) -> None:
    world.sketch = factories.make_sketch(call=world.call, by=world.people["agency_admin"])
    question = Question.objects.get(call=world.call, kind="file")
    world.attachment = add_attachment(
        by=world.people["agency_admin"], sketch=world.sketch, question=question, file=ContentFile(PDF, "plan.pdf")
    )
    assert make_preview(pk=world.attachment.pk)
    world.upload = begin_upload(
        by=world.people["agency_admin"], sketch=world.sketch, question=question, name="large.pdf", size=6_000_000
    )
    factories.submit(world.sketch, by=world.people["agency_admin"])
    world.endorsement = factories.endorse(world.sketch)
    world.co_applicant = decline_co_applicant(token=token_of(factories.invite(world.sketch)), reason="No people")
    world.other_sketch = factories.make_sketch(call=world.call, by=world.people["other_agency"])
    factories.submit(world.other_sketch, by=world.people["other_agency"])
    world.sketch.refresh_from_db()
    world.other_sketch.refresh_from_db()
    world.enquiry = ask(by=world.people["stranger"], call=world.call, text="Who may apply?", language="en")


def _close(world: World) -> None:
    factories.close(world.call)
    AccessException.objects.filter(pk=world.exception.pk).update(  # ended with the call, so that nothing waits for it
        closes_at=world.call.deadline + dt.timedelta(milliseconds=1)
    )
    reasons = {reason.blocks: reason for reason in ImpartialityReason.objects.all()}
    against = {("disqualified_juror", world.sketch.pk): True, ("unsettled_juror", world.other_sketch.pk): False}
    for role, juror in world.jurors.items():
        for sketch in (world.sketch, world.other_sketch):
            blocks = against.get((role, sketch.pk))
            made = impartiality.declare(
                by=juror.user,
                juror=juror,
                sketch=sketch,
                verdict=Verdict.IMPARTIAL if blocks is None else Verdict.DISQUALIFIED,
                reason=None if blocks is None else reasons[blocks],
            )
            if made.verdict == Verdict.UNSETTLED:
                world.case = made
    world.objection = objections.object_to_juror(
        by=world.people["agency_admin"],
        sketch=world.sketch,
        juror=world.jurors["disqualified_juror"],
        reason=reasons[True],
    )


def _assess(world: World) -> None:
    by = world.people["owner"]
    formal_check.admit_sketches(by=by, call=world.call, sketches=[world.sketch, world.other_sketch])
    formal_check.complete_formal_check(by=by, call=world.call)
    world.assignment_run = scoring_factories.compute_assignment(world.call)
    assignment.publish_assignment(by=by, run=world.assignment_run)
    for one in scoring_factories.own_assessments(world.jurors["chair"]):
        scoring_factories.grade(one)
    for one in scoring_factories.own_assessments(world.jurors["juror"]):
        scoring_factories.grade(one, send=False)
    world.aggregation_run = scoring_factories.compute_ranking(world.call)


def _complete(world: World) -> None:
    owner = world.people["owner"]
    objections.settle_objection(by=world.people["chair"], objection=world.objection, upheld=False)
    impartiality.settle(by=world.people["chair"], declaration=world.case, verdict=Verdict.IMPARTIAL)
    for one in Assessment.objects.standing().filter(sketch__call=world.call).exclude(state="final"):
        scoring_factories.grade(one, 4)
    decision.complete_assessment(by=owner, call=world.call)
    run = world.aggregation_run = scoring_factories.compute_ranking(world.call)
    items = scoring_factories.outcomes(world.call, awarded=1, departure_reasons="The jury voted.")
    decision.recommend(by=world.people["jury_secretary"], call=world.call, run=run, reasons="Agreed.", items=items)
    decision.decide(by=world.people["decision_maker"], call=world.call)
    letters.send_letters(by=owner, call=world.call)
    letters.publish_result(by=owner, call=world.call)
    for sketch in (world.sketch, world.other_sketch):
        sketch.refresh_from_db()
    assert {world.sketch.state, world.other_sketch.state} == {SketchState.AWARDED, SketchState.REJECTED}

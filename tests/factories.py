"""Boring makers of what tests need: calls and sketches come about through the real services."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from typing import Any

from django.utils import timezone

from accounts.enums import Country, MemberRole, OrganisationKind
from accounts.models import Membership, Organisation, User
from competition.enums import Phase, ProgrammeRole
from competition.models import (
    Call,
    CoApplicant,
    Endorsement,
    Programme,
    ProgrammeMember,
    Question,
    Sketch,
    SketchVersion,
)
from competition.selectors.co_applicants import token_of
from competition.selectors.endorsements import draft_content
from competition.selectors.endorsements import token_of as endorsement_token
from competition.services import (
    calls,
    co_applicants,
    dismissals,
    endorsements,
    formal_check,
    programmes,
    receipts,
    sketches,
    submission,
)
from tests.remembered import remembered

_count = itertools.count(1)

TEXT = "Many people meet this need every day, and nothing on the market answers it."
# An answer to every required question of the default form.
ANSWERS: dict[str, Any] = {
    "title": "Safe nights at home",
    "summary": TEXT,
    "need": TEXT,
    "why_unsolved": TEXT,
    "effect": TEXT,
    "innovation": TEXT,
    "users_market": TEXT,
    "plan_team": TEXT,
    "budget": "2500000",
    "spread": TEXT,
    "topics": ["health"],
}


@remembered
def make_user(email: str = "", **fields: Any) -> User:
    fields.setdefault("language", "en")
    return User.objects.create_user(email or f"person{next(_count)}@example.com", **fields)


@remembered
def make_organisation(*, member: User | None = None, role: str = MemberRole.ADMIN, **fields: Any) -> Organisation:
    """An organisation without a number; `member` belongs to it."""
    number = next(_count)
    fields = {
        "name": f"Municipality {number}",
        "country": Country.NO,
        "kind": OrganisationKind.MUNICIPALITY,
        "mailbox": f"post{number}@example.com",
    } | fields
    organisation = Organisation.objects.create(**fields)
    if member is not None:
        Membership.objects.create(user=member, organisation=organisation, role=role)
    return organisation


@remembered
def make_programme(*, owner: User | None = None, **fields: Any) -> Programme:
    """A programme whose owner has the role of that name."""
    fields = {"name": f"Programme {next(_count)}", "contact_mailbox": "programme@example.com"} | fields
    if "organisation" not in fields:
        fields["organisation"] = make_organisation(kind=OrganisationKind.PROGRAMME_OWNER)
    programme = programmes.create_programme(**fields)
    add_role(programme, owner or make_user(), ProgrammeRole.OWNER)
    return programme


@remembered
def add_role(programme: Programme, user: User, role: str) -> User:
    ProgrammeMember.objects.create(programme=programme, user=user, role=role)
    return user


@remembered
def make_member(programme: Programme, role: str) -> User:
    """A new person with a role in the programme."""
    return add_role(programme, make_user(), role)


def owner_of(programme: Programme) -> User:
    """The programme's first owner, freshly read."""
    return User.objects.filter(programme_memberships__programme=programme, programme_memberships__role="owner").first()


@remembered
def make_call(*, programme: Programme | None = None, publish: bool = True, **fields: Any) -> Call:
    """A call that has been open since yesterday, for 60 days more, in English, unless fields say otherwise."""
    programme = programme or make_programme()
    number, now = next(_count), timezone.now()
    fields = {
        "slug": f"call-{number}",
        "title_en": f"Call {number}",
        "title_nb": f"Utlysning {number}",
        "summary_en": "What do you need that nobody sells?",
        "summary_nb": "Hva trenger dere som ingen selger?",
        "languages": ["en", "nb"],
        "default_language": "en",
        "eligible_kinds": [OrganisationKind.MUNICIPALITY, OrganisationKind.STATE_AGENCY],
        "opens_at": now - dt.timedelta(days=1),
        "deadline": now + dt.timedelta(days=60),
    } | fields
    by = owner_of(programme)
    call = calls.create_call(by=by, programme=programme, **fields)
    return calls.publish_call(by=by, call=call) if publish else call


@remembered
def set_instants(call: Call, **instants: Any) -> Call:
    """Move a call in time behind the services' back."""
    Call.objects.filter(pk=call.pk).update(**instants)
    call.refresh_from_db()
    return call


@remembered
def close(call: Call) -> Call:
    """Let the deadline have been a second ago, and seal the receipts."""
    set_instants(call, deadline=timezone.now() - dt.timedelta(seconds=1))
    receipts.seal_tree(call=call)
    return call


@remembered
def dismiss(sketch: Sketch, reason: str = "Not a public body.") -> Sketch:
    """Dismissed by two people: the owner proposes, a case officer confirms."""
    proposal = dismissals.propose_dismissal(by=owner_of(sketch.call.programme), sketch=sketch, reason=reason)
    by = make_member(sketch.call.programme, ProgrammeRole.CASE_OFFICER)
    return dismissals.confirm_dismissal(by=by, proposal=proposal)


@remembered
def make_sketch(*, call: Call | None = None, by: User | None = None, answers: dict | None = None) -> Sketch:
    """A draft with every required answer (or `answers`); `by` writes for a municipality of their own."""
    call = call or make_call()
    by = by or make_user()
    organisation = Organisation.objects.filter(memberships__user=by).first() or make_organisation(member=by)
    sketch = sketches.start_sketch(by=by, call=call, organisation=organisation)
    sketches.save_answers(by=by, sketch=sketch, values=ANSWERS if answers is None else answers)
    return sketch


@remembered
def invite(
    sketch: Sketch, organisation: Organisation | None = None, *, role: str = "editor", **fields: Any
) -> CoApplicant:
    """An organisation (a new one with a member, unless named) asked to join the sketch."""
    if organisation is None and not fields:
        organisation = make_organisation(member=make_user())
    return co_applicants.invite_co_applicant(
        by=writer_of(sketch), sketch=sketch, organisation=organisation, role=role, **fields
    )


@remembered
def join(sketch: Sketch, organisation: Organisation | None = None, *, role: str = "editor") -> CoApplicant:
    """A confirmed co-applicant."""
    co = invite(sketch, organisation, role=role)
    by = co.organisation.members.first()
    if by is None:
        by = make_user()
        Membership.objects.create(user=by, organisation=co.organisation, role=MemberRole.EDITOR)
    return co_applicants.confirm_co_applicant(by=by, token=token_of(co))


@remembered
def ask_endorsement(sketch: Sketch) -> Endorsement:
    return endorsements.ask_endorsement(
        by=writer_of(sketch), sketch=sketch, role_title="Chief executive", mailbox="chief@example.com"
    )


@remembered
def endorse(sketch: Sketch) -> Endorsement:
    """The sketch as it stands, endorsed."""
    record = ask_endorsement(sketch)
    return endorsements.give_endorsement(token=endorsement_token(record), seen=draft_content(sketch))


def writer_of(sketch: Sketch) -> User:
    """Somebody who writes for the sketch's organisation, freshly read."""
    return User.objects.filter(memberships__organisation=sketch.organisation).first()


@remembered
def add_file_question(call: Call, **fields: Any) -> Question:
    """One more question for files, behind the services' back, so that the call may be open."""
    number = next(_count)
    fields = {"code": f"files-{number}", "label_en": f"Files {number}", "required": False, "order": 900} | fields
    return Question.objects.create(call=call, kind="file", **fields)


@remembered
def add_colleague(sketch: Sketch, *, role: str = MemberRole.EDITOR, **fields: Any) -> User:
    """Another member of the lead applicant."""
    colleague = make_user(**fields)
    sketch.organisation.memberships.create(user=colleague, role=role)
    return colleague


@remembered
def submit(sketch: Sketch, *, by: User | None = None) -> SketchVersion:
    return submission.submit_sketch(by=by or writer_of(sketch), sketch=sketch, idempotency_key=uuid.uuid4())


@remembered
def make_submitted_sketch(*, call: Call | None = None, by: User | None = None, **answers: Any) -> Sketch:
    """A sketch that was handed in; `answers` differ from the usual ones."""
    sketch = make_sketch(call=call, by=by, answers=ANSWERS | answers)
    submit(sketch)
    return sketch


@remembered
def make_call_under_assessment(*, sketches_count: int = 3, **fields: Any) -> Call:
    """A call that is closed and formally checked, with that many admitted sketches."""
    call = make_call(**fields)
    received = [make_submitted_sketch(call=call, title=f"Sketch {n}") for n in range(1, sketches_count + 1)]
    close(call)
    by = owner_of(call.programme)
    formal_check.admit_sketches(by=by, call=call, sketches=received)
    return formal_check.complete_formal_check(by=by, call=call)


@remembered
def call_in_phase(phase: Phase, **fields: Any) -> Call:
    """A call without sketches in the phase, by its instants and milestones alone."""
    now = timezone.now()
    hour = dt.timedelta(hours=1)
    call = make_call(publish=phase != Phase.DRAFT, **fields)
    if phase == Phase.DRAFT:
        return call
    if phase == Phase.ANNOUNCED:
        return set_instants(call, opens_at=now + hour)
    if phase == Phase.OPEN:
        return call
    if phase == Phase.CANCELLED:
        return set_instants(call, cancelled_at=now - hour)
    milestones = {
        Phase.ASSESSMENT: "formal_check_completed_at",
        Phase.JURY_MEETING: "assessment_completed_at",
        Phase.DECISION: "recommended_at",
        Phase.LETTERS: "decided_at",
        Phase.COMPLETED: "result_published_at",
        Phase.ARCHIVED: "archived_at",
    }
    reached = dict.fromkeys(milestones.values(), None)
    for later, name in milestones.items():
        if phase == Phase.FORMAL_CHECK:
            break
        reached[name] = now - hour
        if later == phase:
            break
    return set_instants(call, deadline=now - 2 * hour, opens_at=now - 48 * hour, **reached)

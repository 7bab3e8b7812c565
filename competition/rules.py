"""Who may do what with calls and sketches: small predicates, named permissions, and vetoes from the apps above.

Ask with `rules.has_perm(name, user, obj)` or `accounts.guards.require`; `user.has_perm` lets superusers past vetoes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import rules

from accounts.enums import WRITING_ROLES
from accounts.models import Organisation
from competition.enums import RECEIVED_STATES, CoApplicantRole, ProgrammeRole, SketchState
from competition.models import Call, CoApplicant, Programme, Sketch
from competition.selectors.access import eligible
from competition.selectors.co_applicants import joined_as
from competition.selectors.programmes import member_roles, roles_in

MANAGERS = (ProgrammeRole.OWNER, ProgrammeRole.CALL_MANAGER)
FORMAL_CHECKERS = (*MANAGERS, ProgrammeRole.CASE_OFFICER)


def _programme_id(obj: Call | Programme | Sketch) -> int:
    if isinstance(obj, Programme):
        return obj.pk
    return (obj.call if isinstance(obj, Sketch) else obj).programme_id


def has_role(*roles: ProgrammeRole) -> rules.Predicate:
    """The person has one of the roles (any role at all when none is named) in the programme of the object."""

    @rules.predicate(f"has_role:{'|'.join(roles) or 'any'}")
    def predicate(user, obj) -> bool:
        if obj is None:
            return False
        held = roles_in(user, _programme_id(obj))
        return bool(held & set(roles)) if roles else bool(held)

    return predicate


@rules.predicate
def is_applicant(user, sketch: Sketch | None) -> bool:
    """A member of the lead applicant or of a confirmed co-applicant, readers included."""
    return sketch is not None and bool(member_roles(user, sketch.organisation_id) or joined_as(user, sketch))


@rules.predicate
def is_lead(user, sketch: Sketch | None) -> bool:
    """Somebody who writes for the lead applicant, which answers for the sketch."""
    return sketch is not None and bool(member_roles(user, sketch.organisation_id) & set(WRITING_ROLES))


@rules.predicate
def is_writing_co_applicant(user, sketch: Sketch | None) -> bool:
    """Somebody who writes for a confirmed co-applicant which the lead applicant lets write."""
    return sketch is not None and CoApplicantRole.EDITOR in joined_as(user, sketch)


is_writing_applicant = is_lead | is_writing_co_applicant


@rules.predicate
def speaks_for_co_applicant(user, co: CoApplicant | None) -> bool:
    """Somebody who writes for the organisation itself, whatever the lead applicant lets it do with the sketch."""
    return (
        co is not None
        and co.organisation_id is not None
        and bool(member_roles(user, co.organisation_id) & set(WRITING_ROLES))
    )


@rules.predicate
def leads_sketch_of(user, co: CoApplicant | None) -> bool:
    return co is not None and is_lead.test(user, co.sketch)


@rules.predicate
def is_received(user, sketch: Sketch | None) -> bool:
    """Handed in, whatever became of it afterwards. A draft is nobody's business but the applicant's."""
    return sketch is not None and sketch.state in (*RECEIVED_STATES, SketchState.WITHDRAWN)


@rules.predicate
def is_published(user, call: Call | None) -> bool:
    return call is not None and call.published_at is not None


@rules.predicate
def has_account(user, obj=None) -> bool:
    return user.is_authenticated and user.is_active


@rules.predicate
def writes_for_eligible_organisation(user, call: Call | None) -> bool:
    return (
        call is not None
        and user.is_authenticated
        and user.is_active
        and eligible(call, Organisation.objects.written_by(user)).exists()
    )


# --- Vetoes ---------------------------------------------------------------------------------------------------------

Veto = Callable[[object, Call | Sketch], bool]
CONTENT_PERMISSIONS = ("competition.view_submissions", "competition.view_sketch")
# Letters carry copies of sketches and outcomes: a veto on them answers for the whole call.
LETTERS = "competition.view_letters"
_vetoes: dict[str, list[Veto]] = {name: [] for name in (*CONTENT_PERMISSIONS, LETTERS)}


def register_veto(veto: Veto, *, permissions: Iterable[str] = CONTENT_PERMISSIONS) -> Veto:
    """`veto(user, obj)` answers whether the person must be kept out, whatever roles they hold.

    `obj` is a Call for view_submissions and a Sketch for view_sketch: a veto answers for both. Register the matching
    filter with competition.selectors.vetoes.register_list_veto.
    """
    for name in permissions:
        if veto not in _vetoes[name]:
            _vetoes[name].append(veto)
    return veto


def is_vetoed(name: str) -> rules.Predicate:
    @rules.predicate(f"is_vetoed:{name}")
    def predicate(user, obj) -> bool:
        return obj is not None and any(veto(user, obj) for veto in _vetoes[name])

    return predicate


# --- Permissions ----------------------------------------------------------------------------------------------------

may_manage = has_role(*MANAGERS)
on_owners_side = has_role()

rules.add_perm("competition.create_call", may_manage)  # on a Programme
rules.add_perm("competition.view_programme", may_manage)
# Wagtail's editor asks its own groups, which services.programme_editors keeps in step with this.
rules.add_perm("competition.edit_pages", may_manage)
rules.add_perm("competition.manage_programme", has_role(ProgrammeRole.OWNER))
rules.add_perm("competition.view_workspace", on_owners_side)
rules.add_perm("competition.manage_call", may_manage)
rules.add_perm("competition.check_formalities", has_role(*FORMAL_CHECKERS))
rules.add_perm("competition.answer_enquiries", has_role(*FORMAL_CHECKERS))
rules.add_perm("competition.manage_meetings", has_role(*FORMAL_CHECKERS))
rules.add_perm("competition.view_submissions", on_owners_side & ~is_vetoed("competition.view_submissions"))
rules.add_perm("competition.grant_exception", may_manage)
rules.add_perm("competition.manage_access", may_manage)
rules.add_perm(LETTERS, may_manage & ~is_vetoed(LETTERS))
# The records hold every sketch and every letter.
rules.add_perm("competition.keep_records", may_manage & ~is_vetoed(LETTERS))
rules.add_perm("competition.ask", is_published & has_account)
rules.add_perm("competition.register_for_meeting", is_published & has_account)
rules.add_perm("competition.apply", is_published & writes_for_eligible_organisation)

rules.add_perm(
    "competition.view_sketch",
    (is_applicant | (is_received & on_owners_side)) & ~is_vetoed("competition.view_sketch"),
)
rules.add_perm("competition.write_sketch", is_writing_applicant)
rules.add_perm("competition.submit_sketch", is_lead)
rules.add_perm("competition.withdraw_sketch", is_lead)
rules.add_perm("competition.ask_endorsement", is_lead)
rules.add_perm("competition.manage_co_applicants", is_lead)
rules.add_perm("competition.withdraw_co_applicant", speaks_for_co_applicant | leads_sketch_of)  # on a CoApplicant

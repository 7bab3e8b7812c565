"""Who gets in where, and when. One row for every address of the site; a test walks the URL configuration for new ones.

A row says who is let in; everybody else is answered as the area answers: `SITE` and `ADMIN` send visitors to sign in
and tell others that there is nothing; `PUBLIC` tells everybody so. The admin sends people without any role in a
programme to its sign-in page, whatever the address.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from django.core.files.uploadedfile import SimpleUploadedFile

from competition.enums import Phase
from competition.selectors.co_applicants import token_of
from competition.selectors.endorsements import token_of as endorsement_token
from tests.documents import PDF
from tests.permissions.world import JURORS, PHASES, ROLES, STAFF, World

Who = frozenset[str]
PUBLIC, SITE, ADMIN = "public", "site", "admin"


def who(*names: str) -> Who:
    assert set(names) <= set(ROLES)
    return frozenset(names)


NOBODY = who()
EVERYBODY = who(*ROLES)
SIGNED_IN = EVERYBODY - {"visitor"}
WRITER = who("agency_admin")
APPLICANT = who("agency_admin", "agency_reader")
JURY = who(*JURORS)
CHAIR = who("chair")
OF_PROGRAMME = who(*STAFF)
OWNER = who("owner")
MANAGERS = who("owner", "call_manager")
CHECKERS = MANAGERS | {"case_officer"}
SECRETARIAT = MANAGERS | {"jury_secretary"}
RANKING = SECRETARIAT | {"decision_maker", "observer"}
DECISION_MAKER = who("decision_maker")
# The admin's door: whoever has a role in some programme.
ADMITTED_TO_ADMIN = OF_PROGRAMME | {"other_owner", "superuser"}


def always(let_in: Who) -> dict[Phase, Who]:
    return dict.fromkeys(PHASES, let_in)


def since(phase: Phase, let_in: Who) -> dict[Phase, Who]:
    """From the phase on; before it there is nothing to see."""
    return {each: let_in if PHASES.index(each) >= PHASES.index(phase) else NOBODY for each in PHASES}


def only(phase: Phase, let_in: Who) -> dict[Phase, Who]:
    return always(NOBODY) | {phase: let_in}


@dataclass(frozen=True)
class Row:
    """`address`: the arguments of the URL in a world, if it has any. `data`: makes what is posted; None means GET."""

    area: str
    let_in: dict[Phase, Who]
    address: Callable[[World], list] = field(default=lambda world: [])
    data: Callable[[], dict] | None = None


# What stands for a thing that is not there yet: a well-formed address of nothing.
NO_REFERENCE, NO_NUMBER, NO_KEY = "2222222A", "22222222", 999_999_999


def _call(world):
    return [world.call.pk]


def _slug(world):
    return [world.call.slug]


def _reference(world):
    return world.sketch.reference if world.sketch else NO_REFERENCE


def _sketch(world):
    return [_reference(world)]


def _section(world):
    return [_reference(world), "need"]


def _co_applicant(world):
    return [_reference(world), world.co_applicant.pk if world.co_applicant else NO_KEY]


def _co_applicant_link(world):
    return [token_of(world.co_applicant) if world.co_applicant else "nothing"]


def _endorsement_link(world):
    return [endorsement_token(world.endorsement) if world.endorsement else "nothing"]


def _endorser_file(world):
    return [*_endorsement_link(world), world.attachment.pk if world.attachment else NO_KEY]


def _files(world):
    return [_reference(world), "files" if world.sketch is None else world.attachment.question.code]


def _earlier(world):
    text = world.sketch.history.filter(question__code="need").first() if world.sketch else None
    return [_reference(world), "need", text.pk if text else NO_KEY]


def _letter_of_sketch(world):
    return [_reference(world), world.letter_of_sketch.pk if world.sketch else NO_KEY]


def _attachment(world):
    return [_reference(world), world.attachment.pk if world.attachment else NO_KEY]


def _upload(world):
    return [_reference(world), world.upload.key if world.upload else uuid.UUID(int=0)]


def _receipt(world):
    return [_reference(world), world.receipt_number if world.sketch else NO_NUMBER]


def _juror_sketch(world):
    return [world.call.slug, _reference(world)]


def _juror_attachment(world):
    return [world.call.slug, *_attachment(world)]


def _juror_case(world):
    return [world.call.slug, world.case.pk if world.case else NO_KEY]


def _call_sketch(world):
    return [world.call.pk, _reference(world)]


def _call_criterion(world):
    return [world.call.pk, "need"]


def _call_scale(world):
    return [world.call.pk, "default"]


def _call_question(world):
    return [world.call.pk, "need"]


def _programme(world):
    return [world.call.programme_id]


def _own_profile(world):
    return [world.profile.pk]


def _profile(world):
    return [world.call.programme_id, world.profile.pk]


def _partner(world):
    return [world.call.programme_id, world.call.programme.partners.get().pk]


def _member(world):
    return [world.call.programme_id, world.people["observer"].pk]


def _call_code(world):
    return [world.call.pk, world.code.pk]


def _call_exception(world):
    return [world.call.pk, world.exception.pk if world.exception else NO_KEY]


def _call_section(world):
    return [world.call.pk, "about_need"]


def _call_letter(world):
    return [world.call.pk, world.letter.pk]


def _call_enquiry(world):
    return [world.call.pk, world.enquiry.pk if world.enquiry else NO_KEY]


def _call_meeting(world):
    return [world.call.pk, world.meeting.pk]


def _meeting(world):
    return [world.call.slug, world.meeting.pk]


def _call_juror(world):
    return [world.call.pk, world.jurors["juror"].pk]


def _call_case(world):
    return [world.call.pk, world.case.pk if world.case else NO_KEY]


def _juror_objection(world):
    return [world.call.slug, world.objection.pk if world.objection else NO_KEY]


def _call_objection(world):
    return [world.call.pk, world.objection.pk if world.objection else NO_KEY]


def _call_run(world):
    return [world.call.pk, world.assignment_run.pk if world.assignment_run else NO_KEY]


def _organisation(world):
    return [world.agency.pk]


def _nothing() -> dict:
    return {}


def _file() -> dict:
    return {"file": SimpleUploadedFile("another.pdf", PDF, content_type="application/pdf")}


def _announced() -> dict:
    return {"name": "larger.pdf", "size": "7000000", "modified": "0"}


def _key() -> dict:
    return {"key": str(uuid.uuid4())}


def _language() -> dict:
    return {"language": "en", "next": "/en/"}


ROWS: dict[str, Row] = {
    # The site as a whole.
    "sitemap": Row(PUBLIC, always(EVERYBODY)),
    "robots": Row(PUBLIC, always(EVERYBODY)),
    "home:search": Row(PUBLIC, always(EVERYBODY)),
    "set_language": Row(PUBLIC, always(EVERYBODY), data=_language),
    "wagtailadmin_home": Row(ADMIN, always(ADMITTED_TO_ADMIN)),
    "home:tasks": Row(SITE, always(SIGNED_IN)),
    "home:result": Row(PUBLIC, only(Phase.COMPLETED, EVERYBODY), _slug),
    # Organisations. Whoever has an invitation's link sees what it is about; the button asks for the right address.
    "accounts:organisation_list": Row(SITE, always(SIGNED_IN)),
    "accounts:organisation_find": Row(SITE, always(SIGNED_IN)),
    "accounts:organisation_create": Row(SITE, always(SIGNED_IN)),
    "accounts:language": Row(SITE, always(SIGNED_IN)),
    "accounts:login_code": Row(SITE, always(SIGNED_IN)),
    "accounts:address_code": Row(SITE, always(SIGNED_IN)),
    "accounts:account_delete": Row(SITE, always(SIGNED_IN)),
    "accounts:organisation_detail": Row(SITE, always(APPLICANT), _organisation),
    "competition:organisation_data": Row(SITE, always(APPLICANT), _organisation),
    "accounts:join": Row(SITE, always(SIGNED_IN), _organisation),
    "accounts:join_request": Row(SITE, always(WRITER), lambda world: [world.agency.pk, world.join_request.pk]),
    "accounts:mailbox": Row(SITE, always(WRITER), _organisation),
    "accounts:mail_domains": Row(SITE, always(WRITER), _organisation),
    "accounts:member": Row(
        SITE, always(WRITER), lambda world: [world.agency.pk, world.agency.memberships.get(role="reader").pk]
    ),
    "accounts:waiting_invitation": Row(
        SITE, always(WRITER), lambda world: [world.agency.pk, world.invitation.pk], _nothing
    ),
    "accounts:leave": Row(SITE, always(APPLICANT), _organisation),
    "accounts:invitation": Row(PUBLIC, always(EVERYBODY), lambda world: [world.member_token]),
    # The applicant's pages. Readers read; what they post is not found.
    "competition:call": Row(PUBLIC, since(Phase.OPEN, EVERYBODY), _slug),
    "competition:calendar": Row(PUBLIC, since(Phase.OPEN, EVERYBODY), _slug),
    "competition:programme": Row(PUBLIC, since(Phase.OPEN, EVERYBODY), lambda world: [world.call.programme.slug]),
    "competition:amendments": Row(PUBLIC, since(Phase.OPEN, EVERYBODY), _slug),
    "competition:prepare": Row(PUBLIC, since(Phase.OPEN, EVERYBODY), _slug),
    "competition:feed": Row(PUBLIC, always(EVERYBODY)),
    # Questions and answers: everybody reads, anybody with an account asks.
    "competition:enquiries": Row(PUBLIC, since(Phase.OPEN, EVERYBODY), _slug),
    "competition:ask": Row(SITE, since(Phase.OPEN, SIGNED_IN), _slug),
    "competition:my_enquiries": Row(SITE, always(SIGNED_IN)),
    # Meetings: everybody sees them, anybody with an account comes. What is posted by others leads to the sign-in.
    "competition:meeting": Row(PUBLIC, since(Phase.OPEN, EVERYBODY), _meeting),
    "competition:meeting_calendar": Row(PUBLIC, since(Phase.OPEN, EVERYBODY), _meeting),
    "competition:register": Row(SITE, since(Phase.OPEN, SIGNED_IN), _meeting),
    "competition:unregister": Row(SITE, since(Phase.OPEN, SIGNED_IN), _meeting, _nothing),
    "competition:verify_receipt": Row(PUBLIC, always(EVERYBODY)),
    "competition:start": Row(SITE, since(Phase.OPEN, SIGNED_IN), _slug),
    "competition:redeem": Row(SITE, since(Phase.OPEN, SIGNED_IN), _slug),
    "competition:sketch_list": Row(SITE, always(SIGNED_IN)),
    "competition:sketch": Row(SITE, since(Phase.OPEN, APPLICANT), _sketch),
    "competition:sketch_letter": Row(SITE, since(Phase.OPEN, APPLICANT), _letter_of_sketch),
    "competition:sketch_status": Row(SITE, since(Phase.OPEN, APPLICANT), _sketch),
    "competition:co_applicants": Row(SITE, since(Phase.OPEN, APPLICANT), _sketch),
    "competition:section": Row(SITE, since(Phase.OPEN, APPLICANT), _section),
    "competition:endorsement": Row(SITE, since(Phase.OPEN, APPLICANT), _sketch),
    "competition:endorse": Row(PUBLIC, since(Phase.OPEN, EVERYBODY), _endorsement_link),
    # The world's endorser has answered: such a link opens no file.
    "competition:endorser_file": Row(PUBLIC, always(NOBODY), _endorser_file),
    "competition:endorser_preview": Row(PUBLIC, always(NOBODY), _endorser_file),
    "competition:co_applicant_withdraw": Row(SITE, since(Phase.OPEN, WRITER), _co_applicant),
    "competition:co_applicant_answer": Row(PUBLIC, since(Phase.OPEN, EVERYBODY), _co_applicant_link),
    "competition:check": Row(SITE, since(Phase.OPEN, APPLICANT), _sketch),
    "competition:withdraw": Row(SITE, since(Phase.OPEN, APPLICANT), _sketch),
    "competition:versions": Row(SITE, since(Phase.OPEN, APPLICANT), _sketch),
    "competition:restore": Row(SITE, since(Phase.OPEN, WRITER), _sketch, lambda: {"version": "1", "code": "need"}),
    "competition:restore_whole": Row(SITE, since(Phase.OPEN, WRITER), lambda world: [_reference(world), 1]),
    "competition:earlier": Row(SITE, since(Phase.OPEN, APPLICANT), lambda world: [_reference(world), "need"]),
    "competition:restore_earlier": Row(SITE, since(Phase.OPEN, WRITER), _earlier, _nothing),
    "competition:receipt": Row(SITE, since(Phase.OPEN, APPLICANT), _receipt),
    "competition:receipt_json": Row(SITE, since(Phase.OPEN, APPLICANT), _receipt),
    "competition:receipt_pdf": Row(SITE, since(Phase.OPEN, APPLICANT), _receipt),
    "competition:attachment": Row(SITE, since(Phase.OPEN, APPLICANT | OF_PROGRAMME), _attachment),
    "competition:attachment_preview": Row(SITE, since(Phase.OPEN, APPLICANT | OF_PROGRAMME), _attachment),
    "competition:attachment_remove": Row(SITE, since(Phase.OPEN, APPLICANT), _attachment),
    "competition:attachment_upload": Row(SITE, since(Phase.OPEN, WRITER), _files, _file),
    "competition:upload_begin": Row(SITE, since(Phase.OPEN, WRITER), _files, _announced),
    # A piece without its place, and a file that has not arrived: refused with a reason, to the one who sends it.
    "competition:upload_piece": Row(SITE, since(Phase.OPEN, WRITER), _upload, _nothing),
    "competition:upload_finish": Row(SITE, since(Phase.OPEN, WRITER), _upload, _nothing),
    "competition:upload_cancel": Row(SITE, since(Phase.OPEN, WRITER), _upload, _nothing),
    "competition:autosave": Row(SITE, since(Phase.OPEN, WRITER), _section, _nothing),
    "competition:presence": Row(SITE, since(Phase.OPEN, WRITER), _section, lambda: {"page": "a page"}),
    "competition:submit": Row(SITE, since(Phase.OPEN, WRITER), _sketch, _key),
    # The juror's pages. Who is disqualified, or not settled yet, has left the room for that sketch.
    "scoring:jury_home": Row(SITE, always(SIGNED_IN)),
    "scoring:invitation": Row(PUBLIC, always(EVERYBODY), lambda world: [world.juror_token]),
    # What pools hold about a person is shown to that person alone.
    "scoring:profiles": Row(SITE, always(SIGNED_IN)),
    "scoring:profile_data": Row(SITE, always(SIGNED_IN)),
    "scoring:profile": Row(SITE, always(who("juror")), _own_profile),
    "scoring:profile_leave": Row(SITE, always(who("juror")), _own_profile),
    "scoring:queue": Row(SITE, always(JURY), _slug),
    "scoring:impartiality": Row(SITE, always(JURY), _slug),
    "scoring:wishes": Row(SITE, always(JURY), _slug),
    "scoring:jury_dates": Row(SITE, always(JURY), _slug),
    "scoring:step_back": Row(SITE, always(JURY), _slug),
    "scoring:give_back": Row(SITE, since(Phase.ASSESSMENT, JURY - {"disqualified_juror"}), _juror_sketch),
    "scoring:proceedings": Row(SITE, always(who("seat_observer")), _slug),
    "scoring:finish": Row(SITE, always(JURY), _slug),
    "scoring:settle": Row(SITE, {**always(NOBODY), Phase.FORMAL_CHECK: CHAIR, Phase.ASSESSMENT: CHAIR}, _juror_case),
    "scoring:objections": Row(SITE, since(Phase.OPEN, WRITER), _sketch),
    "scoring:settle_objection": Row(
        SITE, {**always(NOBODY), Phase.FORMAL_CHECK: CHAIR, Phase.ASSESSMENT: CHAIR}, _juror_objection, _nothing
    ),
    "scoring:assess": Row(SITE, since(Phase.ASSESSMENT, JURY - {"disqualified_juror"}), _juror_sketch),
    "scoring:autosave": Row(SITE, since(Phase.ASSESSMENT, JURY - {"disqualified_juror"}), _juror_sketch, _nothing),
    "scoring:reopen": Row(SITE, since(Phase.ASSESSMENT, JURY - {"disqualified_juror"}), _juror_sketch, _nothing),
    "scoring:attachment": Row(SITE, since(Phase.ASSESSMENT, JURY - {"disqualified_juror"}), _juror_attachment),
    "scoring:attachment_preview": Row(SITE, since(Phase.ASSESSMENT, JURY - {"disqualified_juror"}), _juror_attachment),
    # The owner's workspace.
    "workspace:list": Row(ADMIN, always(ADMITTED_TO_ADMIN)),
    "workspace:create": Row(ADMIN, always(MANAGERS | {"other_owner"})),
    "workspace:overview": Row(ADMIN, always(OF_PROGRAMME), _call),
    "workspace:edit": Row(ADMIN, always(MANAGERS), _call),
    "workspace:publish": Row(ADMIN, always(MANAGERS), _call),
    "workspace:cancel": Row(ADMIN, always(MANAGERS), _call),
    "workspace:archive": Row(ADMIN, always(MANAGERS), _call),
    "workspace:records": Row(ADMIN, only(Phase.COMPLETED, MANAGERS), _call),
    "workspace:records_download": Row(ADMIN, only(Phase.COMPLETED, MANAGERS), _call, _nothing),
    "workspace:questions": Row(ADMIN, always(OF_PROGRAMME), _call),
    "workspace:question": Row(ADMIN, always(MANAGERS), _call_question),
    "workspace:question_new": Row(ADMIN, always(MANAGERS), _call),
    "workspace:question_copy": Row(ADMIN, always(MANAGERS), _call_question, _nothing),
    "workspace:question_remove": Row(ADMIN, always(MANAGERS), _call_question),
    "workspace:question_preview": Row(ADMIN, always(MANAGERS), _call),
    "workspace:preview": Row(ADMIN, always(OF_PROGRAMME), lambda world: [world.call.pk, "juror"]),
    "workspace:form_preview": Row(ADMIN, always(OF_PROGRAMME), _call),
    "workspace:question_import": Row(ADMIN, always(MANAGERS), _call),
    "workspace:question_export": Row(ADMIN, always(OF_PROGRAMME), lambda world: [world.call.pk, "csv"]),
    "workspace:form_arrange": Row(ADMIN, always(MANAGERS), _call, _nothing),
    "workspace:section_new": Row(ADMIN, always(MANAGERS), _call),
    "workspace:section": Row(ADMIN, always(MANAGERS), _call_section),
    "workspace:section_copy": Row(ADMIN, always(MANAGERS), _call_section, _nothing),
    "workspace:section_remove": Row(ADMIN, always(MANAGERS), _call_section, _nothing),
    "workspace:amendments": Row(ADMIN, always(OF_PROGRAMME), _call),
    "workspace:amendment_review": Row(ADMIN, always(MANAGERS), _call),
    "workspace:amendment_drop": Row(ADMIN, always(MANAGERS), _call, _nothing),
    "workspace:amendment_keep": Row(ADMIN, always(MANAGERS), _call, _nothing),
    "workspace:amendment_discard": Row(ADMIN, always(MANAGERS), _call),
    "workspace:enquiries": Row(ADMIN, always(OF_PROGRAMME), _call),
    "workspace:enquiries_publish": Row(ADMIN, always(CHECKERS), _call),
    "workspace:enquiry": Row(ADMIN, since(Phase.OPEN, OF_PROGRAMME), _call_enquiry),
    "workspace:enquiry_merge": Row(ADMIN, since(Phase.OPEN, CHECKERS), _call_enquiry),
    "workspace:enquiry_decline": Row(ADMIN, since(Phase.OPEN, CHECKERS), _call_enquiry),
    "workspace:enquiry_reopen": Row(ADMIN, since(Phase.OPEN, CHECKERS), _call_enquiry, _nothing),
    "workspace:meetings": Row(ADMIN, always(OF_PROGRAMME), _call),
    "workspace:meeting_add": Row(ADMIN, always(CHECKERS), _call),
    "workspace:meeting": Row(ADMIN, always(CHECKERS), _call_meeting),
    "workspace:meeting_edit": Row(ADMIN, always(CHECKERS), _call_meeting),
    "workspace:meeting_cancel": Row(ADMIN, always(CHECKERS), _call_meeting),
    "workspace:meeting_export": Row(ADMIN, always(CHECKERS), _call_meeting),
    "workspace:sketches": Row(ADMIN, always(OF_PROGRAMME), _call),
    "workspace:admit": Row(ADMIN, always(CHECKERS), _call),
    "workspace:late": Row(ADMIN, always(MANAGERS), _call),
    "workspace:checks": Row(ADMIN, always(CHECKERS), _call),
    "workspace:check": Row(ADMIN, since(Phase.OPEN, CHECKERS), _call_sketch),
    "workspace:complete_check": Row(ADMIN, always(CHECKERS), _call),
    "workspace:sketch": Row(ADMIN, since(Phase.OPEN, OF_PROGRAMME), _call_sketch),
    "workspace:dismiss": Row(ADMIN, since(Phase.OPEN, CHECKERS), _call_sketch),
    "workspace:programmes": Row(ADMIN, always(MANAGERS | {"other_owner"})),
    "workspace:programme": Row(ADMIN, always(MANAGERS), _programme),
    "workspace:partner_add": Row(ADMIN, always(OWNER), _programme),
    "workspace:partner": Row(ADMIN, always(OWNER), _partner),
    "workspace:partner_remove": Row(ADMIN, always(OWNER), _partner),
    "workspace:member_add": Row(ADMIN, always(OWNER), _programme),
    "workspace:member": Row(ADMIN, always(OWNER), _member),
    "workspace:access": Row(ADMIN, always(MANAGERS), _call),
    "workspace:codes_add": Row(ADMIN, always(MANAGERS), _call),
    "workspace:codes_export": Row(ADMIN, always(MANAGERS), _call),
    "workspace:code_revoke": Row(ADMIN, always(MANAGERS), _call_code),
    "workspace:exception_add": Row(ADMIN, always(MANAGERS), _call),
    "workspace:exception_revoke": Row(ADMIN, since(Phase.OPEN, MANAGERS), _call_exception),
    "workspace:letters": Row(ADMIN, always(MANAGERS), _call),
    "workspace:letter": Row(ADMIN, always(MANAGERS), _call_letter),
    "workspace:log": Row(ADMIN, always(OF_PROGRAMME), _call),
    # The jury's part of it.
    "scoring_workspace:criteria": Row(ADMIN, always(MANAGERS), _call),
    "scoring_workspace:criterion_new": Row(ADMIN, always(MANAGERS), _call),
    "scoring_workspace:criterion_remove": Row(ADMIN, always(MANAGERS), _call_criterion),
    "scoring_workspace:scale_add": Row(ADMIN, always(MANAGERS), _call),
    "scoring_workspace:scale": Row(ADMIN, always(MANAGERS), _call_scale),
    "scoring_workspace:scale_remove": Row(ADMIN, always(MANAGERS), _call_scale),
    "scoring_pool:pool": Row(ADMIN, always(SECRETARIAT), _programme),
    "scoring_pool:add": Row(ADMIN, always(SECRETARIAT), _programme),
    "scoring_pool:import": Row(ADMIN, always(SECRETARIAT), _programme),
    "scoring_pool:template": Row(ADMIN, always(SECRETARIAT), lambda world: [*_programme(world), "csv"]),
    "scoring_pool:profile": Row(ADMIN, always(SECRETARIAT), _profile),
    "scoring_workspace:jury": Row(ADMIN, always(SECRETARIAT), _call),
    "scoring_workspace:invite": Row(ADMIN, always(SECRETARIAT), _call),
    "scoring_workspace:pick": Row(ADMIN, always(SECRETARIAT), _call),
    "scoring_workspace:invite_people": Row(ADMIN, always(SECRETARIAT), _call),
    "scoring_workspace:invitations": Row(ADMIN, always(SECRETARIAT), _call),
    "scoring_workspace:suggestion_dismiss": Row(ADMIN, always(SECRETARIAT), lambda world: [world.call.pk, NO_KEY]),
    "scoring_workspace:invite_again": Row(ADMIN, always(SECRETARIAT), _call_juror),
    "scoring_workspace:juror": Row(ADMIN, always(SECRETARIAT), _call_juror),
    "scoring_workspace:more_time": Row(ADMIN, always(SECRETARIAT), _call_juror),
    "scoring_workspace:monitoring": Row(ADMIN, always(SECRETARIAT), _call),
    "scoring_workspace:remind_juror": Row(ADMIN, always(SECRETARIAT), _call_juror, _nothing),
    "scoring_workspace:remove": Row(ADMIN, always(SECRETARIAT), _call_juror),
    "scoring_workspace:settle": Row(
        ADMIN, {**always(NOBODY), Phase.FORMAL_CHECK: SECRETARIAT, Phase.ASSESSMENT: SECRETARIAT}, _call_case
    ),
    "scoring_workspace:wishes": Row(ADMIN, always(SECRETARIAT), _call),
    "scoring_workspace:publication": Row(ADMIN, always(SECRETARIAT), _call),
    "scoring_workspace:settle_objection": Row(
        ADMIN, {**always(NOBODY), Phase.FORMAL_CHECK: SECRETARIAT, Phase.ASSESSMENT: SECRETARIAT}, _call_objection
    ),
    "scoring_workspace:assignment": Row(ADMIN, always(SECRETARIAT), _call),
    "scoring_workspace:assignment_settings": Row(ADMIN, always(SECRETARIAT), _call),
    "scoring_workspace:assignment_new": Row(ADMIN, always(SECRETARIAT), _call),
    "scoring_workspace:assignment_compare": Row(ADMIN, always(SECRETARIAT), _call),
    "scoring_workspace:assignment_delete": Row(ADMIN, since(Phase.ASSESSMENT, SECRETARIAT), _call_run),
    "scoring_workspace:assignment_edit": Row(ADMIN, since(Phase.ASSESSMENT, SECRETARIAT), _call_run),
    "scoring_workspace:assignment_repair": Row(ADMIN, since(Phase.ASSESSMENT, SECRETARIAT), _call_run),
    "scoring_workspace:assignment_run": Row(ADMIN, since(Phase.ASSESSMENT, SECRETARIAT), _call_run),
    "scoring_workspace:assignment_progress": Row(ADMIN, since(Phase.ASSESSMENT, SECRETARIAT), _call_run),
    "scoring_workspace:assignment_explain": Row(ADMIN, since(Phase.ASSESSMENT, SECRETARIAT), _call_run),
    "scoring_workspace:assignment_reasons": Row(ADMIN, since(Phase.ASSESSMENT, SECRETARIAT), _call_run),
    "scoring_workspace:assignment_matrix": Row(ADMIN, since(Phase.ASSESSMENT, SECRETARIAT), _call_run),
    "scoring_workspace:assignment_problem": Row(ADMIN, since(Phase.ASSESSMENT, SECRETARIAT), _call_run),
    "scoring_workspace:assignment_publish": Row(ADMIN, since(Phase.ASSESSMENT, SECRETARIAT), _call_run),
    "scoring_workspace:ranking": Row(ADMIN, always(RANKING), _call),
    "scoring_workspace:ranking_progress": Row(ADMIN, since(Phase.ASSESSMENT, RANKING), _call),
    "scoring_workspace:ranking_export": Row(ADMIN, since(Phase.ASSESSMENT, RANKING), _call),
    "scoring_workspace:ranking_input": Row(ADMIN, since(Phase.ASSESSMENT, RANKING), _call),
    "scoring_workspace:what_if": Row(ADMIN, since(Phase.ASSESSMENT, RANKING), _call),
    "scoring_workspace:portfolio": Row(ADMIN, since(Phase.ASSESSMENT, RANKING), _call),
    "scoring_workspace:complete_assessment": Row(ADMIN, always(SECRETARIAT), _call),
    "scoring_workspace:decision": Row(ADMIN, always(RANKING), _call),
    "scoring_workspace:recommend": Row(ADMIN, always(SECRETARIAT), _call),
    "scoring_workspace:decide": Row(ADMIN, always(DECISION_MAKER), _call),
    "scoring_workspace:decision_letters": Row(ADMIN, always(MANAGERS), _call),
    "scoring_workspace:publish_result": Row(ADMIN, since(Phase.COMPLETED, MANAGERS), _call),
}

# Views of others, which guard themselves and are tested where they come from. Those named in ROWS are tested here too.
THIRD_PARTIES = {
    "allauth": "signing in, which everybody may try, and a person's own account",
    "wagtail": "the page tree, its documents and its admin, behind Wagtail's own permissions",
    "django": "the language switch, and static files while developing",
}

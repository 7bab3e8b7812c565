"""Roles, states, phases and kinds as stable codes; the legal transitions stand here as tables one can read aloud."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ProgrammeRole(models.TextChoices):
    """What somebody on the owner's side may do in a programme."""

    OWNER = "owner", _("Programme owner")
    CALL_MANAGER = "call_manager", _("Call manager")
    CASE_OFFICER = "case_officer", _("Case officer")
    JURY_SECRETARY = "jury_secretary", _("Jury secretary")
    DECISION_MAKER = "decision_maker", _("Decision-maker")
    OBSERVER = "observer", _("Observer")


class Phase(models.TextChoices):
    """Where a call stands; computed from instants and milestones, never stored."""

    DRAFT = "draft", _("Draft")
    ANNOUNCED = "announced", _("Announced")
    OPEN = "open", _("Open")
    FORMAL_CHECK = "formal_check", _("Formal check")
    ASSESSMENT = "assessment", _("Assessment")
    JURY_MEETING = "jury_meeting", _("Jury meeting")
    DECISION = "decision", _("Decision")
    LETTERS = "letters", _("Letters")
    COMPLETED = "completed", _("Completed")
    ARCHIVED = "archived", _("Archived")
    CANCELLED = "cancelled", _("Cancelled")


# What the public is told: fewer words, and nothing about the jury's inner life.
PUBLIC_PHASE = {
    Phase.ANNOUNCED: _("Coming"),
    Phase.OPEN: _("Open"),
    Phase.FORMAL_CHECK: _("Under assessment"),
    Phase.ASSESSMENT: _("Under assessment"),
    Phase.JURY_MEETING: _("Under assessment"),
    Phase.DECISION: _("Under assessment"),
    Phase.LETTERS: _("Under assessment"),
    Phase.COMPLETED: _("Decided"),
    Phase.ARCHIVED: _("Decided"),
    Phase.CANCELLED: _("Cancelled"),
}


class QuestionKind(models.TextChoices):
    """How a question is answered."""

    SHORT_TEXT = "short_text", _("Short text")
    LONG_TEXT = "long_text", _("Long text")
    NUMBER = "number", _("Number")
    MONEY = "money", _("Amount of money")
    DATE = "date", _("Date")
    CHOICE = "choice", _("One of several")
    MULTIPLE = "multiple", _("Several of several")
    CONFIRM = "confirm", _("Confirmation")
    TOPICS = "topics", _("Topics")
    ORGANISATIONS = "organisations", _("List of organisations")
    FILE = "file", _("File")


# Kinds that offer a list of answers, which the owner writes.
OPTION_KINDS = (QuestionKind.CHOICE, QuestionKind.MULTIPLE)
# Kinds whose answer another question may depend on.
CONDITION_KINDS = (*OPTION_KINDS, QuestionKind.CONFIRM)
TEXT_KINDS = (QuestionKind.SHORT_TEXT, QuestionKind.LONG_TEXT)


class SketchState(models.TextChoices):
    """Where a sketch stands, in the owner's words."""

    DRAFT = "draft", _("Not submitted")
    SUBMITTED = "submitted", _("Submitted")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ADMITTED = "admitted", _("Admitted")
    DISMISSED = "dismissed", _("Dismissed")
    AWARDED = "awarded", _("Awarded")
    REJECTED = "rejected", _("Not awarded")


# from -> to; whoever wants another move needs another row here.
SKETCH_TRANSITIONS: dict[SketchState, tuple[SketchState, ...]] = {
    SketchState.DRAFT: (SketchState.SUBMITTED,),
    SketchState.SUBMITTED: (
        SketchState.SUBMITTED,
        SketchState.WITHDRAWN,
        SketchState.ADMITTED,
        SketchState.DISMISSED,
    ),
    SketchState.WITHDRAWN: (SketchState.SUBMITTED,),
    SketchState.ADMITTED: (
        SketchState.WITHDRAWN,
        SketchState.DISMISSED,
        SketchState.AWARDED,
        SketchState.REJECTED,
    ),
    SketchState.DISMISSED: (SketchState.ADMITTED,),
    SketchState.AWARDED: (),
    SketchState.REJECTED: (),
}

# What an applicant is told until the letters have left: an admission or an outcome must not show before its letter.
APPLICANT_STATE = {
    SketchState.DRAFT: _("Not submitted"),
    SketchState.SUBMITTED: _("Submitted"),
    SketchState.WITHDRAWN: _("Withdrawn"),
    SketchState.ADMITTED: _("Submitted"),
    SketchState.DISMISSED: _("Dismissed"),
    SketchState.AWARDED: _("Awarded"),
    SketchState.REJECTED: _("Not awarded"),
}

# A sketch in one of these takes part in the assessment.
COMPETING_STATES = (SketchState.ADMITTED, SketchState.AWARDED, SketchState.REJECTED)
# The outcome has been told.
DECIDED_STATES = (SketchState.AWARDED, SketchState.REJECTED)
# A sketch in one of these has been handed in and not taken back.
RECEIVED_STATES = (SketchState.SUBMITTED, SketchState.DISMISSED, *COMPETING_STATES)


class CoApplicantState(models.TextChoices):
    """Where an organisation stands that was asked to join a sketch."""

    INVITED = "invited", _("Invited, not confirmed")
    CONFIRMED = "confirmed", _("Confirmed")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# from -> to: an organisation that declined or withdrew may be asked again.
CO_APPLICANT_TRANSITIONS: dict[CoApplicantState, tuple[CoApplicantState, ...]] = {
    CoApplicantState.INVITED: (CoApplicantState.INVITED, CoApplicantState.CONFIRMED, CoApplicantState.DECLINED),
    CoApplicantState.CONFIRMED: (CoApplicantState.WITHDRAWN,),
    CoApplicantState.DECLINED: (CoApplicantState.INVITED,),
    CoApplicantState.WITHDRAWN: (CoApplicantState.INVITED,),
}


class CoApplicantRole(models.TextChoices):
    """What the members of a co-applicant may do with the sketch, as far as they write for their organisation."""

    EDITOR = "editor", _("May read and write")
    READER = "reader", _("May read")


class ScanState(models.TextChoices):
    """What the virus scanner has said of a file."""

    NOT_ASKED = "not_asked", _("Not scanned")
    WAITING = "waiting", _("Waiting for the virus scan")
    CLEAN = "clean", _("No virus found")
    INFECTED = "infected", _("A virus was found")


class AccessMode(models.TextChoices):
    """How an agency gets to write in a call."""

    OPEN = "open", _("Everybody of the kinds that may apply")
    CODE = "code", _("Only with an invitation code")


class WithdrawUntil(models.TextChoices):
    """How long a sketch may be taken back."""

    DEADLINE = "deadline", _("The deadline")
    DECISION = "decision", _("The decision")


class UnconfirmedRule(models.TextChoices):
    """What invited co-applicants that have not answered mean for handing in."""

    LEFT_OUT = "left_out", _("The sketch is submitted without them, and names them as not confirmed")
    BLOCK = "block", _("The sketch cannot be submitted before they have answered")


class EndorsementRule(models.TextChoices):
    """What a call asks of the applicant's top management."""

    REQUIRED = "required", _("Needed at the deadline")
    OPTIONAL = "optional", _("Welcome, not needed")
    NONE = "none", _("Not asked for")


class EndorsementState(models.TextChoices):
    """Where one request to endorse a sketch stands."""

    ASKED = "asked", pgettext_lazy("state of an endorsement", "Asked")
    GIVEN = "given", _("Endorsed")
    REFUSED = "refused", _("Not endorsed")
    REPLACED = "replaced", _("Replaced by a newer request")


class EndorsementStatus(models.TextChoices):
    """What there is to say of a text's endorsement."""

    NONE = "none", _("Not asked yet")
    WAITING = "waiting", _("Waiting for the answer")
    EXPIRED = "expired", _("Not answered in time")
    GIVEN = "given", _("Endorsed")
    EARLIER = "earlier", _("Given for an earlier text")
    REFUSED = "refused", _("Not endorsed")


class AmendmentKind(models.TextChoices):
    """What a change of an open call amounts to, in the owner's own judgement; applicants read it."""

    CLARIFICATION = "clarification", _("Clarification")
    CHANGE = "change", _("Change of substance")
    EXTENSION = "extension", _("Extension of the deadline")


class EnquiryState(models.TextChoices):
    """Where a question about a call stands; computed from what has been done with it."""

    NEW = "new", _("Not answered")
    ANSWERED = "answered", _("Answered, not published")
    PUBLISHED = "published", _("Published")
    MERGED = "merged", _("Merged with another")
    DECLINED = "declined", _("Not published")


class RegistrationState(models.TextChoices):
    """Where somebody stands with an information meeting."""

    REGISTERED = "registered", _("Registered")
    WAITING = "waiting", _("On the waiting list")
    CANCELLED = "cancelled", _("Cancelled")


class FormalCondition(models.TextChoices):
    """What the formal check looks at, in the order of its list."""

    ELIGIBLE = "eligible", _("The applicants are of kinds and countries that may apply")
    PARTNERS = "partners", _("Enough organisations stand behind the sketch")
    ENDORSED = "endorsed", _("Top management has endorsed the sketch")
    ANSWERED = "answered", _("Every required question is answered")
    LANGUAGE = "language", _("The sketch is written in a language of the call")
    LENGTH = "length", _("The answers keep to their limits")


class FormalVerdict(models.TextChoices):
    """What was found about a condition."""

    MET = "met", _("Met")
    NOT_MET = "not_met", _("Not met")
    UNCLEAR = "unclear", _("Unclear")


class EarlierKind(models.TextChoices):
    """How a text came into the history of a draft."""

    WRITTEN = "written", _("Written")
    RESTORED = "restored", _("Taken from an earlier text")
    NOT_USED = "not_used", _("Not used: the other of two texts was chosen")

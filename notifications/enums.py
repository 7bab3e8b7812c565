"""What a letter is about and where it stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LetterState(models.TextChoices):
    """Where a letter stands. Everything after `draft` is what the mail queue reports."""

    DRAFT = "draft", _("Draft")
    QUEUED = "queued", _("Queued")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")


class LetterKind(models.TextChoices):
    """The occasion of a letter; also the name of its templates in templates/mail/."""

    RECEIPT = "receipt", _("Receipt")
    WITHDRAWAL = "withdrawal", _("Withdrawal")
    LATE_ATTEMPT = "late_attempt", _("Late attempt")
    INFECTED_FILE = "infected_file", _("Virus found in a file")
    AMENDMENT = "amendment", _("Amendment of a call")
    ACCESS_EXCEPTION = "access_exception", _("Exception for one organisation")
    PROGRAMME_ROLES = "programme_roles", _("Roles in a programme")
    CALL_CANCELLED = "call_cancelled", _("Competition called off")
    CO_APPLICANT_INVITATION = "co_applicant_invitation", _("Invitation of a co-applicant")
    CO_APPLICANT_REMINDER = "co_applicant_reminder", _("Reminder of a co-applicant's invitation")
    CO_APPLICANT_ANSWER = "co_applicant_answer", _("Answer of a co-applicant")
    ENDORSEMENT_REQUEST = "endorsement_request", _("Request to endorse a sketch")
    ENDORSEMENT_REMINDER = "endorsement_reminder", _("Reminder of an endorsement")
    ENDORSEMENT_ANSWER = "endorsement_answer", _("Answer about an endorsement")
    OBJECTION_ANSWER = "objection_answer", _("Answer to an objection")
    DISMISSAL = "dismissal", _("Dismissal")
    ORGANISATION_INVITATION = (
        "organisation_invitation",
        _("Invitation to an organisation"),
    )
    JOIN_REQUEST = "join_request", _("Request to join an organisation")
    JOIN_ANSWER = "join_answer", _("Answer to a request to join")
    ACCOUNT_DELETION = "account_deletion", _("Code to delete an account")
    JURY_INVITATION = "jury_invitation", _("Invitation to a jury")
    JURY_INVITATION_REMINDER = "jury_invitation_reminder", _("Reminder of an invitation to a jury")
    JUROR_POOL = "juror_pool", _("Place in a pool of jurors")
    JURY_REDECLARATION = "jury_redeclaration", _("Impartiality to declare again")
    JUROR_GAVE_BACK = "juror_gave_back", _("Work given back by a juror")
    JUROR_EXTENSION = "juror_extension", _("More time for a juror")
    JURY_ASSIGNMENT = "jury_assignment", _("Sketches to assess")
    AWARD = "award", _("Award")
    REJECTION = "rejection", _("Rejection")
    ANSWERS = "answers", _("Answers to questions")
    ANSWER_CHANGED = "answer_changed", _("Changed answer")
    ENQUIRY_MERGED = "enquiry_merged", _("Question merged with another")
    ENQUIRY_DECLINED = "enquiry_declined", _("Question not published")
    MEETING_REGISTERED = "meeting_registered", _("Registered for a meeting")
    MEETING_WAITING = "meeting_waiting", _("On the waiting list of a meeting")
    MEETING_CHANGED = "meeting_changed", _("Change of a meeting")
    MEETING_CANCELLED = "meeting_cancelled", _("Cancelled meeting")
    MEETING_REMINDER = "meeting_reminder", _("Reminder of a meeting")
    DRAFT_REMINDER = "draft_reminder", _("Reminder of a draft")
    QUESTION_REMINDER = "question_reminder", _("Reminder of the last day for questions")
    JUROR_REMINDER = "juror_reminder", _("Reminder of assessments")

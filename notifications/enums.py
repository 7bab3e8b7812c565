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
    AMENDMENT = "amendment", _("Amendment of a call")
    ACCESS_EXCEPTION = "access_exception", _("Exception for one organisation")
    DISMISSAL = "dismissal", _("Dismissal")
    ORGANISATION_INVITATION = (
        "organisation_invitation",
        _("Invitation to an organisation"),
    )
    JURY_INVITATION = "jury_invitation", _("Invitation to a jury")
    JURY_ASSIGNMENT = "jury_assignment", _("Sketches to assess")
    AWARD = "award", _("Award")
    REJECTION = "rejection", _("Rejection")

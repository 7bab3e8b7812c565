"""Stable codes of the jury's work, and which step may follow which."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class JurorRole(models.TextChoices):
    """A juror's part in the jury."""

    JUROR = "juror", _("Juror")
    CHAIR = "chair", _("Jury chair")


class JurorState(models.TextChoices):
    """Where an invitation to the jury stands."""

    INVITED = "invited", _("Invited")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    REMOVED = "removed", _("Removed")


JUROR_TRANSITIONS: dict[JurorState, tuple[JurorState, ...]] = {
    JurorState.INVITED: (JurorState.ACCEPTED, JurorState.DECLINED, JurorState.REMOVED),
    JurorState.ACCEPTED: (JurorState.REMOVED,),
    JurorState.DECLINED: (JurorState.INVITED, JurorState.REMOVED),
    JurorState.REMOVED: (JurorState.INVITED,),
}


class Verdict(models.TextChoices):
    """What a juror declares about one sketch, or what the system found before the juror was asked."""

    IMPARTIAL = "impartial", _("Impartial")
    DISQUALIFIED = "disqualified", _("Disqualified")
    UNSETTLED = "unsettled", _("To be settled by the jury chair")


class RunState(models.TextChoices):
    """Where a run of the assignment or the aggregation stands."""

    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class AssessmentState(models.TextChoices):
    """Where one juror's assessment of one sketch stands."""

    ASSIGNED = "assigned", _("Not started")
    STARTED = "started", _("Begun")
    FINAL = "final", _("Final")
    VOID = "void", _("Void")


ASSESSMENT_TRANSITIONS: dict[AssessmentState, tuple[AssessmentState, ...]] = {
    AssessmentState.ASSIGNED: (AssessmentState.STARTED, AssessmentState.VOID),
    AssessmentState.STARTED: (
        AssessmentState.STARTED,
        AssessmentState.FINAL,
        AssessmentState.VOID,
    ),
    AssessmentState.FINAL: (AssessmentState.STARTED, AssessmentState.VOID),
    AssessmentState.VOID: (),
}


class Outcome(models.TextChoices):
    """What is recommended, and later decided, for a sketch."""

    AWARD = "award", _("Award")
    REJECT = "reject", _("No award")


class ObjectionState(models.TextChoices):
    """Where an agency's objection to a juror stands. What follows `open` is final."""

    OPEN = "open", _("Not settled yet")
    UPHELD = "upheld", _("Upheld")
    NOT_UPHELD = "not_upheld", _("Not upheld")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    LAPSED = "lapsed", _("Lapsed")

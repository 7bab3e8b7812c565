"""Stable codes of the jury's work, and which step may follow which."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class JurorRole(models.TextChoices):
    """A juror's part in the jury."""

    JUROR = "juror", _("Juror")
    CHAIR = "chair", _("Jury chair")
    SECRETARY = "secretary", _("Secretary of the jury")
    OBSERVER = "observer", _("Observer of the jury")


# Who grades. A secretary runs the process and an observer reads what the jury has found; neither gives a grade.
GRADING_ROLES = (JurorRole.JUROR, JurorRole.CHAIR)


class Sector(models.TextChoices):
    """Where a juror works."""

    PUBLIC = "public", _("Public sector")
    PRIVATE = "private", _("Private sector")
    RESEARCH = "research", _("Research and education")
    CIVIL = "civil", _("Civil society")
    OTHER = "other", _("Other sector")


class Seniority(models.TextChoices):
    """How much experience a juror brings."""

    EARLY = "early", _("Early in the career")
    EXPERIENCED = "experienced", _("Experienced")
    SENIOR = "senior", _("Senior")


class PoolState(models.TextChoices):
    """Whether somebody in a programme's pool of jurors is to be asked."""

    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    INACTIVE = "inactive", _("Not used any more")


class DeclineReason(models.TextChoices):
    """Why an invitation to a jury is declined."""

    TIME = "time", _("I have no time in these weeks")
    AWAY = "away", _("I am away")
    COMPETENCE = "competence", _("I do not know the field well enough")
    CONFLICT = "conflict", _("I am too close to those who may apply")
    OTHER = "other", _("Another reason")


class SuggestionState(models.TextChoices):
    """What became of somebody who was suggested for a jury."""

    OPEN = "open", _("To be answered")
    TAKEN_UP = "taken_up", _("Taken up")
    DISMISSED = "dismissed", _("Not taken up")


class JurorState(models.TextChoices):
    """Where an invitation to the jury stands."""

    INVITED = "invited", _("Invited")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    REMOVED = "removed", _("Removed")
    LEFT = "left", _("Stepped back")


JUROR_TRANSITIONS: dict[JurorState, tuple[JurorState, ...]] = {
    JurorState.INVITED: (JurorState.ACCEPTED, JurorState.DECLINED, JurorState.REMOVED),
    JurorState.ACCEPTED: (JurorState.REMOVED, JurorState.LEFT),
    JurorState.DECLINED: (JurorState.INVITED, JurorState.REMOVED),
    JurorState.REMOVED: (JurorState.INVITED,),
    JurorState.LEFT: (JurorState.INVITED, JurorState.REMOVED),
}


class Verdict(models.TextChoices):
    """What a juror declares about one sketch, or what the system found before the juror was asked."""

    IMPARTIAL = "impartial", _("Impartial")
    DISQUALIFIED = "disqualified", _("Disqualified")
    UNSETTLED = "unsettled", _("To be settled by the jury chair")


class TieSource(models.TextChoices):
    """How the system knows that a juror is tied to a sketch."""

    EMPLOYER = "employer", _("the juror's employer")
    MEMBERSHIP = "membership", _("the juror acts for the organisation here")
    NUMBER = "number", _("the organisation number of the juror's employer")
    UNIT = "unit", _("a parent or part of the juror's employer")
    MAIL_DOMAIN = "mail_domain", _("the domain of the juror's mail address")
    AUTHOR = "author", _("the juror wrote or sent the sketch")


class Progress(models.TextChoices):
    """How far a juror has come with one sketch."""

    TO_DO = "todo", _("Not started")
    BEGUN = "begun", _("Begun")
    READY = "ready", _("Filled in, not sent")
    SENT = "sent", _("Sent")


class QueueOrder(models.TextChoices):
    """How a juror's list is arranged. None of them shows what other jurors have done."""

    OWN = "own", _("My own order")
    TOPIC = "topic", _("By topic")
    LEAST = "least", _("Least filled in first")


class GiveBackReason(models.TextChoices):
    """Why a juror does not go on."""

    TIME = "time", _("I do not have the time")
    COMPETENCE = "competence", _("I do not know the field well enough")
    CONFLICT = "conflict", _("I am not impartial")
    OTHER = "other", _("Another reason")


class Wish(models.TextChoices):
    """How gladly a juror would assess a sketch, or sketches about a topic. No wish is no row."""

    EAGER = "eager", _("Eager")
    WILLING = "willing", _("Willing")
    RELUCTANT = "reluctant", _("Reluctant")


# What a wish counts in the fit of juror and sketch, from -1 to 1; 0 is no wish.
WISH_VALUES: dict[Wish, float] = {Wish.EAGER: 1.0, Wish.WILLING: 0.5, Wish.RELUCTANT: -1.0}


class RunState(models.TextChoices):
    """Where a run of the assignment or the aggregation stands."""

    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class AssignmentPolicy(models.TextChoices):
    """What an assignment seeks when it cannot have everything; the codes are the solver's."""

    OPTIMAL = "optimal", _("Best total: jurors fit their sketches as well as possible, taken together")
    FAIR = "fair", _("Fair: lift the worst-off sketch as far as a small loss of the total allows")
    FAIRNESS_FIRST = "fairness-first", _("Fairness first: lift the worst-off sketch, whatever the total loses")


class RuleAttribute(models.TextChoices):
    """What a rule about the jurors of one sketch counts."""

    SECTOR = "sector", _("Sector")
    SENIORITY = "seniority", _("Seniority")
    LANGUAGE = "language", _("Language")
    REGION = "region", _("Region")


class Mark(models.TextChoices):
    """What the owner has said by hand about one juror and one sketch of a draft."""

    LOCKED = "locked", _("Locked: stays whatever is computed")
    FORBIDDEN = "forbidden", _("Forbidden: never together")


class EditKind(models.TextChoices):
    """One change by hand of a draft."""

    ADD = "add", _("Added")
    REMOVE = "remove", _("Removed")
    SWAP = "swap", _("Swapped")
    LOCK = "lock", _("Locked")
    UNLOCK = "unlock", _("Unlocked")
    FORBID = "forbid", _("Forbade")
    ALLOW = "allow", _("Allowed again")


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

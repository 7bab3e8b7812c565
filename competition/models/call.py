"""A call: what is sought, from whom, until when. Its Wagtail pages are its face; the rows here decide."""

from __future__ import annotations

import datetime as dt
import uuid
import zoneinfo
from functools import cache

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import Country, OrganisationKind
from competition.enums import AccessMode, EndorsementRule, Phase, UnconfirmedRule, WithdrawUntil
from competition.models.programme import Programme

OPEN_PERIOD_DAYS, TEXT_LOCK_DAYS, QUESTION_DAYS = 42, 21, 7
JURORS_PER_SKETCH = 3
DRAFT_REMINDER_DAYS = (14, 3, 1)
JUROR_REMINDER_SHARES = (50, 90)
KEEP_DRAFTS_MONTHS, KEEP_SKETCHES_MONTHS = 6, 12
MONTHS = (MinValueValidator(1), MaxValueValidator(120))


def default_draft_reminder_days() -> list[int]:
    return list(DRAFT_REMINDER_DAYS)


def default_juror_reminder_shares() -> list[int]:
    return list(JUROR_REMINDER_SHARES)


_time_zones = cache(zoneinfo.available_timezones)  # which walks through a thousand files each time


def validate_time_zone(name: str) -> None:
    if name not in _time_zones():
        raise ValidationError(_("“%(name)s” is not a time zone of the IANA database."), params={"name": name})


# What ends a phase, from the end of a call's life to its beginning: the first one that was reached says the phase.
MILESTONES = (
    ("cancelled_at", Phase.CANCELLED),
    ("archived_at", Phase.ARCHIVED),
    ("result_published_at", Phase.COMPLETED),
    ("decided_at", Phase.LETTERS),
    ("recommended_at", Phase.DECISION),
    ("assessment_completed_at", Phase.JURY_MEETING),
    ("formal_check_completed_at", Phase.ASSESSMENT),
)


class CallQuerySet(models.QuerySet["Call"]):
    def published(self) -> CallQuerySet:
        return self.exclude(published_at=None)

    def for_listing(self) -> CallQuerySet:
        return self.published().select_related("programme__organisation").order_by("-deadline", "pk")

    def in_phase(self, phase: Phase | str, now: dt.datetime) -> CallQuerySet:
        """The calls whose `phase_at(now)` is the phase, found by the database along the same table."""
        steps = [models.When(**{f"{name}__lte": now}, then=models.Value(reached)) for name, reached in MILESTONES]
        unpublished = models.Q(published_at=None) | models.Q(published_at__gt=now)
        computed = models.Case(
            *steps,
            models.When(unpublished, then=models.Value(Phase.DRAFT)),
            models.When(opens_at__gt=now, then=models.Value(Phase.ANNOUNCED)),
            models.When(deadline__gt=now, then=models.Value(Phase.OPEN)),
            default=models.Value(Phase.FORMAL_CHECK),
        )
        return self.alias(computed_phase=computed).filter(computed_phase=phase)


class Call(models.Model):
    """One sketch competition.

    All instants are stored in UTC and shown in `timezone`. There is no stored status: `phase_at` derives it from the
    instants and from the milestones, which services set once when the thing itself happened.
    """

    programme = models.ForeignKey(
        Programme,
        on_delete=models.PROTECT,
        related_name="calls",
        verbose_name=_("programme"),
    )
    slug = models.SlugField(_("short name in addresses"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("summary"), max_length=1000, blank=True)
    body = models.TextField(_("about the call"), max_length=20000, blank=True)
    who_may_apply = models.TextField(_("who may apply"), max_length=5000, blank=True)
    how_judged = models.TextField(_("how sketches are judged"), max_length=5000, blank=True)

    languages = ArrayField(
        models.CharField(max_length=5, choices=settings.LANGUAGES),
        verbose_name=_("languages of the call"),
        default=list,
    )
    default_language = models.CharField(_("main language"), max_length=5, choices=settings.LANGUAGES, default="nb")
    timezone = models.CharField(_("time zone"), max_length=64, default="Europe/Oslo", validators=[validate_time_zone])
    currency = models.CharField(_("currency"), max_length=3, default="NOK")
    budget = models.DecimalField(
        _("budget of the call"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    max_per_project = models.DecimalField(
        _("at most per project"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    eligible_kinds = ArrayField(
        models.CharField(max_length=40, choices=OrganisationKind.choices),
        verbose_name=_("who may apply"),
        default=list,
    )
    eligible_countries = ArrayField(
        models.CharField(max_length=2, choices=Country.choices),
        verbose_name=_("countries whose organisations may apply"),
        default=list,
        blank=True,
        help_text=_("None chosen: all of them."),
    )
    access = models.CharField(_("access"), max_length=8, choices=AccessMode.choices, default=AccessMode.OPEN)
    topics: models.ManyToManyField = models.ManyToManyField(
        "competition.Topic", blank=True, related_name="calls", verbose_name=_("topics")
    )
    hours_to_write = models.PositiveSmallIntegerField(
        _("hours a sketch takes to write"),
        null=True,
        blank=True,
        help_text=_("What an applicant should reckon with; shown on the call's page."),
    )
    min_organisations = models.PositiveSmallIntegerField(
        _("organisations behind a sketch, at least"),
        default=1,
        validators=[MinValueValidator(1)],
    )

    opens_at = models.DateTimeField(_("opens"))
    questions_until = models.DateTimeField(_("questions until"), null=True, blank=True)
    deadline = models.DateTimeField(_("deadline"))
    assessment_due_at = models.DateTimeField(_("jurors finish by"), null=True, blank=True)
    pitch_at = models.DateTimeField(_("pitch"), null=True, blank=True)
    result_at = models.DateTimeField(_("result expected"), null=True, blank=True)
    complaint_days = models.PositiveSmallIntegerField(_("days to complain"), default=21)

    jurors_per_sketch = models.PositiveSmallIntegerField(
        _("jurors per sketch"),
        default=JURORS_PER_SKETCH,
        validators=[MinValueValidator(1)],
    )
    shortlist_size = models.PositiveSmallIntegerField(_("sketches on the shortlist"), default=5)

    min_open_days = models.PositiveSmallIntegerField(
        _("open period, warn below (days)"),
        default=OPEN_PERIOD_DAYS,
    )
    text_lock_days = models.PositiveSmallIntegerField(
        _("text locked before the deadline (days)"),
        default=TEXT_LOCK_DAYS,
        help_text=_("From then on only clarifications, and changes together with a later deadline."),
    )
    withdraw_until = models.CharField(
        _("sketches can be withdrawn until"),
        max_length=8,
        choices=WithdrawUntil.choices,
        default=WithdrawUntil.DECISION,
    )
    endorsement = models.CharField(
        _("endorsement by top management"),
        max_length=8,
        choices=EndorsementRule.choices,
        default=EndorsementRule.REQUIRED,
    )
    unconfirmed_co_applicants = models.CharField(
        _("co-applicants that have not confirmed"),
        max_length=8,
        choices=UnconfirmedRule.choices,
        default=UnconfirmedRule.LEFT_OUT,
    )
    draft_reminder_days = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1)]),
        verbose_name=_("remind of drafts this many days before the deadline"),
        default=default_draft_reminder_days,
        blank=True,
    )
    juror_reminder_shares = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(100)]),
        verbose_name=_("remind jurors at these shares of their period (per cent)"),
        default=default_juror_reminder_shares,
        blank=True,
    )

    keep_drafts_months = models.PositiveSmallIntegerField(
        _("months that drafts never submitted are kept after the deadline"),
        default=KEEP_DRAFTS_MONTHS,
        validators=MONTHS,
    )
    keep_sketches_months = models.PositiveSmallIntegerField(
        _("months that submitted sketches are kept after the result"),
        default=KEEP_SKETCHES_MONTHS,
        validators=MONTHS,
        help_text=_("After that they are due for the archive and deletion, as the record rules of the programme say."),
    )

    # Milestones: set once, by the service that did the thing.
    published_at = models.DateTimeField(null=True, editable=False)
    formal_check_completed_at = models.DateTimeField(null=True, editable=False)
    assessment_completed_at = models.DateTimeField(null=True, editable=False)
    recommended_at = models.DateTimeField(null=True, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    result_published_at = models.DateTimeField(null=True, editable=False)
    archived_at = models.DateTimeField(null=True, editable=False)
    cancelled_at = models.DateTimeField(null=True, editable=False)
    cancelled_reason = models.TextField(_("reason for cancelling"), max_length=2000, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    copied_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, editable=False, related_name="copies")
    # Counts every change of the columns here, so that two managers do not overwrite each other unknowingly.
    revision = models.PositiveIntegerField(default=0, editable=False)
    # Counted by database triggers at every change of what the public page shows, in whichever table: what a cached page
    # is known by. Never written by code.
    public_revision = models.PositiveBigIntegerField(default=0, editable=False)
    # What feeds and calendars tell their readers. Set by the services that change the call.
    changed_at = models.DateTimeField(null=True, editable=False)
    dates_revision = models.PositiveIntegerField(default=0, editable=False)
    # When an amendment last demanded an answer that was not demanded before: versions from before it lack that answer.
    asks_more_since = models.DateTimeField(null=True, editable=False)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ["-deadline", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(deadline__gt=models.F("opens_at")),
                name="competition_call_opens_before_deadline",
                violation_error_message=_("The deadline must come after the opening."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.timezone)

    @property
    def permanent_id(self) -> uuid.UUID:
        """The same for ever and in every language, even where the site's address or the call's texts change."""
        return uuid.uuid5(uuid.NAMESPACE_OID, f"skisse call {self.pk} {self.created_at.isoformat()}")

    @property
    def last_changed_at(self) -> dt.datetime:
        """When the public last got something new to read: texts, dates, the cancelling or the result."""
        instants = (self.published_at, self.changed_at, self.cancelled_at, self.result_published_at)
        return max((instant for instant in instants if instant is not None), default=self.created_at)

    def phase_at(self, now: dt.datetime) -> Phase:
        """The phase at an instant: the first line that is true, read from the end of a call's life to its beginning."""
        for milestone, phase in MILESTONES:
            at = getattr(self, milestone)
            if at is not None and at <= now:
                return phase
        if self.published_at is None or self.published_at > now:
            return Phase.DRAFT
        if now < self.opens_at:
            return Phase.ANNOUNCED
        return Phase.OPEN if now < self.deadline else Phase.FORMAL_CHECK

    def accepts_sketches_at(self, now: dt.datetime) -> bool:
        """Whether sketches may be written and handed in at the instant."""
        return self.phase_at(now) == Phase.OPEN

    def lets_withdraw_at(self, now: dt.datetime, *, closes_at: dt.datetime | None = None) -> bool:
        """Whether a sketch that was handed in can be taken back at the instant.

        closes_at: the deadline of the sketch's organisation, where it has one of its own. A decision that nobody has
        been told of does not end it, or its end would tell; when the letters leave, the sketch's own state does.
        """
        if self.result_published_at is not None or self.cancelled_at is not None:
            return False
        return self.withdraw_until != WithdrawUntil.DEADLINE or now < (closes_at or self.deadline)

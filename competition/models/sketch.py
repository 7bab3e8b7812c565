"""A sketch: its draft, which may change, and its versions, which never do."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation
from competition.enums import COMPETING_STATES, RECEIVED_STATES, SketchState
from competition.models.access import AccessException
from competition.models.call import Call
from competition.models.co_applicant import CoApplicant
from competition.models.question import Question, Topic
from competition.models.receipt import ReceiptLeaf


class SketchQuerySet(models.QuerySet["Sketch"]):
    def competing(self) -> SketchQuerySet:
        """Sketches that take part in the assessment."""
        return self.filter(state__in=COMPETING_STATES)

    def received(self) -> SketchQuerySet:
        """Sketches that were handed in and not taken back."""
        return self.filter(state__in=RECEIVED_STATES)

    def written_by(self, user) -> SketchQuerySet:
        """Sketches that the user's organisations lead, or stand behind as confirmed co-applicants."""
        if not user.is_authenticated:
            return self.none()
        mine = Membership.objects.filter(user=user).values("organisation_id")
        joined = CoApplicant.objects.confirmed().filter(organisation__in=mine).values("sketch_id")
        return self.filter(models.Q(organisation__in=mine) | models.Q(pk__in=joined))

    def with_window(self) -> SketchQuerySet:
        """Each with `window_opens_at` and `window_closes_at`: the call's, widened by its organisation's exception."""
        own = AccessException.objects.standing().filter(
            call=models.OuterRef("call_id"), organisation=models.OuterRef("organisation_id")
        )
        return self.annotate(
            window_opens_at=Least("call__opens_at", models.Subquery(own.values("opens_at"))),
            window_closes_at=Greatest("call__deadline", models.Subquery(own.values("closes_at"))),
        )


class Sketch(models.Model):
    """One organisation's sketch in one call."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="sketches")
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="sketches",
        verbose_name=_("lead applicant"),
    )
    reference = models.CharField(_("reference"), max_length=8, unique=True, editable=False)
    state = models.CharField(
        max_length=12,
        choices=SketchState.choices,
        default=SketchState.DRAFT,
        editable=False,
    )
    title = models.CharField(_("title"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="nb")
    topics: models.ManyToManyField = models.ManyToManyField(Topic, blank=True, related_name="sketches")
    current_version = models.ForeignKey(
        "SketchVersion",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    # Counts every change of the draft; a version remembers the count it was made from.
    draft_revision = models.PositiveIntegerField(default=0, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    withdrawn_reason = models.TextField(_("reason for withdrawing"), max_length=2000, blank=True)
    dismissal_reason = models.TextField(_("reason for dismissal"), max_length=5000, blank=True)

    objects = SketchQuerySet.as_manager()

    class Meta:
        verbose_name = _("sketch")
        verbose_name_plural = _("sketches")
        ordering = ["pk"]
        indexes = [models.Index(fields=["call", "state"], name="competition_sketch_call_state")]

    def __str__(self) -> str:
        return self.title or self.reference

    @property
    def changed_since_submission(self) -> bool:
        """Whether the draft holds something that the last version handed in does not."""
        return self.current_version is not None and self.draft_revision != self.current_version.draft_revision

    @property
    def asked_more_since_submission(self) -> bool:
        """Whether the call has begun to demand an answer after the version that counts was handed in."""
        version, since = self.current_version, self.call.asks_more_since
        return version is not None and since is not None and version.submitted_at < since


class Answer(models.Model):
    """The draft answer to one question. `value` is text, a decimal as text, a code or a list of codes."""

    sketch = models.ForeignKey(Sketch, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    value = models.JSONField(null=True)
    # The draft's count when this answer last changed: tells two people in one answer from two people in one sketch.
    revision = models.PositiveIntegerField(default=0)
    # The page it was typed on: whoever types on there overwrites nobody. Empty where another's change came into it.
    page = models.UUIDField(null=True, editable=False)
    # The draft's count since which nothing was overwritten here: texts were only written on, or joined.
    whole_since = models.PositiveIntegerField(default=0, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [models.UniqueConstraint(fields=["sketch", "question"], name="competition_answer_once")]

    def __str__(self) -> str:
        return f"{self.sketch_id}:{self.question_id}"


class SketchVersion(models.Model):
    """What was handed in: immutable, with the questions as they were asked.

    `canonical` is the RFC 8785 form of everything handed in, as text; `sha256` its hash. A database trigger refuses a
    row whose call does not accept sketches at the database's own clock, and refuses every later change.
    """

    sketch = models.ForeignKey(Sketch, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=200)
    submitted_at = models.DateTimeField(_("submitted"))
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    draft_revision = models.PositiveIntegerField()
    questions = models.JSONField()
    answers = models.JSONField()
    organisations = models.JSONField()
    files = models.JSONField(default=list)
    # What was known of those behind the sketch: invited organisations that had not confirmed, the endorsement.
    backing = models.JSONField(default=dict)
    topic_codes = ArrayField(models.CharField(max_length=40), default=list)
    canonical = models.TextField()
    sha256 = models.CharField(max_length=64)
    idempotency_key = models.UUIDField()
    leaf = models.OneToOneField(ReceiptLeaf, on_delete=models.PROTECT, related_name="version")

    class Meta:
        verbose_name = _("submitted version")
        verbose_name_plural = _("submitted versions")
        ordering = ["sketch", "number"]
        constraints = [
            models.UniqueConstraint(fields=["sketch", "number"], name="competition_version_number_once"),
            models.UniqueConstraint(
                fields=["sketch", "idempotency_key"],
                name="competition_version_key_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    @property
    def is_emptied(self) -> bool:
        """Whether the text has gone, as the call's rules of retention say. Hash, leaf and title stay."""
        return not self.canonical


class LateAttempt(models.Model):
    """Somebody tried to hand in when the call no longer accepted sketches. The text stayed a draft."""

    sketch = models.ForeignKey(Sketch, on_delete=models.CASCADE, related_name="late_attempts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    attempted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("late attempt")
        verbose_name_plural = _("late attempts")
        ordering = ["-attempted_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.sketch_id} {self.attempted_at:%Y-%m-%d %H:%M:%S}"

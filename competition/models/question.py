"""The form of a call: its questions are rows, frozen into every version that is handed in."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from competition.enums import QuestionKind
from competition.models.call import Call


class Topic(models.Model):
    """A field of public work (COFOG), shared by sketches and jurors."""

    code = models.SlugField(max_length=40, unique=True)
    label = models.CharField(_("label"), max_length=120)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.label


class QuestionSection(models.Model):
    """A heading in a call's form, with the questions below it. Questions without a section come first."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="sections")
    order = models.PositiveSmallIntegerField(_("order"))
    code = models.SlugField(_("code"), max_length=40)
    title = models.CharField(_("title"), max_length=200)
    introduction = models.TextField(_("introduction"), max_length=2000, blank=True)
    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("section of the form")
        verbose_name_plural = _("sections of the form")
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["call", "code"], name="competition_section_code_once")]

    def __str__(self) -> str:
        return self.title


class AskedQuestions(models.Manager["Question"]):
    """Questions that are asked. One that an amendment has taken out of the form stays, with what was answered to it."""

    def get_queryset(self) -> models.QuerySet[Question]:
        return super().get_queryset().filter(retired_at=None)


class Question(models.Model):
    """One question of a call's form. `code` identifies it in answers, exports and receipts, whatever the language.

    `retired_at`: when an amendment took it out of the form. It keeps its code and its answers, and is not among
    `objects` nor `call.questions` any more, only among `all_objects`.

    A question with `shown_if` is asked only when that earlier question has one of `shown_if_codes` as its answer
    (codes of options, or "true" for a confirmation).
    """

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="questions")
    section = models.ForeignKey(
        QuestionSection,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("section"),
    )
    order = models.PositiveSmallIntegerField(_("order"))
    code = models.SlugField(_("code"), max_length=40)
    kind = models.CharField(_("kind of answer"), max_length=20, choices=QuestionKind.choices)
    label = models.CharField(_("question"), max_length=300)
    help_text = models.TextField(_("guidance"), max_length=2000, blank=True)
    required = models.BooleanField(_("must be answered"), default=True)
    public = models.BooleanField(_("public after the decision"), default=False)
    max_chars = models.PositiveIntegerField(
        _("at most this many characters"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
    )
    # Limits of a question for files; empty: those of the site.
    max_files = models.PositiveSmallIntegerField(
        _("at most this many files"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
    )
    max_megabytes = models.PositiveSmallIntegerField(
        _("each at most this many megabytes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(25)],
    )
    max_pages = models.PositiveSmallIntegerField(
        _("a PDF at most this many pages"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(2000)],
    )
    jury_label = models.CharField(
        _("word for the jury"),
        max_length=120,
        blank=True,
        help_text=_("What jurors see as the heading of the answer; empty: the question itself."),
    )
    currency = models.CharField(
        _("currency"), max_length=3, blank=True, help_text=_("For an amount of money; empty: that of the call.")
    )
    shown_if = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="dependants",
        verbose_name=_("asked only after"),
    )
    shown_if_codes = ArrayField(
        models.CharField(max_length=40), verbose_name=_("with one of these answers"), default=list, blank=True
    )
    retired_at = models.DateTimeField(null=True, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)

    objects = AskedQuestions()
    all_objects: models.Manager = models.Manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["call", "code"], name="competition_question_code_once"),
        ]

    def __str__(self) -> str:
        return self.label


class QuestionOption(models.Model):
    """One answer that a choice offers."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="options")
    order = models.PositiveSmallIntegerField(_("order"))
    code = models.SlugField(_("code"), max_length=40)
    label = models.CharField(_("label"), max_length=200)

    class Meta:
        verbose_name = _("option")
        verbose_name_plural = _("options")
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["question", "code"], name="competition_option_code_once")]

    def __str__(self) -> str:
        return self.label

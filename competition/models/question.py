"""The form of a call: its questions are rows, frozen into every version that is handed in."""

from django.core.validators import MinValueValidator
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


class Question(models.Model):
    """One question of a call's form. `code` identifies it in answers, exports and receipts, whatever the language."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="questions")
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

"""A programme holds calls; its members are the owner's side."""

import datetime as dt

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from competition.enums import ProgrammeRole

DEADLINE_HOUR = dt.time(13, 0)


def every_language() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]


class Programme(models.Model):
    """Whoever publishes calls: a ministry, a county, a cluster, a Nordic cooperation.

    What is set here are the values that a new call begins with.
    """

    slug = models.SlugField(_("short name in addresses"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=200)
    introduction = models.TextField(_("about the programme"), max_length=5000, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="programmes",
        verbose_name=_("owner"),
    )
    contact_mailbox = models.EmailField(_("contact mailbox"))
    languages = ArrayField(
        models.CharField(max_length=5, choices=settings.LANGUAGES),
        verbose_name=_("languages of the programme"),
        default=every_language,
    )
    deadline_hour = models.TimeField(
        _("hour of deadlines"),
        default=DEADLINE_HOUR,
        help_text=_("The hour, on a call's own clock, that the deadline of a new call is set to."),
    )
    # Counts every change, so that two owners do not overwrite each other unknowingly.
    revision = models.PositiveIntegerField(default=0, editable=False)
    members: models.ManyToManyField = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="ProgrammeMember", related_name="programmes"
    )

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class ProgrammeMember(models.Model):
    """One role of one person in one programme."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="programme_memberships",
    )
    role = models.CharField(_("role"), max_length=20, choices=ProgrammeRole.choices)

    class Meta:
        verbose_name = _("programme member")
        verbose_name_plural = _("programme members")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "user", "role"],
                name="competition_programme_role_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_role_display()}"


class ProgrammePartner(models.Model):
    """An organisation that carries the programme together with its owner, shown with its logo."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="partners")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    name = models.CharField(_("name"), max_length=200)
    url = models.URLField(_("web site"), blank=True)
    logo = models.ForeignKey(
        "wagtailimages.Image",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("logo"),
    )

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name

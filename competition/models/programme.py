"""A programme holds calls; its members are the owner's side."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from competition.enums import ProgrammeRole


class Programme(models.Model):
    """Whoever publishes calls: a ministry, a county, a cluster, a Nordic cooperation."""

    name = models.CharField(_("name"), max_length=200)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="programmes",
        verbose_name=_("owner"),
    )
    contact_mailbox = models.EmailField(_("contact mailbox"))
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

"""What the public registers of organisations say, as of the last time a file of theirs was loaded."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import Country, LanguageForm, OrganisationKind


class RegisterEntry(models.Model):
    """One organisation of a register snapshot. Nobody acts for it until somebody registers it here.

    `folded` is its name as it is searched (accounts.register.folding). `mail_domains` are those the register itself
    names; they prove nothing while another entry names the same.
    """

    country = models.CharField(_("country"), max_length=2, choices=Country.choices)
    number = models.CharField(_("organisation number"), max_length=20)
    name = models.CharField(_("name"), max_length=200)
    folded = models.CharField(max_length=400)
    kind = models.CharField(_("kind of organisation"), max_length=40, choices=OrganisationKind.choices)
    language_form = models.CharField(
        _("written standard"), max_length=10, choices=LanguageForm.choices, default=LanguageForm.NEUTRAL
    )
    mail_domains = ArrayField(models.CharField(max_length=253), verbose_name=_("mail domains"), default=list)
    # The number of the organisation that this one is a part of, where the register tells.
    part_of = models.CharField(_("part of"), max_length=20, blank=True)
    loaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("entry of a register")
        verbose_name_plural = _("entries of registers")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["country", "number"], name="accounts_registerentry_number_once"),
            models.CheckConstraint(
                condition=~models.Q(number="") & ~models.Q(name=""), name="accounts_registerentry_whole"
            ),
        ]
        indexes = [
            models.Index(fields=["number"], name="accounts_register_number"),
            models.Index(fields=["part_of"], condition=~models.Q(part_of=""), name="accounts_register_part_of"),
            GinIndex(SearchVector("folded", config="simple"), name="accounts_register_words"),
            GinIndex(fields=["mail_domains"], name="accounts_register_domains"),
        ]

    def __str__(self) -> str:
        return self.name

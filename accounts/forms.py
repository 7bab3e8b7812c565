"""Parses what is typed about organisations."""

import re

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.enums import DOMAIN_ROLES, Country, LanguageForm, MemberRole, OrganisationKind
from accounts.fields import PastedTextField

APPLICANT_KINDS = [choice for choice in OrganisationKind.choices if choice[0] != OrganisationKind.PROGRAMME_OWNER]


def number_field() -> forms.CharField:
    """An organisation number as it is typed; the services check it, for the country."""
    return forms.CharField(
        label=_("Organisation number"),
        max_length=30,
        required=False,
        help_text=_("The organisation's own number. Spaces do not matter."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def mailbox_field() -> forms.EmailField:
    return forms.EmailField(
        label=_("Mailbox"),
        max_length=254,
        required=False,
        help_text=_("The organisation's own, for receipts and letters. Not a person's."),
    )


class OrganisationForm(forms.Form):
    """Registers an organisation; the number is checked by the service, for the country."""

    name = forms.CharField(label=_("Name"), max_length=200)
    country = forms.ChoiceField(label=_("Country"), choices=Country.choices)
    kind = forms.ChoiceField(label=_("Kind of organisation"), choices=APPLICANT_KINDS)
    number = number_field()
    mailbox = mailbox_field()
    language_form = forms.ChoiceField(
        label=_("Written standard"),
        choices=LanguageForm.choices,
        initial=LanguageForm.NEUTRAL,
        help_text=_("Norwegian bodies only: letters to the organisation follow it."),
    )


class FindOrganisationForm(forms.Form):
    """Looks for an organisation by its name or number."""

    query = forms.CharField(label=_("Name or organisation number"), min_length=2, max_length=200)
    country = forms.ChoiceField(
        label=_("Country"), choices=[("", _("All countries")), *Country.choices], required=False
    )

    def add_prefix(self, field_name: str) -> str:
        return "q" if field_name == "query" else field_name


class InvitationForm(forms.Form):
    """Whom to invite, to do what."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    role = forms.ChoiceField(label=_("Role"), choices=MemberRole.choices, initial=MemberRole.EDITOR)


class ReaderLanguageForm(forms.Form):
    """Which language to write to somebody in."""

    language = forms.ChoiceField(label=_("Language of letters to me"), choices=settings.LANGUAGES)


class JoinForm(forms.Form):
    """Asks to join an organisation."""

    message = PastedTextField(
        label=_("Message to the administrators"),
        max_length=500,
        required=False,
        help_text=_("Who you are and why you ask, so that they recognise you."),
    )


class ApproveForm(forms.Form):
    """Lets somebody in who asked."""

    role = forms.ChoiceField(label=_("Role"), choices=MemberRole.choices, initial=MemberRole.EDITOR)


class RefuseForm(forms.Form):
    """Says no to somebody who asked."""

    reason = PastedTextField(label=_("Reason"), max_length=500)


class MailDomainForm(forms.Form):
    """Who may join by the mail domain."""

    domains = PastedTextField(
        label=_("Mail domains"),
        max_length=6000,
        required=False,
        help_text=_("One on each line, for example kommune.example."),
    )
    role = forms.ChoiceField(
        label=_("With an address there one may at once become"),
        choices=[("", _("nothing: an administrator answers"))] + [(role.value, role.label) for role in DOMAIN_ROLES],
        required=False,
    )

    def clean_domains(self) -> list[str]:
        return (
            re.split(r"[\s,;]+", self.cleaned_data["domains"].strip()) if self.cleaned_data["domains"].strip() else []
        )


class MailboxForm(forms.Form):
    """Where letters to the organisation itself go, and where it lies."""

    mailbox = mailbox_field()
    region = forms.CharField(
        label=_("Region"),
        max_length=80,
        required=False,
        help_text=_("County, region or part of the country. Jurors from other regions may be preferred."),
    )


class MemberRoleForm(forms.Form):
    """Another role for a member. `expected` is the role that was shown."""

    role = forms.ChoiceField(label=_("Role"), choices=MemberRole.choices)
    expected = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)


class DeletionCodeForm(forms.Form):
    """The code that confirms the deletion of an account."""

    code = forms.CharField(
        label=_("Code"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )

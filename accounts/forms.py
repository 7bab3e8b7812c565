"""Parses what is typed about organisations."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.enums import Country, LanguageForm, MemberRole, OrganisationKind

APPLICANT_KINDS = [choice for choice in OrganisationKind.choices if choice[0] != OrganisationKind.PROGRAMME_OWNER]


class OrganisationForm(forms.Form):
    """Registers an organisation; the number is checked by the service, for the country."""

    name = forms.CharField(label=_("Name"), max_length=200)
    country = forms.ChoiceField(label=_("Country"), choices=Country.choices)
    kind = forms.ChoiceField(label=_("Kind of organisation"), choices=APPLICANT_KINDS)
    number = forms.CharField(
        label=_("Organisation number"),
        max_length=30,
        required=False,
        help_text=_("The organisation's own number. Spaces do not matter."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    mailbox = forms.EmailField(
        label=_("Mailbox"),
        max_length=254,
        required=False,
        help_text=_("The organisation's own, for receipts and letters. Not a person's."),
    )
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

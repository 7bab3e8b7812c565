"""Forms of the owner's pages about a programme."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.forms.models import fields_for_model
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.images.fields import WagtailImageField

from competition.enums import ProgrammeRole
from competition.models import Programme, ProgrammePartner
from competition.workspace_forms import name_of

TEXTS = ("name", "introduction")
FACTS = ("slug", "contact_mailbox", "deadline_hour")
MEGABYTES = 2
ORDER_AT_MOST = 32_767


class ProgrammeForm(forms.Form):
    """A programme's texts in all languages, and the values a new call begins with."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, programme: Programme, slug_fixed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [f"{name}_{code}" for name in TEXTS for code, _name in settings.LANGUAGES]
        self.fields |= fields_for_model(Programme, fields=[*names, *FACTS])
        for code, language in settings.LANGUAGES:
            for name in TEXTS:
                field = self.fields[f"{name}_{code}"]
                field.label = f"{capfirst(name_of(Programme, name))} ({language})"
                field.required = False
                field.widget.attrs["lang"] = code
            self.fields[f"introduction_{code}"].widget.attrs["rows"] = 6
        self.fields["languages"] = forms.MultipleChoiceField(
            label=capfirst(name_of(Programme, "languages")),
            help_text=_("The programme has a page in each of them."),
            choices=settings.LANGUAGES,
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["deadline_hour"].widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        self.fields["slug"].help_text = _("Fixed once a call of the programme is published.")
        self.fields["slug"].disabled = slug_fixed
        for name in (*names, *FACTS, "languages", "revision"):
            self.initial.setdefault(name, getattr(programme, name))

    def text_rows(self) -> list[list[forms.BoundField]]:
        """A row per text, a column per language."""
        return [[self[f"{name}_{code}"] for code, _name in settings.LANGUAGES] for name in TEXTS]

    def fact_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("languages", *FACTS)]

    def programme_fields(self) -> dict[str, Any]:
        """Arguments of update_programme."""
        fields = {name: value for name, value in self.cleaned_data.items() if name != "revision"}
        return fields | {"expected_revision": self.cleaned_data["revision"]}


class PartnerForm(forms.Form):
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, programme: Programme, partner: ProgrammePartner | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= fields_for_model(ProgrammePartner, fields=["name"])
        self.fields["url"] = forms.URLField(
            label=capfirst(name_of(ProgrammePartner, "url")), max_length=200, required=False, assume_scheme="https"
        )
        self.fields["order"] = forms.IntegerField(
            label=capfirst(name_of(ProgrammePartner, "order")),
            help_text=_("Smaller numbers come first."),
            min_value=0,
            max_value=ORDER_AT_MOST,
        )
        self.fields["logo"] = WagtailImageField(
            label=_("Logo"),
            help_text=_("PNG, JPEG, GIF or WebP, at most %(limit)s MB. The partner's name is its description.")
            % {"limit": MEGABYTES},
            required=False,
        )
        if partner is not None and partner.logo_id:
            self.fields["remove_logo"] = forms.BooleanField(label=_("Take the present logo away"), required=False)
        self.initial.setdefault("revision", programme.revision)
        for name in ("name", "url", "order"):
            self.initial.setdefault(name, getattr(partner, name) if partner else 0 if name == "order" else "")

    def clean_logo(self) -> Any:
        logo = self.cleaned_data.get("logo")
        if logo and logo.size > MEGABYTES * 1024 * 1024:
            raise forms.ValidationError(
                _("The file is larger than %(limit)s MB. Make it smaller."), params={"limit": MEGABYTES}
            )
        return logo

    def partner_fields(self) -> dict[str, Any]:
        """Arguments of save_partner."""
        cleaned = self.cleaned_data
        return {
            **{name: cleaned[name] for name in ("name", "url", "order")},
            "logo": cleaned.get("logo") or None,
            "remove_logo": bool(cleaned.get("remove_logo")),
            "expected_revision": cleaned["revision"],
        }


class RolesForm(forms.Form):
    """The roles of one person. `shown` carries those that the page showed."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=ProgrammeRole.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None chosen: the person leaves the programme."),
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)

    def expected(self) -> list[str]:
        return [role for role in self.cleaned_data["shown"].split(",") if role]


class MemberForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=ProgrammeRole.choices, widget=forms.CheckboxSelectMultiple
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        help_text=_("Of the letter, where the person has not chosen one."),
    )

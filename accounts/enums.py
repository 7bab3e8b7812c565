"""Stable codes of people's and organisations' properties; translated only where they are shown."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Country(models.TextChoices):
    """Countries whose organisations take part (ISO 3166-1 alpha-2)."""

    NO = "NO", _("Norway")
    DK = "DK", _("Denmark")
    SE = "SE", _("Sweden")
    FI = "FI", _("Finland")
    IS = "IS", _("Iceland")
    FO = "FO", _("Faroe Islands")


class OrganisationKind(models.TextChoices):
    """What an organisation is; a call lists the kinds that may apply."""

    MUNICIPALITY = "municipality", _("Municipality")
    COUNTY_AUTHORITY = "county_authority", _("County authority")
    REGION = "region", _("Region")
    STATE_AGENCY = "state_agency", _("State agency")
    HEALTH_TRUST = "health_trust", _("Hospital trust")
    PUBLIC_LAW_BODY = "body_governed_by_public_law", _("Body governed by public law")
    PROGRAMME_OWNER = "programme_owner", _("Programme owner")
    COMPANY = "company", _("Company")


class LanguageForm(models.TextChoices):
    """The written standard a Norwegian body has chosen; letters to it follow it (språklova, section 15)."""

    BOKMAL = "nb", _("Bokmål")
    NYNORSK = "nn", _("Nynorsk")
    NEUTRAL = "neutral", _("Neutral")


class MemberRole(models.TextChoices):
    """What a member may do for the organisation."""

    ADMIN = "admin", _("Administrator")
    EDITOR = "editor", _("Editor")
    READER = "reader", _("Reader")


WRITING_ROLES = (MemberRole.ADMIN, MemberRole.EDITOR)

# From most to least: who is admitted twice keeps the role that lets do more.
ROLE_ORDER = (MemberRole.ADMIN, MemberRole.EDITOR, MemberRole.READER)


class JoinOutcome(models.TextChoices):
    """What became of somebody's wish to act for an organisation."""

    PENDING = "pending", _("Waiting for an answer")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# What a proven mail address gives at once; becoming an administrator always takes a person's decision.
DOMAIN_ROLES = (MemberRole.READER, MemberRole.EDITOR)

"""Registering an organisation."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from accounts.enums import Country, LanguageForm, MemberRole
from accounts.errors import InvalidInput
from accounts.guards import require
from accounts.models import Membership, Organisation, User
from accounts.selectors.register import proving_domains
from accounts.validators import validate_organisation_number


@transaction.atomic
def register_organisation(
    *,
    by: User,
    name: str,
    country: str,
    kind: str,
    number: str = "",
    language_form: str = LanguageForm.NEUTRAL,
    mailbox: str = "",
) -> Organisation:
    """Register an organisation; whoever does it becomes its administrator.

    Where the register names a mail domain of this organisation alone, colleagues with an address there may join as
    readers at once. Raises InvalidInput with the field at fault: a number that is none, is a person's, or is
    registered already.
    """
    compact = ""
    if number:
        try:
            compact = validate_organisation_number(country, number)
        except ValidationError as error:
            raise InvalidInput({"number": error.messages[0]}) from error
    domains = proving_domains(country=country, number=compact)
    if country != Country.NO:
        language_form = LanguageForm.NEUTRAL
    try:
        with transaction.atomic():
            organisation = Organisation.objects.create(
                name=name,
                country=country,
                kind=kind,
                number=compact,
                language_form=language_form,
                mailbox=mailbox,
                mail_domains=domains,
                domain_role=MemberRole.READER if domains else "",
            )
    except IntegrityError as error:
        raise InvalidInput(
            {"number": _("An organisation with this number is registered already. Search for it and ask to join it.")}
        ) from error
    Membership.objects.create(user=by, organisation=organisation, role=MemberRole.ADMIN)
    log(instance=organisation, action="accounts.register_organisation", user=by)
    return organisation


@transaction.atomic
def set_mailbox(*, by: User, organisation: Organisation, mailbox: str, region: str | None = None) -> Organisation:
    """Say where receipts and letters to the organisation itself go; empty for nowhere. Raises NotAllowed.

    region: where it lies; None leaves what there is.
    """
    require("accounts.administer_organisation", by, organisation)
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if locked.mailbox != mailbox:
        locked.mailbox = mailbox
        locked.save(update_fields=["mailbox"])
        log(instance=locked, action="accounts.set_mailbox", user=by)
    if region is not None and locked.region != region:
        locked.region = region
        locked.save(update_fields=["region"])
        log(instance=locked, action="accounts.set_region", user=by)
    return locked

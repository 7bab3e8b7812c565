"""Letters about who may write in a call, and when."""

from __future__ import annotations

from django.db import transaction
from django.utils import translation

from accounts.enums import WRITING_ROLES
from competition.display import in_language
from competition.models import AccessException
from competition.selectors.exceptions import reasons_of
from notifications.enums import LetterKind
from notifications.links import link
from notifications.models import Letter
from notifications.services import letter_language, write_letter


def _readers(exception: AccessException) -> list[tuple[str, str, str]]:
    """(part of the occasion, address, language): whoever writes for the organisation, and its own mailbox."""
    organisation = exception.organisation
    writers = organisation.memberships.filter(role__in=WRITING_ROLES).select_related("user").order_by("pk")
    readers = {
        member.user.email: (str(member.user_id), letter_language(organisation=organisation, user=member.user))
        for member in writers
        if member.user.is_active
    }
    mailbox = organisation.mailbox.lower()
    if mailbox and mailbox not in readers:
        readers[mailbox] = ("mailbox", organisation.letter_language or exception.call.default_language)
    return [(part, address, language) for address, (part, language) in readers.items()]


@transaction.atomic
def write_exception(*, exception: AccessException) -> list[Letter]:
    """Tell the organisation that it may begin early or hand in late, or that it no longer may. Safe to call twice."""
    what = "granted" if exception.revoked_at is None else "revoked"
    letters = []
    for part, address, language in _readers(exception):
        with translation.override(language):
            letters.append(
                write_letter(
                    occasion=f"exception:{exception.pk}:{what}:{part}",
                    kind=LetterKind.ACCESS_EXCEPTION,
                    recipient=address,
                    language=language,
                    context={
                        "call": exception.call,
                        "organisation": exception.organisation,
                        "exception": exception,
                        "reason": in_language(reasons_of(exception), language),
                        "url": link(language, "competition:start", exception.call.slug),
                        "call_url": link(language, "competition:call", exception.call.slug),
                    },
                    about=exception.call,
                )
            )
    return letters

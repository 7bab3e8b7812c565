"""Who may write in a call: everybody of the kinds that may apply, or whoever has used an invitation code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import InvalidInput, NotAllowed
from accounts.guards import require
from accounts.models import Organisation, User
from competition import audit, tries
from competition.answers import Message
from competition.clock import database_now
from competition.enums import AccessMode, Phase
from competition.errors import IllegalTransition, NeedsCode, NotEligible
from competition.models import Amendment, Call, CodeRedemption, InvitationCode
from competition.numbers import is_number, new_number, normalise
from competition.selectors.access import needs_code, why_not_eligible, window_for
from competition.services.amendments import gather
from competition.services.revisions import refuse_stale
from competition.services.states import require_open

CODES_AT_MOST = 500
LABEL_LENGTH = 200
USES_AT_MOST = 100_000


def require_eligible(call: Call, organisation: Organisation) -> None:
    """Raise NotEligible, or NeedsCode where only the invitation code is missing."""
    if reason := why_not_eligible(call, organisation):
        raise NotEligible(reason)
    if needs_code(call, organisation):
        raise NeedsCode


@transaction.atomic
def set_access(*, by: User, call: Call, access: str, expected_revision: int | None = None) -> Amendment | None:
    """Open the call to everybody who may apply, or only to whoever has a code.

    Freely until the call opens; while it is open only from code to everybody, which shuts nobody out, and by the
    amendment that is returned; after the deadline not at all. Raises NotAllowed, InvalidInput, IllegalTransition,
    StaleEdit.
    """
    require("competition.manage_access", by, call)
    if access not in AccessMode.values:
        raise InvalidInput({"access": _("Choose one of the two.")})
    locked = Call.objects.select_for_update().get(pk=call.pk)
    now = database_now()
    phase = locked.phase_at(now)
    if phase == Phase.OPEN:
        return _widen(by, locked, access)
    if locked.access == access:
        return None
    if phase not in (Phase.DRAFT, Phase.ANNOUNCED):
        raise IllegalTransition(_("After the deadline this can no longer change."))
    refuse_stale(row=locked, expected=expected_revision, wanted={"access": access})
    before, locked.access = locked.access, access
    locked.revision += 1
    locked.changed_at = now
    locked.save(update_fields=["access", "revision", "changed_at"])
    audit.record(call=locked, action="competition.set_access", by=by, before=before, after=access)
    call.access, call.revision = access, locked.revision
    return None


def _widen(by: User, call: Call, access: str) -> Amendment:
    """Whoever else has gathered the same is no conflict: there is one way it can change."""
    if call.access == AccessMode.OPEN and access == AccessMode.CODE:
        raise InvalidInput({"access": _("The call is open to everybody and stays so: some may have begun already.")})
    return gather(by=by, call=call, values={("call", ""): {"access": access}})


def _new_codes(number: int) -> list[str]:
    codes: set[str] = set()
    while len(codes) < number:
        codes |= {new_number() for _place in range(number - len(codes))}
        codes -= set(InvitationCode.objects.filter(code__in=codes).values_list("code", flat=True))
    return sorted(codes)


def _check_batch(
    labels: Sequence[str], uses_at_most: int | None, expires_at: dt.datetime | None, now: dt.datetime
) -> None:
    errors: dict[str, Message] = {}
    if not 1 <= len(labels) <= CODES_AT_MOST:
        errors["number"] = _("Make between 1 and %(limit)s codes at a time.") % {"limit": CODES_AT_MOST}
    if long := next((label for label in labels if len(label) > LABEL_LENGTH), ""):
        errors["labels"] = _("Shorten “%(label)s …” to %(limit)s characters.") % {
            "label": long[:40],
            "limit": LABEL_LENGTH,
        }
    if uses_at_most is not None and not 1 <= uses_at_most <= USES_AT_MOST:
        errors["uses_at_most"] = _("Write a number from 1 to %(limit)s, or nothing.") % {"limit": USES_AT_MOST}
    if expires_at is not None and expires_at <= now:
        errors["expires_at"] = _("This moment has passed already.")
    if errors:
        raise InvalidInput(errors)


@transaction.atomic
def make_codes(
    *,
    by: User,
    call: Call,
    labels: Sequence[str],
    uses_at_most: int | None = 1,
    expires_at: dt.datetime | None = None,
) -> list[InvitationCode]:
    """Make one code for each label (whom it is for; may be empty). Raises NotAllowed, InvalidInput."""
    require("competition.manage_access", by, call)
    labels = [label.strip() for label in labels]
    _check_batch(labels, uses_at_most, expires_at, database_now())
    made = InvitationCode.objects.bulk_create(
        InvitationCode(
            call=call, code=code, label=label, uses_at_most=uses_at_most, expires_at=expires_at, created_by=by
        )
        for code, label in zip(_new_codes(len(labels)), labels, strict=True)
    )
    audit.record(call=call, action="competition.make_codes", by=by, number=len(made))
    return made


@transaction.atomic
def revoke_code(*, by: User, code: InvitationCode) -> InvitationCode:
    """Let nobody else use the code; whoever has used it keeps the access. Twice is once. Raises NotAllowed."""
    require("competition.manage_access", by, code.call)
    locked = InvitationCode.objects.select_for_update().get(pk=code.pk)
    if locked.revoked_at is None:
        locked.revoked_at = code.revoked_at = database_now()
        locked.save(update_fields=["revoked_at"])
        audit.record(call=code.call, action="competition.revoke_code", by=by, code=locked.label or str(locked.pk))
    return locked


@transaction.atomic
def redeem_code(*, by: User, call: Call, organisation: Organisation, typed: str) -> CodeRedemption:
    """Use a code for the organisation, which may write in the call from then on. Twice is once, and costs one use.

    Raises NotAllowed, NotOpen, DeadlinePassed, TooManyTries, and InvalidInput by field. A code that does not exist and
    one of another call are told alike.
    """
    # The lock makes a double click wait for the first.
    locked = Organisation.objects.written_by(by).select_for_update(of=("self",)).filter(pk=organisation.pk).first()
    if locked is None or call.published_at is None:
        raise NotAllowed(_("You have no access to this."))
    if (earlier := CodeRedemption.objects.filter(call=call, organisation=locked).first()) is not None:
        return earlier
    if reason := why_not_eligible(call, locked):
        raise InvalidInput({"organisation": reason})
    now = database_now()
    if call.phase_at(now) != Phase.ANNOUNCED:
        require_open(window_for(call, locked), now)
    code = _find_code(by, call, typed, now)
    redemption = CodeRedemption.objects.create(
        invitation_code=code, call=call, organisation=locked, redeemed_by=by, redeemed_at=now
    )
    audit.record(call=call, action="competition.redeem_code", by=by, organisation=locked.name)
    return redemption


def _find_code(by: User, call: Call, typed: str, now: dt.datetime) -> InvitationCode:
    """The code, its row locked so that it lets in exactly as many as it may."""
    number = normalise(typed)
    if not is_number(number):
        raise InvalidInput({"code": _("This is no code: a character is wrong or missing. Check each of the eight.")})
    tries.count(by)
    code = InvitationCode.objects.select_for_update().filter(call=call, code=number).first()
    if code is None:
        raise InvalidInput({"code": _("There is no such code in this call. Ask whoever invited you.")})
    tries.forgive(by)
    if code.revoked_at is not None:
        raise InvalidInput({"code": _("This code has been revoked. Ask whoever invited you.")})
    if code.expires_at is not None and code.expires_at <= now:
        raise InvalidInput({"code": _("This code has expired. Ask whoever invited you.")})
    if code.uses_at_most is not None and code.redemptions.count() >= code.uses_at_most:
        raise InvalidInput({"code": _("This code has been used as often as it may be. Ask whoever invited you.")})
    return code

"""Co-applicants: asked by the lead applicant, and behind the sketch once they have said so themselves.

The sketch's row is locked first, then the co-applicant's: whoever hands in meanwhile waits.
"""

from __future__ import annotations

import datetime as dt
import uuid

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import InvalidInput, NotAllowed, Refused
from accounts.guards import require
from accounts.models import Organisation, User
from accounts.validators import validate_organisation_number
from competition import audit, signals
from competition.clock import database_now
from competition.enums import CO_APPLICANT_TRANSITIONS, CoApplicantRole, CoApplicantState
from competition.errors import DeadlinePassed, IllegalTransition, NotOpen
from competition.models import CoApplicant, Sketch
from competition.rules import speaks_for_co_applicant
from competition.selectors.access import why_not_eligible, window_of
from competition.selectors.co_applicants import by_token, candidates_to_confirm, registered
from competition.services.sketches import lock_draft, touch
from competition.services.states import lock

ORGANISATIONS_AT_MOST = 50
INVITATION_DAYS = 30
VOID = _("This invitation no longer counts. Ask the lead applicant for a new one.")


@transaction.atomic
def invite_co_applicant(
    *,
    by: User,
    sketch: Sketch,
    role: str,
    organisation: Organisation | None = None,
    name: str = "",
    country: str = "",
    number: str = "",
    mailbox: str = "",
) -> CoApplicant:
    """Ask an organisation to stand behind the sketch; its mailbox and its administrators are written to.

    `organisation` is a registered one; otherwise name, country and mailbox say who is meant, and a number of a
    registered organisation finds that. Asking one again that has declined or withdrawn begins anew; asking one that
    has not answered changes nothing. Raises NotAllowed, NotOpen, DeadlinePassed, InvalidInput by field.
    """
    require("competition.manage_co_applicants", by, sketch)
    locked = _lock_open(sketch)
    if organisation is None:
        number = _checked_number(country, number)
        organisation = registered(country, number)
    if organisation is not None:
        _require_possible(locked, organisation)
        co = locked.co_applicants.filter(organisation=organisation).first() or CoApplicant(
            sketch=locked, organisation=organisation
        )
    else:
        if not (name := " ".join(name.split())[:200]) or not mailbox:
            raise InvalidInput({"name" if not name else "mailbox": _("This must be filled in.")})
        same = locked.co_applicants.filter(organisation=None, country=country, mailbox__iexact=mailbox)
        co = same.first() or CoApplicant(sketch=locked)
        co.name, co.country, co.number, co.mailbox = name, country, number, mailbox
    if co.pk and co.state in (CoApplicantState.INVITED, CoApplicantState.CONFIRMED):
        return co
    if not co.pk and locked.co_applicants.count() >= ORGANISATIONS_AT_MOST:
        raise InvalidInput({"": _("There are too many organisations.")})
    co.role = CoApplicantRole(role)
    return _ask(co, locked, by=by)


def _lock_open(sketch: Sketch) -> Sketch:
    locked, is_late = lock_draft(sketch)
    if is_late:
        raise DeadlinePassed(
            window_of(locked).closes_at, _("The deadline has passed. Who stands behind the sketch is settled.")
        )
    return locked


def _checked_number(country: str, number: str) -> str:
    if not number:
        return ""
    try:
        return validate_organisation_number(country, number)
    except ValidationError as error:
        raise InvalidInput({"number": error.messages[0]}) from error


def _require_possible(sketch: Sketch, organisation: Organisation) -> None:
    if organisation.pk == sketch.organisation_id:
        raise InvalidInput({"": _("The lead applicant stands behind the sketch already.")})
    if reason := why_not_eligible(sketch.call, organisation):
        raise InvalidInput({"": reason})


def _ask(co: CoApplicant, sketch: Sketch, *, by: User) -> CoApplicant:
    """A new link; the old one is void."""
    now = database_now()
    co.state, co.nonce, co.invited_by, co.invited_at = CoApplicantState.INVITED, uuid.uuid4(), by, now
    co.expires_at = min(now + dt.timedelta(days=INVITATION_DAYS), window_of(sketch).closes_at)
    co.answered_by = co.answered_at = co.withdrawn_by = co.withdrawn_at = None
    co.reason = ""
    co.save()
    signals.co_applicant_invited.send(sender=CoApplicant, co_applicant=co)
    _record("invite", co, by)
    return co


def _record(verb: str, co: CoApplicant, by: User | None) -> None:
    audit.record(
        call=co.sketch.call,
        action=f"competition.{verb}_co_applicant",
        by=by,
        sketch=co.sketch.reference,
        co_applicant=co.shown_name,
    )


def _row(sketch: Sketch, co: CoApplicant) -> CoApplicant:
    """The row as it stands now, below the sketch's lock. Raises Refused where it was taken back meanwhile."""
    row = CoApplicant.objects.select_for_update(of=("self",)).select_related("organisation").filter(pk=co.pk).first()
    if row is None:
        raise Refused(_("This organisation is no longer invited."))
    row.sketch = sketch
    return row


@transaction.atomic
def resend_co_applicant(*, by: User, co_applicant: CoApplicant) -> CoApplicant:
    """Ask again by a new link. Raises NotAllowed, NotOpen, DeadlinePassed, IllegalTransition."""
    require("competition.manage_co_applicants", by, co_applicant.sketch)
    locked = _lock_open(co_applicant.sketch)
    row = _row(locked, co_applicant)
    _require_move(row, CoApplicantState.INVITED)
    return _ask(row, locked, by=by)


def _require_move(co: CoApplicant, to: CoApplicantState) -> None:
    if to not in CO_APPLICANT_TRANSITIONS[CoApplicantState(co.state)]:
        raise IllegalTransition


@transaction.atomic
def remove_co_applicant(*, by: User, co_applicant: CoApplicant) -> None:
    """Take back an invitation that nobody has confirmed; its link is void. Raises NotAllowed, NotOpen, Refused."""
    require("competition.manage_co_applicants", by, co_applicant.sketch)
    row = _row(_lock_open(co_applicant.sketch), co_applicant)
    if row.state not in (CoApplicantState.INVITED, CoApplicantState.DECLINED):
        raise IllegalTransition
    row.delete()
    _record("remove", row, by)


@transaction.atomic
def set_co_applicant_role(*, by: User, co_applicant: CoApplicant, role: str) -> CoApplicant:
    """Let the members of the co-applicant write in the sketch, or only read it. Raises NotAllowed, NotOpen."""
    require("competition.manage_co_applicants", by, co_applicant.sketch)
    row = _row(_lock_open(co_applicant.sketch), co_applicant)
    row.role = CoApplicantRole(role)
    row.save(update_fields=["role"])
    _record("change", row, by)
    return row


@transaction.atomic
def confirm_co_applicant(*, by: User, token: str, organisation: Organisation | None = None) -> CoApplicant:
    """Say yes for the organisation, which stands behind the sketch from now on. Twice is once.

    `organisation` is needed where the invitation knows only a name. Raises Refused where the link does not count,
    NotAllowed unless `by` writes for the organisation, NotOpen, DeadlinePassed, InvalidInput.
    """
    found = _invitation(token)
    locked = _lock_open(found.sketch)
    row = _row(locked, found)
    chosen = candidates_to_confirm(by, row)
    if organisation is not None:
        chosen = chosen.filter(pk=organisation.pk)
    own = chosen.first()
    if own is None or not by.is_active:
        raise NotAllowed(_("You have no access to this."))
    if row.state == CoApplicantState.CONFIRMED:
        return row
    if row.nonce != found.nonce or not row.is_usable_at(database_now()):
        raise Refused(VOID)
    if reason := why_not_eligible(locked.call, own):
        raise InvalidInput({"organisation": reason})
    row.organisation, row.state, row.answered_by, row.answered_at = own, CoApplicantState.CONFIRMED, by, database_now()
    row.save()
    touch(locked)
    signals.co_applicant_answered.send(sender=CoApplicant, co_applicant=row)
    _record("confirm", row, by)
    return row


def _invitation(token: str) -> CoApplicant:
    found = by_token(token)
    if found is None:
        raise Refused(VOID)
    return found


@transaction.atomic
def decline_co_applicant(*, token: str, reason: str, by: User | None = None) -> CoApplicant:
    """Say no, with a reason that the lead applicant reads. The link is enough for that: a no gives nobody anything."""
    if not (reason := reason.strip()[:2000]):
        raise InvalidInput({"reason": _("Say shortly why your organisation does not join.")})
    found = _invitation(token)
    row = _row(lock(found.sketch), found)
    if row.nonce != found.nonce or not row.is_usable_at(database_now()):
        raise Refused(VOID)
    row.state, row.reason, row.answered_by, row.answered_at = CoApplicantState.DECLINED, reason, by, database_now()
    row.save()
    signals.co_applicant_answered.send(sender=CoApplicant, co_applicant=row)
    _record("decline", row, by)
    return row


@transaction.atomic
def withdraw_co_applicant(*, by: User, co_applicant: CoApplicant, reason: str) -> CoApplicant:
    """Take a confirmed organisation out, by its own people or by the lead applicant's.

    Versions stay as they were; the next one is without it. Until the deadline either may; afterwards only the
    organisation itself, until the decision. Raises NotAllowed, InvalidInput, IllegalTransition.
    """
    require("competition.withdraw_co_applicant", by, co_applicant)
    if not (reason := reason.strip()[:2000]):
        raise InvalidInput({"reason": _("Say shortly why the organisation withdraws.")})
    locked = lock(co_applicant.sketch)
    row = _row(locked, co_applicant)
    _require_move(row, CoApplicantState.WITHDRAWN)
    now = database_now()
    is_open = window_of(locked).accepts_at(now)
    if locked.call.decided_at is not None or locked.call.cancelled_at is not None:
        raise IllegalTransition(_("The call is decided or cancelled, so that nobody can withdraw any more."))
    if not is_open and not speaks_for_co_applicant.test(by, row):
        raise NotOpen(_("After the deadline only the organisation itself can withdraw."))
    row.state, row.reason, row.withdrawn_by, row.withdrawn_at = CoApplicantState.WITHDRAWN, reason, by, now
    row.save()
    if is_open:
        touch(locked)
    signals.co_applicant_answered.send(sender=CoApplicant, co_applicant=row)
    _record("withdraw", row, by)
    return row

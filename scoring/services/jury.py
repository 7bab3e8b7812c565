"""Who sits in the jury: inviting, answering, changing, taking off."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import tokens
from accounts.errors import InvalidInput, NotAllowed, Refused
from accounts.guards import require
from accounts.models import Organisation, User
from accounts.services import find_or_create_user
from competition import audit, clock
from competition.enums import ProgrammeRole
from competition.models import Call, Topic
from notifications.enums import LetterKind
from notifications.links import link
from notifications.services import write_letter
from scoring.enums import JUROR_TRANSITIONS, AssessmentState, DeclineReason, JurorRole, JurorState
from scoring.errors import NotReady
from scoring.models import Assessment, Juror, JurorTopic
from scoring.selectors import people
from scoring.selectors.effort import effort_of
from scoring.selectors.jury import INVITATION, has_expired
from scoring.selectors.pool import pool_facts
from scoring.services.impartiality import block_automatically
from scoring.services.objections import lapse_objections

MAX_LOAD = 1000


@transaction.atomic
def invite_juror(
    *,
    by: User,
    call: Call,
    email: str,
    organisation: Organisation | None = None,
    role: str = JurorRole.JUROR,
    topics: Mapping[Topic, Decimal | float] | None = None,
    load_min: int = 0,
    load_max: int = 20,
    language: str = "",
    answer_by: dt.datetime | None = None,
) -> Juror:
    """Offer somebody a seat and write to them. Whoever declined or was taken off may be asked again, by a new link.

    answer_by: the last moment for an answer; None: no end. What the programme's pool knows of sector, experience,
    region and languages is copied to the seat.

    topics: topic -> how well the juror knows it, from 0 to 1. Raises InvalidInput with the field at fault.
    """
    require("scoring.manage_jury", by, call)
    _require_undecided(call)
    topics = topics or {}
    _validate(email=email, role=role, topics=topics, load_min=load_min, load_max=load_max)
    user = find_or_create_user(email=email.strip(), language=language or call.default_language)
    _require_eligible(call, user, role)
    seat = Juror.objects.select_for_update().filter(call=call, user=user).first()
    if seat is not None and JurorState.INVITED not in JUROR_TRANSITIONS[JurorState(seat.state)]:
        raise InvalidInput({"email": _("This person is in the jury already.")})
    juror = seat or Juror(call=call, user=user)
    juror.organisation, juror.role = organisation, role
    juror.load_min, juror.load_max = load_min, load_max
    juror.state, juror.nonce = JurorState.INVITED, uuid.uuid4()
    juror.invited_at, juror.answered_at, juror.answer_by = clock.database_now(), None, answer_by
    juror.decline_code = juror.decline_reason = ""
    copy_facts(juror)
    juror.save()
    _set_topics(juror, topics)
    block_automatically(call=call, jurors=[juror])
    write_invitation(juror)
    audit.record(call=call, action="scoring.invite_juror", by=by, juror=juror.pk, role=str(role))
    return juror


@transaction.atomic
def change_juror(
    *,
    by: User,
    juror: Juror,
    organisation: Organisation | None,
    role: str,
    topics: Mapping[Topic, Decimal | float],
    load_min: int,
    load_max: int,
) -> Juror:
    """Change employer, role, topics and load of a seat. A new employer may block sketches. Raises InvalidInput."""
    require("scoring.manage_jury", by, juror.call)
    _require_undecided(juror.call)
    _validate(email=juror.user.email, role=role, topics=topics, load_min=load_min, load_max=load_max)
    Call.objects.select_for_update().get(pk=juror.call_id)  # before the seat, as everywhere; two chairs wait here
    juror = Juror.objects.select_for_update(of=("self",)).select_related("call", "user").get(pk=juror.pk)
    _require_eligible(juror.call, juror.user, role, seat=juror)
    juror.organisation, juror.role = organisation, role
    juror.load_min, juror.load_max = load_min, load_max
    juror.save(update_fields=["organisation", "role", "load_min", "load_max"])
    _set_topics(juror, topics)
    block_automatically(call=juror.call, jurors=[juror])
    audit.record(call=juror.call, action="scoring.change_juror", by=by, juror=juror.pk)
    return juror


@transaction.atomic
def answer_invitation(*, juror: Juror, accept: bool, code: str = "", reason: str = "", by: User | None = None) -> Juror:
    """Say yes, or no with a reason's code and, if wanted, words.

    The signed link is the right to answer; a signed-in `by` must be the one invited. Answering the same twice changes
    nothing. Raises InvalidInput (code); Refused when the invitation has expired, is answered otherwise or withdrawn.
    """
    if by is not None and by.pk != juror.user_id:
        raise NotAllowed(_("You have no access to this."))
    juror = (
        Juror.objects.select_for_update(of=("self",)).select_related("call", "user").get(pk=juror.pk, nonce=juror.nonce)
    )
    wanted = JurorState.ACCEPTED if accept else JurorState.DECLINED
    if juror.state == wanted:
        return juror
    if juror.state == JurorState.REMOVED:
        raise Refused(_("This invitation was withdrawn."))
    if code and code not in DeclineReason.values:
        raise InvalidInput({"code": _("There is no such reason.")})
    if has_expired(juror, clock.database_now()):
        raise Refused(_("The time to answer this invitation is over. Write to whoever invited you."))
    if wanted not in JUROR_TRANSITIONS[JurorState(juror.state)]:
        raise Refused(_("You have answered this invitation already. Write to the jury secretary to change it."))
    juror.state = wanted
    juror.answered_at = clock.database_now()
    juror.decline_code = "" if accept else code
    juror.decline_reason = "" if accept else reason.replace("\x00", "").strip()[:2000]
    juror.save(update_fields=["state", "answered_at", "decline_code", "decline_reason"])
    if accept:
        block_automatically(call=juror.call, jurors=[juror])
    audit.record(call=juror.call, action="scoring.answer_invitation", by=juror.user, juror=juror.pk, accepted=accept)
    return juror


@transaction.atomic
def remove_juror(*, by: User, juror: Juror) -> Juror:
    """Take somebody off the jury. Final grades still count; unfinished work is voided, to be given to others."""
    require("scoring.manage_jury", by, juror.call)
    _require_undecided(juror.call)
    juror = Juror.objects.select_for_update(of=("self",)).select_related("call").get(pk=juror.pk)
    if juror.state == JurorState.REMOVED:
        return juror
    juror.state = JurorState.REMOVED
    juror.save(update_fields=["state"])
    lapse_objections(among=juror.objections.all())
    unfinished = Assessment.objects.filter(juror=juror, state__in=(AssessmentState.ASSIGNED, AssessmentState.STARTED))
    voided = unfinished.update(state=AssessmentState.VOID)
    audit.record(call=juror.call, action="scoring.remove_juror", by=by, juror=juror.pk, voided=voided)
    return juror


def invitation_token(juror: Juror) -> str:
    """What the invitation's link carries."""
    return tokens.make(INVITATION, pk=juror.pk, nonce=juror.nonce)


def write_invitation(juror: Juror) -> None:
    language = juror.user.language
    write_letter(
        occasion=f"jury-invitation:{juror.nonce}",
        kind=LetterKind.JURY_INVITATION,
        recipient=juror.user.email,
        language=language,
        context=letter_context(juror, link(language, "scoring:invitation", invitation_token(juror))),
        about=juror.call,
    )


def letter_context(juror: Juror, url: str) -> dict[str, object]:
    """What the letter of invitation, and the page behind its link, are made of."""
    return {"call": juror.call, "juror": juror, "effort": effort_of(juror.call, juror=juror), "url": url}


def copy_facts(juror: Juror) -> None:
    """What the pool knows of the person goes into the seat, where nothing is changed behind an assignment's back."""
    for name, value in pool_facts(juror.call.programme_id, juror.user_id).items():
        setattr(juror, name, value)


def _set_topics(juror: Juror, topics: Mapping[Topic, Decimal | float]) -> None:
    juror.topic_strengths.exclude(topic__in=topics).delete()
    JurorTopic.objects.bulk_create(
        (JurorTopic(juror=juror, topic=topic, strength=Decimal(str(value))) for topic, value in topics.items()),
        update_conflicts=True,
        unique_fields=["juror", "topic"],
        update_fields=["strength"],
    )


def _require_undecided(call: Call) -> None:
    if call.cancelled_at or call.recommended_at:
        raise NotReady(_("The jury's work in this call is over."))


def _require_eligible(call: Call, user: User, role: str, seat: Juror | None = None) -> None:
    """The jury recommends and the owner decides: nobody does both. One chair per jury."""
    if people.has_programme_role(user, call, ProgrammeRole.DECISION_MAKER):
        raise InvalidInput({"email": _("A decision-maker of the programme cannot be a juror.")})
    if role == JurorRole.CHAIR:
        chairs = call.jurors.filter(role=JurorRole.CHAIR, state__in=people.SEATED_STATES).exclude(user=user)
        if chairs.exists():
            raise InvalidInput({"role": _("The jury has a chair already.")})


def _validate(*, email: str, role: str, topics: Mapping, load_min: int, load_max: int) -> None:
    errors: dict[str, str | Promise] = {}
    try:
        validate_email(email.strip())
    except ValidationError as error:
        errors["email"] = error.messages[0]
    if role not in JurorRole.values:
        errors["role"] = _("There is no such role.")
    if not 0 <= load_min <= load_max <= MAX_LOAD:
        errors["load_max"] = _("“At least” must not be more than “at most”, and neither may be negative.")
    if any(not 0 <= float(strength) <= 1 for strength in topics.values()):
        errors["topics"] = _("How well a juror knows a topic is a number from 0 to 1.")
    if errors:
        raise InvalidInput(errors)

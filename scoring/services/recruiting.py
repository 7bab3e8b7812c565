"""Filling a jury: many invitations at once, reminders, asking again, and whom others suggest."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.errors import InvalidInput, Refused
from accounts.guards import require
from accounts.models import User
from competition import audit, clock
from competition.models import Call
from notifications.enums import LetterKind
from notifications.links import link
from notifications.models import Letter
from notifications.services import write_letter
from scoring.enums import JurorRole, JurorState, SuggestionState
from scoring.errors import NotReady
from scoring.models import Juror, JurorProfile, JurorSuggestion
from scoring.selectors.jury import has_expired
from scoring.services.jury import copy_facts, invitation_token, invite_juror, write_invitation
from scoring.services.pool import Facts, add_to_pool

AT_ONCE_AT_MOST = 200
SUGGESTIONS_AT_MOST = 3
AGAIN_STATES = (JurorState.INVITED, JurorState.DECLINED, JurorState.REMOVED)


@dataclass(frozen=True)
class Person:
    """Somebody to invite who is in the pool (`profile`), or is not yet (`email`, `name`)."""

    email: str
    name: str = ""
    profile: int | None = None


@transaction.atomic
def invite_people(
    *,
    by: User,
    call: Call,
    people: Sequence[Person],
    answer_by: dt.datetime | None = None,
    suggestion: JurorSuggestion | None = None,
) -> list[Juror]:
    """Invite them all, or nobody. Whoever is new comes into the programme's pool; the invitation says so.

    Whoever is in the jury by now is passed over. suggestion: the one that is taken up by it. Raises InvalidInput, with
    the address at fault in the message.
    """
    require("scoring.manage_jury", by, call)
    if len(people) > AT_ONCE_AT_MOST:
        raise InvalidInput({"": _("At most %(most)s people are invited at once.") % {"most": AT_ONCE_AT_MOST}})
    if answer_by is not None and answer_by <= clock.database_now():
        raise InvalidInput({"answer_by": _("The time to answer must lie ahead.")})
    seated = set(call.jurors.filter(state__in=(JurorState.INVITED, JurorState.ACCEPTED)).values_list("user", flat=True))
    made = []
    for person in people:
        profile = _profile_of(by, call, person)
        if profile.user_id in seated:
            continue
        try:
            made.append(_invite(by, call, profile, answer_by))
        except InvalidInput as refused:
            reason = next(iter(refused.errors.values()))
            raise InvalidInput({"": f"{profile.user.email}: {reason}"}) from refused
    if suggestion is not None:
        close_suggestion(by=by, suggestion=suggestion, taken_up=True)
    return made


def _profile_of(by: User, call: Call, person: Person) -> JurorProfile:
    profiles = JurorProfile.objects.select_related("user", "organisation").filter(programme=call.programme_id)
    found = profiles.filter(pk=person.profile) if person.profile else profiles.filter(user__email=person.email.lower())
    if (profile := found.first()) is not None:
        return profile
    if person.profile:
        raise InvalidInput({"": _("Somebody you chose is not in the pool any more. Choose again.")})
    return add_to_pool(
        by=by,
        programme=call.programme,
        email=person.email,
        name=person.name,
        language=call.default_language,
        facts=Facts(),
    )


def _invite(by: User, call: Call, profile: JurorProfile, answer_by: dt.datetime | None) -> Juror:
    strengths = profile.topic_strengths.select_related("topic")
    return invite_juror(
        by=by,
        call=call,
        email=profile.user.email,
        organisation=profile.organisation,
        topics={strength.topic: strength.strength for strength in strengths},
        load_max=profile.capacity,
        language=profile.user.language,
        role=JurorRole.JUROR,
        answer_by=answer_by,
    )


@transaction.atomic
def invite_again(*, by: User, juror: Juror, answer_by: dt.datetime | None = None) -> Juror:
    """A new link and a new letter for somebody who has not answered, declined, or was taken off. Old links are void."""
    require("scoring.manage_jury", by, juror.call)
    _require_undecided(juror.call)
    juror = Juror.objects.select_for_update(of=("self",)).select_related("call__programme", "user").get(pk=juror.pk)
    if juror.state not in AGAIN_STATES:
        raise Refused(_("This person is in the jury already."))
    if not juror.user.is_active:
        raise Refused(_("The account of this address is closed."))
    now = clock.database_now()
    if answer_by is not None and answer_by <= now:
        raise InvalidInput({"answer_by": _("The time to answer must lie ahead.")})
    juror.state, juror.nonce, juror.invited_at, juror.answered_at = JurorState.INVITED, uuid.uuid4(), now, None
    juror.answer_by, juror.decline_code, juror.decline_reason = answer_by, "", ""
    copy_facts(juror)
    juror.save()
    write_invitation(juror)
    audit.record(call=juror.call, action="scoring.invite_again", by=by, juror=juror.pk)
    return juror


@transaction.atomic
def remind_invited(*, by: User, call: Call) -> int:
    """Remind everybody who has not answered and still may, each at most once on a day of the call's own calendar.

    Returns how many letters are new.
    """
    require("scoring.manage_jury", by, call)
    _require_undecided(call)
    now = clock.database_now()
    day = now.astimezone(ZoneInfo(call.timezone)).date()
    waiting = call.jurors.select_for_update(of=("self",)).filter(state=JurorState.INVITED, user__is_active=True)
    occasions = {
        f"jury-invitation-reminder:{juror.nonce}:{day:%Y%m%d}": juror
        for juror in waiting.select_related("user", "call__programme__organisation").order_by("pk")
        if not has_expired(juror, now) and _asked_before_today(juror, day, call.timezone)
    }
    written = set(Letter.objects.filter(occasion__in=occasions).values_list("occasion", flat=True))
    for occasion in occasions.keys() - written:
        juror = occasions[occasion]
        language = juror.user.language
        write_letter(
            occasion=occasion,
            kind=LetterKind.JURY_INVITATION_REMINDER,
            recipient=juror.user.email,
            language=language,
            context={
                "call": juror.call,
                "juror": juror,
                "url": link(language, "scoring:invitation", invitation_token(juror)),
            },
            about=juror.call,
        )
    new = len(occasions) - len(written)
    if new:
        audit.record(call=call, action="scoring.remind_invited", by=by, jurors=new)
    return new


def _asked_before_today(juror: Juror, day: dt.date, zone: str) -> bool:
    """Whoever got the invitation today has been reminded enough."""
    return juror.invited_at is None or juror.invited_at.astimezone(ZoneInfo(zone)).date() < day


@transaction.atomic
def suggest_juror(*, juror: Juror, name: str, part: str, email: str) -> JurorSuggestion:
    """Somebody whom the invited person would ask instead; the signed link is the right to say so. Nobody is written to.

    Raises InvalidInput, Refused (too many; the jury's work is over).
    """
    juror = Juror.objects.select_for_update(of=("self",)).select_related("call").get(pk=juror.pk, nonce=juror.nonce)
    _require_undecided(juror.call)
    if juror.state not in (JurorState.INVITED, JurorState.DECLINED):
        raise Refused(_("Suggestions are made instead of taking the seat."))
    errors: dict[str, str | Promise] = {}
    if not name.strip():
        errors["name"] = _("Write who it is.")
    try:
        validate_email(email.strip())
    except ValidationError as error:
        errors["email"] = error.messages[0]
    if errors:
        raise InvalidInput(errors)
    if juror.suggestions.filter(email__iexact=email.strip()).exists():
        raise InvalidInput({"email": _("You have suggested this person already.")})
    if juror.suggestions.count() >= SUGGESTIONS_AT_MOST:
        raise Refused(_("Thank you: that is enough suggestions. Write to whoever invited you if there are more."))
    suggestion = JurorSuggestion.objects.create(
        call=juror.call,
        made_for=juror,
        name=name.strip()[:120],
        part=part.strip()[:200],
        email=email.strip().lower(),
        made_at=clock.database_now(),
    )
    audit.record(call=juror.call, action="scoring.suggest_juror", by=juror.user, juror=juror.pk)
    return suggestion


@transaction.atomic
def close_suggestion(*, by: User, suggestion: JurorSuggestion, taken_up: bool) -> JurorSuggestion:
    """Answer a suggestion; who it was about is erased. Taking it up is done by inviting, which calls this."""
    require("scoring.manage_jury", by, suggestion.call)
    suggestion = JurorSuggestion.objects.select_for_update(of=("self",)).select_related("call").get(pk=suggestion.pk)
    if suggestion.state != SuggestionState.OPEN:
        return suggestion
    suggestion.state = SuggestionState.TAKEN_UP if taken_up else SuggestionState.DISMISSED
    suggestion.name = suggestion.part = suggestion.email = ""
    suggestion.closed_at, suggestion.closed_by = clock.database_now(), by
    suggestion.save()
    audit.record(call=suggestion.call, action="scoring.close_suggestion", by=by, taken_up=taken_up)
    return suggestion


@transaction.atomic
def drop_pointless_suggestions() -> int:
    """Erase who was suggested for juries whose work is over, and was never answered. Returns how many."""
    over = Q(call__recommended_at__isnull=False) | Q(call__cancelled_at__isnull=False)
    waiting = JurorSuggestion.objects.filter(over, state=SuggestionState.OPEN)
    erased = {"name": "", "part": "", "email": ""}
    return waiting.update(state=SuggestionState.DISMISSED, closed_at=clock.database_now(), **erased)


def _require_undecided(call: Call) -> None:
    if call.cancelled_at or call.recommended_at:
        raise NotReady(_("The jury's work in this call is over."))

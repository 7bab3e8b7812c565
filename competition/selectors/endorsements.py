"""Where a sketch stands with its endorsement."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts import tokens
from competition.conditions import asked
from competition.endorsing import content_sha256
from competition.enums import EndorsementRule, EndorsementState, EndorsementStatus
from competition.models import Call, Endorsement, Sketch, SketchVersion
from competition.selectors.co_applicants import confirmed, rows_of
from competition.selectors.sections import questions_of

LINK = "endorsement"
RELATED = ("asked_by", "sketch__organisation", "sketch__call__programme")


def token_of(endorsement: Endorsement) -> str:
    return tokens.make(LINK, pk=endorsement.pk, nonce=endorsement.nonce)


def by_token(token: str) -> Endorsement | None:
    """The request that a link stands for, or None where it is not (or no longer) one of ours."""
    try:
        pk, nonce = tokens.read(LINK, token)
    except tokens.BadToken:
        return None
    return Endorsement.objects.select_related(*RELATED).filter(pk=pk, nonce=nonce).first()


def latest(sketch: Sketch) -> Endorsement | None:
    return sketch.endorsements.order_by("pk").last()


def draft_content(sketch: Sketch) -> str:
    """The hash of what the draft says now; about six queries."""
    stored = dict(sketch.answers.values_list("question__code", "value"))
    needed = asked(questions_of(sketch.call), stored)
    files = sketch.attachments.in_draft().filter(question__code__in=needed).values_list("question__code", "sha256")
    organisations = [sketch.organisation_id, *(one.pk for one in confirmed(rows_of(sketch)))]
    return content_sha256({code: value for code, value in stored.items() if code in needed}, files, organisations)


def version_content(version: SketchVersion) -> str:
    """The hash of what was handed in."""
    files = [(file["question"], file["sha256"]) for file in version.files]
    return content_sha256(version.answers, files, [one["id"] for one in version.organisations])


@dataclass(frozen=True)
class Endorsed:
    """`status` is about the draft or the version that it was asked for."""

    status: EndorsementStatus
    record: Endorsement | None = None

    @property
    def is_given(self) -> bool:
        return self.status == EndorsementStatus.GIVEN


def _status(record: Endorsement | None, now: dt.datetime, *, same: bool) -> EndorsementStatus:
    if record is None:
        return EndorsementStatus.NONE
    if record.state == EndorsementState.ASKED:
        return EndorsementStatus.WAITING if now < record.expires_at else EndorsementStatus.EXPIRED
    if record.state == EndorsementState.REFUSED:
        return EndorsementStatus.REFUSED
    return EndorsementStatus.GIVEN if same else EndorsementStatus.EARLIER


def draft_endorsed(sketch: Sketch, now: dt.datetime) -> Endorsed:
    """Of the draft. One query, and those of `draft_content` only where the draft was changed since the yes."""
    record = latest(sketch)
    same = (
        record is not None
        and record.state == EndorsementState.GIVEN
        and (record.draft_revision == sketch.draft_revision or record.content_sha256 == draft_content(sketch))
    )
    return Endorsed(_status(record, now, same=same), record)


def version_endorsed(version: SketchVersion, now: dt.datetime) -> Endorsed:
    """Of the version: an endorsement of the very text counts whenever it came."""
    content = version_content(version)
    given = version.sketch.endorsements.filter(state=EndorsementState.GIVEN, content_sha256=content).last()
    if given is not None:
        return Endorsed(EndorsementStatus.GIVEN, given)
    record = latest(version.sketch)
    return Endorsed(_status(record, now, same=False), record)


def endorsed_version(sketch: Sketch, endorsed: Endorsed) -> int | None:
    """The number of the latest version that says what was endorsed; None where only a draft has said it, or where
    there is no yes."""
    record = endorsed.record
    if record is None or record.state != EndorsementState.GIVEN:
        return None
    versions = sketch.versions.defer("canonical", "questions").order_by("-number")
    return next((one.number for one in versions if version_content(one) == record.content_sha256), None)


def is_asked_for(call: Call) -> bool:
    return call.endorsement != EndorsementRule.NONE


def open_requests(now: dt.datetime) -> QuerySet[Endorsement]:
    """Unanswered requests about sketches that can still be handed in, as far as the call says."""
    calls = Call.objects.filter(published_at__lte=now, cancelled_at=None, archived_at=None)
    rows = Endorsement.objects.filter(state=EndorsementState.ASKED, expires_at__gt=now, sketch__call__in=calls)
    return rows.select_related(*RELATED).order_by("pk")


def answered(since: dt.datetime, until: dt.datetime) -> QuerySet[Endorsement]:
    return Endorsement.objects.filter(answered_at__range=(since, until)).select_related(*RELATED).order_by("pk")

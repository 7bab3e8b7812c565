"""Joining an organisation that exists: with an administrator's approval, or by an address in its mail domain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from accounts import selectors
from accounts.enums import DOMAIN_ROLES, JoinOutcome, MemberRole
from accounts.errors import InvalidInput, Refused
from accounts.guards import require
from accounts.models import JoinRequest, Membership, Organisation, User
from accounts.register.domains import is_public, normalise_domain
from accounts.services.memberships import admit, lock
from accounts.signals import join_answered, join_requested

REQUEST_DAYS = 14
WAITING_AT_MOST = 5
DOMAINS_AT_MOST = 20
PATH_AT_MOST = 300


@transaction.atomic
def request_to_join(*, by: User, organisation: Organisation, message: str = "", came_from: str = "") -> JoinRequest:
    """Ask the organisation's administrators. came_from: the path of the page that the answer is to lead back to.

    Asking again while it waits changes nothing; once expired it is new."""
    now = timezone.now()
    User.objects.select_for_update().get(pk=by.pk)  # a double click asks once
    _require_no_member(by, organisation)
    waiting = JoinRequest.objects.filter(user=by, outcome=JoinOutcome.PENDING)
    waiting.filter(expires_at__lte=now).update(outcome=JoinOutcome.WITHDRAWN, answered_at=now)
    existing = waiting.filter(organisation=organisation).first()
    if existing is not None:
        return existing
    if not organisation.memberships.filter(role=MemberRole.ADMIN, user__is_active=True).exists():
        raise Refused(_("This organisation has no administrator who could answer. Write to the owner of the call."))
    if waiting.count() >= WAITING_AT_MOST:
        raise Refused(_("Several of your requests wait for an answer. Wait for it, or take one of them back."))
    request = JoinRequest.objects.create(
        user=by,
        organisation=organisation,
        message=message,
        came_from=came_from if len(came_from) <= PATH_AT_MOST else "",
        expires_at=now + dt.timedelta(days=REQUEST_DAYS),
    )
    join_requested.send(sender=JoinRequest, join_request=request)
    log(instance=organisation, action="accounts.request_to_join", user=by)
    return request


@transaction.atomic
def withdraw_request(*, by: User, organisation: Organisation) -> None:
    """Take back one's own wish, if it still waits."""
    waiting = JoinRequest.objects.filter(user=by, organisation=organisation, outcome=JoinOutcome.PENDING)
    if waiting.update(outcome=JoinOutcome.WITHDRAWN, answered_at=timezone.now()):
        log(instance=organisation, action="accounts.withdraw_request", user=by)


@transaction.atomic
def join_by_domain(*, by: User, organisation: Organisation) -> Membership:
    """Become a member at once, in the role the organisation has set, by a verified address in its mail domain."""
    lock(organisation)
    organisation.refresh_from_db()
    _require_no_member(by, organisation)
    role = selectors.role_by_domain(by, organisation)
    if role is None:
        raise Refused(_("None of your verified e-mail addresses is in a mail domain of this organisation."))
    membership = admit(user=by, organisation=organisation, role=role)
    log(instance=organisation, action="accounts.join_by_domain", user=by, data={"role": role})
    return membership


def _require_no_member(by: User, organisation: Organisation) -> None:
    if organisation.memberships.filter(user=by).exists():
        raise Refused(_("You are a member of this organisation already."))


@transaction.atomic
def approve_request(*, by: User, request: JoinRequest, role: str) -> Membership:
    """Make whoever asked a member. Of two administrators at once, the first answer counts and the other is told."""
    locked = _answerable(by, request)
    if role not in MemberRole:
        raise InvalidInput({"role": _("Choose one of the roles.")})
    _answer(locked, by=by, outcome=JoinOutcome.APPROVED)
    membership = admit(user=locked.user, organisation=locked.organisation, role=role)
    log(
        instance=locked.organisation,
        action="accounts.approve_request",
        user=by,
        data={"member": locked.user_id, "role": role},
    )
    return membership


@transaction.atomic
def refuse_request(*, by: User, request: JoinRequest, reason: str) -> JoinRequest:
    """Say no, with a reason that whoever asked reads."""
    locked = _answerable(by, request)
    if not reason.strip():
        raise InvalidInput({"reason": _("Give a reason: whoever asked reads it.")})
    _answer(locked, by=by, outcome=JoinOutcome.REFUSED, reason=reason.strip())
    log(instance=locked.organisation, action="accounts.refuse_request", user=by, data={"member": locked.user_id})
    return locked


def _answerable(by: User, request: JoinRequest) -> JoinRequest:
    require("accounts.administer_organisation", by, request.organisation)
    locked = (
        JoinRequest.objects.select_for_update(of=("self",)).select_related("organisation", "user").get(pk=request.pk)
    )
    if locked.outcome in (JoinOutcome.APPROVED, JoinOutcome.REFUSED):
        raise Refused(_("A colleague has answered this request already."))
    if not locked.is_open_at(timezone.now()):
        raise Refused(_("This request has expired or was taken back."))
    return locked


def _answer(request: JoinRequest, *, by: User, outcome: str, reason: str = "") -> None:
    request.outcome, request.reason = outcome, reason
    request.answered_by, request.answered_at = by, timezone.now()
    request.save(update_fields=["outcome", "reason", "answered_by", "answered_at"])
    join_answered.send(sender=JoinRequest, join_request=request)


@transaction.atomic
def set_mail_domains(*, by: User, organisation: Organisation, domains: Iterable[str], role: str) -> Organisation:
    """List the organisation's mail domains, and what an address there gives at once: a role, or "" for nothing.

    Raises InvalidInput where something is no domain, or one in which anybody can get an address.
    """
    require("accounts.administer_organisation", by, organisation)
    if role and role not in DOMAIN_ROLES:
        raise InvalidInput({"role": _("Choose one of the roles.")})
    checked = _checked_domains(domains)
    if role and not checked:
        raise InvalidInput({"domains": _("List at least one mail domain, or let nobody join by it.")})
    lock(organisation)
    organisation.mail_domains, organisation.domain_role = checked, role
    organisation.save(update_fields=["mail_domains", "domain_role"])
    log(
        instance=organisation,
        action="accounts.set_mail_domains",
        user=by,
        data={"domains": checked, "role": role},
    )
    return organisation


def _checked_domains(domains: Iterable[str]) -> list[str]:
    checked: list[str] = []
    for typed in domains:
        domain = normalise_domain(typed)
        if not domain:
            raise InvalidInput(
                {
                    "domains": _("“%(typed)s” is not a mail domain. Write for example kommune.example.")
                    % {"typed": typed[:60]}
                }
            )
        if is_public(domain):
            raise InvalidInput(
                {"domains": _("Anybody can get an address at %(domain)s, so it proves nothing.") % {"domain": domain}}
            )
        if domain not in checked:
            checked.append(domain)
    if len(checked) > DOMAINS_AT_MOST:
        raise InvalidInput({"domains": _("List at most %(most)s mail domains.") % {"most": DOMAINS_AT_MOST}})
    return checked

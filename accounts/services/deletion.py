"""Deleting an account: what is a person's goes, what an organisation or a call needs stays under a pseudonym."""

from __future__ import annotations

import datetime as dt
import uuid

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log
from wagtail.users.models import UserProfile

from accounts import codes
from accounts.errors import InvalidInput, Refused
from accounts.models import AccountDeletion, Invitation, JoinRequest, User
from accounts.selectors.deletion import obstacles_to_deleting
from accounts.signals import account_deleted, account_deletion_asked

CODE_KIND = "account-deletion"
CODE_MINUTES = 30
ATTEMPTS_AT_MOST = 5
NO_ADDRESS = "deleted.invalid"
_ONE_LETTER_A = dt.timedelta(minutes=1)


@transaction.atomic
def ask_account_deletion(*, by: User) -> AccountDeletion:
    """Send the person a code to confirm with. Asking again within a minute sends no second letter."""
    _require_nothing_in_the_way(by)
    now = timezone.now()
    User.objects.select_for_update().get(pk=by.pk)
    deletion = AccountDeletion.objects.filter(user=by).first()
    if deletion is not None and now - deletion.asked_at < _ONE_LETTER_A and deletion.attempts < ATTEMPTS_AT_MOST:
        return deletion
    deletion, _created = AccountDeletion.objects.update_or_create(
        user=by,
        defaults={
            "nonce": uuid.uuid4(),
            "asked_at": now,
            "expires_at": now + dt.timedelta(minutes=CODE_MINUTES),
            "attempts": 0,
        },
    )
    account_deletion_asked.send(sender=AccountDeletion, deletion=deletion)
    return deletion


def delete_account(*, by: User, code: str) -> User:
    """Delete the account for good. Raises InvalidInput (code), or Refused while something stands in the way.

    The row stays, inactive and without anything of the person, because sketches, versions and logs point to it.
    """
    _check_code(by, code)  # by itself: a wrong attempt is counted although nothing else happens
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=by.pk)
        _require_nothing_in_the_way(user)
        email = user.email
        _forget(user)
        _take_pseudonym(user)
        Invitation.objects.filter(email=email, accepted_at=None).delete()
        Invitation.objects.filter(email=email).update(email=user.email)
        account_deleted.send(sender=User, user=user, email=email)
        log(instance=user, action="accounts.delete_account", user=user)
    return user


def _require_nothing_in_the_way(user: User) -> None:
    if obstacles_to_deleting(user):
        raise Refused(_("Something has to be put in order before the account can be deleted."))


@transaction.atomic
def _count_attempt(user: User, code: str) -> str | None:
    """What is wrong with the code, or None."""
    deletion = AccountDeletion.objects.select_for_update().filter(user=user).first()
    if deletion is None or timezone.now() >= deletion.expires_at:
        return str(_("The code has expired. Ask for a new one."))
    if deletion.attempts >= ATTEMPTS_AT_MOST:
        return str(_("Too many wrong codes. Ask for a new one."))
    if codes.matches(CODE_KIND, deletion.nonce, code):
        return None
    deletion.attempts += 1
    deletion.save(update_fields=["attempts"])
    return str(_("This is not the code of the newest letter. Check it, or ask for a new one."))


def _check_code(user: User, code: str) -> None:
    problem = _count_attempt(user, code)
    if problem is not None:
        raise InvalidInput({"code": problem})


def _forget(user: User) -> None:
    """Everything that is the person's alone."""
    user.memberships.all().delete()
    user.groups.clear()
    user.user_permissions.clear()
    JoinRequest.objects.filter(user=user).delete()
    AccountDeletion.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).delete()
    SocialAccount.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    UserProfile.objects.filter(user=user).delete()


def _take_pseudonym(user: User) -> None:
    """An inactive user whose sessions end: the account no longer loads, and its session key has changed."""
    mark = next(one for one in iter(codes.pseudonym, None) if not User.objects.filter(email=_address(one)).exists())
    user.email = _address(mark)
    with translation.override(settings.LANGUAGE_CODE):
        user.name = _("Deleted person %(mark)s") % {"mark": mark}
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.set_unusable_password()
    user.save()


def _address(mark: str) -> str:
    return f"{mark.lower()}@{NO_ADDRESS}"

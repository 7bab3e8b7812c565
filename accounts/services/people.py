"""Writes about people."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import transaction
from wagtail.users.models import UserProfile

from accounts.models import User


@transaction.atomic
def find_or_create_user(*, email: str, language: str) -> User:
    """The person behind the address. A new one has no password: the first sign-in is by a code sent to the address."""
    user, created = User.objects.get_or_create(
        email=User.objects.normalize_email(email).lower(),
        defaults={"language": language, "password": "!"},
    )
    if created:  # allauth confirms a known address by the code of the first sign-in; an unknown one by a second code
        EmailAddress.objects.create(user=user, email=user.email, primary=True)
    return user


@transaction.atomic
def set_language(*, by: User, language: str) -> User:
    """Remember the language a person reads: for letters, and for the owner's workspace, whose addresses have none."""
    by.language = language
    by.save(update_fields=["language"])
    UserProfile.objects.update_or_create(user=by, defaults={"preferred_language": language})
    return by

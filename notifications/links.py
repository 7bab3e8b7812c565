"""Addresses in mails: absolute, and in the reader's language."""

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import translation


def site_host() -> str:
    """The host name of this site, as mails give it."""
    return urlsplit(settings.WAGTAILADMIN_BASE_URL).hostname or "localhost"


def absolute(path: str) -> str:
    """The full address of a path of this site."""
    return settings.WAGTAILADMIN_BASE_URL.rstrip("/") + path


def link(language: str, name: str, *args, **kwargs) -> str:
    """The full address of a named page in the given language."""
    with translation.override(language):
        return absolute(reverse(name, args=args, kwargs=kwargs))

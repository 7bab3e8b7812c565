"""What a call's hub in the owner's workspace is made of: every room registers its tabs, next steps and warnings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import rules
from django.urls import reverse
from django.utils.functional import Promise

from competition.models import Call, Programme


@dataclass(frozen=True)
class Tab:
    """One page of the hub. `url_name` is reversed with the call's key; `permission` is asked with the call."""

    key: str
    label: str | Promise
    url_name: str
    order: int
    permission: str = "competition.view_workspace"

    def url(self, call: Call) -> str:
        return reverse(self.url_name, args=[call.pk])


@dataclass(frozen=True)
class NextAction:
    """The one thing to do next: what, why, where; `url` empty where there is nothing to press.

    `button`: what stands on the button where pressing it is not yet the thing itself.
    """

    label: str | Promise
    detail: str | Promise = ""
    url: str = ""
    order: int = 0
    button: str | Promise = ""


@dataclass(frozen=True)
class HubWarning:
    """Something that will go wrong if nobody looks at it."""

    text: str | Promise
    url: str = ""
    tone: str = "warning"


@dataclass(frozen=True)
class ProgrammePage:
    """A page about a programme that another room has. `permission` is asked with the programme."""

    label: str | Promise
    url_name: str
    permission: str

    def url(self, programme: Programme) -> str:
        return reverse(self.url_name, args=[programme.pk])


NextActionProvider = Callable[[Call, object, dt.datetime], NextAction | None]
WarningProvider = Callable[[Call, object, dt.datetime], Iterable[HubWarning]]

_tabs: dict[str, Tab] = {}
_programme_pages: dict[str, ProgrammePage] = {}
_next_actions: list[NextActionProvider] = []
_warnings: list[WarningProvider] = []


def register_tab(tab: Tab) -> Tab:
    _tabs[tab.key] = tab
    return tab


def tabs_for(user, call: Call) -> list[Tab]:
    """The tabs that the person may open, in order."""
    allowed: dict[str, bool] = {}
    shown = []
    for tab in sorted(_tabs.values(), key=lambda tab: (tab.order, tab.key)):
        if tab.permission not in allowed:
            allowed[tab.permission] = rules.has_perm(tab.permission, user, call)
        if allowed[tab.permission]:
            shown.append(tab)
    return shown


def register_programme_page(page: ProgrammePage) -> ProgrammePage:
    _programme_pages[page.url_name] = page
    return page


def programme_pages_for(user, programme: Programme) -> list[tuple[str | Promise, str]]:
    """(label, address) of the pages about the programme that the person may open."""
    pages = _programme_pages.values()
    return [(page.label, page.url(programme)) for page in pages if rules.has_perm(page.permission, user, programme)]


def register_next_action(provider: NextActionProvider) -> NextActionProvider:
    if provider not in _next_actions:
        _next_actions.append(provider)
    return provider


def next_action(call: Call, user, now: dt.datetime) -> NextAction | None:
    """The first of what the rooms propose, by its order."""
    proposed = [action for provider in _next_actions if (action := provider(call, user, now)) is not None]
    return min(proposed, key=lambda action: action.order, default=None)


def register_warning_provider(provider: WarningProvider) -> WarningProvider:
    if provider not in _warnings:
        _warnings.append(provider)
    return provider


def warnings(call: Call, user, now: dt.datetime) -> list[HubWarning]:
    return [warning for provider in _warnings for warning in provider(call, user, now)]

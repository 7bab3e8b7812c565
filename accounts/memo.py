"""What the rules have asked about a person in this request, so that a page of many permissions asks once.

Only requests that read may remember: a service that writes must see what is true now.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

_NAME = "_answers_of_this_request"
Answer = TypeVar("Answer")


def begin(user) -> None:
    """Let answers about this user object, which lives as long as its request, be remembered from now on."""
    user.__dict__[_NAME] = {}


def remembered(user, key: Hashable, ask: Callable[[], Answer]) -> Answer:
    """`ask()`, or what it said before in a request that remembers."""
    answers = user.__dict__.get(_NAME)
    if answers is None:
        return ask()
    if key not in answers:
        answers[key] = ask()
    return answers[key]

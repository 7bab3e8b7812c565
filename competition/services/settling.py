"""Two people, or two tabs, at one answer: what is written, what is joined, and what somebody has to choose.

Pure. An answer is stale to a page when it was saved after the page knew of it, and not from that page itself.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from accounts.characters import normalise_text
from competition.enums import QuestionKind
from competition.merging import merge
from competition.models import Answer, Question


@dataclass(frozen=True)
class Seen:
    """What a page knew of the draft. `revision`: its count; None asks for no comparison at all.

    values: {code: answer as the page showed it}; what is not in there counts as changed by whoever sends it.
    page: the name of the page, None where it has none.
    """

    revision: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    page: uuid.UUID | None = None


@dataclass(frozen=True)
class Settled:
    """`write`: {code: answer to store}. The others name answers that somebody else has saved since:

    joined: texts that hold both changes; taken: left as the other has them, for the page had not changed them;
    open: both changed the same, to different answers, and a person has to choose.
    """

    write: dict[str, Any] = field(default_factory=dict)
    joined: dict[str, Answer] = field(default_factory=dict)
    taken: dict[str, Answer] = field(default_factory=dict)
    open: dict[str, Answer] = field(default_factory=dict)


def settle(
    *, questions: Mapping[str, Question], wanted: Mapping[str, Any], present: Mapping[str, Answer], seen: Seen
) -> Settled:
    """Both by code; `present` as read under the sketch's lock."""
    settled = Settled()
    for code, value in wanted.items():
        answer = present.get(code)
        if value == (answer.value if answer else None):
            continue
        if answer is None or not _is_stale(answer, seen):
            settled.write[code] = value
        elif code in seen.values and value == seen.values[code]:
            settled.taken[code] = answer
        elif (joined := _joined(questions[code], value, answer, seen)) is not None:
            settled.write[code] = joined
            settled.joined[code] = answer
        else:
            settled.open[code] = answer
    return settled


def _is_stale(answer: Answer, seen: Seen) -> bool:
    if seen.revision is None or answer.revision <= seen.revision:
        return False
    return seen.page is None or answer.page != seen.page


def _joined(question: Question, value: Any, answer: Answer, seen: Seen) -> str | None:
    """The text with both changes, where what both grew out of is known and the changes do not meet."""
    base = seen.values.get(question.code)
    if question.kind != QuestionKind.LONG_TEXT or question.code not in seen.values:
        return None
    if not all(isinstance(one, str | None) for one in (base, value, answer.value)):
        return None
    return merge(normalise_text(base or ""), value or "", answer.value or "")

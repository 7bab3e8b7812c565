"""The table that people read, docs/using/who-may-do-what.md, against the rules and against the pages."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import rules
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import translation
from rules.permissions import permissions

from competition.enums import Phase
from competition.models import Sketch
from tests import factories
from tests.permissions.test_rules import PERMISSIONS
from tests.permissions.test_urls import IN, browsers, seen
from tests.permissions.url_table import ROWS
from tests.permissions.world import World, build

TABLE = Path(__file__).resolve().parents[2] / "docs" / "using" / "who-may-do-what.md"
# The columns, as tests/permissions/world.py calls these people.
PEOPLE = {
    "Programme owner": "owner",
    "Call manager": "call_manager",
    "Case officer": "case_officer",
    "Jury secretary": "jury_secretary",
    "Decision-maker": "decision_maker",
    "Observer": "observer",
    "Owner of another programme": "other_owner",
    "Agency": "agency_admin",
    "Juror": "juror",
    "Visitor": "visitor",
}
NONE, YES, DRAFT = "–", "yes", "Read a draft"


@dataclass(frozen=True)
class Line:
    action: str
    permission: str
    address: str
    phase: Phase
    may: frozenset[str]


def _cells(line: str) -> list[str]:
    return [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]


def lines() -> list[Line]:
    table = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    head, _rule, *body = map(_cells, table)
    found = []
    for cells in body:
        row = dict(zip(head, cells, strict=True))
        assert {row[name] for name in PEOPLE} <= {YES, NONE}, row["Action"]
        may = frozenset(role for name, role in PEOPLE.items() if row[name] == YES)
        found.append(Line(row["Action"], row["Permission"], row["Address"], Phase(row["While"]), may))
    return found


LINES = lines()
PHASES = sorted({line.phase for line in LINES}, key=list(Phase).index)


def test_every_permission_about_calls_has_a_line() -> None:
    ours = {name for name in permissions if name.startswith("competition.")}

    assert sorted(ours - {line.permission for line in LINES}) == [], "permissions without a line in the table"


def test_every_line_names_a_permission_or_an_address_that_there_is() -> None:
    assert [line.action for line in LINES if line.permission not in {NONE, *permissions}] == []
    assert [line.action for line in LINES if line.address not in {NONE, *ROWS}] == []
    assert [line.action for line in LINES if line.permission == line.address == NONE] == []
    assert len({line.action for line in LINES}) == len(LINES)


def _draft(world: World) -> Sketch:
    sketch = factories.make_sketch(call=world.call, by=world.person("agency_admin"))
    return Sketch.objects.select_related("call", "organisation").get(pk=sketch.pk)


def _by_rule(line: Line, world: World, draft: Sketch | None) -> Iterator[str]:
    for role in PEOPLE.values():
        known = PERMISSIONS.get(line.permission)
        obj = draft if line.action == DRAFT else known.obj(world) if known else world.call
        user = AnonymousUser() if role == "visitor" else world.person(role)
        if (found := rules.has_perm(line.permission, user, obj)) != (role in line.may):
            yield f"{line.action}: the rule answers {role} with {found}"


def _by_page(line: Line, world: World, draft: Sketch | None, clients: dict) -> Iterator[str]:
    row = ROWS[line.address]
    with translation.override("en"):
        url = reverse(line.address, args=[draft.reference] if line.action == DRAFT else row.address(world))
    for role in PEOPLE.values():
        if (found := seen(clients[role], url, row)) != IN and role in line.may:
            yield f"{line.action}: the page answers {role} with {found}"
        elif found == IN and role not in line.may:
            yield f"{line.action}: the page lets {role} in"


@pytest.mark.django_db
@pytest.mark.parametrize("phase", PHASES)
def test_the_table_tells_the_truth(
    phase: Phase, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR, logger="django.request")
    world = build(phase)
    draft = _draft(world) if phase == Phase.OPEN else None
    wrong: list[str] = []

    for line in (line for line in LINES if line.phase == phase and line.permission != NONE):
        wrong += _by_rule(line, world, draft)
    clients = browsers(world, monkeypatch)
    for line in (line for line in LINES if line.phase == phase and line.address != NONE):
        wrong += _by_page(line, world, draft, clients)

    assert wrong == []

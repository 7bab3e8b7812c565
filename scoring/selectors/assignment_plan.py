"""What an assignment is asked to do, as data: read from a call's settings, kept with each run as its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

import numpy as np

from competition.models import Call
from scoring.enums import WISH_VALUES, AssignmentPolicy, Wish
from scoring.models import AssignmentSettings

LEAST_SHARE = 0.5
NEUTRAL = 0.5  # what counts where nothing is known or wished
PARTS = ("topics", "language", "region", "wishes")


@dataclass(frozen=True)
class Weights:
    """How much each part of the fit counts, by proportion; and what a wish is worth, from 0 to 1."""

    topics: float = 60
    language: float = 15
    region: float = 5
    wishes: float = 20
    eager: float = 1.0
    willing: float = 0.75
    reluctant: float = 0.0

    def of(self, part: str) -> float:
        return float(getattr(self, part))

    def value_of(self, wish: float) -> float:
        """What a wish from -1 to 1 (scoring.selectors.wishes) is worth; between the words, in proportion."""
        values = WISH_VALUES
        given = [values[Wish.RELUCTANT], 0.0, values[Wish.WILLING], values[Wish.EAGER]]
        return float(np.interp(wish, given, [self.reluctant, NEUTRAL, self.willing, self.eager]))


@dataclass(frozen=True)
class Rule:
    """At least and at most so many jurors of a kind on a sketch; an empty value means each kind by itself."""

    attribute: str
    value: str = ""
    least: int = 0
    most: int | None = None

    @property
    def key(self) -> str:
        return f"{self.attribute}:{self.value}" if self.value else self.attribute


@dataclass(frozen=True)
class Plan:
    """The parameters of one run. max_loss: share of the total. load_least, load_most: None leaves the seats' own.

    keep_assigned: what was handed out before stays. least_share: of the mean load, where no least load is given.
    """

    jurors_per_sketch: int = 3
    keep_assigned: bool = True
    one_per_employer: bool = True
    policy: str = str(AssignmentPolicy.OPTIMAL)
    max_loss: float = 0.01
    load_least: int | None = None
    load_most: int | None = None
    least_share: float = LEAST_SHARE
    require_connected: bool = False
    weights: Weights = field(default_factory=Weights)
    rules: tuple[Rule, ...] = ()

    def parameters(self) -> dict[str, Any]:
        """As JSON, the way a run keeps them."""
        return asdict(self) | {"rules": [asdict(rule) for rule in self.rules]}

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, Any]) -> Self:
        """What a run was asked; what an older one does not name was not asked then: topics alone made its fit."""
        known = {each.name for each in fields(cls)}
        values = {name: value for name, value in parameters.items() if name in known}
        values["weights"] = Weights(**parameters["weights"]) if "weights" in parameters else Weights(100, 0, 0, 0)
        values["rules"] = tuple(Rule(**rule) for rule in parameters.get("rules", ()))
        return cls(**values)


def settings_of(call: Call) -> AssignmentSettings:
    """The call's settings with their rules, or unsaved ones with the defaults. Two queries."""
    stored = AssignmentSettings.objects.filter(call=call).prefetch_related("rules").first()
    return stored or AssignmentSettings(call=call)


def rules_of(settings: AssignmentSettings) -> tuple[Rule, ...]:
    """One query, or none where they were read along."""
    if settings.pk is None:
        return ()
    return tuple(Rule(rule.attribute, rule.value, rule.least, rule.most) for rule in settings.rules.all())


def plan_of(call: Call, settings: AssignmentSettings | None = None) -> Plan:
    """What the call's settings ask of its next draft. Two queries, or none with settings that are read already."""
    settings = settings or settings_of(call)
    return Plan(
        jurors_per_sketch=settings.jurors_per_sketch or call.jurors_per_sketch,
        one_per_employer=settings.one_per_employer,
        policy=settings.policy,
        max_loss=float(settings.max_loss) / 100,
        load_least=settings.load_least,
        load_most=settings.load_most,
        require_connected=settings.require_connected,
        weights=Weights(
            **{part: getattr(settings, f"weight_{part}") for part in PARTS},
            eager=settings.wish_eager / 100,
            willing=settings.wish_willing / 100,
            reluctant=settings.wish_reluctant / 100,
        ),
        rules=rules_of(settings),
    )

"""How well a juror fits a sketch: a weighted mean of what is known about the two, from 0 to 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.selectors.assignment_plan import NEUTRAL, Weights
from scoring.selectors.juror_facts import UNKNOWN, Facts

Floats = NDArray[np.float64]
NORWEGIAN = frozenset(("nb", "nn"))
SCANDINAVIAN = frozenset(("nb", "nn", "da", "sv"))


@dataclass(frozen=True)
class Subject:
    """A sketch as the fit sees it: codes of its topics, the language it is written in, the applicant's region."""

    topics: tuple[str, ...] = ()
    language: str = ""
    region: str = ""


@dataclass(frozen=True)
class Judge:
    """A juror as the fit sees it. strengths: code of a topic -> 0 to 1."""

    strengths: Mapping[str, float]
    facts: Facts = UNKNOWN


@dataclass(frozen=True)
class Fit:
    """Who fits what. wishes: (sketch, juror) -> how gladly, from -1 to 1; keys are those of the two mappings.

    A part that nothing is known about (a juror without languages, a pair without a wish) is left out, and the others
    share its weight; with nothing known at all the fit is neutral.
    """

    sketches: Mapping[int, Subject]
    jurors: Mapping[int, Judge]
    wishes: Mapping[tuple[int, int], float]
    weights: Weights

    def topics(self, sketch: int, juror: int) -> dict[str, float]:
        """The strength that each topic of the sketch meets in the juror."""
        strengths = self.jurors[juror].strengths
        return {topic: float(strengths.get(topic, 0.0)) for topic in self.sketches[sketch].topics}

    def parts(self, sketch: int, juror: int) -> dict[str, float]:
        """What is known about the pair and counts: part -> 0 to 1."""
        subject, judge = self.sketches[sketch], self.jurors[juror]
        strengths = self.topics(sketch, juror)
        wish = self.wishes.get((sketch, juror))
        known = {
            "topics": sum(strengths.values()) / len(strengths) if strengths else None,
            "language": language_match(subject.language, judge.facts.languages),
            "region": region_difference(subject.region, judge.facts.region),
            "wishes": None if wish is None else self.weights.value_of(wish),
        }
        return {part: value for part, value in known.items() if value is not None and self.weights.of(part) > 0}

    def affinity(self, sketch: int, juror: int) -> float:
        parts = self.parts(sketch, juror)
        weight = sum(self.weights.of(part) for part in parts)
        return sum(self.weights.of(part) * value for part, value in parts.items()) / weight if weight else NEUTRAL

    def matrix(self) -> tuple[Floats, dict[str, Floats]]:
        """The affinity of every sketch (down) with every juror (across), and what each part adds to it.

        The same figures as `affinity`, for all pairs at once. Where nothing is known the parts add nothing.
        """
        shape = (len(self.sketches), len(self.jurors))
        weight, total = np.zeros(shape), np.zeros(shape)
        values = {part: array for part, array in self._known().items() if self.weights.of(part) > 0}
        for part, array in values.items():
            counts = ~np.isnan(array)
            weight += self.weights.of(part) * counts
            total += np.where(counts, self.weights.of(part) * array, 0.0)
        known = weight > 0
        shares = {
            part: np.where(np.isnan(array) | ~known, 0.0, self.weights.of(part) * array / np.where(known, weight, 1.0))
            for part, array in values.items()
        }
        return np.where(known, total / np.where(known, weight, 1.0), NEUTRAL), shares

    def _known(self) -> dict[str, Floats]:
        """NaN where nothing is known."""
        subjects, judges = list(self.sketches.values()), list(self.jurors.values())
        rows = {pk: row for row, pk in enumerate(self.sketches)}
        columns = {pk: column for column, pk in enumerate(self.jurors)}
        shape = (len(subjects), len(judges))
        wishes = np.full(shape, np.nan)
        for (sketch, juror), wish in self.wishes.items():
            if sketch in rows and juror in columns:
                wishes[rows[sketch], columns[juror]] = self.weights.value_of(wish)
        return {
            "topics": _topics(subjects, judges),
            "language": _by_code(subjects, judges, "language"),
            "region": _by_code(subjects, judges, "region"),
            "wishes": wishes,
        }


def language_match(language: str, known: tuple[str, ...]) -> float | None:
    """1 for a juror who reads the language (bokmål and nynorsk count as one), a half for a neighbouring one, else 0.

    None where the juror has named no language.
    """
    if not known or not language:
        return None
    if language in known or (language in NORWEGIAN and NORWEGIAN & set(known)):
        return 1.0
    return 0.5 if language in SCANDINAVIAN and SCANDINAVIAN & set(known) else 0.0


def region_difference(sketch: str, juror: str) -> float | None:
    """1 for a juror from another region than the applicant, 0 for the same; None where either is not known."""
    if not sketch or not juror:
        return None
    return float(sketch.casefold() != juror.casefold())


def _topics(subjects: list[Subject], judges: list[Judge]) -> Floats:
    codes = {topic: number for number, topic in enumerate(sorted({t for one in subjects for t in one.topics}))}
    asked = np.zeros((len(subjects), len(codes)))
    for row, subject in enumerate(subjects):
        for topic in subject.topics:
            asked[row, codes[topic]] = 1.0
    offered = np.zeros((len(codes), len(judges)))
    for column, judge in enumerate(judges):
        for topic, strength in judge.strengths.items():
            if topic in codes:
                offered[codes[topic], column] = strength
    number = asked.sum(axis=1, keepdims=True)
    return np.where(number > 0, (asked @ offered) / np.maximum(number, 1), np.nan)


def _by_code(subjects: list[Subject], judges: list[Judge], part: str) -> Floats:
    """The match of a code of the sketch with a fact of the juror: few different ones, so each is compared once."""
    ours = [getattr(subject, part) for subject in subjects]
    theirs = [judge.facts.languages if part == "language" else judge.facts.region for judge in judges]
    match = language_match if part == "language" else region_difference
    codes, kinds = list(dict.fromkeys(ours)), list(dict.fromkeys(theirs))
    found = [[match(code, kind) for kind in kinds] for code in codes]  # type: ignore[arg-type]
    table = np.array([[np.nan if value is None else value for value in row] for row in found])
    table = table.reshape(len(codes), len(kinds))
    rows = np.array([codes.index(code) for code in ours], dtype=np.int64)
    columns = np.array([kinds.index(kind) for kind in theirs], dtype=np.int64)
    return np.asarray(table[np.ix_(rows, columns)], dtype=np.float64)

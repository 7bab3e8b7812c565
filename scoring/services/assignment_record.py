"""Keeping what an assignment was computed from, under names that can be given away."""

from __future__ import annotations

from dataclasses import replace

from django.utils.crypto import salted_hmac

from competition.models import Call
from scoring.assignment import Id, Problem
from scoring.assignment.io import problem_bytes
from scoring.models import AssignmentRecord, AssignmentRun

LETTERS = 12  # of a pseudonym: 48 bits, so that two of a call never meet


def aliased(problem: Problem, call: Call) -> Problem:
    """The problem with a pseudonym beside every id, by which its order and its draw go.

    The same for every run of the call, so that nobody draws until the result pleases; and only who has the site's
    secret key can tell whose it is. Whoever is given the problem under these names gets the same pairs.
    """
    return replace(
        problem,
        sketch_aliases=tuple(pseudonym(call, "sketch", pk) for pk in problem.sketches),
        juror_aliases=tuple(pseudonym(call, "juror", pk) for pk in problem.jurors),
    )


def pseudonym(call: Call, kind: str, key: Id) -> str:
    digest = salted_hmac(f"skisse.assignment.{kind}", f"{call.pk}:{key}", algorithm="sha256").hexdigest()
    return f"{kind}-{digest[:LETTERS]}"


def keep(run: AssignmentRun, problem: Problem) -> None:
    """Store the problem of a run, once. Called where the run's result is stored, in the same transaction."""
    AssignmentRecord.objects.create(run=run, problem=problem_bytes(problem))

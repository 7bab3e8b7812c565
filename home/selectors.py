"""Reads that gather from several rooms."""

from __future__ import annotations

from accounts.tasks_list import OpenTask
from competition.selectors.tasks import open_tasks as competition_tasks
from scoring.selectors.tasks import open_tasks as scoring_tasks


def open_tasks(user) -> list[OpenTask]:
    """Everything the person has to do, the most urgent first: what has a due date before what has none.

    What is due at the same time keeps its order: one declares impartiality before one assesses.
    """
    tasks = [*competition_tasks(user), *scoring_tasks(user)]
    return sorted(tasks, key=lambda task: (task.due is None, task.due.timestamp() if task.due else 0))

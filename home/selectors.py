"""Reads that gather from several rooms."""

from __future__ import annotations

from accounts.tasks_list import OpenTask


def open_tasks(user) -> list[OpenTask]:
    """Everything the person has to do, the most urgent first: what has a due date before what has none."""
    from competition.selectors.tasks import open_tasks as competition_tasks
    from scoring.selectors.tasks import open_tasks as scoring_tasks

    tasks = [*competition_tasks(user), *scoring_tasks(user)]
    return sorted(tasks, key=lambda task: (task.due is None, task.due and task.due.timestamp() or 0, task.title))

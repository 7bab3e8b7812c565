"""`python -m benchmarks [pages|assignment|aggregation|rush|all] [options]`; what follows is handed to that benchmark.

python -m benchmarks pages --large        the pages, also with 10,000 sketches
python -m benchmarks pages --sql --only ranking
python -m benchmarks rush                 the last minute before a deadline, over real HTTP
python -m benchmarks assignment FILE.npz  real instances beside the made-up ones
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from collections.abc import Callable, Sequence

Main = Callable[[Sequence[str]], int]


def _pages(arguments: Sequence[str]) -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    import django
    from django.conf import settings

    django.setup()
    from benchmarks import pages
    from config import embedded

    try:
        return pages.main(arguments)
    finally:
        if settings.EMBEDDED:
            embedded.release("dev")  # stops the servers where nobody else uses them


def _assignment(arguments: Sequence[str]) -> int:
    from benchmarks import assignment

    return assignment.main(arguments)


def _aggregation(arguments: Sequence[str]) -> int:
    from benchmarks import aggregation

    return aggregation.main(arguments)


def _rush(arguments: Sequence[str]) -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    import django
    from django.conf import settings

    django.setup()
    from benchmarks import rush
    from config import embedded

    try:
        return rush.main(arguments)
    finally:
        if settings.EMBEDDED:
            embedded.release("dev")


BENCHMARKS: dict[str, Main] = {"pages": _pages, "assignment": _assignment, "aggregation": _aggregation, "rush": _rush}


def main(arguments: Sequence[str]) -> int:
    """Run one benchmark with its options, or all; options then belong to the pages."""
    chosen, rest = "all", list(arguments)
    if rest and rest[0] in (*BENCHMARKS, "all"):
        chosen = rest.pop(0)
    if chosen != "all":
        return BENCHMARKS[chosen](rest)
    if "-h" in rest or "--help" in rest:
        print(__doc__)
    if "--json" in rest:
        return _all_as_json(rest)
    status = 0
    for name, run in BENCHMARKS.items():
        print(f"\n{name}")
        status |= run(rest if name == "pages" else [])
    return status


def _all_as_json(rest: Sequence[str]) -> int:
    """One object; the algorithms' tables as lines of text."""
    report, status = {}, 0
    for name, run in BENCHMARKS.items():
        with contextlib.redirect_stdout(io.StringIO()) as output:
            status |= run(rest if name == "pages" else [])
        text = output.getvalue()
        report[name] = json.loads(text) if name == "pages" else text.splitlines()
    json.dump(report, sys.stdout, indent=2)
    print()
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What a demo tells while it runs: a line for a person, and the same figures as one object."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Report:
    """Steps in order, each with its figures and the seconds since the one before."""

    write: Callable[[str], object]
    steps: list[dict[str, Any]] = field(default_factory=list)
    _last: float = field(default_factory=time.monotonic)

    def step(self, name: str, text: str, **figures: Any) -> None:
        now = time.monotonic()
        seconds, self._last = round(now - self._last, 2), now
        self.steps.append({"step": name, **figures, "seconds": seconds})
        self.write(f"{text}  ({seconds:.1f} s)")

"""What a first visit fetches beside the page itself: style sheets, scripts, icon and font, as they are sent."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

REFERENCE = re.compile(r'(?:href|src)="' + re.escape(settings.STATIC_URL) + r'([^"?#]+)"')
IMPORT = re.compile(r'@import\s+(?:url\()?["\']?([^"\')]+)')


def first_visit(html: str) -> dict[str, int]:
    """{file: bytes sent}, imports of style sheets followed; compressed where a compressed form is kept."""
    found: dict[str, int] = {}
    waiting = REFERENCE.findall(html)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        path = settings.STATIC_ROOT / name
        found[name] = _sent(path)
        if path.suffix == ".css":
            imported = IMPORT.findall(path.read_text(encoding="utf-8"))
            waiting += [str((path.parent / one).resolve().relative_to(settings.STATIC_ROOT)) for one in imported]
    return found


def _sent(path: Path) -> int:
    forms = [path, path.with_name(path.name + ".br"), path.with_name(path.name + ".gz")]
    return min(form.stat().st_size for form in forms if form.exists())

"""Texts of the pages that every site begins with (data/pages.json); editors change them as they like."""

import functools
import json
from pathlib import Path
from typing import Any

_DATA = Path(__file__).parent / "data" / "pages.json"


@functools.cache
def standing_texts() -> dict[str, dict[str, Any]]:
    """page key -> language -> {title, slug, introduction, body}."""
    return json.loads(_DATA.read_text(encoding="utf-8"))


def standing_slugs(key: str) -> set[str]:
    """The slugs a standing page has in the different languages."""
    return {text["slug"] for text in standing_texts()[key].values()}

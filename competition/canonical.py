"""The canonical form of what is handed in (RFC 8785) and its hash: pure, so that anyone can compute them again."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import rfc8785

SCHEMA = "skisse-sketch/1"


def instant(at: dt.datetime) -> str:
    """An instant in UTC with microseconds, as RFC 3339 writes it."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical_text(document: dict[str, Any]) -> str:
    """The document in its one canonical form. Numbers in it must be integers or text."""
    return rfc8785.dumps(document).decode("utf-8")


def sha256_hex(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()

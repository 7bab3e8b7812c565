"""What an endorsement covers: pure, the same for a draft and for a version handed in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from competition.answers import is_empty
from competition.canonical import canonical_text, sha256_hex


def content_sha256(answers: dict[str, Any], files: Iterable[tuple[str, str]], organisations: Iterable[int]) -> str:
    """The hash of the substance: answers by code, (question, SHA-256) of the files, keys of the organisations.

    Formal things are left out: language, order, names of files, how the questions are worded.
    """
    document = {
        "answers": {code: value for code, value in answers.items() if not is_empty(value)},
        "files": sorted(list(pair) for pair in files),
        "organisations": sorted(organisations),
    }
    return sha256_hex(canonical_text(document))

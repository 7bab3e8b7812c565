"""A receipt as a document, and its verification: pure, so that it works offline, years later.

The document holds what was handed in (`canonical`, RFC 8785), its hash, its place in the call's tree, and, once the
tree is sealed, the path to the published root (RFC 9162).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from competition import merkle
from competition.canonical import sha256_hex
from competition.numbers import is_number

SCHEMA = "skisse-receipt/1"
BYTES_AT_MOST = 5 * 1024 * 1024


class BadReceipt(Exception):
    """The file is no receipt of ours; `message` says why."""

    def __init__(self, message: str | Promise):
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Verdict:
    """What was found: each check by name with its outcome; None where there is nothing to check against yet."""

    number: str
    sha256: str
    checks: dict[str, bool | None] = field(default_factory=dict)

    @property
    def is_valid(self) -> bool:
        return all(outcome is not False for outcome in self.checks.values())

    @property
    def is_sealed(self) -> bool:
        return self.checks.get("proof") is not None


def build(
    *, number: str, call: str, canonical: str, sha256: str, index: int, tree: dict[str, Any] | None
) -> dict[str, Any]:
    """The document. tree: {"size", "root", "sealed_at", "path"} of the sealed tree, or None while it is open."""
    return {
        "schema": SCHEMA,
        "number": number,
        "call": call,
        "sha256": sha256,
        "canonical": canonical,
        "leaf": {"index": index},
        "tree": tree,
    }


def read(raw: bytes) -> dict[str, Any]:
    """The document in a file somebody gave us. Raises BadReceipt."""
    if len(raw) > BYTES_AT_MOST:
        raise BadReceipt(_("The file is too large to be a receipt."))
    try:
        document = json.loads(raw.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise BadReceipt(_("The file is not JSON. Choose the file that you downloaded with the receipt.")) from error
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise BadReceipt(_("The file is not a receipt of this site."))
    leaf, tree = document.get("leaf"), document.get("tree")
    texts = all(isinstance(document.get(key), str) for key in ("number", "sha256", "canonical"))
    whole = isinstance(leaf, dict) and type(leaf.get("index")) is int and (tree is None or isinstance(tree, dict))
    if not texts or not whole or not is_number(document["number"]):
        raise BadReceipt(_("The receipt is incomplete."))
    return document


def verify(document: dict[str, Any]) -> Verdict:
    """Check the text against its hash, and the hash against the root, with nothing but the document itself."""
    text = document["canonical"]
    try:
        digest = sha256_hex(text)
    except UnicodeEncodeError:
        digest = ""
    checks: dict[str, bool | None] = {"hash": digest == document["sha256"], "proof": None}
    if tree := document["tree"]:
        path, size = tree.get("path"), tree.get("size")
        checks["proof"] = (
            isinstance(path, list)
            and type(size) is int
            and merkle.verify_inclusion(
                data_sha256=document["sha256"],
                index=document["leaf"]["index"],
                size=size,
                path=path,
                root=tree.get("root") or "",
            )
        )
    return Verdict(number=document["number"], sha256=document["sha256"], checks=checks)

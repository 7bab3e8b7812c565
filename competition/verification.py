"""A receipt as a document, and its verification: pure, so that it works offline, years later.

The document holds what was handed in (`canonical`, RFC 8785), its hash, its place in the call's tree, and, once the
tree is sealed, the path to the published root (RFC 9162). What came late is proved by a late root, and that one by the
sealed root, out of which it has grown. `checksum` makes any byte that is changed show; it proves nothing by itself.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from competition import merkle
from competition.canonical import canonical_text, sha256_hex
from competition.numbers import is_number

SCHEMA = "skisse-receipt/2"
KEYS = {"schema", "number", "call", "sha256", "canonical", "leaf", "tree", "checksum"}
BYTES_AT_MOST = 5 * 1024 * 1024


class BadReceipt(Exception):
    """The file is no receipt of ours; `message` says why."""

    def __init__(self, message: str | Promise):
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Verdict:
    """What was found: each check by name with its outcome; None where there is nothing to check against yet.

    file: nothing in it was changed; hash: the text has the hash; proof: the hash is in the list of receipts;
    grown: of a late receipt only, the sealed list has grown into that list.
    """

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
    """The document. tree: {"size", "root", "sealed_at", "path"} of the tree, or None while it is open; where the root
    is a late one also "sealed": {"size", "root", "path"} of the sealed tree, the path being that of consistency.
    """
    document = {
        "schema": SCHEMA,
        "number": number,
        "call": call,
        "sha256": sha256,
        "canonical": canonical,
        "leaf": {"index": index},
        "tree": tree,
    }
    return document | {"checksum": checksum(document)}


def checksum(document: dict[str, Any]) -> str:
    """SHA-256 of the document's canonical form (RFC 8785), its checksum left out."""
    return sha256_hex(canonical_text({key: value for key, value in document.items() if key != "checksum"}))


def write(document: dict[str, Any]) -> bytes:
    """The document as the file that is handed out: the one way of writing it that `read` takes."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def read(raw: bytes) -> dict[str, Any]:
    """The document in a file somebody gave us. Raises BadReceipt."""
    if len(raw) > BYTES_AT_MOST:
        raise BadReceipt(_("The file is too large to be a receipt."))
    try:
        document = json.loads(raw.decode())
        is_as_written = raw == write(document)
    except (UnicodeError, ValueError, RecursionError) as error:
        raise BadReceipt(_("The file is not JSON. Choose the file that you downloaded with the receipt.")) from error
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise BadReceipt(_("The file is not a receipt of this site."))
    leaf, tree = document.get("leaf"), document.get("tree")
    texts = all(isinstance(document.get(key), str) for key in ("number", "call", "sha256", "canonical", "checksum"))
    whole = isinstance(leaf, dict) and type(leaf.get("index")) is int and (tree is None or isinstance(tree, dict))
    if not texts or not whole or not is_number(document["number"]):
        raise BadReceipt(_("The receipt is incomplete."))
    if not is_as_written or document.keys() != KEYS:
        raise BadReceipt(_("The file has been changed since it was downloaded. Download the receipt again."))
    return document


def verify(document: dict[str, Any]) -> Verdict:
    """Check the text against its hash, and the hash against the root, with nothing but the document itself."""
    checks: dict[str, bool | None] = {"file": _is_unchanged(document), "hash": _has_hash(document), "proof": None}
    if (tree := document["tree"]) is not None:
        checks["proof"] = _is_included(document, tree)
        if tree.get("late"):
            checks["grown"] = _has_grown(tree)
    return Verdict(number=document["number"], sha256=document["sha256"], checks=checks)


def _is_unchanged(document: dict[str, Any]) -> bool:
    try:
        return checksum(document) == document["checksum"]
    except (UnicodeError, ValueError, TypeError):  # a number or a character that has no canonical form
        return False


def _has_hash(document: dict[str, Any]) -> bool:
    """Whether the text is in its one canonical form, of the call it says, and has the hash."""
    text = document["canonical"]
    try:
        content = json.loads(text)
        is_canonical = canonical_text(content) == text
        return is_canonical and content["call"] == document["call"] and sha256_hex(text) == document["sha256"]
    except (UnicodeError, ValueError, TypeError, KeyError, RecursionError):
        return False


def _is_included(document: dict[str, Any], tree: dict[str, Any]) -> bool:
    path, size = tree.get("path"), tree.get("size")
    return (
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


def _has_grown(tree: dict[str, Any]) -> bool:
    sealed = tree.get("sealed")
    if not isinstance(sealed, dict) or not isinstance(sealed.get("path"), list) or type(sealed.get("size")) is not int:
        return False
    return type(tree.get("size")) is int and merkle.verify_consistency(
        first_size=sealed["size"],
        first_root=sealed.get("root") or "",
        size=tree["size"],
        root=tree.get("root") or "",
        path=sealed["path"],
    )

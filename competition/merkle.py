"""The append-only tree of receipts (RFC 9162, section 2.1, SHA-256): pymerkle builds, this file alone can check.

A leaf's data are the 32 bytes of the SHA-256 of what was handed in. Hashes travel as lower-case hexadecimal.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from pymerkle import InmemoryTree

LEAF, NODE = b"\x00", b"\x01"


def _sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def leaf_hash(data_sha256: str) -> bytes:
    """Hash of the leaf that holds the given hash (section 2.1.1)."""
    return _sha256(LEAF, bytes.fromhex(data_sha256))


def _tree(data: Sequence[str]) -> InmemoryTree:
    tree = InmemoryTree(algorithm="sha256")
    for data_sha256 in data:
        tree.append_entry(bytes.fromhex(data_sha256))
    return tree


def root_of(data: Sequence[str]) -> str:
    """Root of the tree over the leaves' data in order; of no leaves the hash of nothing."""
    if not data:
        return hashlib.sha256(b"").hexdigest()
    return _tree(data).get_root().hex()


def inclusion_path(data: Sequence[str], index: int) -> list[str]:
    """Hashes that lead from leaf `index` (from 0) to the root, the nearest first (section 2.1.3.1)."""
    proof = _tree(data).prove_inclusion(index + 1)  # pymerkle counts leaves from one
    return [digest.hex() for digest in proof.path[1:]]


def verify_inclusion(*, data_sha256: str, index: int, size: int, path: Sequence[str], root: str) -> bool:
    """Whether the path leads from the leaf to the root of a tree of `size` leaves (section 2.1.3.2)."""
    try:
        hashes = [bytes.fromhex(digest) for digest in path]
        result, expected = leaf_hash(data_sha256), bytes.fromhex(root)
    except (ValueError, TypeError):
        return False
    if not 0 <= index < size:
        return False
    place, last = index, size - 1
    for digest in hashes:
        if last == 0:
            return False
        if place & 1 or place == last:
            result = _sha256(NODE, digest, result)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            result = _sha256(NODE, result, digest)
        place, last = place >> 1, last >> 1
    return last == 0 and hmac.compare_digest(result, expected)


def consistency_path(data: Sequence[str], size: int) -> list[str]:
    """Hashes that prove the tree over `data` to be that of its first `size` leaves, grown (section 2.1.4.1).

    Empty where one of the two trees is empty or both are the same.
    """
    return [] if size in (0, len(data)) else _subproof(data, size, is_whole=True)


def _subproof(data: Sequence[str], size: int, *, is_whole: bool) -> list[str]:
    if size == len(data):
        return [] if is_whole else [root_of(data)]
    split = 1 << (len(data) - 1).bit_length() - 1  # the largest power of two below the number of leaves
    if size <= split:
        return [*_subproof(data[:split], size, is_whole=is_whole), root_of(data[split:])]
    return [*_subproof(data[split:], size - split, is_whole=False), root_of(data[:split])]


def verify_consistency(*, first_size: int, first_root: str, size: int, root: str, path: Sequence[str]) -> bool:
    """Whether the path leads from the first tree to the second, which only has more leaves (section 2.1.4.2)."""
    try:
        hashes = [bytes.fromhex(digest) for digest in path]
        first, second = bytes.fromhex(first_root), bytes.fromhex(root)
    except (ValueError, TypeError):
        return False
    if not 0 <= first_size <= size:
        return False
    if first_size == 0:
        return not hashes and first == hashlib.sha256(b"").digest()
    if first_size == size:
        return not hashes and first == second
    if first_size & (first_size - 1) == 0:
        hashes.insert(0, first)
    return bool(hashes) and _grows(hashes, first_size - 1, size - 1, first, second)


def _grows(hashes: list[bytes], place: int, last: int, first: bytes, second: bytes) -> bool:
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = hashes[0]
    for digest in hashes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = _sha256(NODE, digest, old), _sha256(NODE, digest, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = _sha256(NODE, new, digest)
        place, last = place >> 1, last >> 1
    return last == 0 and hmac.compare_digest(old, first) and hmac.compare_digest(new, second)

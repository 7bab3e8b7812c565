#!/usr/bin/env python3
"""Verify a receipt of a sketch competition, with Python 3.8 or later and nothing else: no network, no other package.

    python3 verify_receipt.py receipt.json [ROOT]

ROOT is the root that the call's page shows (64 hexadecimal digits). Without it the root in the file is taken: then you
know that the file agrees with itself, and have yet to compare the root that is printed with the published one.

Five checks: the file is as it was downloaded; the text is in the canonical form of RFC 8785; its SHA-256 is the one
that the receipt gives; that hash is a leaf of the call's list of receipts (RFC 9162, section 2.1.3.2); and what came
late, by an exception, is in a list that has grown out of the sealed one (section 2.1.4.2).
Exit code: 0 valid, 1 not valid, 2 no receipt.
"""

import hashlib
import json
import sys

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
KEYS = ["schema", "number", "call", "sha256", "canonical", "leaf", "tree", "checksum"]


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def canonical(value):
    """The value in the form of RFC 8785. What is handed in holds text and whole numbers only."""
    if isinstance(value, dict):
        pairs = sorted(value.items(), key=lambda pair: pair[0].encode("utf-16-be"))
        return "{" + ",".join(canonical(key) + ":" + canonical(one) for key, one in pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, float) or (isinstance(value, int) and abs(value) >= 2**53):
        raise ValueError("a number that a receipt never holds")
    return json.dumps(value, ensure_ascii=False)


def hex_of(text):
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def is_number(number):
    """ISO 7064, hybrid system: the last character checks the others."""
    product = 30
    for character in number[:-1]:
        product = ((product + ALPHABET.index(character)) % 30 or 30) * 2 % 31
    return len(number) == 8 and (product + ALPHABET.index(number[-1])) % 30 == 1


def is_included(leaf, index, size, path, root):
    """RFC 9162, section 2.1.3.2."""
    if not 0 <= index < size:
        return False
    place, last, result = index, size - 1, sha256(b"\x00", leaf)
    for digest in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            result = sha256(b"\x01", digest, result)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            result = sha256(b"\x01", result, digest)
        place, last = place >> 1, last >> 1
    return last == 0 and result == root


def has_grown(first_size, first, size, second, path):
    """RFC 9162, section 2.1.4.2."""
    if first_size == 0:
        return not path and first == sha256()
    if not 0 < first_size < size:
        return False
    hashes = [first, *path] if first_size & (first_size - 1) == 0 else list(path)
    place, last = first_size - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = hashes.pop(0) if hashes else b""
    for digest in hashes:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = sha256(b"\x01", digest, old), sha256(b"\x01", digest, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = sha256(b"\x01", new, digest)
        place, last = place >> 1, last >> 1
    return last == 0 and old == first and new == second


def check(raw, typed):
    """Yield (what was looked at, whether it holds) for the bytes of a file."""
    receipt = json.loads(raw.decode("utf-8"))
    as_written = (json.dumps(receipt, ensure_ascii=False, indent=2) + "\n").encode("utf-8")
    rest = {key: value for key, value in receipt.items() if key != "checksum"}
    whole = raw == as_written and list(receipt) == KEYS and receipt["schema"] == "skisse-receipt/2"
    yield "file unchanged", whole and hex_of(canonical(rest)) == receipt["checksum"] and is_number(receipt["number"])
    text, tree = receipt["canonical"], receipt["tree"]
    content = json.loads(text)
    yield "canonical text (RFC 8785)", canonical(content) == text and content["call"] == receipt["call"]
    yield "SHA-256 " + receipt["sha256"], hex_of(text) == receipt["sha256"]
    if tree is None:
        print("The list of receipts was not sealed yet: download the receipt again when the call has closed.")
        if typed:
            yield "root " + typed, False
        return
    leaf, root = bytes.fromhex(receipt["sha256"]), bytes.fromhex(tree["root"])
    path, late, published = map(bytes.fromhex, tree["path"]), tree.get("late"), tree["root"]
    yield "place in the list (RFC 9162)", is_included(leaf, receipt["leaf"]["index"], tree["size"], path, root)
    if late:
        sealed = tree["sealed"]
        first, grown = bytes.fromhex(sealed["root"]), map(bytes.fromhex, sealed["path"])
        yield "grown out of the sealed list", has_grown(sealed["size"], first, tree["size"], root, list(grown))
        print("late root    " + tree["root"])
        published = sealed["root"]
    print("sealed root  " + published)
    if typed:
        yield "root " + typed, typed in (published, tree["root"])


def main(arguments):
    if len(arguments) not in (1, 2):
        print(__doc__)
        return 2
    valid = True
    try:
        with open(arguments[0], "rb") as file:
            raw = file.read()
        for name, holds in check(raw, "".join(arguments[1:]).strip().lower()):
            print(("yes  " if holds else "NO   ") + name)
            valid = valid and holds
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        print(f"This is no receipt, or it has been changed: {error}")
        return 2
    print("VALID" if valid else "NOT VALID: what the file holds is not what was received.")
    return 0 if valid else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

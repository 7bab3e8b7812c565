"""The tree of receipts (RFC 9162, section 2.1)."""

import hashlib

import pytest

from competition import merkle


def leaves(count):
    return [hashlib.sha256(str(n).encode()).hexdigest() for n in range(count)]


def reference_root(hashes):
    """The definition of section 2.1.1, word for word."""
    if len(hashes) == 1:
        return hashlib.sha256(b"\x00" + bytes.fromhex(hashes[0])).digest()
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return hashlib.sha256(b"\x01" + reference_root(hashes[:split]) + reference_root(hashes[split:])).digest()


def test_empty_tree_has_the_hash_of_nothing():
    assert merkle.root_of([]) == hashlib.sha256(b"").hexdigest()


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8, 9, 23, 64, 65])
def test_root_and_every_path_agree_with_the_definition(size):
    data = leaves(size)

    root = merkle.root_of(data)
    verified = [
        merkle.verify_inclusion(
            data_sha256=data[index], index=index, size=size, path=merkle.inclusion_path(data, index), root=root
        )
        for index in range(size)
    ]

    assert root == reference_root(data).hex()
    assert all(verified)


def test_anything_changed_fails():
    data = leaves(7)
    whole = {
        "data_sha256": data[4],
        "index": 4,
        "size": 7,
        "path": merkle.inclusion_path(data, 4),
        "root": merkle.root_of(data),
    }
    changes = [
        {"data_sha256": data[3]},
        {"index": 5},
        {"index": -1},
        {"index": 7},
        {"size": 9},
        {"size": 5},
        {"path": whole["path"][:-1]},
        {"path": [*whole["path"], whole["root"]]},
        {"path": ["zz"]},
        {"path": [1]},
        {"root": data[0]},
        {"root": "no"},
    ]

    assert merkle.verify_inclusion(**whole)
    assert not any(merkle.verify_inclusion(**(whole | change)) for change in changes)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 6, 7, 8, 9, 16, 21])
def test_every_earlier_tree_is_proved_to_have_grown_into_the_later(size):
    data = leaves(size)

    root = merkle.root_of(data)
    grown = [
        merkle.verify_consistency(
            first_size=first,
            first_root=merkle.root_of(data[:first]),
            size=size,
            root=root,
            path=merkle.consistency_path(data, first),
        )
        for first in range(size + 1)
    ]

    assert all(grown)


def test_a_tree_that_did_not_grow_out_of_the_first_is_not_proved():
    data = leaves(7)

    for first in range(1, 7):
        whole = {
            "first_size": first,
            "first_root": merkle.root_of(data[:first]),
            "size": 7,
            "root": merkle.root_of(data),
            "path": merkle.consistency_path(data, first),
        }
        changes = [
            {"first_root": data[0]},
            {"root": data[0]},
            {"first_size": first + 1},
            {"first_size": 0},
            {"first_size": 8},
            {"path": whole["path"][:-1]},
            {"path": [*whole["path"], whole["root"]]},
            {"path": []},
            {"path": ["zz"]},
            {"path": [1]},
        ]
        assert merkle.verify_consistency(**whole)
        assert [change for change in changes if merkle.verify_consistency(**(whole | change))] == []

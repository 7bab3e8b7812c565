"""The program that visitors download: alone, by the standard library only, it verifies what the site hands out."""

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from competition.models import ReceiptTree, SketchVersion
from competition.numbers import is_number, new_number
from competition.selectors.receipts import document_of
from competition.verification import build, write
from tests import factories
from tests.competition.exceptions import closed_call_with_draft, grant

pytestmark = pytest.mark.django_db

PROGRAM = Path(__file__).resolve().parents[2] / "static/py/verify_receipt.py"


@pytest.fixture(scope="module")
def program():
    """The program as a module, for what needs thousands of runs."""
    spec = importlib.util.spec_from_file_location("verify_receipt_program", PROGRAM)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def receipts():
    """{"sealed", "late", "open": document} of one call that has closed, and of one that has not."""
    call, draft = closed_call_with_draft(submitted=3)
    grant(call, draft.organisation)
    late = factories.submit(draft)
    sealed = SketchVersion.objects.get(leaf__index=1, sketch__call=call)
    unsealed = factories.submit(factories.make_sketch())
    return {"sealed": document_of(sealed), "late": document_of(late), "open": document_of(unsealed)}


def run(path, *arguments):
    """(exit code, what was printed) of the program run alone: isolated, without site packages."""
    command = [sys.executable, "-I", "-S", str(PROGRAM), str(path), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


def outcome(program, raw, tmp_path):
    path = tmp_path / "receipt.json"
    path.write_bytes(raw)
    return program.main([str(path)])


def test_program_needs_the_standard_library_only_and_can_be_read():
    tree = ast.parse(PROGRAM.read_text())

    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert imported == {"hashlib", "json", "sys"}
    assert not any(isinstance(node, ast.ImportFrom) for node in ast.walk(tree))
    assert len(PROGRAM.read_text().splitlines()) < 150


def test_program_verifies_every_kind_of_receipt(receipts, tmp_path):
    tree = ReceiptTree.objects.exclude(sealed_at=None).get()
    path = tmp_path / "receipt.json"

    printed = {}
    for kind, document in receipts.items():
        path.write_bytes(write(document))
        printed[kind] = run(path)

    assert {kind: code for kind, (code, _text) in printed.items()} == {"sealed": 0, "late": 0, "open": 0}
    assert f"sealed root  {tree.root}" in printed["sealed"][1]
    assert f"late root    {tree.late_root}\nsealed root  {tree.root}" in printed["late"][1]
    assert "not sealed yet" in printed["open"][1]


def test_program_compares_the_root_that_is_typed(receipts, tmp_path):
    tree = ReceiptTree.objects.exclude(sealed_at=None).get()
    path = tmp_path / "receipt.json"
    path.write_bytes(write(receipts["late"]))

    codes = [run(path, root)[0] for root in (tree.root.upper(), tree.late_root, "0" * 64)]

    assert codes == [0, 0, 1]


def test_program_says_what_is_wrong(receipts, tmp_path):
    path, document = tmp_path / "receipt.json", receipts["sealed"]
    parts = {name: document[name] for name in ("number", "call", "sha256", "tree", "canonical")}
    parts |= {"index": document["leaf"]["index"]}
    changes = {
        "NO   SHA-256": {"canonical": document["canonical"].replace("market", "Market")},
        "NO   canonical text": {"canonical": document["canonical"] + " "},
        "NO   place in the list": {"index": 0},
    }

    for line, change in changes.items():
        path.write_bytes(write(build(**(parts | change))))
        code, printed = run(path)
        assert (code, line in printed, "NOT VALID" in printed) == (1, True, True)


def test_program_says_what_is_no_receipt(tmp_path):
    path = tmp_path / "receipt.json"

    for raw in (b"", b"%PDF-1.7", b"{}", b"[]", b"null", b"\xff", b"[" * 100_000):
        path.write_bytes(raw)
        assert run(path)[0] == 2
    assert run(tmp_path / "missing.json")[0] == 2


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_byte_that_is_changed_fails(program, receipts, tmp_path, capsys, data):
    raw = write(receipts[data.draw(st.sampled_from(["sealed", "late", "open"]))])
    place = data.draw(st.integers(0, len(raw) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda one: one != raw[place]))

    changed = raw[:place] + bytes([byte]) + raw[place + 1 :]

    assert outcome(program, raw, tmp_path) == 0
    assert outcome(program, changed, tmp_path) in (1, 2)
    assert "VALID" not in capsys.readouterr().out.splitlines()[-1:]


def test_program_and_site_check_numbers_alike(program):
    numbers = [new_number() for _n in range(50)]

    assert all(map(program.is_number, numbers))
    for number in numbers:
        wrong = number[:3] + ("2" if number[3] != "2" else "3") + number[4:]
        assert program.is_number(wrong) == is_number(wrong) is False


def test_page_offers_the_program_to_download(client):
    page = client.get(reverse("competition:verify_receipt")).content.decode()

    assert 'href="/static/py/verify_receipt.py" download="verify_receipt.py"' in page

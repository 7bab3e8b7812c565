"""The two solver libraries carry the same C++ library inside; in some versions they cannot share a process."""

import subprocess
import sys

import pytest

SOLVERS = ("ortools.graph.python.min_cost_flow", "highspy")


@pytest.mark.parametrize("order", [SOLVERS, SOLVERS[::-1]])
def test_solvers_can_be_imported_in_one_process_in_either_order(order):
    code = f"import importlib; [importlib.import_module(name) for name in {order!r}]"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)

    assert (done.returncode, done.stderr) == (0, "")

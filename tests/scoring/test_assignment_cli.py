"""The stand-alone program: JSON or NPZ in, JSON out, status 2 and one line for bad input."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from scoring.assignment.__main__ import main

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "sketch": [0, 0, 1, 1],
    "juror": [0, 1, 0, 1],
    "affinity": [1.0, 0.5, 0.9, 0.25],
    "demand": [1, 1],
    "load_min": [0, 0],
    "load_max": [1, 1],
}


def write(tmp_path, content, name="problem.json"):
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return str(path)


def test_program_prints_the_solution(tmp_path, capsys):
    status = main([write(tmp_path, GOOD), "--seed", "4"])

    result = json.loads(capsys.readouterr().out)
    assert status == 0
    assert (result["pairs"], result["total"], result["floor"], result["gap"]) == ([[0, 1], [1, 0]], 1.4, 0.5, 0.0)
    assert (result["policy"], result["seed"], result["connected"], result["unfilled"]) == ("optimal", 4, False, [])
    assert set(result) == {
        "pairs", "total", "optimum", "floor", "bound", "gap", "loads", "unfilled", "unmet", "connected", "policy",
        "seed", "short_groups", "input_sha256", "solver", "seconds", "components", "not_connected", "overlap",
        "level", "level_bound",
    }  # fmt: skip


def test_program_reads_npz_as_it_reads_json(tmp_path, capsys):
    rule = {"values": ["a", ""], "most": 1}
    main([write(tmp_path, {**GOOD, "groups": {"org": rule}, "locked": [[0, 0]]})])
    from_json = json.loads(capsys.readouterr().out)
    arrays = {"group.org": np.array(["a", ""]), "group.org.most": np.array(1), "locked": np.array([[0, 0]])}
    np.savez(tmp_path / "problem.npz", **{name: np.array(values) for name, values in GOOD.items()}, **arrays)

    status = main([str(tmp_path / "problem.npz")])

    from_npz = json.loads(capsys.readouterr().out)
    assert status == 0
    assert {**from_npz, "seconds": 0} == {**from_json, "seconds": 0}
    assert from_npz["pairs"] == [[0, 0], [1, 1]]


def test_program_joins_the_pieces_when_asked(tmp_path, capsys):
    wider = {**GOOD, "demand": [2, 1], "load_max": [2, 1]}

    main([write(tmp_path, GOOD), "--connected"])
    apart = json.loads(capsys.readouterr().out)
    main([write(tmp_path, wider, "wider.json"), "--connected", "--objective", "optimal"])
    joined = json.loads(capsys.readouterr().out)

    assert (apart["connected"], apart["components"], apart["overlap"]) == (False, 2, [])
    assert "need 3 pairs" in apart["not_connected"]
    assert (joined["connected"], joined["components"], joined["overlap"]) == (True, 1, [[0, 1, 1]])


def test_program_writes_to_a_file(tmp_path, capsys):
    out = tmp_path / "solution.json"

    status = main([write(tmp_path, GOOD), "--out", str(out)])

    assert (status, capsys.readouterr().out) == (0, "")
    assert json.loads(out.read_text())["total"] == 1.4


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "problem.json is not JSON"),
        ("[1]", "problem.json must hold one object"),
        ({**GOOD, "affinity": [1.0, 0.5, 0.9, "x"]}, "affinity must be one list of numbers"),
        ('{"sketch": [NaN]}', "juror is missing"),
        (json.dumps({**GOOD, "affinity": [1, 2, 3, float("nan")]}), "affinity holds nan at position 3"),
        ({**GOOD, "affinity": [1, -0.5, 3, 4]}, "affinity holds -0.5 at position 1; it must not be below 0"),
        ({**GOOD, "load_min": [2, 0]}, "juror 0 has a least load of 2 above the most, 1"),
        ({**GOOD, "sketch": [0, 0, 1, 1], "juror": [0, 0, 0, 1]}, "sketch 0 and juror 0 are paired twice"),
        ({**GOOD, "demand": [0, 0]}, "no sketch asks for a juror"),
        ({**GOOD, "demand": [10**12, 1]}, "demand holds a number that is too large"),
        ({**GOOD, "sketch": [0, 0, 1, 5]}, "pairs names sketch 5; there are 2, counted from 0"),
        ({key: value for key, value in GOOD.items() if key != "demand"}, "demand is missing"),
        ({**GOOD, "demmand": []}, "demmand is not a known name"),
        ({**GOOD, "previous": [[0, 7]]}, "previous names juror 7"),
        ({**GOOD, "groups": {"org": [1, 2]}}, "group org needs a list of values"),
        ({**GOOD, "groups": {"org": {"values": ["a", "b"], "top": 1}}}, "group org: top is not known"),
        ({**GOOD, "groups": [1]}, "groups must be an object"),
        ({**GOOD, "demand": 3}, "demand must be a list"),
        ({**GOOD, "sketch_ids": ["a", "a"]}, "sketch 'a' is there twice"),
        ({**GOOD, "sketch_ids": 7}, "sketch_ids must be a list"),
    ],
)
def test_program_refuses_bad_input_in_one_line(tmp_path, capsys, content, message):
    status = main([write(tmp_path, content)])

    output = capsys.readouterr()
    assert (status, output.out, output.err.count("\n")) == (2, "", 1)
    assert message in output.err


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("problem.csv", b"", "is neither .json nor .npz"),
        ("problem.npz", b"no archive", "is not a plain NPZ file"),
        ("problem.npz", b"PK\x03\x04broken", "is not a plain NPZ file"),
        ("problem.json", b"\xff\xfe", "is not"),
    ],
)
def test_program_refuses_files_that_are_something_else(tmp_path, capsys, name, content, message):
    (tmp_path / name).write_bytes(content)

    status = main([str(tmp_path / name)])

    assert status == 2
    assert message in capsys.readouterr().err


def test_program_refuses_pickled_arrays(tmp_path, capsys):
    np.savez(tmp_path / "problem.npz", sketch=np.array([{"a": 1}], dtype=object))

    status = main([str(tmp_path / "problem.npz")])

    assert (status, "not a plain NPZ file" in capsys.readouterr().err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["absent.json"], "there is no file absent.json"),
        (
            ["{good}", "--policy", "best"],
            'the policy "best" is not available; choose optimal or fair or fairness-first',
        ),
        (["{good}", "--policy", "fair", "--max-loss", "2"], "the greatest loss must be a share from 0 to 1"),
        (["{good}", "--seed", "-3"], "the seed must be a whole number"),
        (["{good}", "--out", "/nowhere/at/all.json"], "cannot write /nowhere/at/all.json"),
    ],
)
def test_program_refuses_bad_arguments(tmp_path, capsys, arguments, message):
    good = write(tmp_path, GOOD)

    status = main([argument.replace("{good}", good) for argument in arguments])

    assert status == 2
    assert message in capsys.readouterr().err


def test_program_runs_without_django(tmp_path):
    """A fresh interpreter, so that nothing imported here can help."""
    code = (
        "import sys; from scoring.assignment.__main__ import main; status = main(sys.argv[1:]);"
        "assert not any(name.split('.')[0] in ('django', 'celery', 'redis') for name in sys.modules); sys.exit(status)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, write(tmp_path, GOOD)], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["total"] == 1.4

"""The stand-alone program: CSV in, JSON out, status 2 and one line for bad input."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from scoring.aggregation.__main__ import main

ROOT = Path(__file__).resolve().parents[2]
GOOD = "sketch,juror,criterion,score\nA,J1,c,5\nA,J2,c,4\nB,J1,c,3\nB,J2,c,3\nC,J1,c,\nC,J2,c,1\n"


def write(tmp_path, content, name="scores.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def test_program_prints_the_ranking(tmp_path, capsys):
    weights = write(tmp_path, '{"c": 3}', "weights.json")

    status = main([write(tmp_path, GOOD), "--top", "1", "--weights", weights, "--seed", "2"])

    result = json.loads(capsys.readouterr().out)
    assert status == 0
    assert [(s["sketch"], s["rank"], s["mean"]) for s in result["sketches"]] == [
        ("A", 1, 4.5),
        ("B", 2, 3),
        ("C", 3, 1),
    ]
    assert {"mean", "median", "calibrated", "rank", "expected_rank", "p_top", "interval50", "interval90", "tie_group",
            "spread", "flags"} <= set(result["sketches"][0])  # fmt: skip
    assert {"severity", "se", "n", "shrinkage"} <= set(result["jurors"][0])
    assert {"variance", "icc", "connected", "input_sha256", "seconds"} <= set(result)


def test_program_takes_columns_in_any_order_with_a_byte_order_mark(tmp_path, capsys):
    main([write(tmp_path, GOOD)])
    plain = json.loads(capsys.readouterr().out)
    lines = [line.split(",") for line in GOOD.splitlines()]
    turned = "\r\n".join(",".join(reversed(cells)) for cells in lines)

    status = main([write(tmp_path, b"\xef\xbb\xbf" + turned.encode())])

    assert status == 0
    assert {**json.loads(capsys.readouterr().out), "seconds": 0} == {**plain, "seconds": 0}


def test_program_writes_to_a_file(tmp_path, capsys):
    out = tmp_path / "ranking.json"

    status = main([write(tmp_path, GOOD), "--out", str(out)])

    assert (status, capsys.readouterr().out, json.loads(out.read_text())["top"]) == (0, "", None)


CRITERIA = '[{"code": "c", "weight": 2, "lowest": 1, "highest": 6}]'


def test_program_takes_criteria_with_scales_and_writes_csv(tmp_path):
    out = tmp_path / "ranking.csv"

    status = main(
        [
            write(tmp_path, GOOD),
            "--criteria",
            write(tmp_path, CRITERIA, "criteria.json"),
            "--top",
            "1",
            "--out",
            str(out),
        ]
    )

    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert status == 0
    assert [(row["sketch"], row["rank"], row["mean"], row["mean:c"], row["flags"]) for row in rows] == [
        ("A", "1", "4.5", "4.5", ""),
        ("B", "2", "3.0", "3.0", ""),
        ("C", "3", "1.0", "1.0", "cannot_assess"),
    ]


def test_program_writes_no_formula_into_csv(tmp_path):
    out = tmp_path / "ranking.csv"

    main([write(tmp_path, GOOD.replace("A,", "=1+1,")), "--out", str(out)])

    assert "'=1+1" in out.read_text()


@pytest.mark.parametrize(
    ("criteria", "message"),
    [
        ("{}", "must hold a list of objects"),
        ("[]", "must hold a list of objects"),
        ('[{"weight": 1}]', "criterion 1 has no code"),
        ('[{"code": "c"}, {"code": "c"}]', "c is there twice"),
        ('[{"code": "c", "wieght": 1}]', "c has 'wieght'"),
        ('[{"code": "c", "weight": "2"}]', "the weight of c is not a number"),
        ('[{"code": "c", "lowest": 1}]', "the highest of c is not a number"),
        ('[{"code": "c", "lowest": 6, "highest": 1}]', "must be less than the highest"),
        ('[{"code": "c", "lowest": 1, "highest": 6}, {"code": "d"}]', "either all criteria have lowest and highest"),
        ('[{"code": "c", "lowest": 1, "highest": 4}]', "the scale is 1 to 4"),
        ('[{"code": "d"}]', "'c' has a grade but is not a known"),
    ],
)
def test_program_refuses_bad_criteria_in_one_line(tmp_path, capsys, criteria, message):
    status = main([write(tmp_path, GOOD), "--criteria", write(tmp_path, criteria, "criteria.json")])

    output = capsys.readouterr()
    assert (status, output.err.count("\n")) == (2, 1)
    assert message in output.err


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "scores.csv must start with the line sketch,juror,criterion,score"),
        ("sketch;juror;criterion;score\nA;J;c;3\n", "use commas between the columns"),
        ("sketch,juror,criterion,score\n", "scores.csv has no grades"),
        ("sketch,juror,criterion,score\nA,J,c\n", "line 2: 3 columns where 4 are needed"),
        ("sketch,juror,criterion,score\nA,J,c,good\n", "line 2: the score 'good' is not a number"),
        ('sketch,juror,criterion,score\nA,J,c,"4,5"\n', "line 2: the score '4,5' is not a number"),
        ("sketch,juror,criterion,score\nA,J,c,nan\n", "line 2: the score 'nan' is not a finite number"),
        ("sketch,juror,criterion,score\n,J,c,1\n", "line 2: sketch, juror and criterion must not be empty"),
        ("sketch,juror,criterion,score\nA,J,c,1\nA,J,c,2\n", "juror J grades sketch A twice on criterion c"),
        ("sketch,juror,criterion,score\nA,J,c,\n", "nothing to rank"),
        ('sketch,juror,criterion,score\n"A,J,c,1\n', "line 2: "),
        (GOOD.encode("utf-16"), "is not UTF-8 text"),
        ("sketch,juror,criterion,score\nÅ,J,c,1\n".encode("latin-1"), "is not UTF-8 text (byte 29)"),
    ],
)
def test_program_refuses_bad_scores_in_one_line(tmp_path, capsys, content, message):
    status = main([write(tmp_path, content)])

    output = capsys.readouterr()
    assert (status, output.out, output.err.count("\n")) == (2, "", 1)
    assert message in output.err


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ("{", "weights.json is not JSON"),
        ("[1]", "must hold one object, criterion to weight"),
        ("{}", "must hold one object, criterion to weight"),
        ('{"c": "heavy"}', "the weight of c is not a number"),
        ('{"c": true}', "the weight of c is not a number"),
        ('{"c": 0}', "the weights must add up to more than 0"),
        ('{"c": 1, "d": 1}', "a weight for 'd', which is not a criterion here"),
        ('{"d": 1}', "a weight for 'd', which is not a criterion here"),
        ('{"c": 1e999}', "the weight of criterion 'c' is inf"),
    ],
)
def test_program_refuses_bad_weights_in_one_line(tmp_path, capsys, weights, message):
    status = main([write(tmp_path, GOOD), "--weights", write(tmp_path, weights, "weights.json")])

    output = capsys.readouterr()
    assert (status, output.err.count("\n")) == (2, 1)
    assert message in output.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["absent.csv"], "there is no file absent.csv"),
        (["{good}", "--weights", "absent.json"], "there is no file absent.json"),
        (["{good}", "--top", "0"], "top must be a whole number from 1"),
        (["{good}", "--seed", "-1"], "seed must be a whole number from 0"),
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
        "import sys; from scoring.aggregation.__main__ import main; status = main(sys.argv[1:]);"
        "assert not any(name.split('.')[0] in ('django', 'celery', 'redis') for name in sys.modules); sys.exit(status)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, write(tmp_path, GOOD)], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["sketches"][0]["rank"] == 1

"""What the repository must and must not contain."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
# In two halves, or this file would name them.
REGISTRIES = ["pypi" + ".org", "python" + "hosted.org", "npmjs" + ".org", "npmjs" + ".com", "deb.debian" + ".org"]


def tracked_files() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode:
        pytest.skip("not a git checkout")
    return [path for name in listing.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def test_no_file_names_a_registry():
    found = [
        f"{path.relative_to(ROOT)}: {host}"
        for path in tracked_files()
        for host in REGISTRIES
        if host.encode() in path.read_bytes()
    ]

    assert found == []


def test_frontend_lock_has_no_addresses():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]

    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []


@pytest.mark.parametrize(("file", "extras"), [("base", []), ("embedded", ["embedded"]), ("dev", ["embedded", "dev"])])
def test_every_declared_dependency_is_locked_with_hashes(file: str, extras: list[str]):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = project["dependencies"] + [
        entry for extra in extras for entry in project["optional-dependencies"][extra]
    ]
    text = (ROOT / f"requirements/{file}.txt").read_text()
    locked = {normalised(name) for name in re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==", text, re.MULTILINE)}
    entries = re.split(r"\n(?=\w)", text.strip())

    assert {normalised(re.match(r"[\w.-]+", entry).group()) for entry in declared} - locked == set()
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_modules_stay_small():
    """300 lines; what is longer wants to be two. Tests of one module may go on to 600. Migrations are generated."""
    long = {
        str(path.relative_to(ROOT)): count
        for path in tracked_files()
        if path.suffix == ".py"
        and "migrations" not in path.parts
        and (count := len(path.read_text().splitlines())) > (600 if ROOT / "tests" in path.parents else 300)
    }

    assert long == {}
